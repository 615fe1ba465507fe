// Options of a start: what is taken, what is refused, what holds when nothing is said.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ENCODINGS } from '../../../src/files/encoding/decode.js';
import { jobOptionsOf, startOptionsSchema, STRATEGIES } from '../../../src/jobs/job/job-options.js';

describe('startOptionsSchema', () => {
  it.each([
    {},
    { dryRun: true, continueOnError: false, validateBeforeCreate: true, rollbackOnError: true },
    ...STRATEGIES.map((duplicateStrategy) => ({ duplicateStrategy })),
    { matchBy: ['phone', 'name'] },
    { columnMapping: { 'Deres felt': 'name' } },
    { delimiter: ';', encoding: 'windows-1252', decimalSeparator: ',' },
    { dateFormat: 'dd.mm.yyyy', sheet: 'Ark1' },
    { headerRow: 3, includeHiddenRows: false, dialect: 'da' },
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
    { encoding: 'iso-8859-15' },
    { encoding: 1252 },
    { decimalSeparator: "'" },
    { dateFormat: 'dd-mm-yy' },
    { dateFormat: 'i morgen' },
    { sheet: '' },
    { headerRow: 0 },
    { headerRow: 1001 },
    { headerRow: 2.5 },
    { includeHiddenRows: 'ja' },
    { dialect: 'en' },
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

describe('columnMapping', () => {
  it('is kept composed, as the headers are read', () => {
    const columnMapping = { 'A\u030aben': 'name' };
    const composed = { columnMapping: { '\u00c5ben': 'name' } };
    expect(startOptionsSchema.parse({ columnMapping })).toEqual(composed);
  });
});

describe('a header that is mapped to null', () => {
  it('is left out, as one that is mapped to the empty text', () => {
    const columnMapping = { Saldo: null, Firma: 'name' };
    const options = { columnMapping: { Saldo: '', Firma: 'name' } };
    expect(startOptionsSchema.parse({ columnMapping })).toEqual(options);
  });

  it('may be null for clients', () => {
    const schema = JSON.stringify(z.toJSONSchema(startOptionsSchema, { io: 'input' }));
    expect(schema).toContain('"additionalProperties":{"type":["string","null"]}');
  });
});

describe('the encoding', () => {
  it.each([
    ['UTF-8', 'utf-8'],
    ['utf8', 'utf-8'],
    ['Utf_16', 'utf-16le'],
    ['UTF-16BE', 'utf-16be'],
    ['latin1', 'iso-8859-1'],
    ['ISO8859-1', 'iso-8859-1'],
    ['cp1252', 'windows-1252'],
    ['win-1252', 'windows-1252'],
    ['Windows1252', 'windows-1252'],
  ])('%j is kept as %s', (named, encoding) => {
    expect(startOptionsSchema.parse({ encoding: named })).toEqual({ encoding });
  });

  it('is told to clients by the names that it is kept under', () => {
    const { properties, required } = z.toJSONSchema(startOptionsSchema, { io: 'input' });
    expect(properties?.['encoding']).toEqual({ type: 'string', enum: [...ENCODINGS] });
    expect(required).toBeUndefined();
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
      batchSize: 100,
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
      batchSize: 7,
    } as const;
    expect(jobOptionsOf({ options: { ...options, dryRun: true, label: 'x' } })).toEqual(options);
  });

  it('refuses what no start has stored', () => {
    expect(() => jobOptionsOf({ options: { filters: {} } })).toThrow();
  });
});
