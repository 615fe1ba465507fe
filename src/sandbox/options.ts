/** What can be chosen about a sandbox: the answer to each open question about Billy, faults, limits and size. */
import type { Clock } from '../core/clock.js';

/** Billy's unknowns (billy-api.md section 9): the default first, then what else a client must survive. */
export interface SandboxUnknowns {
  /** `refuse`: an `organizationId` in a body is a 422 "must not be set", whatever its value. */
  organizationIdInBody: 'accept' | 'refuse';
  /** `drop`: an unknown property is silently left out, which only the answer shows. */
  unknownProperties: 'refuse' | 'drop';
  /** `enforce`: contactNo and productNo are unique per organization. */
  uniqueNumbers: 'none' | 'enforce';
  /** Under which key `validationErrors` stand for a record without a `_clientId`. */
  validationKey: 'omit' | 'singular';
  /** `omit`: `_clientId` is taken and forgotten; neither records nor `validationErrors` carry it. */
  echoClientId: 'echo' | 'omit';
  /** `dropped`: unset fields are absent instead of null. */
  nulls: 'explicit' | 'dropped';
  /** `unstable`: an unsorted list is shuffled anew on every call, and so are ties of a sorted one. */
  listOrder: 'insertion' | 'unstable';
  /** `sortProperty` on contacts and products. */
  sort: 'accept' | 'ignore' | 'refuse';
  pageSizeOverCap: 'clamp' | 'refuse';
  /** What a read or write of another organization's record answers. */
  foreignRecord: 404 | 403;
  /** What a write to a locked organization answers. */
  lockedStatus: 403 | 422;
  /**
   * When one of many may not be deleted. `partial`: what may go goes, although the answer is a 422;
   * `silentPartial`: the same, and the answer is a 200 that does not list what stayed.
   */
  bulkDelete: 'allOrNothing' | 'partial' | 'silentPartial';
  /** `PATCH /{plural}`; `none` answers like a verb that the route lacks. */
  bulkSave: 'patch' | 'none';
  /**
   * When one of many may not be saved. `partial`: the others are, although the answer is a 422 that lists
   * them; `silentPartial`: the same, and it does not list them.
   */
  bulkSaveRefused: 'allOrNothing' | 'partial' | 'silentPartial';
  /** Records that a bulk save takes; more are a 422 that names none of them. */
  bulkSaveMax: 1000 | 100 | 50 | 10;
  /** In which order the answer to a bulk save holds its records, children among themselves. */
  bulkOrder: 'sent' | 'shuffled';
  /** How a bulk save's `validationErrors` are keyed: `index` counts the records sent, from 0. */
  bulkErrors: 'clientId' | 'omit' | 'index';
  /** Which invoices and bills keep a contact or product from being deleted: all, or approved ones only. */
  deleteReferenced: 'refuseDrafts' | 'refuseApproved';
  retryAfter: 'seconds' | 'date' | 'absent' | 'plainText';
  bills: 'served' | 'unknownRoute';
  /** The organization's defaultSalesAccountId and defaultSalesTaxRulesetId. */
  missingSalesDefaults: 'set' | 'null';
}

export const DEFAULT_UNKNOWNS: SandboxUnknowns = {
  organizationIdInBody: 'accept',
  unknownProperties: 'refuse',
  uniqueNumbers: 'none',
  validationKey: 'omit',
  echoClientId: 'echo',
  nulls: 'explicit',
  listOrder: 'insertion',
  sort: 'accept',
  pageSizeOverCap: 'clamp',
  foreignRecord: 404,
  lockedStatus: 403,
  bulkDelete: 'allOrNothing',
  bulkSave: 'patch',
  bulkSaveRefused: 'allOrNothing',
  bulkSaveMax: 1000,
  bulkOrder: 'sent',
  bulkErrors: 'clientId',
  deleteReferenced: 'refuseDrafts',
  retryAfter: 'seconds',
  bills: 'served',
  missingSalesDefaults: 'set',
};

