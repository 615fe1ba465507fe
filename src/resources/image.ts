/** Records of Billy cut to what we write and compare, and comparisons that survive Billy's ways. */
import type { WireBody, WireRecord } from '../billy/types.js';
import { decimalOf } from '../core/decimal.js';
import type { ChildImage, Json, RecordImage, Scalar, Step } from '../store/types.js';
import type { Resource } from './resource.js';

type Shape = Pick<Resource, 'fields' | 'relations' | 'collection'>;

/** What is kept of a value of a record or a body. */
export function scalarOf(value: unknown): Scalar {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Numbers by Billy's page; texts of digits, such as a contact's number, are others (section 6). */
const NUMBERS = new Set(['unitPrice', 'quantity', 'discountValue', 'paymentTermsDays']);

/** Numbers may travel as numeric texts (section 6): one spelling of both is kept. */
function valueOf(field: string, value: unknown): Scalar {
  const decimal = NUMBERS.has(field) ? decimalOf(value) : null;
  if (decimal === null) return scalarOf(value);
  return String(Number(decimal)) === decimal ? Number(decimal) : decimal;
}

function pick(record: Readonly<Record<string, unknown>>, fields: readonly string[]) {
  return Object.fromEntries(fields.map((field) => [field, valueOf(field, record[field])]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function childImages(value: unknown, fields: readonly string[]): ChildImage[] {
  return objectsIn(value).map((child) => ({
    id: typeof child['id'] === 'string' ? child['id'] : null,
    fields: pick(child, fields),
  }));
}

/** The record's children of one kind, as far as they are known. */
export function childrenOf(image: RecordImage, relation: string): readonly ChildImage[] {
  return image.children[relation] ?? [];
}

/** A record listed with its children embedded (billy-api.md section 2.3) as an image. */
export function imageOf(record: WireRecord, shape: Shape): RecordImage {
  const children = Object.entries(shape.relations).map(
    ([name, relation]) => [name, childImages(record[name], relation.fields)] as const,
  );
  return {
    id: record.id,
    fields: pick(record, shape.fields),
    children: Object.fromEntries(children),
  };
}

/** What a create body will make, as far as we know before Billy has said. */
export function imageOfBody(id: string, body: WireBody, shape: Shape): RecordImage {
  return imageOf({ ...body, id }, shape);
}

function filled(fields: Readonly<Record<string, Scalar>>): Record<string, Scalar> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== ''),
  );
}

/** The body that makes a record like this one anew, children included. */
export function bodyOfImage(
  image: RecordImage,
  resource: Shape & Pick<Resource, 'undocumentedFields'>,
): Record<string, Json> {
  const isSilent = ([field, value]: [string, Scalar]): boolean =>
    value === false && (field === 'isArchived' || resource.undocumentedFields.includes(field));
  const fields = Object.entries(filled(image.fields)).filter((entry) => !isSilent(entry));
  const children = Object.keys(resource.relations)
    .map((name) => [name, childrenOf(image, name).map((child) => filled(child.fields))] as const)
    .filter(([, bodies]) => bodies.length > 0);
  return { ...Object.fromEntries(fields), ...Object.fromEntries(children) };
}

/** Billy may drop nulls, and sends numbers for numeric strings: both spellings compare equal. */
export function comparable(value: Scalar | undefined): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'number') return decimalOf(value) ?? String(value);
  return String(value);
}

export function sameValue(left: Scalar | undefined, right: Scalar | undefined): boolean {
  return comparable(left) === comparable(right);
}

function bag(children: readonly Readonly<Record<string, Scalar>>[], fields: readonly string[]) {
  return children
    .map((child) => JSON.stringify(fields.map((field) => comparable(child[field]))))
    .sort()
    .join('\n');
}

/** Equal children as a set, whatever their ids (Billy renews them). */
export function sameChildren(
  left: RecordImage,
  right: RecordImage,
  relation: { name: string; fields: readonly string[] },
): boolean {
  const [ours, theirs] = [left, right].map((image) =>
    bag(
      childrenOf(image, relation.name).map((child) => child.fields),
      relation.fields,
    ),
  );
  return ours === theirs;
}

/** Equal in every compared field and in its children. */
export function sameImage(left: RecordImage, right: RecordImage, shape: Shape): boolean {
  return (
    shape.fields.every((field) => sameValue(left.fields[field], right.fields[field])) &&
    Object.entries(shape.relations).every(([name, { fields }]) =>
      sameChildren(left, right, { name, fields }),
    )
  );
}

/** The children of one kind in a body. */
export function sentChildren(value: unknown): Readonly<Record<string, Scalar>>[] {
  return objectsIn(value).map((child) =>
    Object.fromEntries(Object.entries(child).map(([key, member]) => [key, scalarOf(member)])),
  );
}

/**
 * Each child as it was sent, whatever their order. What one was sent without counts for nothing, since
 * Billy may fill it in; those that say most choose first, so that none takes another's place.
 */
