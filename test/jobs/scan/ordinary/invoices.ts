// Lists of invoice lines and time sheets; `lines` are quantity, price and text of each line.
import type { OrdinaryFile } from './ordinary-file.js';

export const INVOICES: readonly OrdinaryFile[] = [
  {
    name: 'fakturalinjer',
    lines: [
      'Fakturanr.;Kundenr.;Fakturadato;Varenr.;Tekst;Antal;Enhedspris;Betalingsbetingelse',
      '1001;K1;05-03-2026;V1;Levering i marts;2;100,50;Netto 14 dage',
      '1001;K1;05-03-2026;V1;Kørsel;10;3,80;Netto 14 dage',
    ],
    rows: [
      {
        entryDate: '2026-03-05',
        paymentTermsMode: 'net',
        paymentTermsDays: 14,
        taxMode: 'excl',
        lines: ['2 100.5 Levering i marts', '10 3.8 Kørsel'],
      },
    ],
  },
  {
    name: 'timeseddel',
    lines: [
      'Reference;Kundenummer;Dato;Vare nr.;Opgave;Timer;Timepris ekskl. moms',
      'Marts;K1;05.03.2026;V1;Montage;7,5;495,00',
    ],
    rows: [{ entryDate: '2026-03-05', taxMode: 'excl', lines: ['7.5 495 Montage'] }],
  },
  {
    name: 'priser med moms',
    lines: [
      'Fakturaref;Kunde;Dato;Produktnummer;Linjetekst;Antal;Pris inkl. moms',
      'A;K1;05/03/2026;V1;Kop;1;125,00',
    ],
    rows: [{ entryDate: '2026-03-05', taxMode: 'incl', lines: ['1 125 Kop'] }],
  },
  {
    name: 'English invoice lines',
    lines: [
      'Invoice ref,Customer number,Invoice date,SKU,Line text,Qty,Price,Currency',
      'A,K1,2026-03-05,V1,Cup,3,10.00,EUR',
    ],
    rows: [{ entryDate: '2026-03-05', currencyId: 'EUR', lines: ['3 10 Cup'] }],
  },
  {
    name: 'slashes in an English file',
    lines: ['Invoice ref,Customer number,Invoice date,SKU,Qty,Price', 'A,K1,05/03/2026,V1,3,10.00'],
    refused: 'ambiguous',
  },
];
