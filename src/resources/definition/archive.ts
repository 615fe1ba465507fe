/**
 * The archive of a collection: a flag by which Billy hides a record that it may not delete. Contacts and
 * products have it, invoices do not (billy-api.md section 7).
 */
import type { FieldChange, Step } from '../../model/item.js';
import type { Json, RecordImage } from '../../model/record.js';
import type { RowValues, Shape } from './resource.js';

const FLAG = 'isArchived';

type Archive = Pick<Shape, 'fields' | 'collection'>;

export function isArchived(image: RecordImage): boolean {
  return image.fields[FLAG] === true;
}

/** The step that archives a record instead of deleting it; null: the collection has no archive. */
export function archiveStep({ fields, collection }: Archive, id: string): Step | null {
  if (!fields.includes(FLAG)) return null;
  return { kind: 'update', collection, id, body: { [FLAG]: true } };
}

/** True if a write archives its record and changes nothing else. */
export function isArchiving(body: Readonly<Record<string, Json>>): boolean {
  return Object.keys(body).length === 1 && body[FLAG] === true;
}

/** The record as archiving leaves it. */
export function asArchived(image: RecordImage): RecordImage {
  return { ...image, fields: { ...image.fields, [FLAG]: true } };
}

/** The record with the flag of another image of it. */
export function archivedLike(image: RecordImage, other: RecordImage): RecordImage {
  return { ...image, fields: { ...image.fields, [FLAG]: other.fields[FLAG] ?? null } };
}

/** The change that archiving makes. `image` is null if the record is not known. */
export function archiveChange(image: RecordImage | null): FieldChange {
  return { field: FLAG, from: image === null ? null : (image.fields[FLAG] ?? false), to: true };
}

/** The values of a row without the wish to bring its record back from the archive. */
export function withoutUnarchiving(values: RowValues): RowValues {
  if (values[FLAG] !== false) return values;
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== FLAG));
}
