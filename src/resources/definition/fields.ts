/** Row columns that stand for one property of a record each: bodies, differences and rows from one table. */
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

/** The row's values under Billy's names; blank cells are left out. */
export function bodyOf(table: FieldTable, values: RowValues): Record<string, Json> {
  const body: Record<string, Json> = {};
  // In the order of the table, whatever the row's.
  for (const column in table) {
    const [field, value] = [table[column], values[column]];
    if (field !== undefined && value !== undefined) body[field] = value;
  }
  return body;
}

/** Cells arrive trimmed, and spreadsheets write line breaks in their own way: neither is a change. */
function plainText(text: string): string {
  return text.trim().replaceAll('\r\n', '\n');
}

function isEmpty(value: Scalar | undefined): boolean {
  return value === undefined || value === null || value === '';
}

/** Texts without a normal form ("ask Anna" for a phone number) are compared as they are. */
function isRespelled(from: Scalar, to: Scalar, normal: (text: string) => string): boolean {
  if (typeof from !== 'string' || typeof to !== 'string') return false;
  return from.trim() === to || (normal(from) !== '' && normal(from) === normal(to));
}

/**
 * What a row changes of a record's own properties: `update` lets filled cells win, `merge` fills only
 * what is empty in Billy. `normalForms` names columns whose spelling does not matter. A text in whose
 * place a reference stands is what the reference is called.
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

/** A value as a cell of an export. */
export function cellOf(value: Scalar | undefined): string {
  if (value === null || value === undefined) return '';
  return String(value);
}

/** The image with the changes made. */
export function withFields(image: RecordImage, changes: readonly FieldChange[]): RecordImage {
  const changed = Object.fromEntries(changes.map(({ field, to }) => [field, to]));
  return { ...image, fields: { ...image.fields, ...changed } };
}

/** JSON carries numbers; a decimal that a double cannot hold exactly travels as text. */
export function wireAmount(decimal: string): Json {
  return String(Number(decimal)) === decimal ? Number(decimal) : decimal;
}
