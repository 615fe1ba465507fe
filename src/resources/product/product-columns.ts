/** Columns of a product file, with their headers in Danish, English and Swedish. */
import type { Resource } from '../definition/resource.js';
import { ASKED_OF_SALES, CURRENCY_HEADERS, PRODUCT_NO_HEADERS } from '../headers/shared-headers.js';

/** The new price of a price list that has the old one beside it. */
const NEW_PRICE = ['ny pris', 'nye priser', 'ny salgspris', 'new price', 'ny enhedspris'];
const PRICE = [
  ...[
    'pris',
    'enhedspris',
    'salgspris',
    'salgspris 1',
    'stykpris',
    'stk pris',
    'pris pr stk',
    'pris pr enhed',
  ],
  ...['timepris', 'timesats', 'listepris', 'standardpris', 'normalpris', 'à-pris', 'apris'],
  ...['price', 'sales price', 'selling price', 'sale price', 'list price', 'price each'],
  ...['hourly rate', 'rate', 'försäljningspris', 'utpris', 'price per unit', 'price per hour'],
];

export const PRODUCT_COLUMNS: Resource['columns'] = [
  { name: 'id', kind: 'text', aliases: [] },
  {
    name: 'name',
    kind: 'text',
    aliases: [
      ...['navn', 'varenavn', 'produkt', 'produktnavn', 'vare', 'varebetegnelse', 'betegnelse'],
      ...['varetekst', 'artikel', 'artikelnavn', 'ydelse', 'titel', 'benævnelse', 'aktivitet'],
      ...['product', 'product name', 'item', 'item name', 'title', 'service', 'article name'],
      ...['benämning', 'artikelbenämning', 'namn'],
    ],
    spares: ['produkt', 'product', 'artikel', 'item', 'vare', 'ydelse', 'aktivitet'],
    standIn: 'description',
  },
  {
    name: 'description',
    kind: 'text',
    aliases: [
      ...['beskrivelse', 'varebeskrivelse', 'produktbeskrivelse', 'salgsbeskrivelse', 'tekst'],
      ...['product description', 'item description', 'sales description', 'long description'],
      ...['beskrivning', 'lang beskrivelse'],
    ],
    mayRepeat: true,
  },
  {
    name: 'accountNo',
    kind: 'text',
    aliases: [
      ...['konto', 'kontonr', 'kontonummer', 'salgskonto', 'omsætningskonto', 'indtægtskonto'],
      ...['sales account', 'income account', 'revenue account', 'account number'],
      ...['försäljningskonto'],
    ],
  },
  {
    name: 'unitPrice',
    kind: 'amount',
    aliases: [...PRICE, 'unit price', ...NEW_PRICE],
    spares: ['unitPrice', ...PRICE],
  },
  {
    name: 'salesTaxRuleset',
    kind: 'text',
    aliases: [
      ...['moms', 'momskode', 'momssats', 'momsprocent', 'moms %', 'momspct', 'moms i %'],
      ...['vat', 'vat rate', 'vat %', 'vat code', 'tax rate', 'vat percent', 'momstype'],
    ],
  },
  { name: 'isArchived', kind: 'boolean', aliases: ['arkiveret', 'archived'] },
  { name: 'productNo', kind: 'text', aliases: PRODUCT_NO_HEADERS },
  { name: 'currency', kind: 'text', aliases: CURRENCY_HEADERS },
  {
    name: 'unit',
    kind: 'text',
    aliases: [
      ...['enhed', 'enhedsbetegnelse', 'måleenhed', 'salgsenhed', 'unit of measure', 'uom'],
      ...['sales unit', 'enhet'],
    ],
    mayRepeat: true,
  },
];

export const PRODUCT_QUESTIONS: Resource['questions'] = [
  {
    what: 'a price',
    pattern: /pris|price|bel(?:ø|oe)b|amount|\brate\b|sats/i,
    columns: ['unitPrice'],
  },
  ...ASKED_OF_SALES,
  { what: 'a quantity', pattern: /antal|quantity|\bqty\b|m(?:æ|ae)ngde/i, columns: ['quantity'] },
];
