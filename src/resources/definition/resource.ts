/**
 * What a kind of thing is to the engine: its columns, how a row becomes a request, how a record
 * becomes a row, what counts as the same one. One file per resource declares all of it; nothing
 * outside this folder knows a resource by name.
 */
import type { z } from 'zod';
import type { BillyClient, Collection, Organization, ReadOptions } from '../../billy/types.js';
import type { OthersRule } from './other-properties.js';
import type { FieldChange, Problem, Step } from '../../model/item.js';
import type { Operation } from '../../model/job.js';
import type { Json, RecordImage, Scalar } from '../../model/record.js';
import type { MatchKey } from '../../model/snapshot.js';

export interface Column {
  readonly name: string;
  readonly kind: 'text' | 'amount' | 'date' | 'boolean';
  /** Other headers that mean this column, as people write them. */
  readonly aliases: readonly string[];
}

/** Column → value; absent: the cell is blank; null: cleared on purpose (never from a CSV). */
export type RowValues = Readonly<Record<string, Scalar>>;

/** Column → cell as it stands in the file, amounts and dates in plain form; '' is blank. */
export type Cells = Readonly<Record<string, string | null>>;

/** What one item says: a single row, or the head and the lines of a group of rows. */
export interface ParsedRow {
  readonly values: RowValues;
  /** One a row; a row that stands for itself is its own only line. */
  readonly lines: readonly RowValues[];
  /** Columns whose cells could not be read; their values are absent. */
  readonly faulty?: readonly string[];
}

export interface RowIssue {
  readonly code: 'ROW_INVALID' | 'REFERENCE_NOT_FOUND';
  readonly field: string;
  /**
   * Our own words, without the cell's text, so that equal causes group together; an unknown
   * reference alone is quoted in it, since each is a cause of its own.
   */
  readonly message: string;
  /** Which of several lines it is about, from 0; absent: the first, or all. */
  readonly line?: number;
}

/** What a job with rows does. */
export type WritingOperation = Exclude<Operation, 'export'>;

/** update: filled cells win · merge: only what is empty in Billy is filled. */
export type ChangeMode = 'update' | 'merge';

/** Days from one to another, both included, as YYYY-MM-DD. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** What the account has that rows refer to by number or name, looked up once per plan. */
export interface Lookups {
  readonly organization: Organization;
  /** Revenue accounts in use, by number; several ids mean that it is ambiguous. */
  readonly accounts: ReadonlyMap<string, readonly string[]>;
  /** The way back for exports: any account's number, unless it now means another account. */
  readonly accountNos: ReadonlyMap<string, string>;
  /** By label; several ids mean that it is ambiguous. */
  readonly rulesets: ReadonlyMap<string, readonly string[]>;
  /** The way back: the label that means exactly this ruleset. */
  readonly rulesetLabels: ReadonlyMap<string, string>;
  /** Records of other collections that the rows at hand refer to. */
  readonly references: References;
  /** Ids of the countries that Billy has; absent: nobody knows. */
  readonly countries?: ReadonlySet<string>;
  /** VAT returns that are settled; absent: nobody knows. */
  readonly settled?: readonly Period[];
}

/** Referred records by match key; the store holds them all, this knows those of the rows at hand. */
export interface References {
  find(collection: Collection, key: MatchKey): readonly RecordImage[];
}

export interface LoadRequest {
  readonly read: ReadOptions;
  /** BILLY_ABROAD_RULESET_ID: what `abroad` means in this account; null: nothing. */
  readonly abroadRulesetId: string | null;
  /** Records are only shown: what rows are checked against is not asked for. */
  readonly isExport?: boolean;
}

/** How records of one collection are cut to images. */
export interface Shape {
  readonly collection: Collection;
  readonly fields: readonly string[];
  readonly relations: Readonly<Record<string, Relation>>;
  /** What is known of the further properties; absent: images do not hold them. */
  readonly others?: OthersRule;
  /** Text fields in whose place a record of another collection may stand. */
  readonly textReferences?: Readonly<Record<string, TextReference>>;
}

/** A text that a reference may take the place of (billy-api.md section 12, A7): a city, a zip code. */
export interface TextReference {
  /** The field that holds the id of the referenced record. */
  readonly idField: string;
  /** The property under which the referenced record is included. */
  readonly relation: string;
  /** The property of the referenced record that says what the text would say. */
  readonly nameField: string;
}

/** Another collection that rows refer to: listed once per plan, kept on disk, found by key. */
export interface Reference {
  readonly include: string;
  readonly shape: Shape;
  keysOf(image: RecordImage): readonly MatchKey[];
  /** What a row asks for. */
  wantedBy(cells: Cells): readonly MatchKey[];
}

/** Rows that belong together become one item. */
export interface Grouping {
  /** What the rows of one record have in common; null: the row belongs to nothing. */
  keyOf(cells: Cells): string | null;
  /** What such a record is called: `invoice`. */
  readonly noun: string;
  /** Values about the whole record, in which its rows must agree, each with its column. */
  readonly heads: Readonly<Record<string, string>>;
}

