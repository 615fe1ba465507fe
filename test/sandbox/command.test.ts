// Flags of the sandbox command.
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import { AppError } from '../../src/core/errors.js';
import { parseSandboxOptions } from '../../src/sandbox/command.js';
import { SANDBOX_FLAGS } from '../../src/sandbox/flags.js';
import { LATE_MS } from '../../src/sandbox/faults/fault-plan.js';
import { ALTERNATE_UNKNOWNS, DEFAULT_UNKNOWNS } from '../../src/sandbox/world/options.js';

function parse(flags: Record<string, string | boolean | undefined>) {
  return parseSandboxOptions(flags, systemClock);
}

describe('parseSandboxOptions', () => {
  it('leaves faults, limit and latency off unless asked for', () => {
    expect(parse({ port: undefined })).toEqual({
      port: 8787,
      seed: 1,
      unknowns: DEFAULT_UNKNOWNS,
      rateLimit: null,
      latencyMs: null,
      faults: null,
      contacts: 0,
      products: 0,
      clock: systemClock,
    });
  });

  it('reads every flag', () => {
    const options = parse({
      port: '0',
      token: 'secret',
      seed: '5',
      contacts: '1000',
      products: '20',
      'rate-limit': '5/s',
      latency: true,
      unknowns: 'sort=ignore,nulls=dropped,foreignRecord=403',
      faults: 'reset-after:0.05,429:0.1',
      'every-nth': '7:reset-after,10:500-before',
    });
    expect(options).toMatchObject({
      port: 0,
      token: 'secret',
      seed: 5,
      contacts: 1000,
      products: 20,
      rateLimit: { count: 5, windowMs: 1000 },
      latencyMs: { min: 40, max: 150, tailMs: 1000 },
      unknowns: { ...DEFAULT_UNKNOWNS, sort: 'ignore', nulls: 'dropped', foreignRecord: 403 },
      faults: {
        seed: 5,
        rates: { 'reset-after': 0.05, '429': 0.1 },
        everyNthWrite: [
          { n: 7, kind: 'reset-after' },
          { n: 10, kind: '500-before' },
        ],
        lateMs: LATE_MS,
      },
    });
  });

  it('knows profiles, alone and as a base', () => {
    expect(parse({ unknowns: 'default' }).unknowns).toEqual(DEFAULT_UNKNOWNS);
    expect(parse({ unknowns: 'alternate' }).unknowns).toEqual(ALTERNATE_UNKNOWNS);
    expect(parse({ unknowns: 'alternate,sort=refuse' }).unknowns).toEqual({
      ...ALTERNATE_UNKNOWNS,
      sort: 'refuse',
    });
  });

  it('understands limits per minute and the spelling of commander', () => {
    expect(parse({ 'rate-limit': '100/min' }).rateLimit).toEqual({ count: 100, windowMs: 60_000 });
    expect(parse({ rateLimit: '7/s' }).rateLimit).toEqual({ count: 7, windowMs: 1000 });
    expect(parse({ everyNth: '3:429' }).faults?.everyNthWrite).toEqual([{ n: 3, kind: '429' }]);
  });

  it.each([
    { port: '70000' },
    { port: 'x' },
    { contacts: '-1' },
    { 'rate-limit': '5' },
    { 'rate-limit': '0/s' },
    { 'rate-limit': '5/day' },
    { unknowns: 'strict' },
    { unknowns: 'sort=maybe' },
    { unknowns: 'constructor=x' },
    { faults: 'earthquake:0.5' },
    { faults: '429:2' },
    { faults: '429' },
    { 'every-nth': '0:429' },
    { 'every-nth': '3:earthquake' },
    { latency: 'yes' },
    { nonsense: 'x' },
  ])('refuses %j with a hint', (flags) => {
    try {
      parse(flags);
      expect.unreachable();
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(AppError);
      expect(thrown).toMatchObject({ code: 'CONFIG_INVALID' });
      expect((thrown as AppError).hint).not.toBe('');
    }
  });
});

describe('SANDBOX_FLAGS', () => {
  it('are the flags that are understood', () => {
    for (const { name, help, value } of SANDBOX_FLAGS) {
      expect(help).not.toBe('');
      try {
        parse({ [name]: value === null ? true : '1' });
      } catch (thrown) {
        expect((thrown as AppError).message).toContain(`--${name} `);
      }
    }
    expect(SANDBOX_FLAGS.map(({ name }) => name)).toEqual([
      'port',
      'token',
      'seed',
      'contacts',
      'products',
      'rate-limit',
      'latency',
      'unknowns',
      'faults',
      'every-nth',
    ]);
  });
});
