/** A deleted record made anew from its image: what is sent, and what was lost. */
import type { ChildImage, Json, RecordImage } from '../../model/record.js';
import { childrenOf, comparable, sameChildren, sameField } from './record-image.js';
import {
  differingOthers,
  sendableOthers,
  unknownNames,
  type OthersRule,
  type WithOthers,
} from './other-properties.js';
import type { Shape } from './resource.js';

/** What a record made anew is to hold beside the known fields. */
export interface Recreation {
  /** Properties to leave out, since Billy has refused them. A child's is `lines.unit`, or `unit` for all. */
  readonly without?: ReadonlySet<string>;
  /** Also properties that no page and no client is known to write. Billy may refuse them. */
  readonly withUnknown?: boolean;
}

type Entries = readonly (readonly [string, Json])[];

function isFilled([, value]: Entries[number]): boolean {
  return value !== null && value !== '';
}

/** The further properties that are sent. */
function othersSent(
  held: WithOthers,
  rule: OthersRule | undefined,
  { without = new Set(), withUnknown = false }: Recreation,
): Entries {
  const unknown = withUnknown ? [] : unknownNames(held, rule);
  return Object.entries(sendableOthers(held, rule, new Set([...without, ...unknown])));
}

/** The names without a prefix, and with that of the relation. */
function ofRelation({ without = new Set(), ...more }: Recreation, name: string): Recreation {
  const prefix = `${name}.`;
  const own = [...without].filter((each) => each.startsWith(prefix));
  return {
    ...more,
    without: new Set([...without, ...own.map((each) => each.slice(prefix.length))]),
  };
}

/**
 * The body that makes a record like this one anew, children included. Without `withUnknown` it holds known names
 * only; `lostNames` tells what the record made of it lacks.
 */
export function bodyOfImage(
  image: RecordImage,
  resource: Shape & { readonly undocumentedFields: readonly string[] },
  recreation: Recreation = {},
): Record<string, Json> {
  const { without = new Set() } = recreation;
  const isSilent = ([field, value]: Entries[number]): boolean =>
    value === false && (field === 'isArchived' || resource.undocumentedFields.includes(field));
  const fields = Object.entries(image.fields).filter(
    (entry) => isFilled(entry) && !isSilent(entry) && !without.has(entry[0]),
  );
  const children = Object.entries(resource.relations).map(([name, { others }]) => {
    const bodies = childrenOf(image, name).map((child) => {
      const kept = Object.entries(child.fields).filter(
        (entry) => isFilled(entry) && !without.has(`${name}.${entry[0]}`),
      );
      const further = othersSent(child, others, ofRelation(recreation, name));
      return Object.fromEntries([...kept, ...further]);
    });
    return [name, bodies] as const;
  });
  return {
    ...Object.fromEntries(fields),
    ...Object.fromEntries(othersSent(image, resource.others, recreation)),
    ...Object.fromEntries(children.filter(([, bodies]) => bodies.length > 0)),
  };
}

function membersOf(child: ChildImage): Readonly<Record<string, Json>> {
  return { ...child.fields, ...child.others };
}

function plain(name: string, value: Json): string {
  return typeof value === 'object' ? JSON.stringify(value) : comparable(value, name);
}

/** Names of properties that the children of one kind have lost, whatever their order. */
function lostOfChildren(before: readonly ChildImage[], made: readonly ChildImage[]): string[] {
  const valuesOf = (children: readonly ChildImage[], name: string): string =>
    children
      .map((child) => plain(name, membersOf(child)[name] ?? null))
      .sort()
      .join();
  const names = new Set(before.flatMap((child) => Object.keys(membersOf(child))));
  return [...names].filter((name) => valuesOf(before, name) !== valuesOf(made, name));
}

/**
 * Names of properties that a deleted record had and that the record made anew lacks, children's as
 * `contactPersons.phone`. Empty: all of it is there again. What Billy answered without ids of the children says
 * nothing of their further properties.
 */
export function lostNames(before: RecordImage, made: RecordImage, shape: Shape): string[] {
  const isLost = (field: string): boolean => {
    const value = before.fields[field];
    return comparable(value) !== '' && !sameField(field, value, made.fields[field]);
  };
  const others = differingOthers(before, made).filter(
    (name) => before.others?.[name] !== undefined,
  );
  const children = Object.entries(shape.relations).flatMap(([name, { fields }]) => {
    if (sameChildren(before, made, { name, fields })) return [];
    const [had, has] = [childrenOf(before, name), childrenOf(made, name)];
    if (had.length > has.length) return [name];
    return lostOfChildren(had, has).map((lost) => `${name}.${lost}`);
  });
  return [...shape.fields.filter(isLost), ...others, ...children];
}
