/**
 * The interface of a resource: its columns, the way from a row to a request and from a record to a row, and
 * its match keys. One file per resource declares all of it. Code outside this folder knows no resource by
 * name.
 */
import type { z } from 'zod';
import type { BillyClient, Collection, Organization, ReadOptions } from '../../billy/types.js';
import type { OthersRule } from './other-properties.js';
import type { FieldChange, Problem, Step } from '../../model/item.js';
import type { Money } from '../../model/money.js';
import type { Operation } from '../../model/job.js';
import type { Json, RecordImage, Scalar } from '../../model/record.js';
import type { RowWarningCode } from '../../model/row-warning.js';
import type { MatchKey } from '../../model/snapshot.js';
import type { HeaderRules, NamedColumn } from '../headers/header-use.js';

export type Column = NamedColumn;

/** Column → value. Absent: the cell is blank; null: cleared on purpose (never from a CSV). */
export type RowValues = Readonly<Record<string, Scalar>>;

/** Column → cell of the file, amounts and dates in plain form. '' is blank. */
export type Cells = Readonly<Record<string, string | null>>;

/** The parsed rows of one item: a single row, or the head and the lines of a group of rows. */
export interface ParsedRow {
  readonly values: RowValues;
  /** One per row. A row that is an item by itself is its own only line. */
  readonly lines: readonly RowValues[];
  /** Columns with cells that could not be parsed; their values are absent. */
  readonly faulty?: readonly string[];
  /** The columns of the file; given for rows of groups. */
  readonly columns?: readonly string[];
}

/** The fault of a row, or something that a person should know about it. */
export interface RowIssue {
  /** A warning code (model/row-warning.ts) does not refuse the row. */
  readonly code: 'ROW_INVALID' | 'REFERENCE_NOT_FOUND' | 'DUPLICATE_AMBIGUOUS' | RowWarningCode;
  readonly field: string;
  /**
   * The fault of the cell, to stand behind its header and value: `is not an amount`. It holds neither: the plan
   * composes the message (jobs/plan/row-message.ts). Only values stand in double quotes.
   */
  readonly message: string;
  /** Index of the line that it is about; absent: the first, or all. */
  readonly line?: number;
}

/** The operation of a job with rows. */
export type WritingOperation = Exclude<Operation, 'export'>;

/** update: filled cells win · merge: only properties that are empty in Billy are filled. */
export type ChangeMode = 'update' | 'merge';

/** Days from one to another, both included, as YYYY-MM-DD. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** The records of the account that rows refer to by number or name, loaded once per plan. */
export interface Lookups {
  readonly organization: Organization;
  /** Revenue accounts in use, by number. Several ids: the number is ambiguous. */
  readonly accounts: ReadonlyMap<string, readonly string[]>;
  /** Account numbers by id, for exports: any account's, unless the number now means another account. */
  readonly accountNos: ReadonlyMap<string, string>;
  /** Rulesets by label. Several ids: the label is ambiguous. */
  readonly rulesets: ReadonlyMap<string, readonly string[]>;
  /** Labels by ruleset: the label that means exactly this ruleset. */
  readonly rulesetLabels: ReadonlyMap<string, string>;
  /** Records of other collections that the rows of this batch refer to. */
  readonly references: References;
  /** Ids of the countries that Billy has; absent: unknown. */
  readonly countries?: ReadonlySet<string>;
  /** Periods of settled VAT returns; absent: unknown. */
  readonly settled?: readonly Period[];
  /** The day of the plan, YYYY-MM-DD; absent: unknown. */
  readonly today?: string;
  /** Absent: the resource needs none. */
  readonly vatRates?: VatRates;
}

export interface VatRates {
  /** The rate as a decimal (0.25), by the ruleset of the product; null: not known. */
  rateOf(rulesetId: string, customer: RecordImage | null): string | null;
}

/** Finds the referenced records of this batch's rows by match key. The store holds all of them. */
export interface References {
  find(collection: Collection, key: MatchKey): readonly RecordImage[];
}

export interface LoadRequest {
  readonly read: ReadOptions;
  /** BILLY_ABROAD_RULESET_ID: the ruleset that `abroad` means in this account; null: none. */
  readonly abroadRulesetId: string | null;
  /** The day of the plan, YYYY-MM-DD. */
  readonly today?: string;
  /** True: records are only exported, so lists for the checks of rows are not loaded. */
  readonly isExport?: boolean;
}

/** The part of a collection's records that images keep. */
export interface Shape {
  readonly collection: Collection;
  readonly fields: readonly string[];
  readonly relations: Readonly<Record<string, Relation>>;
  /** The rule for further properties; absent: images do not hold them. */
  readonly others?: OthersRule;
  /** Text fields that a record of another collection may replace. */
  readonly textReferences?: Readonly<Record<string, TextReference>>;
}

