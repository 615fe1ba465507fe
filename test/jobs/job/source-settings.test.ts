// How a source is read again: what the job keeps is what the reader gets.
import { describe, expect, it } from 'vitest';
import { sourceSettingsOf, readOptionsOf } from '../../../src/jobs/job/source-settings.js';

const PLAIN = { path: '/data/sources/1', fileName: 'kunder.csv', columnMapping: {} };
const SCANNED = {
  ...PLAIN,
  delimiter: ';' as const,
  encoding: 'windows-1252' as const,
  decimalSeparator: ',' as const,
  dateFormat: 'dmy' as const,
  sheet: 'Ark2',
  columnMapping: { Felt: 'name' },
  format: 'csv' as const,
  settledEncoding: 'windows-1252' as const,
  headers: ['Felt', 'Pris'],
  columns: ['name', null],
  numberStyles: { Pris: 'comma' as const },
  dateOrders: { Dato: 'dmy' as const },
};

describe('readingOf', () => {
  it.each([PLAIN, SCANNED])('gives back what was stored, as JSON keeps it', (reading) => {
    expect(sourceSettingsOf(JSON.parse(JSON.stringify(reading)))).toEqual(reading);
  });

  it.each([null, {}, { ...PLAIN, encoding: 'ebcdic' }, { ...PLAIN, delimiter: '#' }])(
    'refuses what is no reading: %j',
    (stored) => {
      expect(() => sourceSettingsOf(stored)).toThrow();
    },
  );
});

describe('readOptionsOf', () => {
  it('leaves out what is to be detected', () => {
    expect(readOptionsOf(PLAIN)).toEqual({ fileName: 'kunder.csv' });
  });

  it('passes on what the caller said', () => {
    expect(readOptionsOf(SCANNED)).toEqual({
      fileName: 'kunder.csv',
      delimiter: ';',
      encoding: 'windows-1252',
      decimalSeparator: ',',
      dateFormat: 'dmy',
      sheet: 'Ark2',
    });
  });
});
