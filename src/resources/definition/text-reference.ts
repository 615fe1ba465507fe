/**
 * Text fields that a reference may replace (billy-api.md section 12, A7): a contact in Denmark was recorded
 * with `cityId` and an empty `cityText`. The name is known only if the answer includes the referenced record.
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
 * The image with the ids of its references, and their names as far as Billy gave them. An embedded record may
 * replace its id (section 2.3).
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

/** The names of `known` that are still valid. Answers to writes include no referenced records. */
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

/**
 * The text of a field, else the name of the referenced record; null: the field is empty, or the name is
 * unknown.
 */
export function shownText(image: RecordImage, field: string): Scalar {
  const text = image.fields[field] ?? null;
  return text === null || text === '' ? (image.names?.[field] ?? text) : text;
}

/** True if a reference replaces the text and Billy did not give its name. */
export function isUnnamed(image: RecordImage, field: string, references: References): boolean {
  const reference = references[field];
  if (reference === undefined || filledText(shownText(image, field)) !== '') return false;
  return filledText(image.fields[reference.idField]) !== '';
}

/**
 * The value of a field, for a comparison with a row. For a reference without a name it is the id, which
 * counts as filled and equals no text: a row with a city changes it in an update, and a merge leaves it.
 */
export function heldValue(image: RecordImage, field: string, references: References): Scalar {
  const isId = isUnnamed(image, field, references);
  return isId ? (image.fields[references[field]?.idField ?? ''] ?? null) : shownText(image, field);
}

/** True if the record holds the sent text: as a text, or as a reference with this name or without a name. */
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
 * The body of an update, with the references of changed texts cleared. It is unknown how Billy treats a
 * reference if its text is written. With both in one body the result is certain, and a rollback restores
 * both.
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
