/** The open questions about Billy (billy-api.md sections 9, 11, 12), with every answer a client must handle. */

/** The answers: first the default (the recorded answer, if there is one), then the alternate. */
export const ANSWER_VALUES = {
  /** `refuse`: an `organizationId` in a body is refused, "must not be set", whatever its value. */
  organizationIdInBody: ['accept', 'refuse'],
  /** `drop`: an unknown property is silently dropped; only its absence in the answer shows this. */
  unknownProperties: ['refuse', 'drop'],
  /** `refuse`: fields known only from live answers are unknown properties; `refuseAll`: `unit` too. */
  undocumentedFields: ['writable', 'refuse', 'refuseAll'],
  /** `enforce`: contactNo and productNo are unique per organization. */
  uniqueNumbers: ['none', 'enforce'],
  /** Status of a refused record (12 A1). */
  refusalStatus: [422, 400],
  /** Code of a refused record; `INVALID_RECORD` has a text without details (12 A1). */
  refusalCode: ['INVALID_RECORD', 'OTHER'],
  /**
   * The place of the reason: `attributes` by wire name, the inner `message` of `validationErrors`, both,
   * or `errorMessage` without any `validationErrors` (12 A1).
   */
  refusalReasons: ['message', 'attributes', 'both', 'errorMessage'],
  /** The key in `validationErrors` of a record without a `_clientId` (12 A1). */
  validationKey: ['singular', 'omit'],
  /** `shaped`: a refused deletion looks like a refused save; `plain`: `OTHER`, the reason in `errorMessage`. */
  deleteRefusal: ['shaped', 'plain'],
  /** `omit`: `_clientId` is accepted and ignored; neither records nor `validationErrors` have it. */
  echoClientId: ['echo', 'omit'],
  /** `dropped`: unset fields are absent instead of null. */
  nulls: ['explicit', 'dropped'],
  /** An unset text is shown as null, as `""`, or not at all; references and enums are null (12 A6). */
  unsetTexts: ['empty', 'null', 'dropped'],
  /** `some`: only some records of a list have unset undocumented fields and `attachmentIds` (12 A12). */
  sparseFields: ['some', 'none'],
  /** `some`: some of the made-up contacts have a `cityId` or `zipcodeId` (12 A7). */
  cityReferences: ['some', 'none'],
  /** The effect of writing `cityText` (`zipcodeText`) on a contact with a `cityId` (`zipcodeId`). */
  cityTextWritten: ['clearsId', 'idStays'],
  /** `/cities`, `/zipcodes` and `/states` without `countryId`; `refuse`: 400 `OTHER` (12 A2). */
  placesWithoutCountry: ['refuse', 'list'],
  /**
   * `recorded`: an unsorted list is ordered by name (accounts, contacts, persons) or by entry date and id
   * (invoices, 12 A4). `unstable`: it is shuffled on every call, and so are ties of a sorted list.
   */
  listOrder: ['recorded', 'unstable', 'insertion'],
  /** `sortProperty` on contacts and products. */
  sort: ['accept', 'ignore', 'refuse'],
  pageSizeOverCap: ['clamp', 'refuse'],
  /** Keys of `meta.paging`: without or with the four URLs (12 A5). */
  pagingKeys: [4, 8],
  /** The status for a filter value outside its enum (12 A3). */
  outOfEnumFilter: [404, 400],
  /** The status of `GET /organizations` with a company's token (12 A11). */
  organizationsList: [200, 403],
  /** A path that ends in a slash (12 A17). */
  trailingSlash: ['accepted', 'unknownRoute'],
  /** The status of a read or write of another organization's record. */
  foreignRecord: [404, 403],
  /** The status of a write to a locked organization. */
  lockedStatus: [403, 422],
  /**
   * The effect if one of many may not be deleted. `partial`: the others are deleted although the answer
   * is a refusal; `silentPartial`: the same, but the answer is a 200 that lists only the deleted ones.
   */
  bulkDelete: ['allOrNothing', 'partial', 'silentPartial'],
  /** `PATCH /{plural}`; `none`: the route does not have this verb. */
  bulkSave: ['patch', 'none'],
  /**
   * The effect if one of many may not be saved. `partial`: the others are saved although the answer is a
   * refusal, which lists them; `silentPartial`: the same, but the refusal does not list them.
   */
  bulkSaveRefused: ['allOrNothing', 'partial', 'silentPartial'],
  /** The most records in a bulk save; more give a 422 that names none of them. */
  bulkSaveMax: [1000, 100, 50, 10],
  /** The order of records, and of children, in the answer to a bulk save. */
  bulkOrder: ['sent', 'shuffled'],
  /** The keys in `validationErrors` of a bulk save; `index` counts the sent records from 0. */
  bulkErrors: ['clientId', 'omit', 'index'],
  /** The invoices and bills that prevent deletion of a contact or product: all, or only approved ones. */
  deleteReferenced: ['refuseDrafts', 'refuseApproved'],
  /** The `amount` of a line on an invoice with `taxMode` incl (12 A8). */
  lineAmount: ['gross', 'net'],
  /** The `priority` of an invoice's first line (12 A9). */
  firstPriority: [1, 0],
  /** The `balance` of a draft invoice (12 A9). */
  draftBalance: ['gross', 'zero'],
  /** `joined`: product and text of each line, cut; `first`: the text of the first line (12 A9). */
  lineDescription: ['joined', 'first'],
  /** The due date for payment terms from the end of the month (12 A9). */
  netEndOfMonth: ['computed', 'noDueDate'],
  /** Payment terms of a draft, by PUT (12 A10). */
  draftTerms: ['writable', 'immutable'],
  /** The effect of an explicit null on the ruleset of a new product (12 A14). */
  nullRuleset: ['kept', 'defaulted'],
  /** Spelling of the organization's `salesTaxPeriod` (12 A15). */
  salesTaxPeriod: ['quarter', 'quarterly'],
  /** The currency of accounts from the standard chart (12 A16). */
  accountCurrency: ['base', 'null'],
  /** An approval dated on or before the organization's `fiscalLockingDate` (section 18). */
  lockedDateApproval: ['refuse', 'accept'],
  /** An approval dated inside a settled VAT return (section 18). */
  settledPeriodApproval: ['refuse', 'accept'],
  retryAfter: ['seconds', 'date', 'absent', 'plainText'],
  bills: ['served', 'unknownRoute'],
  /** The organization's defaultSalesAccountId and defaultSalesTaxRulesetId. */
  missingSalesDefaults: ['set', 'null'],
} as const;

