/** Headers that several resources share. */
import type { HeaderQuestion } from './header-use.js';

export const TERMS_HEADERS: readonly string[] = [
  'betalingsfrist',
  'kreditdage',
  'betalingsbetingelser',
  'betalingsbetingelse',
  'betalingsfrist dage',
  'betalingsdage',
  'betalingsvilkår',
  'kredittid',
  ...['payment terms', 'payment term', 'terms of payment', 'payment terms days', 'payment days'],
  ...['net days', 'credit days', 'terms', 'betalningsvillkor'],
];

export const PRODUCT_NO_HEADERS: readonly string[] = [
  ...['varenr', 'varenummer', 'sku', 'varekode', 'produktnr', 'produktnummer', 'produktkode'],
  ...['product number', 'product no', 'product code', 'item number', 'item no', 'item code'],
  ...['artikelnr', 'artikelnummer', 'art nr', 'article number', 'article no', 'stock code'],
  ...['ydelsesnr', 'ydelsesnummer'],
];

export const CURRENCY_HEADERS: readonly string[] = [
  ...['valuta', 'valutakode', 'currency code', 'valutakod', 'currency iso'],
];

export const CVR_HEADERS: readonly string[] = [
  ...['cvr', 'cvr-nr', 'cvrnr', 'cvr-nummer', 'cvr/se-nr', 'cvr/se', 'cvr/vat', 'cvr/moms'],
  ...['cvr number', 'cvr no', 'organisationsnummer', 'org nr', 'organization number'],
  ...['organisation number', 'corporate identification number', 'corporate identity number'],
  ...['company registration number', 'registration number'],
];

export const VAT_NO_HEADERS: readonly string[] = [
  ...['momsnr', 'momsnummer', 'moms-nr', 'momsregistreringsnummer', 'momsreg nr'],
  ...['momsregistreringsnr', 'se-nr', 'se-nummer', 'vat number', 'vat id', 'vat reg no'],
  ...['vat registration number', 'vat-nr', 'tax id', 'tax number', 'tax registration number'],
];

export const EAN_HEADERS: readonly string[] = [
  ...['ean', 'ean-nr', 'ean-nummer', 'ean number', 'gln', 'gln-nr', 'gln-nummer', 'gln number'],
  ...['ean/gln', 'ean-lokationsnummer', 'lokationsnummer', 'ean lokationsnr', 'gln/ean'],
];

export const EMAIL_HEADERS: readonly string[] = [
  ...['e-mail', 'mail', 'e-mailadresse', 'mailadresse', 'e-mail adr', 'email address', 'e-post'],
  ...['e-postadresse', 'e-postadress', 'e-mail 1', 'primary email', 'kundens e-mail'],
];

/** Such a header is not ignored without a question if the resource has these columns. */
export const ASKED_OF_ALL: readonly HeaderQuestion[] = [
  { what: 'an EAN or GLN number', pattern: /\b(?:ean|gln)\b|^ean|^gln/i, columns: ['ean'] },
  { what: 'an e-mail address', pattern: /mail|\be-?post/i, columns: ['email'] },
];

/** A number other than 0, or a percentage. Names of groups and dates are none. */
export const AMOUNT_CELL =
  /^(?=.*[1-9])[-+(\s]*(?:kr\.?|dkk|eur|€)?\s*[-+]?\d[\d.,\s]*(?:%.*|(?:pct|procent|percent|kr|dkk|eur|€|,-)[.\s]*)?\)?-?$/i;

export const ASKED_OF_SALES: readonly HeaderQuestion[] = [
  {
    what: 'a discount',
    pattern:
      /^(?!.*(?:dato|date|f(?:ø|oe)r rabat|uden rabat|before discount)).*(?:rabat|discount|rebate|afslag|nedslag)/i,
    // A discount in another column is no answer to this one.
    columns: [],
    cells: AMOUNT_CELL,
    isSure: true,
    hint: 'An import gives no discounts: write the reduced prices. Map the header to null with options.columnMapping if its numbers reduce nothing.',
  },
  { what: 'a currency', pattern: /valuta|currency/i, columns: ['currency'] },
  {
    what: 'a product number',
    pattern:
      /(?:vare|produkt|artikel|ydelse|item|product|article).*(?:n(?:r|o|um)|number|\bid\b|kode|code|#)|\b(?:ean|gtin|barcode|stregkode)/i,
    columns: ['productNo'],
  },
  {
    what: 'VAT',
    pattern: /^(?!.*(?:bel(?:ø|oe)b|amount)).*(?:moms|\bvat\b|\btax\b)/i,
    columns: ['salesTaxRuleset', 'taxMode'],
  },
];

/** Prices that are never the sales price. */
const OTHER_PRICES =
  'kost|\\bcost|indk(?:ø|oe|o)b|k(?:ø|oe)bs?pris|purchase|buying|gammel|gamle|tidligere|f(?:ø|oe)r-?pris|\\bold\\b|previous|compare|vejl|\\brrp\\b|msrp|spejl|avance|margin|d(?:æ|ae)kning|profit|senest';

/** Stock, shipping, dates and the like, which have no column. */
const NO_VALUE_OF_OURS =
  'lager|beholdning|stock|inventory|v(?:æ|ae)gt|weight|l(?:æ|ae)ngde|fragt|shipping|tracker|policy|status|class|klasse|gruppe|group|type|kategori|category|track|dato|date';

export const SALES_HARMLESS = new RegExp(`${OTHER_PRICES}|${NO_VALUE_OF_OURS}`, 'i');
