/** The declaration of a resource as data: its fields, children, filters and own rules. */
import type { SandboxUnknowns } from './options.js';
import type { RecordProblems } from './refusal.js';
import type { StoredRecord } from './table.js';
import type { Language, Localized } from './texts.js';
import type { World } from './world.js';

/** The account, unknowns and language that a request acts with. */
export interface Session {
  readonly world: World;
  readonly unknowns: SandboxUnknowns;
  readonly organizationId: string;
  /** Null: errors in English, names in the organization's own language. */
  readonly language: Language | null;
  /** True for a person in Billy's own app, which can change more of a draft than the API (12 A10). */
  readonly isPerson?: true;
}

export interface FieldRule {
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'date' | 'enum' | 'reference';
  /** The values of an enum. */
  readonly values?: readonly string[];
  /** The collection that a reference points into. */
  readonly target?: string;
  readonly isRequired?: true;
  /**
   * Absent: writable. `immutable`: on create only. `draft`: on create, and (an unknown) while the
   * record is a draft. `readonly`: never. `undocumented`: returned, but treated as an unknown name when
   * written. `contested`, `unproven`: writable or undocumented, an unknown. An unchanged value is
   * accepted for all of them.
   */
  readonly access?: 'immutable' | 'draft' | 'readonly' | 'undocumented' | 'contested' | 'unproven';
  /** A text that is `""` when unset, if the unknowns choose so. */
  readonly isBlankWhenUnset?: true;
  /** An unset field that only some records of a list show, if the unknowns choose so. */
  readonly isSporadic?: true;
  /** The value after a create without the field, or after null is written; absent: null. */
  readonly initial?: unknown;
  /** Generated on every read, and left out of dumps. */
  readonly isVolatile?: true;
}

/** A has-many relation; embedded children replace the whole set. */
export interface ChildRule {
  readonly collection: string;
  /** The field of the child that holds the id of its parent. */
  readonly parentKey: string;
  /** The name under which the parent lists the ids of sideloaded children. */
  readonly idsName: string;
  /** True if the children cannot be changed through their parent after its creation. */
  readonly isFixedAfterCreate?: true;
}

export interface FilterRule {
  readonly kind: 'equals' | 'boolean' | 'enum' | 'number' | 'min' | 'max' | 'period';
  readonly field: string;
  readonly values?: readonly string[];
}

export type Verb = 'list' | 'get' | 'create' | 'update' | 'remove' | 'bulkRemove' | 'bulkSave';

export const ALL_VERBS: readonly Verb[] = [
  'list',
  'get',
  'create',
  'update',
  'remove',
  'bulkRemove',
  'bulkSave',
];

/** A record before it is saved: checked field by field, then saved whole or not at all. */
export interface Draft {
  readonly rule: ResourceRule;
  readonly before: StoredRecord | null;
  readonly clientId: string | null;
  /** The names in the body. */
  readonly sent: ReadonlySet<string>;
  /** The future value of every field. */
  readonly values: Record<string, unknown>;
  /** The new sets of children, by relation. */
  readonly children: Map<string, Draft[]>;
  readonly problems: RecordProblems;
}

export interface ResourceRule {
  readonly plural: string;
  readonly singular: string;
  readonly verbs: readonly Verb[];
  /** Readable without a token. */
  readonly isPublic?: true;
  /** True if records have an `organizationId` on the wire. */
  readonly hasOrganization?: true;
  readonly fields: Readonly<Record<string, FieldRule>>;
  readonly children?: Readonly<Record<string, ChildRule>>;
  readonly filters?: Readonly<Record<string, FilterRule>>;
  /** Fields that `q` searches. */
  readonly search?: readonly string[];
  readonly sorts?: readonly string[];
  /** The effect of sorting is one of the unknowns. */
  readonly isSortUnknown?: true;
  readonly indexes?: readonly string[];
  /** A list without this filter is a 400. */
  readonly requiredFilter?: string;
  /** It is one of the unknowns if the filter is really required. */
  readonly isPlace?: true;
  /** The order of an unsorted list, if the unknowns choose so: by this field, then perhaps by id. */
  readonly listedBy?: { readonly property: string; readonly thenById?: true };
  /** The field that is unique per organization, if the unknowns choose so. */
  readonly uniqueNumber?: string;
  /** Applies defaults and rules across fields; adds to `draft.problems`. */
  readonly complete?: (draft: Draft, session: Session) => void;
  /** Returns the reason against a deletion, or null. */
  readonly refuseRemoval?: (record: StoredRecord, session: Session) => Localized | null;
}

type Fields = Readonly<Record<string, unknown>>;

const INITIAL = new WeakMap<ResourceRule, Fields>();

/** Every field of a resource with its initial value; cached, since 100,000 records start from it. */
export function initialFields(rule: ResourceRule): Fields {
  const known = INITIAL.get(rule);
  if (known !== undefined) return known;
  const entries = Object.entries(rule.fields);
  const made = Object.fromEntries(entries.map(([name, field]) => [name, field.initial ?? null]));
  INITIAL.set(rule, made);
  return made;
}

/** A text that is null when unset. */
export const text: FieldRule = { type: 'string' };
export const blankText: FieldRule = { type: 'string', isBlankWhenUnset: true };
export const requiredText: FieldRule = { type: 'string', isRequired: true };
export const wholeNumber: FieldRule = { type: 'integer' };
export const flag: FieldRule = { type: 'boolean', initial: false };
export const day: FieldRule = { type: 'date' };

export function reference(target: string): FieldRule {
  return { type: 'reference', target };
}

export function oneOf(values: readonly string[], initial: string | null = null): FieldRule {
  return { type: 'enum', values, initial };
}

export function readonly(field: FieldRule): FieldRule {
  return { ...field, access: 'readonly' };
}

export function immutable(field: FieldRule): FieldRule {
  return { ...field, access: 'immutable' };
}

/** A returned field that is not in Billy's documentation; while it is unset, not every record shows it. */
export function undocumented(field: FieldRule): FieldRule {
  return { ...field, access: 'undocumented', isSporadic: true };
}

export function contested(field: FieldRule): FieldRule {
  return { ...field, access: 'contested', isSporadic: true };
}

export function unproven(field: FieldRule): FieldRule {
  return { ...field, access: 'unproven', isSporadic: true };
}

export function whileDraft(field: FieldRule): FieldRule {
  return { ...field, access: 'draft' };
}

export function required(field: FieldRule): FieldRule {
  return { ...field, isRequired: true };
}

/** True for records that a session may see: its own and the shared ones. */
export function isVisible(record: StoredRecord, session: Session): boolean {
  return record.organizationId === null || record.organizationId === session.organizationId;
}

/** A field that only the sandbox has: a parser that accepts only known fields fails on it at once. */
export const UNKNOWN_FIELD: Readonly<Record<string, FieldRule>> = {
  sandboxExtra: undocumented({ type: 'string', initial: 'not documented' }),
};
