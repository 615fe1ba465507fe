// How a source is read again: what the job keeps is what the reader gets.
import { describe, expect, it } from 'vitest';
import {
  givenReadOptions,
  readOptionsOf,
  sourceSettingsOf,
} from '../../../src/jobs/job/source-settings.js';

const PLAIN = { path: '/data/sources/1', fileName: 'kunder.csv', columnMapping: {} };
const SCANNED = {
  ...PLAIN,
  delimiter: ';' as const,
  encoding: 'windows-1252' as const,
  decimalSeparator: ',' as const,
  dateFormat: 'dmy' as const,
  sheet: 'Ark2',
  headerRow: 3,
  includeHiddenRows: false,
  dialect: 'da' as const,
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
      headerRow: 3,
      includeHiddenRows: false,
      dialect: 'da',
    });
  });
});

describe('givenReadOptions', () => {
  it('reads the date format, and leaves out what does not concern the reading', () => {
    const options = { dateFormat: 'dd-mm-yyyy', headerRow: 3, dryRun: true, label: 'maj' };
    expect(givenReadOptions(options)).toEqual({ dateFormat: 'dmy', headerRow: 3 });
  });
});
