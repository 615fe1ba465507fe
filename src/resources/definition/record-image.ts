/**
 * Cuts Billy's records to the values that we write and compare, and compares them as Billy judges equality.
 */
import type { WireBody, WireRecord } from '../../billy/types.js';
import { decimalOf } from '../../core/decimal.js';
import type { Step } from '../../model/item.js';
import type { ChildImage, RecordImage, Scalar } from '../../model/record.js';
import {
  differingOthers,
  OthersReader,
  unknownNames,
  type OthersRule,
  type WithOthers,
} from './other-properties.js';
import type { Relation, Shape } from './resource.js';
import { holdsText, namesKept, withReferences } from './text-reference.js';

type Members = Readonly<Record<string, unknown>>;

/** The value of a record or body, if it is a scalar; null for anything else. */
export function scalarOf(value: unknown): Scalar {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Numbers according to Billy's page. Texts of digits, such as a contact's number, are not (section 6). */
const NUMBERS = new Set(['unitPrice', 'quantity', 'discountValue', 'paymentTermsDays']);

/** The value in one spelling: Billy may send numbers as numeric texts (section 6). */
function valueOf(field: string, value: unknown): Scalar {
  const decimal = NUMBERS.has(field) ? decimalOf(value) : null;
  if (decimal === null) return scalarOf(value);
  return String(Number(decimal)) === decimal ? Number(decimal) : decimal;
}

function pick(record: Members, fields: readonly string[]): Record<string, Scalar> {
  return Object.fromEntries(fields.map((field) => [field, valueOf(field, record[field])]));
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectsIn(value: unknown): Members[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Readers by the fields of the images. A hundred thousand records share one. */
const READERS = new WeakMap<readonly string[], { rule: OthersRule; reader: OthersReader }>();

function othersIn(
  record: Members,
  { others: rule, fields }: { others?: OthersRule; fields: readonly string[] },
  beside: readonly string[],
): WithOthers {
  if (rule === undefined) return {};
  let known = READERS.get(fields);
  if (known?.rule !== rule) {
    known = { rule, reader: new OthersReader(rule, [...fields, ...beside]) };
    READERS.set(fields, known);
  }
  return known.reader.read(record);
}

function childImageOf(child: Members, relation: Relation): ChildImage {
  return {
    id: typeof child['id'] === 'string' ? child['id'] : null,
    fields: pick(child, relation.fields),
    ...othersIn(child, relation, [relation.parentKey]),
  };
}

function childImages(value: unknown, relation: Relation): ChildImage[] {
  return objectsIn(value).map((child) => childImageOf(child, relation));
}

/** The record's known children of one kind. */
export function childrenOf(image: RecordImage, relation: string): readonly ChildImage[] {
  return image.children[relation] ?? [];
}

/** The image of a record that was listed with its children embedded (billy-api.md section 2.3). */
export function imageOf(record: WireRecord, shape: Shape): RecordImage {
  const children = Object.entries(shape.relations).map(
    ([name, relation]) => [name, childImages(record[name], relation)] as const,
  );
  const { textReferences } = shape;
  const image = {
    id: record.id,
    fields: pick(record, shape.fields),
    children: Object.fromEntries(children),
    ...othersIn(record, shape, Object.keys(shape.relations)),
  };
  return textReferences === undefined ? image : withReferences(image, record, textReferences);
}

/** The record that a create body will make, as far as we know it before Billy answers. */
export function imageOfBody(id: string, body: WireBody, shape: Shape): RecordImage {
  return imageOf({ ...body, id }, shape);
}

/** Billy may keep e-mails in lower case, and mail servers read them without regard to case. */
const CASELESS = new Set(['email']);

/**
 * The value in a form for comparisons. Billy may drop nulls, and sends numbers for numeric texts. Spaces
 * count: our texts are trimmed, and Billy's answer shows its treatment of inner spaces.
 */
export function comparable(value: Scalar | undefined, field = ''): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'number' || NUMBERS.has(field)) return decimalOf(value) ?? String(value);
  return CASELESS.has(field) ? String(value).toLowerCase() : String(value);
}

/** True if the values are equal in any field. `sameField` also knows rules of the field. */
export function sameValue(left: Scalar | undefined, right: Scalar | undefined): boolean {
  return comparable(left) === comparable(right);
}

/** True if the values are equal in this field: e-mails without regard to case, numbers as decimals. */
export function sameField(
  field: string,
  left: Scalar | undefined,
  right: Scalar | undefined,
): boolean {
  return comparable(left, field) === comparable(right, field);
}

interface Compared {
  readonly fields: readonly string[];
  /** Further properties that prove nothing: see `unsteadyNames`. */
  readonly ignored?: ReadonlySet<string>;
}

/** True if every further property is equal, except the ignored ones. */
export function sameOthers(
  left: WithOthers,
  right: WithOthers,
  { ignored }: Pick<Compared, 'ignored'> = {},
): boolean {
  return differingOthers(left, right).every((name) => ignored?.has(name) === true);
}

/**
 * True if Billy answered all children. One without an id was only sent: its further properties are unknown.
 */
function areRead(children: readonly ChildImage[]): boolean {
  return children.every(({ id }) => id !== null);
}

/** True if the children are equal as a set, with any ids (Billy renews them). */
export function sameChildren(
  left: RecordImage,
  right: RecordImage,
  relation: Compared & { readonly name: string },
): boolean {
  const { name, fields, ignored } = relation;
  const ours = childrenOf(left, name);
  const theirs = [...childrenOf(right, name)];
  const isWhole = areRead(ours) && areRead(theirs);
  if (ours.length !== theirs.length) return false;
  return ours.every((one) => {
    const index = theirs.findIndex(
      (other) =>
        fields.every((field) => sameField(field, one.fields[field], other.fields[field])) &&
        (!isWhole || sameOthers(one, other, ignored === undefined ? {} : { ignored })),
    );
    if (index !== -1) theirs.splice(index, 1);
    return index !== -1;
  });
}

/**
 * True if every compared field, the further properties and the children are equal. `ignored` names further
 * properties that prove nothing.
 */
export function sameImage(
  left: RecordImage,
  right: RecordImage,
  shape: Pick<Shape, 'fields' | 'relations'> & Pick<Compared, 'ignored'>,
): boolean {
  const ignoring = shape.ignored === undefined ? {} : { ignored: shape.ignored };
  return (
    shape.fields.every((field) => sameField(field, left.fields[field], right.fields[field])) &&
    sameOthers(left, right, ignoring) &&
    Object.entries(shape.relations).every(([name, { fields }]) =>
      sameChildren(left, right, { name, fields, ...ignoring }),
    )
  );
}

/**
 * Names of further properties of the record or its children that no page documents and no known client
 * writes.
 */
export function unknownNamesIn(image: RecordImage, shape: Shape): Set<string> {
  const ofChildren = Object.entries(shape.relations).flatMap(([name, relation]) =>
    childrenOf(image, name).flatMap((child) => unknownNames(child, relation.others)),
  );
  return new Set([...unknownNames(image, shape.others), ...ofChildren]);
}

/**
 * Names of properties that change by themselves, judged by two reads of one record that follow each other at
 * once. An undocumented property may be a counter or a link that the server renews on each read: a rollback
 * would take it for an edit and keep every record. Two such reads differ in it and in nothing else. If they
 * differ in anything else, a person is editing the record, and nothing is concluded. Known names never count
 * as unsteady, and a property that stays the same between the two reads counts as written by a person.
 */
export function unsteadyNames(one: RecordImage, other: RecordImage, shape: Shape): Set<string> {
  const unknown = new Set([...unknownNamesIn(one, shape), ...unknownNamesIn(other, shape)]);
  const ignored = new Set<string>();
  if (!sameImage(one, other, { ...shape, ignored: unknown })) return ignored;
  for (const name of unknown) {
    const others = new Set([...unknown].filter((each) => each !== name));
    if (!sameImage(one, other, { ...shape, ignored: others })) ignored.add(name);
  }
  return ignored;
}

/** The children of one kind in a body. */
export function sentChildren(value: unknown): Readonly<Record<string, Scalar>>[] {
  return objectsIn(value).map((child) =>
    Object.fromEntries(Object.entries(child).map(([key, member]) => [key, scalarOf(member)])),
  );
}

/**
 * True if the held children are the sent ones, in any order. Fields that were not sent do not count, since
 * Billy may fill them in. Children with most fields are matched first, so that none takes the match of
 * another.
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
        body.every(([field, value]) => sameField(field, child.fields[field], value)),
      );
      if (index !== -1) left.splice(index, 1);
      return index !== -1;
    });
}

/**
 * Names of the properties in which the record differs from the result of this body. Empty: it equals the body
 * in all fields and children. Own fields that were not sent must be empty, else a row could match the record
 * of a fuller row. Further properties do not count: Billy or people fill them in.
 */
export function differsFromSent(
  body: WireBody,
  image: RecordImage,
  shape: Shape & { readonly ownFields: readonly string[] },
): string[] {
  const { textReferences: references = {} } = shape;
  const isHeld = (field: string): boolean => {
    const sent = scalarOf(body[field]);
    return (
      sameField(field, sent, image.fields[field]) ||
      (field in references && holdsText(sent, image, { field, references }))
    );
  };
  const sent = Object.keys(body).filter((key) => shape.fields.includes(key));
  const fields = [...new Set([...sent, ...shape.ownFields])].filter((field) => !isHeld(field));
  const relations = Object.entries(shape.relations)
    .filter(([name, relation]) => {
      return !holdsChildren(body[name], childrenOf(image, name), relation.fields);
    })
    .map(([name]) => name);
  return [...fields, ...relations];
}

/** The name of the relation with records in this collection; null: none. */
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

function withoutNames({ id, fields, children, others }: RecordImage): RecordImage {
  return { id, fields, children, ...(others === undefined ? {} : { others }) };
}

/** A child as a step leaves it: as Billy answered it, else as it was sent. */
function writtenChild(
  child: ChildImage,
  step: Step,
  { relation, answered }: { relation: Relation; answered: WireRecord | undefined },
): ChildImage {
  const sent = Object.keys(step.body).filter((key) => relation.fields.includes(key));
  const fields = { ...child.fields, ...pick(step.body, sent) };
  if (answered === undefined) return { ...child, fields };
  const told = relation.fields.filter((field) => field in answered);
  const image = childImageOf(answered, relation);
  return { ...image, fields: { ...fields, ...pick(answered, told) } };
}

/**
 * The image as one step leaves it. `answered` is the child in Billy's answer. Without it the child is as it
 * was sent, under `childId` if that is known.
 */
export function applyStep(
  image: RecordImage,
  step: Step,
  shape: Shape & { readonly childId?: string; readonly answered?: WireRecord },
): RecordImage {
  const relation = relationOf(shape, step.collection);
  if (relation === null) {
    const known = Object.entries(step.body).filter(([key]) => shape.fields.includes(key));
    const changed = Object.fromEntries(known.map(([key, value]) => [key, scalarOf(value)]));
    const fields = { ...image.fields, ...changed };
    const kept = namesKept(fields, image, shape.textReferences ?? {});
    return { ...withoutNames(image), fields, ...kept };
  }
  const known = shape.relations[relation];
  if (known === undefined) return image;
  const { answered, childId = null } = shape;
  const written = (child: ChildImage): ChildImage =>
    writtenChild(child, step, { relation: known, answered });
  return withChildren(image, relation, (children) => {
    if (step.kind === 'remove') return children.filter((child) => child.id !== step.id);
    if (step.kind === 'create') {
      return [...children, written({ id: childId, fields: pick(step.body, known.fields) })];
    }
    return children.map((child) => (child.id === step.id ? written(child) : child));
  });
}

/**
 * True if a child in an answer belongs to the record: by its parent; else by its `_clientId`, which begins
 * with the `_clientId` of the record that it was sent in; else because the answer has no other record.
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
 * The image after a create or update of the record itself, from Billy's answer. The answer lists children
 * beside the record (section 2.2), and after a bulk save also children of other records. If it lists none,
 * the sent or known children are used, and likewise the known names of referenced records.
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
    if (beside.length > 0) return [name, childImages(beside, relation)] as const;
    const sent = sentChildren(known.body[name]);
    if (sent.length > 0) return [name, childImages(sent, relation)] as const;
    return [name, known.before?.children[name] ?? []] as const;
  });
  const names = namesKept(image.fields, known.before, shape.textReferences ?? {});
  return { ...names, ...image, children: Object.fromEntries(children) };
}
