/**
 * Which records may be what a body made, found by key instead of by comparing all with all. A key holds
 * what must be equal in any case, so it leaves out no record that the comparison itself would not.
 */
import type { WireBody } from '../../billy/types.js';
import type { EventLoopYielder } from '../../core/event-loop.js';
import { canonicalJson } from '../../core/hash.js';
import {
  childrenOf,
  comparable,
  differsFromSent,
  sameValue,
  scalarOf,
  sentChildren,
} from '../../resources/definition/record-image.js';
import type { Resource } from '../../resources/definition/resource.js';
import type { RecordImage } from '../../model/record.js';

export type MatchShape = Parameters<typeof differsFromSent>[2] &
  Pick<Resource, 'unsteadyFields' | 'keysOfImage' | 'numberKeys' | 'identityOf'>;

/** `altered` names fields that Billy is known to keep otherwise than sent. */
export interface Compare {
  readonly altered: ReadonlySet<string>;
  readonly shape: MatchShape;
}

function isOpen(field: string, { altered, shape }: Compare): boolean {
  return altered.has(field) || shape.unsteadyFields.includes(field);
}

/**
 * How a record is like what a body makes. `equal`: in every field. `leftOut`: but for fields that Billy
 * is known to leave out. `altered`: but for fields that Billy is known to keep in a form of its own.
 * `unclear`: but for those, and for fields that people change soon after. Anything else is `other`.
 */
export type ContentMatch = 'equal' | 'leftOut' | 'altered' | 'unclear' | 'other';

/** Compares a body with a record, both in their one spelling (resources/spelling.ts). */
export function contentMatch(body: WireBody, image: RecordImage, compare: Compare): ContentMatch {
  const { altered, shape } = compare;
  const differing = differsFromSent(body, image, shape);
  if (differing.length === 0) return 'equal';
  if (!differing.every((field) => isOpen(field, compare))) return 'other';
  if (!differing.every((field) => altered.has(field))) return 'unclear';
  const isLeftOut = (field: string): boolean =>
    field in image.fields
      ? sameValue(image.fields[field], null)
      : childrenOf(image, field).length === 0;
  return differing.every(isLeftOut) ? 'leftOut' : 'altered';
}

/** What a key is made of: bodies that say the same fields have the same one. */
interface Signature {
  readonly name: string;
  readonly fields: readonly string[];
  /** Of each relation, the fields that all its children were sent with; null: not all with the same. */
  readonly relations: readonly (readonly [name: string, fields: readonly string[] | null])[];
}

function signatureOf(body: WireBody, compare: Compare): Signature {
  const { shape } = compare;
  const sent = Object.keys(body).filter((field) => shape.fields.includes(field));
  const fields = [...new Set([...sent, ...shape.ownFields])]
    // Billy may put a reference in the place of such a text.
    .filter((field) => !isOpen(field, compare) && !(field in (shape.textReferences ?? {})))
    .sort();
  const relations = Object.entries(shape.relations)
    .filter(([name]) => !isOpen(name, compare))
    .map(([name, relation]) => {
      const sets = sentChildren(body[name]).map((child) =>
        relation.fields.filter((field) => field in child),
      );
      const [first = []] = sets;
      const isSame = sets.every((set) => set.join() === first.join());
      return [name, isSame ? first : null] as const;
    });
  return { name: JSON.stringify([fields, relations]), fields, relations };
}

type Fields = Readonly<Record<string, unknown>>;

function keyOf(
  { fields, relations }: Signature,
  record: { fields: Fields; childrenOf: (relation: string) => readonly Fields[] },
): string {
  const say = (from: Fields, names: readonly string[]): string =>
    JSON.stringify(names.map((name) => comparable(scalarOf(from[name]), name)));
  const children = relations.map(([name, names]) => {
    const all = record.childrenOf(name);
    return names === null ? all.length : all.map((child) => say(child, names)).sort();
  });
  return JSON.stringify([say(record.fields, fields), children]);
}

function keyOfImage(signature: Signature, image: RecordImage): string {
  return keyOf(signature, {
    fields: image.fields,
    childrenOf: (relation) => childrenOf(image, relation).map((child) => child.fields),
  });
}

function keyOfBody(signature: Signature, body: WireBody): string {
  return keyOf(signature, {
    fields: body,
    childrenOf: (relation) => sentChildren(body[relation]),
  });
}

/** Adds a value to the list that the map holds under the key. */
export function addTo<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Records by what bodies say: one index for each set of fields that is asked with. */
export class RecordIndex {
  readonly #records: readonly RecordImage[];
  readonly #compare: Compare;
  readonly #yielder: EventLoopYielder;
  readonly #bySignature = new Map<string, Map<string, RecordImage[]>>();

  constructor(records: readonly RecordImage[], compare: Compare, yielder: EventLoopYielder) {
    this.#records = records;
    this.#compare = compare;
    this.#yielder = yielder;
  }

  /** The records that this body may have made, and perhaps others, in their order. */
  async find(body: WireBody): Promise<readonly RecordImage[]> {
    const signature = signatureOf(body, this.#compare);
    let index = this.#bySignature.get(signature.name);
    if (index === undefined) {
      index = new Map();
      for (const record of this.#records) {
        addTo(index, keyOfImage(signature, record), record);
        await this.#yielder.yieldIfDue();
      }
      this.#bySignature.set(signature.name, index);
    }
    return index.get(keyOfBody(signature, body)) ?? [];
  }
}

/** What a create says: fields that Billy is known to keep otherwise than sent tell nothing. */
export function contentOf(body: WireBody, altered: ReadonlySet<string>): string {
  const sent = Object.entries(body).filter(([field]) => !altered.has(field));
  return canonicalJson(Object.fromEntries(sent));
}

/** Bodies by what they say: which of them may have made a record. */
export class BodyIndex {
  readonly #compare: Compare;
  readonly #contents = new Set<string>();
  readonly #bySignature = new Map<
    string,
    { signature: Signature; bodies: Map<string, WireBody[]> }
  >();

  constructor(compare: Compare) {
    this.#compare = compare;
  }

  add(body: WireBody): void {
    const content = contentOf(body, this.#compare.altered);
    // What is left out of the content decides nothing, so one of several equal ones will do.
    if (this.#contents.has(content)) return;
    this.#contents.add(content);
    const signature = signatureOf(body, this.#compare);
    let index = this.#bySignature.get(signature.name);
    if (index === undefined) {
      index = { signature, bodies: new Map() };
      this.#bySignature.set(signature.name, index);
    }
    addTo(index.bodies, keyOfBody(signature, body), body);
  }

  has(content: string): boolean {
    return this.#contents.has(content);
  }

  /** Whether one of them may have made this record. */
  mayHaveMade(image: RecordImage): boolean {
    return [...this.#bySignature.values()].some(({ signature, bodies }) =>
      (bodies.get(keyOfImage(signature, image)) ?? []).some(
        (body) => contentMatch(body, image, this.#compare) !== 'other',
      ),
    );
  }
}