export const ALTERNATE_UNKNOWNS: SandboxUnknowns = {
  organizationIdInBody: 'refuse',
  unknownProperties: 'drop',
  uniqueNumbers: 'enforce',
  validationKey: 'singular',
  echoClientId: 'omit',
  nulls: 'dropped',
  listOrder: 'unstable',
  sort: 'ignore',
  pageSizeOverCap: 'refuse',
  foreignRecord: 403,
  lockedStatus: 422,
  bulkDelete: 'partial',
  bulkSave: 'none',
  bulkSaveRefused: 'partial',
  bulkSaveMax: 100,
  bulkOrder: 'shuffled',
  bulkErrors: 'omit',
  deleteReferenced: 'refuseApproved',
  retryAfter: 'date',
  bills: 'unknownRoute',
  missingSalesDefaults: 'null',
};

/** Every value of every unknown, the default first; the source of `--unknowns` and of its errors. */
export const UNKNOWN_VALUES: {
  readonly [Key in keyof SandboxUnknowns]: readonly SandboxUnknowns[Key][];
} = {
  organizationIdInBody: ['accept', 'refuse'],
  unknownProperties: ['refuse', 'drop'],
  uniqueNumbers: ['none', 'enforce'],
  validationKey: ['omit', 'singular'],
  echoClientId: ['echo', 'omit'],
  nulls: ['explicit', 'dropped'],
  listOrder: ['insertion', 'unstable'],
  sort: ['accept', 'ignore', 'refuse'],
  pageSizeOverCap: ['clamp', 'refuse'],
  foreignRecord: [404, 403],
  lockedStatus: [403, 422],
  bulkDelete: ['allOrNothing', 'partial', 'silentPartial'],
  bulkSave: ['patch', 'none'],
  bulkSaveRefused: ['allOrNothing', 'partial', 'silentPartial'],
  bulkSaveMax: [1000, 100, 50, 10],
  bulkOrder: ['sent', 'shuffled'],
  bulkErrors: ['clientId', 'omit', 'index'],
  deleteReferenced: ['refuseDrafts', 'refuseApproved'],
  retryAfter: ['seconds', 'date', 'absent', 'plainText'],
  bills: ['served', 'unknownRoute'],
  missingSalesDefaults: ['set', 'null'],
};

/** `before`: nothing is executed. `after`: executed, the answer is lost. `late`: executed `lateMs` after that. */
export const FAULT_KINDS = [
  'reset-before',
  'reset-after',
  'reset-late',
  'timeout-before',
  'timeout-after',
  'timeout-late',
  '500-before',
  '500-after',
  '502-before',
  '502-html-after',
  '503-before',
  '503-after',
  '504-after',
  '504-late',
  'truncated',
  'prefixed',
  'wrong-content-type',
  'html-200',
  'close-idle',
  '429',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultPlan {
  seed: number;
  /** Probability per request, 0 to 1. */
  rates: Partial<Record<FaultKind, number>>;
  /** Every n-th write (POST, PUT, PATCH, DELETE) since the plan was set suffers this, whatever the rates say. */
  everyNthWrite?: { n: number; kind: FaultKind }[];
  lateMs: number;
}

export interface RateLimit {
  count: number;
  windowMs: number;
}

export interface Latency {
  min: number;
  max: number;
  /** Probability of a slow answer, 0 to 1. */
  tailChance: number;
  /** A slow answer takes between this and twice this. */
  tailMs: number;
}

export interface SandboxOptions {
  /** 0 takes any free port. */
  port: number;
  host?: '127.0.0.1';
  /** Absent: a random one is made. */
  token?: string;
  /** Same seed, same made-up data and the same ids in the same order. */
  seed: number;
  unknowns: SandboxUnknowns;
  /** A request above this in any sliding window answers 429 and is not executed. */
  rateLimit: RateLimit | null;
  latencyMs: Latency | null;
  faults: FaultPlan | null;
  /** Made-up contacts that are there from the start. */
  contacts: number;
  products: number;
  clock: Clock;
  /** Hears of each write as it arrives, once it is saved, and as its answer leaves; for crash tests. */
  onWrite?: (moment: WriteMoment) => void;
}

export type WriteMoment = 'arrived' | 'saved' | 'answered';
