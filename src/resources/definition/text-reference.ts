/**
 * Texts in whose place a reference may stand (billy-api.md section 12, A7): a contact in Denmark was recorded with
 * `cityId` and an empty `cityText`. The name is told where the referenced record is included, and only there.
 */
import type { RecordImage, Scalar } from '../../model/record.js';
import type { TextReference } from './resource.js';

type References = Readonly<Record<string, TextReference>>;
type Fields = Readonly<Record<string, Scalar>>;
type Unknowns = Readonly<Record<string, unknown>>;

function filledText(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/**
 * The image with its references: their ids, and their names as far as Billy told them. An embedded record may stand
 * in place of its id (section 2.3).
 */
export function withReferences(
  image: RecordImage,
  record: Unknowns,
  references: References,
): RecordImage {
  const names = new Map<string, string>();
  const ids = new Map<string, string>();
  for (const field in references) {
    const reference = references[field];
    const included = reference === undefined ? undefined : record[reference.relation];
    if (reference === undefined || typeof included !== 'object' || included === null) continue;
    const { id, [reference.nameField]: name } = included as Unknowns;
    const isIdMissing = filledText(image.fields[reference.idField]) === '';
    if (filledText(name) !== '') names.set(field, filledText(name));
    if (isIdMissing && filledText(id) !== '') ids.set(reference.idField, filledText(id));
  }
  if (names.size === 0 && ids.size === 0) return image;
  const fields = { ...image.fields, ...Object.fromEntries(ids) };
  const named = names.size === 0 ? {} : { names: Object.fromEntries(names) };
  return { ...image, fields, ...named };
}

/** The names of `known` that still hold: answers to writes include no referenced record. */
export function namesKept(
  fields: Fields,
  known: RecordImage | null,
  references: References,
): Pick<RecordImage, 'names'> {
  const kept = Object.entries(known?.names ?? {}).filter(([field]) => {
    const idField = references[field]?.idField ?? '';
    return filledText(fields[idField]) !== '' && fields[idField] === known?.fields[idField];
  });
  return kept.length === 0 ? {} : { names: Object.fromEntries(kept) };
}

/** What a text field says: its text, else the name of the referenced record. null: it is empty, or nobody knows. */
export function shownText(image: RecordImage, field: string): Scalar {
  const text = image.fields[field] ?? null;
  return text === null || text === '' ? (image.names?.[field] ?? text) : text;
}

/** A reference stands in place of the text, and Billy did not tell what it is called. */
export function isUnnamed(image: RecordImage, field: string, references: References): boolean {
  const reference = references[field];
  if (reference === undefined || filledText(shownText(image, field)) !== '') return false;
  return filledText(image.fields[reference.idField]) !== '';
}

/**
 * What a field holds, to be compared with a row. A reference without a name is told by its id, so that it counts as
 * filled and equals no text: a row that names a city wins over it, and a row that only fills gaps leaves it.
 */
export function heldValue(image: RecordImage, field: string, references: References): Scalar {
  const isId = isUnnamed(image, field, references);
  return isId ? (image.fields[references[field]?.idField ?? ''] ?? null) : shownText(image, field);
}

/** The record holds the text that was sent: as a text, or as a reference that says it or says nothing. */
export function holdsText(
  sent: Scalar,
  image: RecordImage,
  at: { field: string; references: References },
): boolean {
  if (filledText(sent) === '') return false;
  const { field, references } = at;
  return (
    isUnnamed(image, field, references) || filledText(shownText(image, field)) === filledText(sent)
  );
}

/**
 * The body of an update with the references cleared whose texts it changes. What Billy does with a reference when
 * its text is written is unknown; said both at once, nothing is left to it, and a rollback gives both back.
 */
export function withReferencesCleared<Value>(
  body: Readonly<Record<string, Value>>,
  image: RecordImage,
  references: References,
): Record<string, Value | null> {
  const cleared = Object.entries(references)
    .filter(([field, { idField }]) => field in body && filledText(image.fields[idField]) !== '')
    .map(([, { idField }]) => [idField, null] as const);
  return { ...body, ...Object.fromEntries(cleared) };
}