export interface Relation {
  readonly collection: Collection;
  /** The child's property that names its parent. */
  readonly parentKey: string;
  readonly fields: readonly string[];
  readonly others?: OthersRule;
}

/** A header row and example rows. */
export type TemplateRows = readonly (readonly string[])[];

/** Makes a template's rows of the account's own records, where they name records. */
export interface TemplateMaker {
  readonly needs: readonly Pick<Reference, 'include' | 'shape'>[];
  /** null: the account has nothing that would do. */
  rows(found: ReadonlyMap<Collection, readonly RecordImage[]>): TemplateRows | null;
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
  referencedIds(record: Readonly<Record<string, unknown>>): readonly string[];
}

export interface Resource {
  readonly name: string;
  readonly plural: string;
  /** Who writes the same records takes turns: jobs of one lane of an organization run one after another. */
  readonly lane: string;
  readonly collection: Collection;
  readonly include: string;
  readonly relations: Readonly<Record<string, Relation>>;
  /** Documented writable fields: what images keep and rollback compares. */
  readonly fields: readonly string[];
  readonly others: OthersRule;
  readonly textReferences?: Readonly<Record<string, TextReference>>;
  /** Those of them that Billy's page does not list: sent back only where they say something. */
  readonly undocumentedFields: readonly string[];
  /** Those that may differ from what was sent soon after, by other hands: they prove nothing. */
  readonly unsteadyFields: readonly string[];
  /** Those that are empty in a new record unless somebody sent them: Billy has no default for them. */
  readonly ownFields: readonly string[];
  readonly columns: readonly Column[];
  /** A file for an import needs at least one column of each group. */
  readonly neededColumns: readonly (readonly string[])[];
  readonly grouping: Grouping | null;
  /** What a new record holds is told by its row, whatever the account has. */
  readonly isMadeOfRowAlone: boolean;
  /** No row changes a record that exists already: it is skipped. */
  readonly isFinal: boolean;
  /** An unknown reference of any row ends the job before anything is sent. */
  readonly needsAllReferences: boolean;
  readonly references: readonly Reference[];
  readonly rowSchema: z.ZodObject;
  readonly matchOrder: readonly string[];
  /** Further keys that `matchBy` may name. */
  readonly matchExtra: readonly string[];
  /** Two example rows that import without an error into any account. */
  readonly template: TemplateRows;
  /** Files for other ends than an import, by name; their rows refer to those of the template. */
  readonly furtherTemplates?: Readonly<Record<string, TemplateRows>>;
  /** By template: the rows above name records that an account need not have. */
  readonly templateMakers?: Readonly<Record<string, TemplateMaker>>;
  readonly uses: readonly Use[];
  load(billy: BillyClient, request: LoadRequest): Promise<Lookups>;
  /** References of one row replaced by ids. */
  resolve(values: RowValues, lookups: Lookups): { values: RowValues; issues: readonly RowIssue[] };
  /** Checks that only the whole row, beside the record that it matched (null: none), allows. */
  checkRow(parsed: ParsedRow, image: RecordImage | null): RowIssue[];
  /** What a row must have to become a new record. */
  checkCreate(parsed: ParsedRow, lookups: Lookups): RowIssue[];
  /** What was taken for granted where the rows are silent; each is said once, in the job's warnings. */
  assumptions(parsed: ParsedRow, lookups: Lookups): readonly Problem[];
  createBody(parsed: ParsedRow, lookups: Lookups): Readonly<Record<string, Json>>;
  /** The record that a create body will make, under the id given, with what Billy fills in by itself. */
  imageOfBody(id: string, body: Readonly<Record<string, Json>>, lookups: Lookups): RecordImage;
  changesFor(change: {
    values: RowValues;
    image: RecordImage;
    mode: ChangeMode;
    lookups: Lookups;
  }): RecordChanges;
  /** The row's match keys; only those called `names` where that is given. */
  keysOfRow(values: RowValues, names?: readonly string[]): MatchKey[];
  keysOfImage(image: RecordImage): MatchKey[];
  /** Match keys whose value is one record's own number: by one of them alone a lost create is recognised. */
  readonly numberKeys: readonly string[];
  /**
   * What a record shares with any record that may be the same one, though other fields differ: its
   * numbers, e-mails and name. A lost create is absent only when no new record shares one of these.
   */
  identityOf(image: RecordImage): readonly string[];
  /** Columns of an export, and a record as such a row. */
  readonly exportColumns: readonly string[];
  exportRow(image: RecordImage, lookups: Lookups): Readonly<Record<string, string>>;
  /** The column that shows a property of the record; a dry run's changes are told by it. */
  readonly columnOf: Readonly<Record<string, string>>;
  /** Whether an export of this resource holds the record. */
  isExported(image: RecordImage, filters: { isArchived?: boolean; country?: string }): boolean;
  /** What the flat row cannot show of a record; each is counted in the export's warnings. */
  exportLosses(image: RecordImage, lookups: Lookups): readonly string[];
  /** Why a record that a job made must stay although nobody touched it; null: it may be deleted. */
  keepReason(image: RecordImage): string | null;
  /** How a row is called in reports. */
  labelOf(values: RowValues): string;
}
