import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { LIMITS } from '../../../src/core/limits.js';
import { readCsvHead, type CsvHead } from '../../../src/files/csv/head.js';
import { DELIMITERS } from '../../../src/files/cells/source-row.js';

const whole = (text: string): CsvHead => readCsvHead({ text, isWhole: true });

function refusalOf(run: () => unknown): AppError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
  }
  throw new Error('expected a refusal');
}

describe('readCsvHead', () => {
  it('tells headers, dialect and where the header stands', () => {
    expect(whole('\n navn ;"E-mail"\r\nA;a\r\n')).toEqual({
      dialect: { delimiter: ';', lineBreak: '\n', hasSepLine: false },
      headers: ['navn', 'E-mail'],
      headerRow: 2,
    });
  });

  it('does not count the sep= line', () => {
    expect(whole('sep=|\nname|email\n')).toEqual({
      dialect: { delimiter: '|', lineBreak: '\n', hasSepLine: true },
      headers: ['name', 'email'],
      headerRow: 1,
      rowBreak: '\n',
    });
  });

  it('judges only complete rows of a head that was cut', () => {
    const text = 'name;email\nA;a\nB;"b';
    expect(readCsvHead({ text, isWhole: false }).headers).toEqual(['name', 'email']);
    expect(refusalOf(() => whole(text)).message).toContain('opens in row 3');
  });

  it('refuses a header that the head does not hold', () => {
    const text = `name,${'x'.repeat(LIMITS.headBytes)}`;
    const refusal = refusalOf(() => readCsvHead({ text, isWhole: false }));
    expect(refusal).toMatchObject({ code: 'CSV_MALFORMED' });
    expect(refusal.message).toContain(`${LIMITS.headBytes}`);
  });

  it('takes a guard away from a header too', () => {
    expect(whole("'=cmd,name\n").headers).toEqual(['=cmd', 'name']);
  });

  it('keeps a hostile header out of its own sentence', () => {
    const header = `"x\n${'y'.repeat(500)}"`;
    const { message } = refusalOf(() => whole(`${header},${header}\n`));
    expect(message).toMatch(/^Two columns have the same header "x⏎y+…"\.$/);
  });

  it('sees the odd quotes that a wrong delimiter leaves', () => {
    const row = (name: string): string => `"${name}";"Vej 1, Ry"\n`;
    expect(whole(`"navn";"adresse, by"\n${row('A')}${row('B')}`).headers).toHaveLength(2);
    expect(whole(`"navn";"adresse, by"\n`).dialect.delimiter).toBe(';');
  });

  it('counts rows for a delimiter that end before their last columns', () => {
    const text = 'navn;pris, ekskl. moms;enhed\nA;10,50\nB;7,25\n';
    expect(whole(text).dialect.delimiter).toBe(';');
  });

  it('finds the delimiter of any sheet whose other cells hold the others', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'ø', ' ', ',', ';', '\t', '|', '1') });
    const cells = fc.array(word, { minLength: 3, maxLength: 3 });
    const rows = fc.array(cells, { minLength: 3, maxLength: 20 });
    fc.assert(
      fc.property(rows, fc.constantFrom(...DELIMITERS), (sheet, delimiter) => {
        const quoted = sheet.map((row) => row.map((cell) => `"x${cell}"`).join(delimiter));
        const text = [`navn${delimiter}by${delimiter}land`, ...quoted].join('\r\n');
        expect(whole(text).dialect.delimiter).toBe(delimiter);
      }),
    );
  });
});
