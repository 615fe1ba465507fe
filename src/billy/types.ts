/** What travels between us and Billy (billy-api.md sections 2, 4 and 6), and the port the rest of the program sees. */

/** The collections we speak to, each with its singular root (billy-api.md section 2.1). */
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
  /** `incl` or `excl`; null when not told. */
  readonly defaultTaxMode: string | null;
  /** Registered for VAT; true where Billy does not say. */
  readonly hasVat: boolean;
  readonly isLocked: boolean;
  /** Up to this day, YYYY-MM-DD and included, its books are closed; null: open. Absent: nobody has asked. */
  readonly fiscalLockingDate?: string | null;
}

/** `interactive`: somebody waits for it, it goes first. `job`: everything else. */
export type Priority = 'interactive' | 'job';

export interface ReadOptions {
  readonly priority: Priority;
  /** How long failures are retried before the call gives up, milliseconds. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
}

export interface ListOptions extends ReadOptions {
  /** `<singular>.<relation>:embed`, comma separated. */
  readonly include?: string;
  /** Server-side filters are hints only: callers check every record themselves. */
  readonly filters?: Readonly<Record<string, string>>;
  /** Awaited when Billy counts more records than its list shows for good: what is shown is the list then. */
  readonly onUnstable?: (collection: Collection) => Promise<void>;
}

/**
 * Asked when the first byte is about to leave, without a wait in between: whether what was checked before
 * still counts. Where it does not, nothing leaves, and the check is made again.
 */
export type MayLeave = () => boolean;

/** What is done before a write leaves; what it resolves to is asked at the last moment. */
export type BeforeSend = (() => Promise<MayLeave>) | (() => Promise<void>);

export interface WriteOptions {
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
  /**
   * Awaited immediately before the bytes leave, after every wait of the throttle, and again before
   * each resend: the place for the intent and the lease check. When it rejects, nothing is sent.
   */
  readonly beforeSend?: BeforeSend;
}

export interface SaveOptions extends WriteOptions {
  /**
   * Whatever a refusal has saved is found by the caller: so one that gives no reason may go again, inside,
   * without what Billy may have minded (the organization's id).
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
  /** For each record sent, in order: what Billy made of it; null where the answer names it neither by id nor by `_clientId`. */
  readonly answers: readonly (WriteAnswer | null)[];
  /** Records of the collection that nothing ties to what was sent. */
  readonly loose: readonly WireRecord[];
  readonly records: Readonly<Record<string, readonly WireRecord[]>>;
  readonly deleted: Readonly<Record<string, readonly string[]>>;
}

export interface DeleteAnswer {
  readonly deleted: Readonly<Record<string, readonly string[]>>;
}

/**
 * The port towards Billy. Every method rejects with a BillyError only; its `retry` says what may follow:
 * `never` (Billy refused), `wait` (known not to have happened), `reconcile` (a write whose answer was lost).
 * Waits that are safe (429, not connected, failed reads) happen inside, up to `patienceMs`.
 * Besides, a call ends with the reason of its signal or of `beforeSend`; for a write both mean that
 * nothing has happened, for one that is on its way is not broken off.
 */
export interface BillyClient {
  organization(options: ReadOptions): Promise<Organization>;
  /**
   * Every record once, in batches as they arrive; survives shifting pages and unstable order by
   * listing again until the distinct ids reach `paging.total`, or the same ones have come three times.
   */
  listAll(collection: Collection, options: ListOptions): AsyncIterable<readonly WireRecord[]>;
  /** null when Billy has no such record. */
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
   * Creates and updates many in one request, `PATCH /{plural}` (billy-api.md section 4, variant A). Of
   * a refusal, BillyFailure's `rejected` tells which records it names and `saved` what was done all the
   * same. Without records nothing is sent.
   */
  saveMany(
    collection: Collection,
    records: readonly SaveRecord[],
    options: SaveOptions,
  ): Promise<BulkAnswer>;
  /**
   * Deletes many in one request, `DELETE /{plural}?ids[]=`. Only what the answer lists is gone, also
   * where Billy refuses: then BillyFailure's `deleted` lists it. Without possible ids nothing is sent.
   */
  removeMany(
    collection: Collection,
    ids: readonly string[],
    options: WriteOptions,
  ): Promise<DeleteAnswer>;
  /** Pages of lists asked for so far: what listings cost, whatever else was sent meanwhile. */
  listedPages(): number;
  close(): Promise<void>;
}
