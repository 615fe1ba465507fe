// Price lists and lists of services: the sales price is read, never one of purchase, cost or earlier times.
import type { OrdinaryFile } from './ordinary-file.js';

export const PRICE_LISTS: readonly OrdinaryFile[] = [
  {
    name: 'Grossist, prisliste med gammel og ny pris',
    lines: [
      'Varenr.;Varetekst;EAN;Gammel pris;Ny pris;Enhed',
      '100;Rør 15 mm;5701234567899;10,00;11,50;m',
    ],
    records: [{ productNo: '100', name: 'Rør 15 mm', price: '11.5 DKK', unit: 'm' }],
  },
  {
    name: 'Grossist, nuværende og ny pris',
    lines: ['Varenr.;Betegnelse;Pris;Ny pris', '100;Rør 15 mm;10,00;11,50'],
    records: [{ productNo: '100', name: 'Rør 15 mm', price: '11.5 DKK' }],
  },
  {
    name: 'Grossist, indkøbspris og salgspris',
    lines: [
      'Varenummer;Beskrivelse;Varenavn;Indkøbspris;Salgspris;Lagerantal',
      '7;Galvaniseret;Søm;0,50;1,25;1000',
    ],
    records: [{ productNo: '7', name: 'Søm', description: 'Galvaniseret', price: '1.25 DKK' }],
  },
  {
    name: 'Byggemarked, indkøbspris før salgspris',
    encoding: 'windows-1252',
    lines: [
      'Varenr;Varenavn;EAN;Indkøbspris;Salgspris;Enhed',
      '1017040421;Fuga Halvtangent hvid;5703302100700;9,80;14,50;stk',
      '1017040422;Afdækning grå;5703302100717;19,80;29,50;stk',
    ],
    records: [
      {
        productNo: '1017040421',
        name: 'Fuga Halvtangent hvid',
        price: '14.5 DKK',
        unit: 'stk',
      },
      { productNo: '1017040422', name: 'Afdækning grå', price: '29.5 DKK', unit: 'stk' },
    ],
  },
  {
    name: 'Grossist, gammel og ny pris i en projektmappe',
    ending: 'xlsx',
    cells: [
      ['Prisliste gældende fra 1. februar 2026'],
      [],
      ['Varenr.', 'Varebetegnelse', 'Kostpris', 'Gammel pris', 'Ny pris', 'Ændring %', 'Enhed'],
      [4001, 'Ventil ½"', 41.5, 79, 82.95, 5, 'stk'],
      ['12E4', 'Muffe 12E4', 3.25, 9.5, 9.75, 2.63, 'stk'],
    ],
    records: [
      { productNo: '4001', name: 'Ventil ½"', price: '82.95 DKK', unit: 'stk' },
      { productNo: '12E4', name: 'Muffe 12E4', price: '9.75 DKK', unit: 'stk' },
    ],
  },
  {
    name: 'Prisliste i euro',
    lines: ['Product number,Product name,Unit price (EUR)', 'E1,Cable,9.95'],
    records: [{ productNo: 'E1', name: 'Cable', price: '9.95 EUR' }],
  },
  {
    name: 'Prisliste med kroner i overskriften',
    lines: ['Vare;Pris, kr.;Vare nr.', 'Sum-maskine;995,00;S 1'],
    records: [{ name: 'Sum-maskine', productNo: 'S 1', price: '995 DKK' }],
  },
  {
    name: 'Timepriser',
    lines: ['Ydelse;Timepris ekskl. moms', 'Montør;495,00', 'Lærling;295,00'],
    records: [
      { name: 'Montør', price: '495 DKK' },
      { name: 'Lærling', price: '295 DKK' },
    ],
  },
  {
    name: 'Ydelser med moms og konto',
    encoding: 'windows-1252',
    lines: [
      'Ydelsesnr.;Ydelse;Enhed;Timesats;Moms;Konto;Arkiveret',
      'Y1;Rådgivning;time;1.100,00 kr.;25 %;1110;nej',
      'Y2;Undervisning;time;750,00 kr.;0 %;1140;nej',
    ],
    records: [
      { productNo: 'Y1', name: 'Rådgivning', unit: 'time', price: '1100 DKK' },
      {
        productNo: 'Y2',
        name: 'Undervisning',
        unit: 'time',
        price: '750 DKK',
        vat: 'fri',
        account: 1140,
      },
    ],
  },
  {
    name: 'Excel, varer med navne som summer',
    ending: 'xlsx',
    cells: [
      ['Varenummer', 'Varenavn', 'Salgspris ekskl. moms', 'Enhed'],
      ['T-1', 'Total', 1250, 'stk'],
      ['2026-01', 'Årskort 2026-01', 399.5, 'stk'],
      [3, 'Sum', 0.75, 'm'],
    ],
    records: [
      { productNo: 'T-1', name: 'Total', price: '1250 DKK', unit: 'stk' },
      { productNo: '2026-01', name: 'Årskort 2026-01', price: '399.5 DKK', unit: 'stk' },
      { productNo: '3', name: 'Sum', price: '0.75 DKK', unit: 'm' },
    ],
  },
  {
    name: 'Price list in English with tabs',
    ending: 'tsv',
    lines: [
      'Item code\tItem name\tUnit of measure\tCost price\tList price\tBarcode\tStock',
      'C-1\tCable 10 m\tpcs\t4.10\t1,249.00\t5701234567899\t14',
    ],
    records: [{ productNo: 'C-1', name: 'Cable 10 m', unit: 'pcs', price: '1249 DKK' }],
  },
  {
    name: 'JSON, varer',
    ending: 'json',
    lines: [
      '[{"varenr": "00042", "navn": "Skilt", "salgspris": 349.5, "kostpris": 120, "enhed": "stk"},',
      ' {"varenr": "12E4", "navn": "Stander", "salgspris": 1200, "kostpris": 400, "enhed": "stk"}]',
    ],
    records: [
      { productNo: '00042', name: 'Skilt', price: '349.5 DKK', unit: 'stk' },
      { productNo: '12E4', name: 'Stander', price: '1200 DKK', unit: 'stk' },
    ],
  },
  {
    name: 'kun priser med moms',
    lines: ['Navn;Pris inkl. moms', 'Kop;125,00'],
    refused: 'The prices under "Pris inkl. moms" include VAT',
  },
  {
    name: 'to priser af samme slags',
    lines: ['Navn;Pris DKK;Pris EUR', 'Kop;125,00;17,00'],
    refused: '"Pris DKK" and "Pris EUR"',
  },
  {
    name: 'kun indkøbspris',
    lines: ['Navn;Indkøbspris', 'Kop;25,00'],
    refused: 'Required column "unitPrice"',
  },
];