/** Possible behaviour that was never seen; the first value is off. Not in a profile: chosen by name only. */
export const ODDITY_VALUES = {
  phoneStored: ['asSent', 'withoutSpaces'],
  emailStored: ['asSent', 'lowered'],
  /** `rounded`: prices are stored with two decimals. */
  priceStored: ['asSent', 'rounded'],
  /** `singleBlanks`: names are stored trimmed, with one blank between words. */
  nameStored: ['asSent', 'singleBlanks'],
  /** `omitted`: a deletion answers 200 without a list of the deleted records. */
  deletedRecords: ['listed', 'omitted'],
  pagingTotal: ['exact', 'oneTooHigh'],
  /** `fewer`: some ISO countries are missing. Takes effect only at the start of a sandbox. */
  countries: ['all', 'fewer'],
} as const;

type ValueOf<Table, Key extends keyof Table> = Table[Key] extends readonly (infer Value)[]
  ? Value
  : never;

type AnswerUnknowns = { [Key in keyof typeof ANSWER_VALUES]: ValueOf<typeof ANSWER_VALUES, Key> };
type OddityUnknowns = { [Key in keyof typeof ODDITY_VALUES]: ValueOf<typeof ODDITY_VALUES, Key> };

export interface SandboxUnknowns extends AnswerUnknowns, OddityUnknowns {
  /** Lists, with included records, show the state this number of milliseconds ago; single reads do not. 0: off. */
  listLagMs: number;
  /** The maximum text length, by `<singular>.<field>`; `*` for all other texts. Empty: off. */
  textMax: Readonly<Record<string, number>>;
}

type Choosable = AnswerUnknowns & OddityUnknowns;

/** Every value of every unknown with a list of values, the default first; the source of `--unknowns`. */
export const UNKNOWN_VALUES: { readonly [Key in keyof Choosable]: readonly Choosable[Key][] } = {
  ...ANSWER_VALUES,
  ...ODDITY_VALUES,
};

/** The unknowns with an alternate in the alternate profile. */
const ANSWERS: ReadonlySet<string> = new Set(Object.keys(ANSWER_VALUES));

function profileOf(place: (name: string) => 0 | 1): SandboxUnknowns {
  const chosen = Object.entries(UNKNOWN_VALUES).map(
    ([name, values]) => [name, values[place(name)]] as const,
  );
  // The object has every name of the table, with one of its own values.
  return { ...(Object.fromEntries(chosen) as unknown as Choosable), listLagMs: 0, textMax: {} };
}

export const DEFAULT_UNKNOWNS: SandboxUnknowns = profileOf(() => 0);

/**
 * Some answers depend on each other: a 400 was recorded with its code, and without `_clientId` another
 * key must be returned. Otherwise a client could not see that a record is refused, or why.
 */
export const ALTERNATE_UNKNOWNS: SandboxUnknowns = {
  ...profileOf((name) => (ANSWERS.has(name) ? 1 : 0)),
  validationKey: 'singular',
  refusalCode: 'INVALID_RECORD',
};

/** A whole number up to ten million; null for anything else. */
function wholeNumber(text: string): number | null {
  return /^\d{1,7}$/.test(text) ? Number(text) : null;
}

/** `textMax` for all texts, `textMax.contact.name` for one. */
function withTextMax({ name, value }: Choice, unknowns: SandboxUnknowns): SandboxUnknowns | null {
  const max = wholeNumber(value);
  if (max === null) return null;
  const field = name === 'textMax' ? '*' : name.slice('textMax.'.length);
  return { ...unknowns, textMax: { ...unknowns.textMax, [field]: max } };
}

/** One unknown by name, its value as text. */
export interface Choice {
  readonly name: string;
  readonly value: string;
}

/** The unknowns with one more choice, or a whole profile; null if there is no such name or value. */
export function chosenUnknown(choice: Choice, unknowns: SandboxUnknowns): SandboxUnknowns | null {
  const { name, value } = choice;
  if (value === '' && name === 'default') return DEFAULT_UNKNOWNS;
  if (value === '' && name === 'alternate') return ALTERNATE_UNKNOWNS;
  if (name === 'textMax' || name.startsWith('textMax.')) return withTextMax(choice, unknowns);
  if (name === 'listLagMs') {
    const listLagMs = wholeNumber(value);
    return listLagMs === null ? null : { ...unknowns, listLagMs };
  }
  if (!Object.hasOwn(UNKNOWN_VALUES, name)) return null;
  const key = name as keyof typeof UNKNOWN_VALUES;
  const chosen = UNKNOWN_VALUES[key].find((known) => String(known) === value);
  return chosen === undefined ? null : { ...unknowns, [key]: chosen };
}
