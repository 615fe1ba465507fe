// Lists of invoice lines and time sheets; `lines` are product, quantity, price and text of each line.
import type { OrdinaryFile } from './ordinary-file.js';

export const INVOICES: readonly OrdinaryFile[] = [
  {
    name: 'fakturalinjer',
    lines: [
      'Fakturanr.;Kundenr.;Fakturadato;Varenr.;Tekst;Antal;Enhedspris;Betalingsbetingelse',
      '1001;K1;05-03-2026;V1;Levering i marts;2;100,50;Netto 14 dage',
      '1001;K1;05-03-2026;V1;Kørsel;10;3,80;Netto 14 dage',
    ],
    records: [
      {
        invoiceNo: '1001',
        customer: 'K1',
        entryDate: '2026-03-05',
        paymentTermsMode: 'net',
        paymentTermsDays: 14,
        taxMode: 'excl',
        lines: ['V1 2 100.5 Levering i marts', 'V1 10 3.8 Kørsel'],
      },
    ],
  },
  {
    name: 'timeseddel',
    lines: [
      'Reference;Kundenummer;Dato;Vare nr.;Opgave;Timer;Timepris ekskl. moms',
      'Marts;K1;05.03.2026;V1;Montage;7,5;495,00',
    ],
    records: [
      { customer: 'K1', entryDate: '2026-03-05', taxMode: 'excl', lines: ['V1 7.5 495 Montage'] },
    ],
  },
  {
    name: 'timeseddel i en projektmappe',
    ending: 'xlsx',
    cells: [
      [
        'Ref.',
        'Kundenr.',
        'Dato',
        'Varenr.',
        'Aktivitet',
        'Antal timer',
        'Timepris',
        'Medarbejder',
      ],
      ['Uge 10', 'K1', new Date(Date.UTC(2026, 2, 5)), 'V1', 'Møde', 1.5, 850, 'Åse'],
      ['Uge 10', 'K1', new Date(Date.UTC(2026, 2, 5)), 'V1', 'Rapport', 4, 850, 'Åse'],
      ['Uge 11', 'K2', new Date(Date.UTC(2026, 2, 12)), 'V1', 'Møde', 0.25, 900, 'Bo'],
    ],
    records: [
      {
        customer: 'K1',
        entryDate: '2026-03-05',
        taxMode: 'excl',
        lines: ['V1 1.5 850 Møde', 'V1 4 850 Rapport'],
      },
      {
        customer: 'K2',
        entryDate: '2026-03-12',
        taxMode: 'excl',
        lines: ['V1 0.25 900 Møde'],
      },
    ],
  },
  {
    name: 'priser med moms',
    lines: [
      'Fakturaref;Kunde;Dato;Produktnummer;Linjetekst;Antal;Pris inkl. moms',
      'A;K1;05/03/2026;V1;Kop;1;125,00',
    ],
    records: [
      { customer: 'K1', entryDate: '2026-03-05', taxMode: 'incl', lines: ['V1 1 125 Kop'] },
    ],
  },
  {
    name: 'fakturalinjer fra et ordresystem',
    encoding: 'windows-1252',
    lines: [
      'Fakturanummer;Debitornr.;Debitornavn;Faktureringsdato;Varenummer;Varetekst;Mængde;Enhed;Stykpris;Valutakode',
      '2026-01;K2;Årup Huse;12.03.2026;V1;Døre, hvide;3;stk;1.250,00;DKK',
      '2026-02;K1;Kunde;13.03.2026;V1;Håndtag;12;stk;87,50;DKK',
    ],
    records: [
      {
        invoiceNo: '2026-01',
        customer: 'K2',
        entryDate: '2026-03-12',
        taxMode: 'excl',
        lines: ['V1 3 1250 Døre, hvide'],
      },
      {
        invoiceNo: '2026-02',
        customer: 'K1',
        entryDate: '2026-03-13',
        taxMode: 'excl',
        lines: ['V1 12 87.5 Håndtag'],
      },
    ],
  },
  {
    name: 'English invoice lines',
    lines: [
      'Invoice ref,Customer number,Invoice date,SKU,Line text,Qty,Price,Currency',
      'B,K1,2026-03-05,V1,Cup,3,10.00,EUR',
    ],
    records: [
      {
        customer: 'K1',
        entryDate: '2026-03-05',
        currencyId: 'EUR',
        taxMode: 'excl',
        lines: ['V1 3 10 Cup'],
      },
    ],
  },
  {
    name: 'JSON, invoice lines',
    ending: 'json',
    lines: [
      '[{"invoiceNo": "7001", "customerNumber": "K1", "invoiceDate": "2026-03-05", "sku": "V1", "description": "Saft", "qty": 6, "unitPrice": 24.95},',
      ' {"invoiceNo": "7001", "customerNumber": "K1", "invoiceDate": "2026-03-05", "sku": "V1", "description": "Kasse", "qty": 1, "unitPrice": 30}]',
    ],
    records: [
      {
        invoiceNo: '7001',
        customer: 'K1',
        entryDate: '2026-03-05',
        taxMode: 'excl',
        lines: ['V1 6 24.95 Saft', 'V1 1 30 Kasse'],
      },
    ],
  },
  {
    name: 'slashes in an English file',
    lines: ['Invoice ref,Customer number,Invoice date,SKU,Qty,Price', 'C,K1,05/03/2026,V1,3,10.00'],
    refused: 'ambiguous',
  },
];
