import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardCell, unguardCell } from '../../src/intake/guard.js';

describe('guardCell', () => {
  it.each([
    '=1+1',
    '@SUM(A1)',
    '\tx',
    '\r=x',
    "+cmd|' /C calc'!A0",
    '-1+2',
    '+45-12-34-56-78',
    '-',
    '+',
    '--5',
    '-12,5 kr.',
    "'=1",
    "''=1",
    "'+45 12 34 56 78",
    "'-12,5",
  ])('puts an apostrophe before %j', (text) => {
    expect(guardCell(text)).toBe(`'${text}`);
  });

  it.each([
    '',
    'Jensen, Møller & Søn ApS',
    '-12,5',
    '-1.250,00',
    '+5',
    '-,5',
    '+4512345678',
    '+45 12 34 56 78',
    "'t Hooft",
    "'",
    '5=5',
    ' =1',
  ])('leaves %j alone', (text) => {
    expect(guardCell(text)).toBe(text);
  });
});

describe('unguardCell', () => {
  it.each([
    ["'=1", '=1'],
    ["'+45 12", '+45 12'],
    ["''=1", "'=1"],
    ["'''@x", "''@x"],
    ["'\tx", '\tx'],
  ])('takes one apostrophe from %j', (guarded, text) => {
    expect(unguardCell(guarded)).toBe(text);
  });

  it.each(["'t Hooft", "'", "''", "'1", "' =1", '=1', ''])('leaves %j alone', (text) => {
    expect(unguardCell(text)).toBe(text);
  });

  it('undoes guardCell for any text', () => {
    const text = fc.string({
      unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '4', ' '),
    });
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (any) => {
        expect(unguardCell(guardCell(any))).toBe(any);
      }),
      { numRuns: 10_000 },
    );
  });

  it('leaves nothing that a spreadsheet would run', () => {
    fc.assert(
      fc.property(fc.string(), (any) => {
        expect(guardCell(any)).not.toMatch(/^[=@\t\r]|^[+-].*[a-z(!|*/^&+]/is);
      }),
    );
  });
});
