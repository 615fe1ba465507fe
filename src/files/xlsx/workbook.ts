/** Reads the index of a workbook: its sheets, formats and texts, and their parts in the archive. */
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { quote } from '../../core/text.js';
import { notText, SAVE_AS } from '../encoding/decode.js';
import { damaged, tooLarge, type Archive } from './archive.js';
import type { ReadBudget } from './budget.js';
import { readFormats, type CellFormat } from './styles.js';
import { readWholeXml, type Attributes } from './xml.js';

export interface Book {
  /** The sheets that can hold cells, in the order of the tabs. */
  sheets: BookSheet[];
  is1904: boolean;
  formats: CellFormat[];
  /** The part with the shared texts; null if there are none. */
  textsPart: string | null;
}

export interface BookSheet {
  name: string;
  part: string;
  isHidden: boolean;
}

interface Relation {
  type: string;
  part: string;
}

const ROOT_RELATIONS = '_rels/.rels';
const SHEETS_NAMED_MAX = 10;
const NAME_CHARS_MAX = 40;

/** The archive and the budget for reading it. */
interface Source {
  archive: Archive;
  budget: ReadBudget;
}

/** Throws `INPUT_ENCODING` for an archive that is not a workbook. */
export async function readBook(archive: Archive, budget: ReadBudget): Promise<Book> {
  const source = { archive, budget };
  const path = await findWorkbook(source);
  if (path === null) throw noWorkbook();
  const relations = await readRelations(source, path);
  const { sheets, is1904, isWorkbook } = await readWorkbook(source, { path, relations });
  if (!isWorkbook) throw noWorkbook();
  if (sheets.length === 0) throw damaged();
  const partOf = (type: string): string | null => {
    const relation = [...relations.values()].find((one) => one.type === type);
    return relation !== undefined && archive.has(relation.part) ? relation.part : null;
  };
  const styles = partOf('styles');
  const formats =
    styles === null
      ? []
      : await readFormats(await archive.open(styles, LIMITS.xlsxIndexBytesMax), budget);
  return { sheets, is1904, formats, textsPart: partOf('sharedStrings') };
}

/** The sheet of that name; without a name the first one that is not hidden. */
export function chooseSheet(book: Book, name?: string): BookSheet {
  const wanted = name?.trim().toLowerCase();
  const chosen =
    wanted === undefined
      ? (book.sheets.find(({ isHidden }) => !isHidden) ?? book.sheets[0])
      : (book.sheets.find((sheet) => sheet.name === name) ??
        book.sheets.find((sheet) => sheet.name.trim().toLowerCase() === wanted));
  if (chosen !== undefined) return chosen;
  const names = book.sheets.slice(0, SHEETS_NAMED_MAX).map((sheet) => sheet.name);
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'The workbook has no sheet of that name.',
    hint: 'Give one of its sheets in options.sheet, or leave it out for the first one.',
    detail: names.map((one) => quote(one, NAME_CHARS_MAX)).join(', '),
  });
}

async function findWorkbook(source: Source): Promise<string | null> {
  const { archive } = source;
  if (!archive.has(ROOT_RELATIONS)) return null;
  const relations = await readRelations(source, '');
  const main = [...relations.values()].find(({ type }) => type === 'officeDocument');
  const isText = main !== undefined && /\.xml$/i.test(main.part) && archive.has(main.part);
  return isText ? main.part : null;
}

async function readRelations(source: Source, part: string): Promise<Map<string, Relation>> {
  const { archive, budget } = source;
  const relations = new Map<string, Relation>();
  const slash = part.lastIndexOf('/') + 1;
  const path = `${part.slice(0, slash)}_rels/${part.slice(slash)}.rels`;
  if (!archive.has(path)) return relations;
  const open = (name: string, attributes: Attributes): void => {
    const { Id: id, Type: type = '', Target: target = '' } = attributes;
    if (name !== 'Relationship' || id === undefined) return;
    if (relations.has(id)) throw damaged();
    refuseTooMany(relations.size);
    // Both dialects of the format use the same type names behind the last slash.
    const kind = type.slice(type.lastIndexOf('/') + 1);
    relations.set(id, { type: kind, part: resolvePart(part.slice(0, slash), target) });
  };
  await readWholeXml(await archive.open(path, LIMITS.xlsxIndexBytesMax), { open }, budget);
  return relations;
}

async function readWorkbook(
  { archive, budget }: Source,
  place: { path: string; relations: ReadonlyMap<string, Relation> },
): Promise<{ sheets: BookSheet[]; is1904: boolean; isWorkbook: boolean }> {
  const sheets: BookSheet[] = [];
  const names = new Set<string>();
  let is1904 = false;
  let isWorkbook = false;
  const open = (name: string, attributes: Attributes): void => {
    if (name === 'workbook') isWorkbook = true;
    else if (name === 'workbookPr') is1904 = /^(?:1|true|on)$/i.test(attributes['date1904'] ?? '');
    if (name !== 'sheet') return;
    const sheet = sheetOf(attributes, { archive, relations: place.relations });
    if (sheet === null) return;
    // A sheet is looked up by its name later, so names must be unique.
    const key = sheet.name.toLowerCase();
    if (names.has(key)) throw damaged();
    refuseTooMany(names.size);
    names.add(key);
    sheets.push(sheet);
  };
  await readWholeXml(await archive.open(place.path, LIMITS.xlsxIndexBytesMax), { open }, budget);
  return { sheets, is1904, isWorkbook };
}

/** Null for charts and macro sheets, which have no rows. A sheet without its part is damage. */
function sheetOf(
  attributes: Attributes,
  found: { archive: Archive; relations: ReadonlyMap<string, Relation> },
): BookSheet | null {
  const id = Object.entries(attributes).find(([key]) => /^(?:\w+:)?id$/.test(key))?.[1];
  const relation = found.relations.get(id ?? '');
  if (relation === undefined) throw damaged();
  if (relation.type !== 'worksheet') return null;
  if (!found.archive.has(relation.part)) throw damaged();
  const isHidden = /hidden$/i.test(attributes['state'] ?? '');
  return { name: attributes['name'] ?? '', part: relation.part, isHidden };
}

/** Bounds the lists of sheets and relations, since each of them refers to a part. */
function refuseTooMany(count: number): void {
  if (count >= LIMITS.xlsxPartsMax) throw tooLarge('lists of parts are too long');
}

function resolvePart(folder: string, target: string): string {
  const isRooted = target.startsWith('/');
  const steps = `${isRooted ? '' : folder}${target}`.split('/');
  const path: string[] = [];
  for (const step of steps) {
    if (step === '..') path.pop();
    else if (step !== '' && step !== '.') path.push(step);
  }
  return path.join('/');
}

/** The error for an archive that is not a workbook. */
export function noWorkbook(): InputError {
  return notText({
    message: 'The file is a ZIP archive, but not an Excel workbook.',
    hint: SAVE_AS,
  });
}
