/** Makes one cell of several: first and last name, lines of an address, a second telephone number. */
import type { Part } from '../../resources/headers/header-use.js';

/** The text under one header that is a part of its column's value. */
export interface CellPart {
  readonly column: string;
  readonly part: Part;
  readonly text: string;
}

type MutableCells = Record<string, string | null>;

/** A zip code in front: `8000 Aarhus C`, `DK-2100 København Ø`, `211 22 Malmö`. */
const ZIP_FIRST = /^(?:[A-Za-z]{1,3}[- ])?(\d{3} \d{2}|\d{3,6})[\s,]*(\D.*)?$/;
/** A zip code behind: `Aarhus C 8000`, `Odense, 5000`. */
const ZIP_LAST = /^(\D+?)[\s,]+(?:[A-Za-z]{1,3}-)?(\d{3} \d{2}|\d{4,6})$/;

/** A text in which no zip code is found stays whole as the city: nothing of it is lost. */
function splitPostalPlace(text: string): {
  readonly zipcode: string;
  readonly city: string;
} {
  if (ZIP_FIRST.test(text)) {
    return { zipcode: text.replace(ZIP_FIRST, '$1'), city: text.replace(ZIP_FIRST, '$2').trim() };
  }
  if (ZIP_LAST.test(text)) {
    return { zipcode: text.replace(ZIP_LAST, '$2'), city: text.replace(ZIP_LAST, '$1').trim() };
  }
  return { zipcode: '', city: text };
}

function isBlank(cell: string | null | undefined): boolean {
  return cell === undefined || cell === '';
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(' ');
}

/** The name of a person where the row names no company. */
function fillName(cells: MutableCells, parts: readonly CellPart[]): void {
  if (!isBlank(cells['name'])) return;
  const textsOf = (part: Part): string[] =>
    parts.filter((each) => each.part === part).map(({ text }) => text);
  const name = joined([...textsOf('firstName'), ...textsOf('lastName')]);
  if (name === '') return;
  cells['name'] = name;
  if (isBlank(cells['type'])) cells['type'] = 'person';
}

function fillPlace(cells: MutableCells, text: string): void {
  const { zipcode, city } = splitPostalPlace(text);
  if (isBlank(cells['zipcode'])) cells['zipcode'] = zipcode;
  if (isBlank(cells['city'])) cells['city'] = city;
}

/** Adds the parts, in the order of the file, to the cells that are whole. */
export function addParts(cells: MutableCells, parts: readonly CellPart[]): void {
  const lines = new Map<string, string[]>();
  for (const { column, part, text } of parts) {
    if (part === 'joined') lines.set(column, [...(lines.get(column) ?? []), text]);
    if (part === 'spare' && isBlank(cells[column])) cells[column] = text;
    if (part === 'postalPlace') fillPlace(cells, text);
  }
  for (const [column, texts] of lines) cells[column] = joined([cells[column] ?? '', ...texts]);
  if (parts.some(({ part }) => part === 'firstName' || part === 'lastName')) fillName(cells, parts);
}
