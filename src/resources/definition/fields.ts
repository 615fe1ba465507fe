/**
 * Bodies, changes and export cells of columns that each stand for one property of a record, from one table.
 */
import type { FieldChange } from '../../model/item.js';
import type { Json, RecordImage, Scalar } from '../../model/record.js';
import { sameField } from './record-image.js';
import type { ChangeMode, RowValues, TextReference } from './resource.js';
import { heldValue } from './text-reference.js';

/** Column → property of the record. */
export type FieldTable = Readonly<Record<string, string>>;

/** Property of the record → column. */
export function columnsOf(table: FieldTable): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(table).map(([column, field]) => [field, column]));
}

/** The row's values under Billy's property names. Blank cells are left out. */
export function bodyOf(table: FieldTable, values: RowValues): Record<string, Json> {
  const body: Record<string, Json> = {};
  // In the order of the table, not of the row.
  for (const column in table) {
    const [field, value] = [table[column], values[column]];
    if (field !== undefined && value !== undefined) body[field] = value;
  }
  return body;
}

/** Cells are trimmed, and spreadsheets write line breaks as CRLF: neither is a change. */
function plainText(text: string): string {
  return text.trim().replaceAll('\r\n', '\n');
}

function isEmpty(value: Scalar | undefined): boolean {
  return value === undefined || value === null || value === '';
}

/**
 * True if only the spelling differs. A text without a normal form ("ask Anna" as a phone) is compared
 * unchanged.
 */
function isRespelled(from: Scalar, to: Scalar, normal: (text: string) => string): boolean {
  if (typeof from !== 'string' || typeof to !== 'string') return false;
  return from.trim() === to || (normal(from) !== '' && normal(from) === normal(to));
}

/**
 * The changes of a record's own properties by a row. With `update` filled cells win, `merge` fills only
 * properties that are empty in Billy. In the columns of `normalForms` the spelling does not matter. Where a
 * reference stands in place of a text, the name of the referenced record is compared.
 */
export function fieldChanges(change: {
  table: FieldTable;
  values: RowValues;
  image: RecordImage;
  mode: ChangeMode;
  normalForms: Readonly<Record<string, (text: string) => string>>;
  textReferences?: Readonly<Record<string, TextReference>>;
}): FieldChange[] {
  const { table, values, image, mode, normalForms, textReferences = {} } = change;
  const changes: FieldChange[] = [];
  for (const [column, field] of Object.entries(table)) {
    const to = values[column];
    const from = heldValue(image, field, textReferences);
    if (to === undefined || sameField(field, from, to)) continue;
    if (mode === 'merge' && !isEmpty(from)) continue;
    const normal = normalForms[column] ?? plainText;
    if (!isRespelled(from, to, normal)) changes.push({ field, from, to });
  }
  return changes;
}

/** The value as a cell of an export. */
export function cellOf(value: Scalar | undefined): string {
  if (value === null || value === undefined) return '';
  return String(value);
}

/** The image with the changes applied. */
export function withFields(image: RecordImage, changes: readonly FieldChange[]): RecordImage {
  const changed = Object.fromEntries(changes.map(({ field, to }) => [field, to]));
  return { ...image, fields: { ...image.fields, ...changed } };
}

/** The amount as JSON: a number, or a text if a double cannot hold the decimal exactly. */
export function wireAmount(decimal: string): Json {
  return String(Number(decimal)) === decimal ? Number(decimal) : decimal;
}
