// Options of a start: what is taken, what is refused, what holds when nothing is said.
import { describe, expect, it } from 'vitest';
import { jobOptionsOf, startOptionsSchema, STRATEGIES } from '../../src/jobs/options.js';

describe('startOptionsSchema', () => {
  it.each([
    {},
    { dryRun: true, continueOnError: false, validateBeforeCreate: true, rollbackOnError: true },
    ...STRATEGIES.map((duplicateStrategy) => ({ duplicateStrategy })),
    { matchBy: ['phone', 'name'] },
    { columnMapping: { 'Deres felt': 'name' } },
    { delimiter: ';', encoding: 'windows-1252', decimalSeparator: ',' },
    { dateFormat: 'dd.mm.yyyy', sheet: 'Ark1' },
    { batchSize: 1, label: 'x', force: true },
    { batchSize: 100, label: 'x'.repeat(100) },
  ])('takes %j as it is', (options) => {
    expect(startOptionsSchema.parse(options)).toEqual(options);
  });

  it.each([
    { dryrun: true },
    { dryRun: 'yes' },
    { duplicateStrategy: 'overwrite' },
    { matchBy: [] },
    { matchBy: Array.from({ length: 9 }, () => 'email') },
    { delimiter: '#' },
    { encoding: 'ebcdic' },
    { decimalSeparator: "'" },
    { dateFormat: 'dd-mm-yy' },
    { dateFormat: 'i morgen' },
    { sheet: '' },
    { batchSize: 0 },
    { batchSize: 101 },
    { batchSize: 1.5 },
    { label: '' },
    { label: 'x'.repeat(101) },
    { columnMapping: { a: 1 } },
  ])('refuses %j', (options) => {
    expect(startOptionsSchema.safeParse(options).success).toBe(false);
  });
});

describe('jobOptionsOf', () => {
  it('fills in what the contract promises', () => {
    expect(jobOptionsOf({ options: {} })).toEqual({
      continueOnError: true,
      validateBeforeCreate: false,
      rollbackOnError: false,
      duplicateStrategy: 'skip',
      matchBy: null,
      archiveIfInUse: false,
    });
  });

  it('keeps what was asked for', () => {
    const options = {
      continueOnError: false,
      validateBeforeCreate: true,
      rollbackOnError: true,
      duplicateStrategy: 'merge',
      matchBy: ['phone'],
      archiveIfInUse: true,
    } as const;
    expect(jobOptionsOf({ options: { ...options, dryRun: true, label: 'x' } })).toEqual(options);
  });

  it('refuses what no start has stored', () => {
    expect(() => jobOptionsOf({ options: { filters: {} } })).toThrow();
  });
});
