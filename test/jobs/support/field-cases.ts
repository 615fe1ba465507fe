// The field cases whose rows are decided one by one, with what a careful bookkeeper expects of each.
import type { StartOptions } from '../../../src/jobs/job/job-options.js';
import type { StartMore } from '../../support/engine-world.js';

export const UPDATE = { duplicateStrategy: 'update' } as const;

export interface Case {
  readonly file: string;
  readonly more?: StartMore;
  readonly options?: StartOptions;
  /** Each item by its row, outcome and code. */
  readonly rows: readonly string[];
  /** What the job says, in its errors and warnings; each must be found. */
  readonly says: readonly RegExp[];
  /** What Billy holds after the run and did not hold before; lines begin with `-` for what is gone. */
  readonly made: readonly string[];
}

export const INVOICE = { resource: 'invoice' } as const;
const PRODUCT = { resource: 'product' } as const;

/** The files whose rows are decided one by one. */
export const ROWS: readonly Case[] = [
  {
    file: 'invoice-line-without-ref.csv',
    more: INVOICE,
    rows: ['2 created VALUE_SUSPECT', '4 created'],
    says: [/VALUE_SUSPECT 1 row \(3\): fakturaref is blank/],
    made: [
      'invoice 10001 2026-01-15 draft 201.5: 1 x 100.5, 2 x 50.5',
      'invoice 10002 2026-01-15 draft 100.5: 1 x 100.5',
    ],
  },
  {
    file: 'invoice-merged-head.xlsx',
    more: INVOICE,
    rows: ['2 created VALUE_SUSPECT', '5 created'],
    says: [/VALUE_SUSPECT .*\(3, 4\): fakturaref is blank/],
    made: [
      'invoice 10001 2026-01-15 draft 275: 1 x 100, 2 x 50, 3 x 25',
      'invoice 10002 2026-01-15 draft 100: 1 x 100',
    ],
  },
  {
    file: 'credit-note-column.csv',
    more: INVOICE,
    rows: ['2 failed ROW_INVALID', '3 created'],
    says: [/2 ROW_INVALID type "Kreditnota" is a credit note/],
    made: ['invoice 10002 2026-01-15 draft 100.5: 1 x 100.5'],
  },
  {
    file: 'negative-invoice.csv',
    more: INVOICE,
    rows: ['2 failed ROW_INVALID', '3 failed ROW_INVALID', '4 created'],
    says: [/2 ROW_INVALID .*credit note/, /3 ROW_INVALID .*credit note/],
    made: ['invoice 10004 2026-01-15 draft 150.5: 2 x 100.5, -1 x 50.5'],
  },
  {
    file: 'discount-column.csv',
    more: INVOICE,
    rows: ['2 failed ROW_INVALID'],
    says: [/2 ROW_INVALID rabat "10" is a discount/],
    made: [],
  },
  {
    file: 'date-messages.csv',
    more: INVOICE,
    rows: ['2 failed ROW_INVALID', '3 failed ROW_INVALID', '4 created', '5 created', '6 created'],
    says: [
      /2 ROW_INVALID dato "2026-02-30" is no day of the calendar/,
      /3 ROW_INVALID dato "46037" is the day number of a spreadsheet/,
    ],
    made: Array.from({ length: 3 }, () => 'invoice 10001 2026-01-15 draft 100.5: 1 x 100.5'),
  },
  {
    file: 'price-euro-format.xlsx',
    more: PRODUCT,
    rows: ['2 failed ROW_INVALID', '3 created', '4 created'],
    says: [/2 ROW_INVALID pris "€ 12.5" is marked as EUR, but the currency of the row is DKK/],
    made: ['product XE2 Kroner i formatet: DKK 100', 'product XE3 Uden format: DKK 50'],
  },
  {
    file: 'date-cell-as-number.xlsx',
    more: PRODUCT,
    rows: ['2 failed ROW_INVALID', '3 failed ROW_INVALID', '4 created'],
    says: [/2 ROW_INVALID .*turned into a date by a spreadsheet/, /3 ROW_INVALID .*TRUE or FALSE/],
    made: ['product 2-1 Tekst: DKK 10'],
  },
  {
    file: 'totals-row.csv',
    more: PRODUCT,
    rows: ['2 created', '3 created', '4 skipped TOTALS_ROW'],
    says: [/TOTALS_ROW 1 row \(4\)/],
    made: ['product TO1 Æbler: DKK 10.5', 'product TO2 Pærer: DKK 20.5'],
  },
  {
    file: 'price-list-twice.csv',
    more: { resource: 'product', operation: 'update' },
    rows: ['2 updated', '3 updated VALUE_SUSPECT'],
    says: [/VALUE_SUSPECT 1 row \(3\)/, /duplicates 1 0/],
    made: ['product P1003 Vare 3: DKK 19.95'],
  },
  {
    file: 'note-sheet-first.xlsx',
    more: PRODUCT,
    rows: ['2 created'],
    says: [/SHEET_CHOSEN .*"Priser" was read/],
    made: ['product NS1 Vare: DKK 12.5'],
  },
  {
    file: 'shared-accountant-mail.csv',
    rows: ['2 created', '3 failed DUPLICATE_AMBIGUOUS'],
    says: [/3 DUPLICATE_AMBIGUOUS .*"Mur Ditlev ApS" \(row 2\).*"Gulv Frank ApS"/],
    made: ['contact Mur Ditlev ApS, DK, Aarhus, 86111111, revisor@revi.example'],
  },
  {
    file: 'shared-accountant-mail.csv',
    options: UPDATE,
    rows: ['2 created', '3 failed DUPLICATE_AMBIGUOUS'],
    says: [/3 DUPLICATE_AMBIGUOUS .*"Mur Ditlev ApS" \(row 2\).*"Gulv Frank ApS"/],
    made: ['contact Mur Ditlev ApS, DK, Aarhus, 86111111, revisor@revi.example'],
  },
  {
    file: 'filtered-rows-delete.xlsx',
    more: { operation: 'delete' },
    rows: ['2 deleted IDENTITY_CHANGED'],
    says: [/ROWS_HIDDEN .*\(row 3\)/, /IDENTITY_CHANGED 1 row \(2\)/],
    made: ['-contact 10001 Gammel Kunde 1 ÆØÅ, DK, 30000412, kunde1@example.dk'],
  },
  {
    file: 'repeated-header.csv',
    rows: ['2 created', '3 skipped HEADER_REPEATED', '4 created'],
    says: [/HEADER_REPEATED 1 row \(3\)/],
    made: ['contact DL1 Del Et ApS, DK, Aarhus', 'contact DL2 Del To ApS, DK, Odense'],
  },
  {
    file: 'foreign-vat-blank-country.csv',
    rows: ['2 created VALUE_SUSPECT', '3 created VALUE_SUSPECT', '4 created'],
    says: [/VALUE_SUSPECT 1 row \(2\).*DE is used/, /VALUE_SUSPECT 1 row \(3\).*of SE, but/],
    made: [
      'contact FV1 Tysk Handel GmbH, DE, DE123456789',
      'contact FV2 Svensk Handel AB, DK, SE556012345601',
      'contact FV3 Tysk Rigtig GmbH, DE, DE123456789',
    ],
  },
  {
    file: 'mail-with-scheme.csv',
    rows: [
      '2 created VALUE_SUSPECT',
      '3 created VALUE_SUSPECT',
      '4 failed ROW_INVALID',
      '5 created',
    ],
    says: [/4 ROW_INVALID .*is the address of a page/, /VALUE_SUSPECT 2 rows \(2, 3\)/],
    made: [
      'contact MS1 A ApS, DK, a@mail.example',
      'contact MS2 B ApS, DK, b@mail.example',
      'contact MS4 D ApS, DK, d@mail.example',
    ],
  },
  {
    file: 'excel-error-text.csv',
    rows: ['2 failed ROW_INVALID', '3 failed ROW_INVALID', '4 created'],
    says: [/2 ROW_INVALID navn "#I\/T" is an error of the spread/, /3 ROW_INVALID telefon "#I\/T"/],
    made: ['contact EE3 God ApS, DK, Aarhus, Vej 3, 20123457, c@err.example'],
  },
  {
    file: 'damaged-letters.csv',
    rows: ['2 failed ROW_INVALID', '3 failed ROW_INVALID', '4 created'],
    says: [/2 ROW_INVALID .*letters were lost/, /3 ROW_INVALID .*letters were encoded twice/],
    made: ['contact DA3 Søren, DK, Århus'],
  },
  {
    file: 'title-rows-above.csv',
    rows: ['4 created'],
    says: [/HEADER_FOUND .*from row 3.*"Kundeliste pr. 31-12-2025"/],
    made: ['contact T100 Titel ApS, DK, t@titel.example'],
  },
  {
    file: 'json-wrapped.json',
    rows: ['2 created'],
    says: [/LIST_FOUND .*"customers"/],
    made: ['contact Pakket ApS, DK, a@pak.example'],
  },
  {
    file: 'two-headers-one-field.csv',
    rows: ['2 created'],
    says: [/COLUMN_IGNORED .*"telefon".*"mobil"/, /COLUMN_IGNORED .*"land".*"landekode"/],
    made: ['contact TM1 Tlf ApS, DK, 86123456'],
  },
  {
    file: 'supplier-is-customer.csv',
    more: { resource: 'supplier' },
    rows: ['2 updated IDENTITY_CHANGED'],
    says: [/IDENTITY_CHANGED .*becomes a supplier too/],
    made: ['contact 10001 Gammel Kunde 1 ÆØÅ, DK, 30000412, kunde1@example.dk, supplier'],
  },
];