function holdsChildren(sent: unknown, held: readonly ChildImage[], fields: readonly string[]) {
  const bodies = sentChildren(sent).map((child) =>
    fields.filter((field) => field in child).map((field) => [field, child[field]] as const),
  );
  if (bodies.length !== held.length) return false;
  const left = [...held];
  return bodies
    .sort((one, other) => other.length - one.length)
    .every((body) => {
      const index = left.findIndex((child) =>
        body.every(([field, value]) => sameValue(child.fields[field], value)),
      );
      if (index !== -1) left.splice(index, 1);
      return index !== -1;
    });
}

/**
 * Names of the properties in which the record is not what this body makes; empty: it equals what was
 * sent, field by field, children too. What was not sent must be empty, else a row would take the
 * record of another row that says more.
 */
export function differsFromSent(
  body: WireBody,
  image: RecordImage,
  shape: Shape & Pick<Resource, 'ownFields'>,
): string[] {
  const sent = Object.keys(body).filter((key) => shape.fields.includes(key));
  const fields = [...new Set([...sent, ...shape.ownFields])].filter(
    (field) => !sameValue(scalarOf(body[field]), image.fields[field]),
  );
  const relations = Object.entries(shape.relations)
    .filter(([name, relation]) => {
      return !holdsChildren(body[name], childrenOf(image, name), relation.fields);
    })
    .map(([name]) => name);
  return [...fields, ...relations];
}

/** The relation whose records live in this collection. */
export function relationOf(shape: Shape, collection: string): string | null {
  const found = Object.entries(shape.relations).find(
    ([, relation]) => relation.collection === collection,
  );
  return found?.[0] ?? null;
}

function withChildren(
  image: RecordImage,
  relation: string,
  change: (children: readonly ChildImage[]) => ChildImage[],
): RecordImage {
  const children = change(childrenOf(image, relation));
  return { ...image, children: { ...image.children, [relation]: children } };
}

/** The image as one step leaves it; `childId` is the id Billy gave a created child, once known. */
export function applyStep(
  image: RecordImage,
  step: Step,
  shape: Shape & { childId?: string },
): RecordImage {
  const relation = relationOf(shape, step.collection);
  if (relation === null) {
    const known = Object.entries(step.body).filter(([key]) => shape.fields.includes(key));
    const fields = Object.fromEntries(known.map(([key, value]) => [key, scalarOf(value)]));
    return { ...image, fields: { ...image.fields, ...fields } };
  }
  const names = shape.relations[relation]?.fields ?? [];
  return withChildren(image, relation, (children) => {
    if (step.kind === 'remove') return children.filter((child) => child.id !== step.id);
    if (step.kind === 'create') {
      return [...children, { id: shape.childId ?? null, fields: pick(step.body, names) }];
    }
    const sent = Object.keys(step.body).filter((key) => names.includes(key));
    return children.map((child) =>
      child.id === step.id
        ? { ...child, fields: { ...child.fields, ...pick(step.body, sent) } }
        : child,
    );
  });
}

/**
 * Whether a child that an answer lists is the record's: by its parent; else by its `_clientId`, which
 * begins with that of the record it was sent in; else because the answer holds no other record.
 */
function belongsTo(
  record: WireRecord,
  child: WireRecord,
  asked: { readonly parentKey: string; readonly isAlone: boolean },
): boolean {
  const parentId = child[asked.parentKey];
  if (parentId !== undefined && parentId !== null) return parentId === record.id;
  const [own, childs] = [record['_clientId'], child['_clientId']];
  if (typeof own === 'string' && typeof childs === 'string') return childs.startsWith(`${own}-`);
  return asked.isAlone;
}

/**
 * The image that a create or update of the record itself left, read from Billy's answer. The answer
 * lists children beside the record (section 2.2), those of other records among them where many were
 * written at once; where it does not, what was sent or known stands in.
 */
export function imageOfAnswer(
  answer: { record: WireRecord; records: Readonly<Record<string, readonly WireRecord[]>> },
  known: { body: WireBody; before: RecordImage | null },
  shape: Shape,
): RecordImage {
  const { record, records } = answer;
  const image = imageOf(record, shape);
  const isAlone = (records[shape.collection] ?? []).length <= 1;
  const children = Object.entries(shape.relations).map(([name, relation]) => {
    if (Array.isArray(record[name])) return [name, childrenOf(image, name)] as const;
    const { parentKey } = relation;
    const beside = (records[relation.collection] ?? []).filter((child) =>
      belongsTo(record, child, { parentKey, isAlone }),
    );
    if (beside.length > 0) return [name, childImages(beside, relation.fields)] as const;
    const sent = sentChildren(known.body[name]);
    if (sent.length > 0) return [name, childImages(sent, relation.fields)] as const;
    return [name, known.before?.children[name] ?? []] as const;
  });
  return { ...image, children: Object.fromEntries(children) };
}
