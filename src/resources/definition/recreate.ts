/** Recreates a deleted record from its image: the body to send, and the names of lost properties. */
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

/** The further properties that a recreated record gets beside the known fields. */
export interface Recreation {
  /** Properties that Billy has refused, to be left out. A child's is `lines.unit`, or `unit` for all. */
  readonly without?: ReadonlySet<string>;
  /** True: also properties that no page documents and no known client writes. Billy may refuse them. */
  readonly withUnknown?: boolean;
}

type Entries = readonly (readonly [string, Json])[];

function isFilled([, value]: Entries[number]): boolean {
  return value !== null && value !== '';
}

/** The further properties to send. */
function othersSent(
  held: WithOthers,
  rule: OthersRule | undefined,
  { without = new Set(), withUnknown = false }: Recreation,
): Entries {
  const unknown = withUnknown ? [] : unknownNames(held, rule);
  return Object.entries(sendableOthers(held, rule, new Set([...without, ...unknown])));
}

/** The same wish for children: names with the relation's prefix are added without it. */
function ofRelation({ without = new Set(), ...more }: Recreation, name: string): Recreation {
  const prefix = `${name}.`;
  const own = [...without].filter((each) => each.startsWith(prefix));
  return {
    ...more,
    without: new Set([...without, ...own.map((each) => each.slice(prefix.length))]),
  };
}

/**
 * The body that recreates this record, children included. Without `withUnknown` it holds known names only.
 * `lostNames` lists the properties that the recreated record lacks.
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

/** Names of properties that the children of one kind have lost, in any order of the children. */
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
 * Names of properties that the deleted record had and the recreated one lacks, those of children as
 * `contactPersons.phone`. Empty: the record is complete again. If Billy's answer has no ids of the children,
 * their further properties are unknown.
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
