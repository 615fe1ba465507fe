/**
 * Indexes of records and bodies by content. They find the records that a body may have created by key instead
 * of by comparing all with all. A key holds only the fields that must be equal in any case, so it excludes no
 * record that the comparison would accept.
 */
import type { WireBody } from '../../billy/types.js';
import type { EventLoopYielder } from '../../core/event-loop.js';
import { canonicalJson } from '../../core/hash.js';
import {
  childrenOf,
  comparable,
  scalarOf,
  sentChildren,
} from '../../resources/definition/record-image.js';
import type { RecordImage } from '../../model/record.js';
import { contentMatch, isUncertain, type Compare } from './content-match.js';

/** The fields that a key consists of; bodies with the same fields share a signature. */
interface Signature {
  readonly name: string;
  readonly fields: readonly string[];
  /** For each relation, the fields that all its children were sent with; null: the children differ. */
  readonly relations: readonly (readonly [name: string, fields: readonly string[] | null])[];
}

function signatureOf(body: WireBody, compare: Compare): Signature {
  const { shape } = compare;
  const sent = Object.keys(body).filter((field) => shape.fields.includes(field));
  const fields = [...new Set([...sent, ...shape.ownFields])]
    // Billy may replace such a text with a reference.
    .filter((field) => !isUncertain(field, compare) && !(field in (shape.textReferences ?? {})))
    .sort();
  const relations = Object.entries(shape.relations)
    .filter(([name]) => !isUncertain(name, compare))
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
  const textOf = (from: Fields, names: readonly string[]): string =>
    JSON.stringify(names.map((name) => comparable(scalarOf(from[name]), name)));
  const children = relations.map(([name, names]) => {
    const all = record.childrenOf(name);
    return names === null ? all.length : all.map((child) => textOf(child, names)).sort();
  });
  return JSON.stringify([textOf(record.fields, fields), children]);
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

/** Finds records by the contents of bodies; keeps one index per signature. */
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

  /** The records that this body may have created, and perhaps others, in their original order. */
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

/** The content of a create as text, without fields that Billy is known to store differently than sent. */
export function contentOf(body: WireBody, altered: ReadonlySet<string>): string {
  const sent = Object.entries(body).filter(([field]) => !altered.has(field));
  return canonicalJson(Object.fromEntries(sent));
}

/** Bodies by content, to find out if one of them may have created a record. */
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
    // Fields outside the content do not matter, so one of several equal bodies is enough.
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

  /** True if one of the bodies may have created this record. */
  mayHaveMade(image: RecordImage): boolean {
    return [...this.#bySignature.values()].some(({ signature, bodies }) =>
      (bodies.get(keyOfImage(signature, image)) ?? []).some(
        (body) => contentMatch(body, image, this.#compare) !== 'other',
      ),
    );
  }
}
