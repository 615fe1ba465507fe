/**
 * What a kind of thing is to the engine: its columns, how a row becomes a request, how a record
 * becomes a row, what counts as the same one. One file per resource declares all of it; nothing
 * outside this folder knows a resource by name.
 */
import type { z } from 'zod';
import type { BillyClient, Collection, Organization, ReadOptions } from '../billy/types.js';
import type { FieldChange, Json, MatchKey, RecordImage, Scalar, Step } from '../store/types.js';

export interface Column {
  readonly name: string;
  readonly kind: 'text' | 'amount' | 'boolean' | 'date';
  /** Other headers that mean this column, as people write them. */
  readonly aliases: readonly string[];
}

/** Column → value; absent: the cell is blank; null: cleared on purpose (never from a CSV). */
export type RowValues = Readonly<Record<string, Scalar>>;

export interface RowIssue {
  readonly code: 'ROW_INVALID' | 'REFERENCE_NOT_FOUND';
  readonly field: string;
  /** Our own words, without the cell's text, so that equal causes group together. */
  readonly message: string;
}

/** update: filled cells win · merge: only what is empty in Billy is filled. */
export type ChangeMode = 'update' | 'merge';

/** What the account has that rows refer to by number or name, looked up once per plan. */
export interface Lookups {
  readonly organization: Organization;
  readonly accounts: ReadonlyMap<string, readonly string[]>;
  readonly rulesets: ReadonlyMap<string, readonly string[]>;
}

export interface Relation {
  readonly collection: Collection;
  /** The child's property that names its parent. */
  readonly parentKey: string;
  readonly fields: readonly string[];
}

export interface RecordChanges {
  readonly steps: readonly Step[];
  /** The record as it will be. */
  readonly after: RecordImage;
  readonly changes: readonly FieldChange[];
}

/** Records of another collection that use a record of this one. */
export interface Use {
  readonly collection: Collection;
  readonly include: string | null;
  usedIds(record: Readonly<Record<string, unknown>>): readonly string[];
}

export interface Resource {
  readonly name: string;
  readonly plural: string;
  readonly collection: Collection;
  readonly include: string;
  readonly relations: Readonly<Record<string, Relation>>;
  /** Documented writable fields: what images keep and rollback compares. */
  readonly fields: readonly string[];
  /** Those that are empty in a new record unless somebody sent them: Billy has no default for them. */
  readonly ownFields: readonly string[];
  readonly columns: readonly Column[];
  /** A file for this operation needs at least one column of each group. */
  readonly neededColumns: Readonly<Record<'import' | 'update', readonly (readonly string[])[]>>;
  readonly rowSchema: z.ZodObject;
  readonly matchOrder: readonly string[];
  /** Further keys that `matchBy` may name. */
  readonly matchExtra: readonly string[];
  /** Two example rows that import without an error into any account. */
  readonly template: readonly (readonly string[])[];
  readonly uses: readonly Use[];
  load(billy: BillyClient, read: ReadOptions): Promise<Lookups>;
  /** Checks that only a whole row allows, and references replaced by ids. */
  resolve(values: RowValues, lookups: Lookups): { values: RowValues; issues: RowIssue[] };
  /** What a row must have to become a new record. */
  checkCreate(values: RowValues): RowIssue[];
  createBody(values: RowValues, lookups: Lookups): Readonly<Record<string, Json>>;
  /** The record that a create body will make, under the id given. */
  imageOfBody(id: string, body: Readonly<Record<string, Json>>): RecordImage;
  changesFor(change: {
    values: RowValues;
    image: RecordImage;
    mode: ChangeMode;
    lookups: Lookups;
  }): RecordChanges;
  keysOfRow(values: RowValues): MatchKey[];
  keysOfImage(image: RecordImage): MatchKey[];
  /** Columns of an export, and a record as such a row. */
  readonly exportColumns: readonly string[];
  exportRow(image: RecordImage): Readonly<Record<string, string>>;
  /** Whether an export of this resource holds the record. */
  isExported(image: RecordImage, filters: { isArchived?: boolean; country?: string }): boolean;
  /** What the flat row cannot show of a record; counted in the export's warnings. */
  exportLoss(image: RecordImage): string | null;
  /** How a row is called in reports. */
  labelOf(values: RowValues): string;
}
