/** The options of a sandbox: the answer to each open question about Billy, faults, limits and size. */
import type { Clock } from '../../core/clock.js';
import type { SandboxUnknowns } from './unknowns.js';

export {
  ALTERNATE_UNKNOWNS,
  DEFAULT_UNKNOWNS,
  UNKNOWN_VALUES,
  type SandboxUnknowns,
} from './unknowns.js';

/** `before`: not executed. `after`: executed, the answer is lost. `late`: executed `lateMs` after the loss. */
export const PLAIN_FAULT_KINDS = [
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

/** Delivered and executed twice; the client gets the answer to the first or to the second delivery. */
export const TWICE_FAULT_KINDS = ['twice-first', 'twice-second'] as const;

/** Refusals by a proxy and not by Billy, before or after Billy saved; `html`: with the proxy's own page. */
export const PROXY_FAULT_KINDS = [
  '408-before',
  '408-after',
  '409-before',
  '409-after',
  '425-before',
  '425-after',
  '499-before',
  '499-after',
  '403-html-before',
  '403-html-after',
  '404-html-before',
  '404-html-after',
] as const;

export const FAULT_KINDS = [
  ...PLAIN_FAULT_KINDS,
  ...TWICE_FAULT_KINDS,
  ...PROXY_FAULT_KINDS,
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultPlan {
  seed: number;
  /** Probability per request, 0 to 1. */
  rates: Partial<Record<FaultKind, number>>;
  /** The fault of every n-th write (POST, PUT, PATCH, DELETE) since the plan was set, ahead of the rates. */
  everyNthWrite?: { n: number; kind: FaultKind; times?: number | undefined }[];
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
  /** A slow answer takes between this time and twice this time. */
  tailMs: number;
}

export interface SandboxOptions {
  /** 0 takes any free port. */
  port: number;
  host?: '127.0.0.1';
  /** Absent: a random token is generated. */
  token?: string;
  /** The same seed gives the same made-up data and the same ids in the same order. */
  seed: number;
  unknowns: SandboxUnknowns;
  /** A request above this limit in any sliding window gets 429 and is not executed. */
  rateLimit: RateLimit | null;
  latencyMs: Latency | null;
  faults: FaultPlan | null;
  /** The number of made-up contacts at the start. */
  contacts: number;
  products: number;
  clock: Clock;
  /** Called when a write arrives, when it is saved, and when its answer is sent; for crash tests. */
  onWrite?: (moment: WriteMoment) => void;
}

export type WriteMoment = 'arrived' | 'saved' | 'answered';
