import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { DIALECTS } from '../../../src/files/cells/dialects.js';
import { csvStart, formatCsvRow } from '../../../src/files/csv/writer.js';
import {
  escapeFormula,
  protectGuards,
  unescapeFormula,
} from '../../../src/files/cells/formula-guard.js';
import { PROPERTY } from '../../support/property-runs.js';

describe('guardCell', () => {
  it.each([
    '=1+1',
    '@SUM(A1)',
    '\tx',
    '\rx',
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
    '＝1+1',
    '－1',
  ])('puts an apostrophe before %j', (text) => {
    expect(escapeFormula(text)).toBe(`'${text}`);
  });

  it.each([
    ['x;=1+41;y', "x;'=1+41;y"],
    ['x,=1+41,y', "x,'=1+41,y"],
    ['x\t=1+41\ty', "x\t'=1+41\ty"],
    ['x\n=1+41', "x\n'=1+41"],
    ['x\r\n@SUM(A1)', "x\r\n'@SUM(A1)"],
    ['x|=1', "x|'=1"],
    ["x;'=1", "x;''=1"],
    ['x;"=1+41";y', 'x;"\'=1+41";y'],
    ['"=1"', '"\'=1"'],
    ['x; =1', "x; '=1"],
    [' =1', " '=1"],
    ['\u200e=1', "\u200e'=1"],
    ['\u{e0041}=1', "\u{e0041}'=1"],
    ['\t=1', "'\t'=1"],
    ['\r=x', "'\r'=x"],
    ['x;\ty', "x;'\ty"],
    ['\t', "'\t"],
    ['x;\t', "x;'\t"],
    ['x;\r', "x;'\r"],
    ['- en\n- to', "'- en\n'- to"],
    // Elsewhere than at the beginning the part may go on in the next cell.
    ['x;+1', "x;'+1"],
    ['Hans, +45 12 34 56 78', "Hans, '+45 12 34 56 78"],
    ['125,-', "125,'-"],
  ])('guards the parts of %j', (text, guarded) => {
    expect(escapeFormula(text)).toBe(guarded);
    expect(unescapeFormula(guarded)).toBe(text);
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
    'a\t\tb',
    'A-Z, a - z',
    'o@post.example',
    'Møller; Søn, og Co.',
  ])('leaves %j alone', (text) => {
    expect(escapeFormula(text)).toBe(text);
  });

  it('guards a number too where it begins a line, since other cells may follow it there', () => {
    expect(escapeFormula('-12,5', true)).toBe("'-12,5");
    expect(escapeFormula('+45 12 34 56 78', true)).toBe("'+45 12 34 56 78");
    expect(escapeFormula('12,5', true)).toBe('12,5');
  });
});

describe('unguardCell', () => {
  it.each([
    ["'=1", '=1'],
    ["'+45 12", '+45 12'],
    ["''=1", "'=1"],
    ["'''@x", "''@x"],
    ["'\tx", '\tx'],
    ["x;'=1", 'x;=1'],
    ["x\n'- y", 'x\n- y'],
  ])('takes one apostrophe from %j', (guarded, text) => {
    expect(unescapeFormula(guarded)).toBe(text);
  });

  it.each([
    ["'00042", '00042'],
    ["'12345678", '12345678'],
    ["'12 34 56 78", '12 34 56 78'],
    ["''1", "'1"],
  ])('takes the apostrophe of %j, by which a spreadsheet keeps digits', (text, digits) => {
    expect(unescapeFormula(text)).toBe(digits);
    expect(escapeFormula(text)).toBe(`'${text}`);
    expect(unescapeFormula(escapeFormula(text))).toBe(text);
  });

  it.each(["'t Hooft", "'", "''", "'68 Rally", "'12,-5", "' =1", '=1', '', "a'=1", "x;y'=1"])(
    'leaves %j alone',
    (text) => {
      expect(unescapeFormula(text)).toBe(text);
    },
  );
});

const SEPARATORS = [',', ';', '\t', '|', '\n', '\r'] as const;
const hostile = fc.constantFrom(
  ...SEPARATORS,
  ...["'", '"', '=', '+', '-', '@', ' ', '4', 'x', '\r\n', '＝', '\u00a0', '\u200b', '\u2028'],
);
const cell = fc.oneof(
  fc.string({ unit: hostile, maxLength: 12 }),
  fc.string({ unit: fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 1 })) }),
);

/** Begins with what a spreadsheet runs; a number or a phone number by itself is none. */
function isFormula(part: string): boolean {
  // A quote that is never closed joins lines, of which the break of the line is the writer's own.
  const begun = part.replace(/^(?:\r\n|(?![\t\r])[\s"\u200b\ufeff])+/u, '');
  if (/^[=@\t\r＝]/.test(begun)) return true;
  const bare = begun.replaceAll('"', '').trim();
  return /^[+-]/.test(begun) && !/^[+-][\d., ]*\d[\d., ]*$/.test(bare);
}

/** Every way in which the file may be taken apart: quotes seen as such or as any other sign. */
function partsOf(file: string): string[] {
  const text = file.replace(/^\ufeff/, '');
  const lines = [text.split(/\r\n|\n|\r/), text.split('\n').map((line) => line.replace(/\r$/, ''))];
  const naive = lines
    .flat()
    .flatMap((line) => [
      line,
      ...line.split(/[,;\t|]/),
      ...[',', ';', '\t', '|'].flatMap((sign) => line.split(sign)),
    ]);
  const aware = [',', ';', '\t', '|'].flatMap((delimiter) =>
    Papa.parse<string[]>(text, { delimiter, newline: '\n' }).data.flat(),
  );
  return [...naive, ...aware.map((part) => part.replace(/\r$/, ''))];
}

describe('any cell', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(cell, fc.boolean(), (text, isLineStart) => {
        expect(unescapeFormula(escapeFormula(text, isLineStart))).toBe(text);
      }),
      PROPERTY,
    );
  });

  it.each(Object.entries(DIALECTS))(
    'is no formula, and no part of it is, in a file of any cells (%s)',
    (_name, dialect) => {
      const row = fc.array(cell, { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(fc.array(row, { minLength: 1, maxLength: 3 }), (rows) => {
          const file = csvStart(dialect) + rows.map((one) => formatCsvRow(one, dialect)).join('');
          expect(partsOf(file).filter(isFormula)).toEqual([]);
        }),
        PROPERTY,
      );
    },
  );

  it('is guarded in a time that grows with its length', () => {
    const startedMs = performance.now();
    for (const unit of ["'", '"', ' ', '=', '\t', "'=", '" ', ';=', '\t"', "\r'"]) {
      const text = unit.repeat(50_000);
      expect(unescapeFormula(escapeFormula(text))).toBe(text);
    }
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });
});

describe('protectGuards', () => {
  it.each([
    ['=1+1', '=1+1'],
    ["'=1+1", "''=1+1"],
    ["''@x", "'''@x"],
    ["x;'=1", "x;''=1"],
    ["O'Neill", "O'Neill"],
    ["'Apostrof", "'Apostrof"],
  ])('writes %j as %j, which an import reads back', (text, written) => {
    expect(protectGuards(text)).toBe(written);
    expect(unescapeFormula(written)).toBe(text);
  });
});