/** A text field that a reference may replace (billy-api.md section 12, A7): a city, a zip code. */
export interface TextReference {
  /** The field that holds the id of the referenced record. */
  readonly idField: string;
  /** The property under which the referenced record is included. */
  readonly relation: string;
  /** The property of the referenced record that stands for the text. */
  readonly nameField: string;
}

/** A collection that rows refer to. It is listed once per plan, stored on disk, and searched by key. */
export interface Reference {
  readonly include: string;
  readonly shape: Shape;
  keysOf(image: RecordImage): readonly MatchKey[];
  /** The keys of the record that a row refers to. */
  wantedBy(cells: Cells): readonly MatchKey[];
}

/** The rule by which several rows become one item. */
export interface Grouping {
  /** The key that the rows of one record share; null: the row has no key. */
  keyOf(cells: Cells): string | null;
  /** The names by which a row may say its record, '' where it does not, always in one order. */
  namesOf(cells: Cells): readonly string[];
  /** The noun for such a record: `invoice`. */
  readonly noun: string;
  /** Values of the whole record, which all its rows must share, each with the columns that may say it. */
  readonly heads: Readonly<Record<string, readonly string[]>>;
}

export interface Relation {
  readonly collection: Collection;
  /** The child's property that names its parent. */
  readonly parentKey: string;
  readonly fields: readonly string[];
  readonly others?: OthersRule;
}

/** A header row and example rows. */
export type TemplateRows = readonly [
  headers: readonly string[],
  ...examples: readonly (readonly string[])[],
];

/** Makes template rows that name records of the account. */
export interface TemplateMaker {
  readonly needs: readonly Pick<Reference, 'include' | 'shape'>[];
  /** null: the account has no suitable records. */
  rows(found: ReadonlyMap<Collection, readonly RecordImage[]>): TemplateRows | null;
}

export interface RecordChanges {
  readonly steps: readonly Step[];
  /** The record as it will be. */
  readonly after: RecordImage;
  readonly changes: readonly FieldChange[];
}

/** A collection with records that use records of the resource. */
export interface Use {
  readonly collection: Collection;
  readonly include: string | null;
  referencedIds(record: Readonly<Record<string, unknown>>): readonly string[];
}

/** The rules by which a match must fit the identity of the record (contract, "Matching and duplicates"). */
export interface Identity {
  /** Match keys that decide only where the names agree too, unless the caller chose the keys. */
  readonly weakKeys: readonly string[];
  /** The match key that names the legal owner; null: there is none. */
  readonly ownerKey: string | null;
  /** The match key of a part of an owner, so that several records share him; null: there is none. */
  readonly partKey: string | null;
  /** True if both may be the name of one record. */
  readonly namesAgree: (left: string, right: string) => boolean;
}

export interface ExportFilters {
  readonly isArchived?: boolean;
  readonly country?: string;
  readonly state?: string;
  /** Days as YYYY-MM-DD, both included. */
  readonly from?: string;
  readonly to?: string;
  /** The id of the customer. */
  readonly contactId?: string;
}

/** Finds the records that exported records refer to. */
export interface ReferredRecords extends References {
  byId(collection: Collection, id: string): RecordImage | null;
}

/** The export of records with several rows each. Rows name records of other collections as an import does. */
export interface ExportRules {
  /** The collections of the records that this one refers to, with their ids. */
  referredIds(image: RecordImage): readonly (readonly [Collection, string])[];
  /** The keys to look up before a row may name the record: those of every text that could name it. */
  namingKeys(collection: Collection, image: RecordImage): readonly MatchKey[];
  /** The reason why a record is left out although the filters include it; null: it is exported. */
  leftOut(image: RecordImage): string | null;
  rows(image: RecordImage, referred: ReferredRecords): readonly Readonly<Record<string, string>>[];
  losses(image: RecordImage, referred: ReferredRecords): readonly string[];
  /** The keys by which a filter may name a customer, the strongest first. */
  customerKeys(text: string): readonly MatchKey[];
}

