/** The words of a row's message: the file's own header, the value, what is wrong. */
import { describe, expect, it } from 'vitest';
import { causeText } from '../../../src/model/cause-text.js';
import {
  cellMessage,
  readerMessage,
  rowMessage,
  withMessages,
} from '../../../src/jobs/plan/row-message.js';
import type { FileRow } from '../../../src/jobs/scan/row-cells.js';

const SOURCE = {
  path: '',
  fileName: '',
  columnMapping: {},
  headers: ['Navn', 'CVR-nr.', 'Pris'],
  columns: ['name', 'vatNo', 'unitPrice'],
};
const ROW: FileRow = {
  row: 2,
  cells: { name: 'A', vatNo: '12345678', unitPrice: '1250.5' },
  texts: ['A', '12345678', '1.250,50'],
  sourceSettings: SOURCE,
};

/** Control and format signs, and what breaks a line. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe('the message about a cell', () => {
  it('has the header, the value and what is wrong', () => {
    const fault = 'is not a valid CVR number (check digit wrong)';
    expect(cellMessage(ROW, 'vatNo', fault)).toBe(
      'CVR-nr. "12345678" is not a valid CVR number (check digit wrong)',
    );
  });

  it('quotes the value as it is written, not as it is read', () => {
    expect(cellMessage(ROW, 'unitPrice', 'is bad')).toBe('Pris "1.250,50" is bad');
  });

  it.each([
    ['', 'Navn is required'],
    [' ', 'Navn is required'],
    [null, 'Navn is required'],
  ])('quotes no value of the blank cell %j', (text, expected) => {
    const row = { ...ROW, texts: [text, '', ''] };
    expect(cellMessage(row, 'name', 'is required')).toBe(expected);
  });

  it('calls a column that the file does not have by its own name', () => {
    expect(cellMessage(ROW, 'email', 'is required')).toBe('email is required');
    expect(cellMessage(undefined, 'email', 'is required')).toBe('email is required');
  });

  it('takes the cells where nothing is known of the file', () => {
    const row = { row: 2, cells: { email: 'x' } };
    expect(cellMessage(row, 'email', 'is bad')).toBe('email "x" is bad');
  });
});

describe('a hostile value', () => {
  it.each([
    ['control characters', 'a\u0000b\u001b[31mc\u0007'],
    ['bidi signs', '\u202e87654321\u2066\u2069'],
    ['line breaks', 'a\r\nb\u2028c\td'],
    ['marks without width', '\u200b\ufeff\u2060x'],
    ['10,000 characters', 'x'.repeat(10_000)],
    ['10,000 signs that hide', '\u202e'.repeat(10_000)],
    ['quotes', '" is fine; "Navn" is "'],
    ['backslashes', 'C:\\dir\\'],
    ['half a character', 'x\ud800'],
  ])('of %s is quoted on one line, cut and without a hidden sign', (_name, value) => {
    for (const [header, cell] of [
      ['CVR-nr.', value],
      [value, '12345678'],
      [value, value],
    ] as const) {
      const message = rowMessage({ header, value: cell, fault: 'is not valid' });
      expect(message).not.toMatch(HIDDEN);
      expect(message).not.toMatch(/\p{Cs}/u);
      expect(message.endsWith('" is not valid')).toBe(true);
      const quoted = /"(?:[^"\\]|\\.)*"/.exec(message)?.[0] ?? '';
      expect((JSON.parse(quoted) as string).length).toBeLessThanOrEqual(60);
    }
  });

  it.each(['" is fine', '\\', '\\" "', '"; "', ' (row 4)', '\u202e', 'x'.repeat(10_000)])(
    'has the cause of any other: %j',
    (value) => {
      const causeOf = (header: string, text: string): string => {
        const message = rowMessage({ header, value: text, fault: 'is not valid' });
        return causeText({ code: 'ROW_INVALID', field: 'vatNo', message });
      };
      for (const header of ['CVR-nr.', 'Nr. "alt"', 'a"', '\\"', '"']) {
        expect(causeOf(header, value)).toBe(causeOf(header, '12345678'));
      }
    },
  );
});

describe('the messages of an item', () => {
  const issue = { code: 'ROW_INVALID', field: 'unitPrice', message: 'is not an amount' } as const;

  it('quote the line that each issue is about', () => {
    const rows = [ROW, { ...ROW, row: 3, texts: ['', '', 'gratis'] }];
    const messages = withMessages([issue, { ...issue, line: 1 }], rows);
    expect(messages.map(({ message }) => message)).toEqual([
      'Pris "1.250,50" is not an amount',
      'Pris "gratis" is not an amount',
    ]);
    expect(messages[1]).toMatchObject({ code: 'ROW_INVALID', field: 'unitPrice', line: 1 });
  });

  it('are none without issues', () => {
    expect(withMessages([], [ROW])).toEqual([]);
  });
});

describe('a sentence of the file reader', () => {
  it('stands behind the header of its cell', () => {
    expect(readerMessage('Note', 'The cell is too long.')).toBe('Note: The cell is too long.');
    expect(readerMessage('No\n"te"', 'The cell is too long.')).toBe(
      "No⏎'te': The cell is too long.",
    );
    expect(readerMessage(null, 'The record is not an object.')).toBe(
      'The record is not an object.',
    );
  });
});
