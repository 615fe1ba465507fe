/**
 * The records and bodies exchanged with Billy (billy-api.md sections 2, 4 and 6), and the port through
 * which the rest of the program calls it.
 */

/** The collections in use, each with its singular root (billy-api.md section 2.1). */
export const SINGULAR = {
  contacts: 'contact',
  contactPersons: 'contactPerson',
  products: 'product',
  productPrices: 'productPrice',
  invoices: 'invoice',
  invoiceLines: 'invoiceLine',
  bills: 'bill',
  accounts: 'account',
  salesTaxRulesets: 'salesTaxRuleset',
  taxRates: 'taxRate',
  salesTaxReturns: 'salesTaxReturn',
  countries: 'country',
  cities: 'city',
  zipcodes: 'zipcode',
} as const;

export type Collection = keyof typeof SINGULAR;

/** A record as Billy sent it: documented and undocumented fields alike, children under their relation's name. */
export type WireRecord = Readonly<Record<string, unknown>> & { readonly id: string };

/** A body to write: documented names only; `_clientId` on it and on each embedded child. */
export type WireBody = Readonly<Record<string, unknown>>;

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly registrationNo: string | null;
  readonly countryId: string;
  readonly baseCurrencyId: string;
  readonly defaultSalesAccountId: string | null;
  readonly defaultSalesTaxRulesetId: string | null;
  /** `incl` or `excl`; null if Billy does not send it. */
  readonly defaultTaxMode: string | null;
  /** Registered for VAT; true if Billy does not send it. */
  readonly hasVat: boolean;
  readonly isLocked: boolean;
  /** The last day of the closed books, YYYY-MM-DD; null if they are open; absent if not asked for yet. */
  readonly fiscalLockingDate?: string | null;
  /** The last month of a fiscal year, 1 to 12; absent or null: unknown. */
  readonly fiscalYearEndMonth?: number | null;
}

/** `interactive`: a caller waits for the answer, so the request goes first. `job`: everything else. */
export type Priority = 'interactive' | 'job';

export interface ReadOptions {
  readonly priority: Priority;
  /** The time for which failures are retried before the call gives up, milliseconds. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
}

export interface ListOptions extends ReadOptions {
  /** `<singular>.<relation>:embed`, comma separated. */
  readonly include?: string;
  /** Billy may ignore filters, so callers check every record themselves. */
  readonly filters?: Readonly<Record<string, string>>;
  /** Awaited if Billy permanently counts more records than its list shows; the shown ones are the list then. */
  readonly onUnstable?: (collection: Collection) => Promise<void>;
}

/**
 * Returns true if the check before the send still counts. It is called directly before the first byte leaves.
 * If it returns false, nothing leaves, and the check is made again.
 */
export type MayLeave = () => boolean;

/** Runs before a write leaves; a MayLeave that it resolves to is called at the last moment. */
export type BeforeSend = (() => Promise<MayLeave>) | (() => Promise<void>);

export interface WriteOptions {
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
  /**
   * Awaited directly before the bytes leave, after every wait of the throttle, and again before each
   * resend: the place for the intent and the lease check. If it rejects, nothing is sent.
   */
  readonly beforeSend?: BeforeSend;
}

export interface SaveOptions extends WriteOptions {
  /**
   * The caller finds any records that a refused request has saved. So the client may repeat a request that
   * was refused without a reason, this time without the organization's id, which may be the cause.
   */
  readonly mayRepeat?: boolean;
}

export interface WriteAnswer {
  /** The written record as Billy returned it. */
  readonly record: WireRecord;
  /** Every record of the answer by collection root, the written one among them. */
  readonly records: Readonly<Record<string, readonly WireRecord[]>>;
  /** `meta.deletedRecords`: ids by collection root. */
  readonly deleted: Readonly<Record<string, readonly string[]>>;
}

/** One record of a bulk save: with an `id` it is updated, else created; `body` carries its `_clientId`. */
export interface SaveRecord {
  readonly id: string | null;
  readonly body: WireBody;
}

export interface BulkAnswer {
  /** One entry for each sent record, in order; null if the answer has neither its id nor its `_clientId`. */
  readonly answers: readonly (WriteAnswer | null)[];
  /** Records of the collection that match none of the sent records. */
  readonly loose: readonly WireRecord[];
  readonly records: Readonly<Record<string, readonly WireRecord[]>>;
  readonly deleted: Readonly<Record<string, readonly string[]>>;
}

export interface DeleteAnswer {
  readonly deleted: Readonly<Record<string, readonly string[]>>;
}

/**
 * The port towards Billy. Every method rejects with a BillyError only. Its `retry` is the allowed next step:
 * `never` (Billy refused), `wait` (the request had no effect), `reconcile` (the answer of a write was lost).
 * Safe waits (429, not connected, failed reads) happen inside, up to `patienceMs`.
 * A call also rejects with the reason of its signal or of `beforeSend`. For a write both mean that nothing
 * has happened, because a write on its way is not aborted.
 */
export interface BillyClient {
  organization(options: ReadOptions): Promise<Organization>;
  /**
   * Yields every record once, in batches as they arrive. Pages may shift and their order may change, so it
   * lists again until the distinct ids reach `paging.total`, or three passes have shown the same ids.
   */
  listAll(collection: Collection, options: ListOptions): AsyncIterable<readonly WireRecord[]>;
  /** null if Billy does not have the record. */
  get(
    collection: Collection,
    id: string,
    options: ReadOptions & { include?: string },
  ): Promise<WireRecord | null>;
  create(collection: Collection, body: WireBody, options: WriteOptions): Promise<WriteAnswer>;
  update(
    target: { collection: Collection; id: string },
    body: WireBody,
    options: WriteOptions,
  ): Promise<WriteAnswer>;
  remove(
    target: { collection: Collection; id: string },
    options: WriteOptions,
  ): Promise<DeleteAnswer>;
  /**
   * Creates and updates many in one request, `PATCH /{plural}` (billy-api.md section 4, variant A). If Billy
   * refuses, `rejected` of the BillyFailure holds the records it names, and `saved` the records that it
   * wrote nevertheless. Without records nothing is sent.
   */
  saveMany(
    collection: Collection,
    records: readonly SaveRecord[],
    options: SaveOptions,
  ): Promise<BulkAnswer>;
  /**
   * Deletes many in one request, `DELETE /{plural}?ids[]=`. Only the records that the answer lists are
   * deleted. If Billy refuses, `deleted` of the BillyFailure lists them. Without possible ids nothing is sent.
   */
  removeMany(
    collection: Collection,
    ids: readonly string[],
    options: WriteOptions,
  ): Promise<DeleteAnswer>;
  /** The number of list pages requested so far: the cost of listings, without any other requests. */
  listedPages(): number;
  close(): Promise<void>;
}