export interface Resource extends HeaderRules {
  readonly name: string;
  readonly plural: string;
  /** For people who read Danish. */
  readonly pluralInDanish: string;
  /**
   * Resources with the same records share a lane: jobs of one lane of an organization run one after another.
   */
  readonly lane: string;
  readonly collection: Collection;
  readonly include: string;
  readonly relations: Readonly<Record<string, Relation>>;
  /** Documented writable fields, which images keep and a rollback compares. */
  readonly fields: readonly string[];
  readonly others: OthersRule;
  readonly textReferences?: Readonly<Record<string, TextReference>>;
  /** The fields that Billy's page does not list. They are sent only with a value that is not empty. */
  readonly undocumentedFields: readonly string[];
  /** Fields that people often change soon after a create, so that a difference proves nothing. */
  readonly unsteadyFields: readonly string[];
  /** Fields that are empty in a new record unless they were sent: Billy has no default for them. */
  readonly ownFields: readonly string[];
  readonly columns: readonly Column[];
  /** A file for an import needs at least one column of each group. */
  readonly neededColumns: readonly (readonly string[])[];
  readonly grouping: Grouping | null;
  /** True: the create body depends on the row alone, not on the account. */
  readonly isMadeOfRowAlone: boolean;
  /** True: rows never change an existing record; such a row is skipped. */
  readonly isFinal: boolean;
  /** True: an unknown reference in any row ends the job before anything is sent. */
  readonly needsAllReferences: boolean;
  readonly references: readonly Reference[];
  readonly rowSchema: z.ZodObject;
  readonly matchOrder: readonly string[];
  /** More keys that `matchBy` may name. */
  readonly matchExtra: readonly string[];
  readonly identity: Identity;
  /** Columns of numbers that a spreadsheet may shorten by their leading zeros. */
  readonly digitColumns: readonly string[];
  /** Two example rows that import without an error into any account. */
  readonly template: TemplateRows;
  /** Templates for other purposes than an import, by name. Their rows refer to the rows of the template. */
  readonly furtherTemplates?: Readonly<Record<string, TemplateRows>>;
  /** By template name: makers for templates with rows that name records, which an account may lack. */
  readonly templateMakers?: Readonly<Record<string, TemplateMaker>>;
  readonly uses: readonly Use[];
  load(billy: BillyClient, request: LoadRequest): Promise<Lookups>;
  /** Replaces the references of one row by ids. */
  resolve(values: RowValues, lookups: Lookups): { values: RowValues; issues: readonly RowIssue[] };
  /** The checks that need the whole row and the record that it matched (null: none). */
  checkRow(parsed: ParsedRow, image: RecordImage | null): readonly RowIssue[];
  /** The checks of a row that is to become a new record. */
  checkCreate(parsed: ParsedRow, lookups: Lookups): RowIssue[];
  /** The assumptions for values that the rows lack. Each appears once in the job's warnings. */
  assumptions(parsed: ParsedRow, lookups: Lookups): readonly Problem[];
  /** The currency of the amounts of a row; absent: it has no amounts. */
  currencyOf?(values: RowValues, lookups: Lookups): string;
  /** The sums of the record that the rows make; absent: such records have none. */
  moneyOf?(parsed: ParsedRow, lookups: Lookups): Money | null;
  createBody(parsed: ParsedRow, lookups: Lookups): Readonly<Record<string, Json>>;
  /** The record that a create body will make, under this id, with the values that Billy fills in. */
  imageOfBody(id: string, body: Readonly<Record<string, Json>>, lookups: Lookups): RecordImage;
  changesFor(change: {
    values: RowValues;
    image: RecordImage;
    mode: ChangeMode;
    lookups: Lookups;
  }): RecordChanges;
  /** The row's match keys; with `names` only the keys of these names. */
  keysOfRow(values: RowValues, names?: readonly string[]): MatchKey[];
  keysOfImage(image: RecordImage): MatchKey[];
  /** Match keys that are a record's own number. One of them alone identifies a create with a lost answer. */
  readonly numberKeys: readonly string[];
  /**
   * The values that identify a record even if other fields differ: its numbers, e-mails and name. A create
   * with a lost answer is absent only if no new record shares one of them.
   */
  identityOf(image: RecordImage): readonly string[];
  /** The columns of an export. `exportRow` gives a record as such a row. */
  readonly exportColumns: readonly string[];
  exportRow(image: RecordImage, lookups: Lookups): Readonly<Record<string, string>>;
  /** The columns by which people know a record, its name and numbers, each with the property that holds it. */
  readonly identityColumns: Readonly<Record<string, string>>;
  /** The prices of a record by currency; absent: records have none, or one for each row. */
  pricesOf?(image: RecordImage): ReadonlyMap<string, string>;
  /** The column by property of the record, for the changes in a dry run's report. */
  readonly columnOf: Readonly<Record<string, string>>;
  /** For records with several rows each, and for rows that name other records; absent: `exportRow` is the only row. */
  readonly exportRules?: ExportRules;
  /** True if an export of this resource includes the record. */
  isExported(image: RecordImage, filters: ExportFilters): boolean;
  /** The parts of a record that the flat row cannot show. Each is counted in the export's warnings. */
  exportLosses(image: RecordImage, lookups: Lookups): readonly string[];
  /** The reason why a rollback must keep an unchanged record that a job made; null: it may be deleted. */
  keepReason(image: RecordImage): string | null;
  /** The label of a row in reports. */
  labelOf(values: RowValues): string;
}
