/** Makes the options of the sandbox from its flags. */
import { z } from 'zod';
import type { Clock } from '../core/clock.js';
import { ConfigError } from '../core/errors.js';
import { LATE_MS } from './faults/fault-plan.js';
import {
  DEFAULT_UNKNOWNS,
  FAULT_KINDS,
  type FaultKind,
  type FaultPlan,
  type Latency,
  type RateLimit,
  type SandboxOptions,
  type SandboxUnknowns,
} from './world/options.js';
import { chosenUnknown } from './world/unknowns.js';

const LATENCY: Latency = { min: 40, max: 150, tailChance: 0.01, tailMs: 1000 };

const WINDOWS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  sec: 1000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
};

/** A schema for text that `parse` understands; its issue names the expected form. */
function readAs<T>(expected: string, parse: (text: string) => T | null): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const value = parse(text);
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: `expected ${expected}` });
    return z.NEVER;
  });
}

function parseRateLimit(text: string): RateLimit | null {
  const [, count = '', unit = ''] = /^([1-9]\d*)\/([a-z]+)$/.exec(text.trim()) ?? [];
  const windowMs = WINDOWS_MS[unit];
  return windowMs === undefined ? null : { count: Number(count), windowMs };
}

/** Splits `a=1,b=2` at the comma and the separator; drops empty parts. */
function pairs(text: string, separator: string): [string, string][] {
  const parts = text.split(',').map((part) => part.trim());
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf(separator);
      return at === -1 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    });
}

function parseUnknowns(text: string): SandboxUnknowns | null {
  return pairs(text, '=').reduce<SandboxUnknowns | null>(
    (unknowns, [name, value]) => unknowns && chosenUnknown({ name, value }, unknowns),
    DEFAULT_UNKNOWNS,
  );
}

function faultKind(text: string): FaultKind | null {
  return FAULT_KINDS.find((kind) => kind === text) ?? null;
}

function parseRates(text: string): FaultPlan['rates'] | null {
  const rates: FaultPlan['rates'] = {};
  for (const [name, value] of pairs(text, ':')) {
    const [kind, rate] = [faultKind(name), Number(value)];
    if (kind === null || value === '' || !(rate >= 0 && rate <= 1)) return null;
    rates[kind] = rate;
  }
  return rates;
}

function parseEveryNth(text: string): { n: number; kind: FaultKind }[] | null {
  const rules: { n: number; kind: FaultKind }[] = [];
  for (const [count, name] of pairs(text, ':')) {
    const [n, kind] = [Number(count), faultKind(name)];
    if (kind === null || !Number.isInteger(n) || n < 1) return null;
    rules.push({ n, kind });
  }
  return rules;
}

function count(max: number): z.ZodType<number, string> {
  return readAs(`a whole number up to ${String(max)}`, (text) =>
    /^\d{1,9}$/.test(text) && Number(text) <= max ? Number(text) : null,
  );
}

const FLAGS = z.strictObject({
  port: count(65_535).default(8787),
  token: z.string().min(1).optional(),
  seed: count(999_999_999).default(1),
  contacts: count(1_000_000).default(0),
  products: count(1_000_000).default(0),
  'rate-limit': readAs('a limit such as 5/s or 100/min', parseRateLimit).optional(),
  latency: z.boolean().default(false),
  unknowns: readAs('default, alternate or pairs such as sort=ignore', parseUnknowns).default(
    DEFAULT_UNKNOWNS,
  ),
  faults: readAs('pairs such as reset-after:0.05', parseRates).optional(),
  'every-nth': readAs('pairs such as 7:reset-after', parseEveryNth).optional(),
});

type Flags = z.output<typeof FLAGS>;

/** Commander passes `rateLimit` for `--rate-limit`; both spellings are accepted. */
function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function faultPlanOf(flags: Flags): FaultPlan | null {
  const { faults, 'every-nth': everyNthWrite, seed } = flags;
  if (faults === undefined && everyNthWrite === undefined) return null;
  return { seed, rates: faults ?? {}, everyNthWrite: everyNthWrite ?? [], lateMs: LATE_MS };
}

/** Options from command line flags. Faults, limit and latency are off by default. @throws ConfigError */
export function parseSandboxOptions(
  flags: Record<string, string | boolean | undefined>,
  clock: Clock,
): SandboxOptions {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  const parsed = FLAGS.safeParse(Object.fromEntries(given.map(([k, v]) => [kebab(k), v])));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const flag = issue?.path.join('.') ?? '';
    throw new ConfigError({
      code: 'CONFIG_INVALID',
      message: flag === '' ? 'Unknown sandbox flag.' : `--${flag} is not valid.`,
      hint: issue?.message ?? '',
      cause: parsed.error,
    });
  }
  const { port, token, seed, contacts, products, latency, unknowns } = parsed.data;
  return {
    port,
    ...(token === undefined ? {} : { token }),
    seed,
    unknowns,
    rateLimit: parsed.data['rate-limit'] ?? null,
    latencyMs: latency ? LATENCY : null,
    faults: faultPlanOf(parsed.data),
    contacts,
    products,
    clock,
  };
}
