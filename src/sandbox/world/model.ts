/** How a resource is declared: its fields, children, filters and own rules, as data that the engine reads. */
import type { SandboxUnknowns } from './options.js';
import type { RecordProblems } from './refusal.js';
import type { StoredRecord } from './table.js';
import type { Language, Localized } from './texts.js';
import type { World } from './world.js';

/** On whose behalf a request acts. */
export interface Session {
  readonly world: World;
  readonly unknowns: SandboxUnknowns;
  readonly organizationId: string;
  /** null: errors in English, names in the organization's own language. */
  readonly language: Language | null;
  /** At work in Billy's own app, which changes more of a draft than the API does (12 A10). */
  readonly isPerson?: true;
}

export interface FieldRule {
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'date' | 'enum' | 'reference';
  /** Of an enum. */
  readonly values?: readonly string[];
  /** Of a reference: the collection it points into. */
  readonly target?: string;
  readonly isRequired?: true;
  /**
   * Absent: writable. `immutable`: on create only. `draft`: on create, and (an unknown) while the
   * record is a draft. `readonly`: never. `undocumented`: returned, but as unknown as any other name
   * when written. `contested`, `unproven`: writable or undocumented, an unknown. Sent back
   * unchanged, all are tolerated.
   */
  readonly access?: 'immutable' | 'draft' | 'readonly' | 'undocumented' | 'contested' | 'unproven';
  /** A text that is `""` when unset, where the unknowns say so. */
  readonly isBlankWhenUnset?: true;
  /** Unset, it stands on some records of a list only, where the unknowns say so. */
  readonly isSporadic?: true;
  /** What a create without it (and null later) makes of it; absent: null. */
  readonly initial?: unknown;
  /** Made anew on every read, and in no dump. */
  readonly isVolatile?: true;
}

/** A has-many relation: sent embedded, it replaces the whole set. */
export interface ChildRule {
  readonly collection: string;
  /** The child's field that names its parent. */
  readonly parentKey: string;
  /** Under which the parent lists the ids when children are sideloaded. */
  readonly idsName: string;
  /** Whether a parent's body may carry the children after it exists. */
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

/** A record on its way in: checked field by field, then saved whole or not at all. */
export interface Draft {
  readonly rule: ResourceRule;
  readonly before: StoredRecord | null;
  readonly clientId: string | null;
  /** Names that the body carried. */
  readonly sent: ReadonlySet<string>;
  /** Every field as it will be. */
  readonly values: Record<string, unknown>;
  /** Sets of children to replace, by relation. */
  readonly children: Map<string, Draft[]>;
  readonly problems: RecordProblems;
}

export interface ResourceRule {
  readonly plural: string;
  readonly singular: string;
  readonly verbs: readonly Verb[];
  /** Readable without a token. */
  readonly isPublic?: true;
  /** Whether records show and take `organizationId`. */
  readonly hasOrganization?: true;
  readonly fields: Readonly<Record<string, FieldRule>>;
  readonly children?: Readonly<Record<string, ChildRule>>;
  readonly filters?: Readonly<Record<string, FilterRule>>;
  /** Fields that `q` searches. */
  readonly search?: readonly string[];
  readonly sorts?: readonly string[];
  /** Sorting it is one of the unknowns. */
  readonly isSortUnknown?: true;
  readonly indexes?: readonly string[];
  /** A list without this filter is a 400. */
  readonly requiredFilter?: string;
  /** Whether the required filter is required is one of the unknowns. */
  readonly isPlace?: true;
  /** The order of an unsorted list, where the unknowns say so: by this field, then by id if asked. */
  readonly listedBy?: { readonly property: string; readonly thenById?: true };
  /** Unique per organization where the unknowns say so. */
  readonly uniqueNumber?: string;
  /** Defaults and rules across fields; adds to `draft.problems`. */
  readonly complete?: (draft: Draft, session: Session) => void;
  /** Why a record may not be deleted, or null. */
  readonly refuseRemoval?: (record: StoredRecord, session: Session) => Localized | null;
}

type Fields = Readonly<Record<string, unknown>>;

const INITIAL = new WeakMap<ResourceRule, Fields>();

/** Every field of a resource with its initial value; made once, since 100,000 records start from it. */
export function initialFields(rule: ResourceRule): Fields {
  const known = INITIAL.get(rule);
  if (known !== undefined) return known;
  const entries = Object.entries(rule.fields);
  const made = Object.fromEntries(entries.map(([name, field]) => [name, field.initial ?? null]));
  INITIAL.set(rule, made);
  return made;
}

/** null when unset. */
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

/** While it is unset, not every record shows it. */
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

/** A field that names no one else documents: parsers that know every field break on it at once. */
export const UNKNOWN_FIELD: Readonly<Record<string, FieldRule>> = {
  sandboxExtra: undocumented({ type: 'string', initial: 'not documented' }),
};
