/** The open questions about Billy (billy-api.md sections 9, 11 and 12), with every answer that a client must survive. */

/** Each with its default first, which is what was recorded where anything was, and its alternate second. */
export const ANSWER_VALUES = {
  /** `refuse`: an `organizationId` in a body is refused, "must not be set", whatever its value. */
  organizationIdInBody: ['accept', 'refuse'],
  /** `drop`: an unknown property is silently left out, which only the answer shows. */
  unknownProperties: ['refuse', 'drop'],
  /** `refuse`: fields that only live answers showed are unknown properties; `refuseAll`: `unit` too. */
  undocumentedFields: ['writable', 'refuse', 'refuseAll'],
  /** `enforce`: contactNo and productNo are unique per organization. */
  uniqueNumbers: ['none', 'enforce'],
  /** Status of a refused record (12 A1). */
  refusalStatus: [422, 400],
  /** Code of a refused record; `INVALID_RECORD` comes with a text that says nothing (12 A1). */
  refusalCode: ['INVALID_RECORD', 'OTHER'],
  /**
   * Where the reason stands: `attributes` by wire name, the inner `message` of `validationErrors`, both,
   * or `errorMessage` without any `validationErrors` (12 A1).
   */
  refusalReasons: ['message', 'attributes', 'both', 'errorMessage'],
  /** Under which key `validationErrors` stand for a record without a `_clientId` (12 A1). */
  validationKey: ['singular', 'omit'],
  /** `shaped`: a refused deletion looks like a refused save; `plain`: `OTHER`, the reason in `errorMessage`. */
  deleteRefusal: ['shaped', 'plain'],
  /** `omit`: `_clientId` is taken and forgotten; neither records nor `validationErrors` carry it. */
  echoClientId: ['echo', 'omit'],
  /** `dropped`: unset fields are absent instead of null. */
  nulls: ['explicit', 'dropped'],
  /** How an unset text is shown: null, `""`, or not at all; references and enums are null (12 A6). */
  unsetTexts: ['empty', 'null', 'dropped'],
  /** `some`: unset undocumented fields, and `attachmentIds`, stand on some records of a list only (12 A12). */
  sparseFields: ['some', 'none'],
  /** `some`: a part of the made-up contacts is held by `cityId` or `zipcodeId` (12 A7). */
  cityReferences: ['some', 'none'],
  /** What writing `cityText` (`zipcodeText`) does to a contact that has a `cityId` (`zipcodeId`). */
  cityTextWritten: ['clearsId', 'idStays'],
  /** `/cities`, `/zipcodes` and `/states` without `countryId`; `refuse`: 400 `OTHER` (12 A2). */
  placesWithoutCountry: ['refuse', 'list'],
  /**
   * `recorded`: an unsorted list comes by name (accounts, contacts, persons) or by entry date and id
   * (invoices, 12 A4). `unstable`: it is shuffled anew on every call, and so are ties of a sorted one.
   */
  listOrder: ['recorded', 'unstable', 'insertion'],
  /** `sortProperty` on contacts and products. */
  sort: ['accept', 'ignore', 'refuse'],
  pageSizeOverCap: ['clamp', 'refuse'],
  /** Keys of `meta.paging`: without or with the four URLs (12 A5). */
  pagingKeys: [4, 8],
  /** What a list answers to a filter's value outside its enum (12 A3). */
  outOfEnumFilter: [404, 400],
  /** What `GET /organizations` answers to a company's token (12 A11). */
  organizationsList: [200, 403],
  /** A path that ends in a slash (12 A17). */
  trailingSlash: ['accepted', 'unknownRoute'],
  /** What a read or write of another organization's record answers. */
  foreignRecord: [404, 403],
  /** What a write to a locked organization answers. */
  lockedStatus: [403, 422],
  /**
   * When one of many may not be deleted. `partial`: what may go goes, although the answer is a refusal;
   * `silentPartial`: the same, and the answer is a 200 that does not list what stayed.
   */
  bulkDelete: ['allOrNothing', 'partial', 'silentPartial'],
  /** `PATCH /{plural}`; `none` answers like a verb that the route lacks. */
  bulkSave: ['patch', 'none'],
  /**
   * When one of many may not be saved. `partial`: the others are, although the answer is a refusal that
   * lists them; `silentPartial`: the same, and it does not list them.
   */
  bulkSaveRefused: ['allOrNothing', 'partial', 'silentPartial'],
  /** Records that a bulk save takes; more are a 422 that names none of them. */
  bulkSaveMax: [1000, 100, 50, 10],
  /** In which order the answer to a bulk save holds its records, children among themselves. */
  bulkOrder: ['sent', 'shuffled'],
  /** How a bulk save's `validationErrors` are keyed: `index` counts the records sent, from 0. */
  bulkErrors: ['clientId', 'omit', 'index'],
  /** Which invoices and bills keep a contact or product from being deleted: all, or approved ones only. */
  deleteReferenced: ['refuseDrafts', 'refuseApproved'],
  /** A line's `amount` on an invoice with `taxMode` incl (12 A8). */
  lineAmount: ['gross', 'net'],
  /** The `priority` of an invoice's first line (12 A9). */
  firstPriority: [1, 0],
  /** The `balance` of a draft invoice (12 A9). */
  draftBalance: ['gross', 'zero'],
  /** `joined`: product and text of each line, cut; `first`: the text of the first line (12 A9). */
  lineDescription: ['joined', 'first'],
  /** Whether payment terms from the end of the month give a due date (12 A9). */
  netEndOfMonth: ['computed', 'noDueDate'],
  /** Payment terms of a draft, by PUT (12 A10). */
  draftTerms: ['writable', 'immutable'],
  /** What an explicit null makes of a new product's ruleset (12 A14). */
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

/** What Billy may do and nobody has seen; the first value is off. In no profile: each is asked for by name. */
export const ODDITY_VALUES = {
  phoneStored: ['asSent', 'withoutSpaces'],
  emailStored: ['asSent', 'lowered'],
  /** `rounded`: prices are kept with two decimals. */
  priceStored: ['asSent', 'rounded'],
  /** `singleBlanks`: names are kept without blanks at their ends, and with one between words. */
  nameStored: ['asSent', 'singleBlanks'],
  /** `omitted`: a deletion answers 200 and does not list what it deleted. */
  deletedRecords: ['listed', 'omitted'],
  pagingTotal: ['exact', 'oneTooHigh'],
  /** `fewer`: some countries that ISO knows are not there. Only at the start of a sandbox. */
  countries: ['all', 'fewer'],
} as const;

type ValueOf<Table, Key extends keyof Table> = Table[Key] extends readonly (infer Value)[]
  ? Value
  : never;

type AnswerUnknowns = { [Key in keyof typeof ANSWER_VALUES]: ValueOf<typeof ANSWER_VALUES, Key> };
type OddityUnknowns = { [Key in keyof typeof ODDITY_VALUES]: ValueOf<typeof ODDITY_VALUES, Key> };

export interface SandboxUnknowns extends AnswerUnknowns, OddityUnknowns {
  /** Lists, with what they include, answer the state of so many milliseconds ago; single reads do not. 0: off. */
  listLagMs: number;
  /** Longest text that is taken, by `<singular>.<field>`; `*` for all other texts. Empty: off. */
  textMax: Readonly<Record<string, number>>;
}

type Choosable = AnswerUnknowns & OddityUnknowns;

/** Every value of every unknown that has a list of them, the default first; the source of `--unknowns`. */
export const UNKNOWN_VALUES: { readonly [Key in keyof Choosable]: readonly Choosable[Key][] } = {
  ...ANSWER_VALUES,
  ...ODDITY_VALUES,
};

/** Unknowns whose alternate is in the alternate profile. */
const ANSWERS: ReadonlySet<string> = new Set(Object.keys(ANSWER_VALUES));

function profileOf(place: (name: string) => 0 | 1): SandboxUnknowns {
  const chosen = Object.entries(UNKNOWN_VALUES).map(
    ([name, values]) => [name, values[place(name)]] as const,
  );
  // Every name of the table with one of its own values.
  return { ...(Object.fromEntries(chosen) as unknown as Choosable), listLagMs: 0, textMax: {} };
}

export const DEFAULT_UNKNOWNS: SandboxUnknowns = profileOf(() => 0);

/**
 * Some answers go with each other: a 400 was recorded with its code, and where no `_clientId` comes back
 * some other key must. Else nothing would tell that it is a record that is refused, or why.
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

/** The unknowns with one more chosen, or a whole profile; null when there is no such name or value. */
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
