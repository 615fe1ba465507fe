/** Columns of an invoice file, with their headers in Danish, English and Swedish. */
import type { Resource } from '../definition/resource.js';
import {
  AMOUNT_CELL,
  ASKED_OF_SALES,
  CURRENCY_HEADERS,
  CVR_HEADERS,
  EAN_HEADERS,
  EMAIL_HEADERS,
  PRODUCT_NO_HEADERS,
  TERMS_HEADERS,
  VAT_NO_HEADERS,
} from '../headers/shared-headers.js';
import { CUSTOMER_COLUMNS } from './invoice-customer.js';

const CUSTOMER_CVR = [
  ...['kunde cvr', 'kunde cvr-nr', 'kundens cvr', 'kundens cvr-nr', 'debitor cvr', 'cvr kunde'],
  ...['customer vat', 'customer vat number', 'customer vat no'],
];
/** Dates that may be those of the line, where the file has the invoice's own. */
const ANY_DATE = ['dato', 'date', 'bilagsdato'];
const HOURS = ['timer', 'antal timer', 'hours', 'timeantal'];

const LINE_TOTAL = [
  ...['i alt', 'linjesum', 'linjetotal', 'linjebeløb', 'linje i alt', 'beløb', 'beløb i alt'],
  ...['netto', 'nettobeløb', 'netto i alt', 'sum', 'total', 'totalpris', 'totalbeløb'],
  ...['samlet pris', 'pris i alt', 'subtotal', 'line total', 'line amount', 'line sum', 'amount'],
  ...['net amount', 'net total', 'total price', 'total amount', 'extended price', 'belopp'],
  ...['i alt ekskl moms', 'i alt inkl moms', 'total ekskl moms', 'total inkl moms'],
  ...['beløb ekskl moms', 'beløb inkl moms', 'total excl vat', 'total incl vat'],
];

export const INVOICE_COLUMNS: Resource['columns'] = [
  { name: 'id', kind: 'text', aliases: [] },
  {
    name: 'invoiceRef',
    kind: 'text',
    aliases: ['fakturaref', 'fakturareference', 'reference', 'ref'],
  },
  {
    name: 'invoiceNo',
    kind: 'text',
    aliases: ['fakturanr', 'fakturanummer', 'invoice number', 'faktura', 'invoice'],
  },
  {
    name: 'customer',
    kind: 'text',
    aliases: ['kunde', 'debitor'],
    kinds: ['ean', 'vatNo', 'email'],
  },
  {
    name: 'contactNo',
    kind: 'text',
    aliases: [
      ...['kundenr', 'kundenummer', 'debitornr', 'debitornummer', 'customer number'],
      ...['client number', 'kundnr', 'kundnummer'],
    ],
  },
  {
    name: 'ean',
    kind: 'text',
    aliases: [...EAN_HEADERS, 'kunde ean', 'kundens ean', 'customer ean'],
  },
  {
    name: 'vatNo',
    kind: 'text',
    aliases: [...CVR_HEADERS, ...CUSTOMER_CVR, ...VAT_NO_HEADERS],
    spares: VAT_NO_HEADERS,
  },
  {
    name: 'email',
    kind: 'text',
    aliases: [...EMAIL_HEADERS, 'kunde e-mail', 'kundemail', 'customer email', 'customer e-mail'],
  },
  // A name finds no customer. It must not contradict the one that the other columns find.
  {
    name: 'customerName',
    kind: 'text',
    aliases: [
      ...['kundenavn', 'kundens navn', 'debitornavn', 'firmanavn', 'firma', 'virksomhed'],
      ...['client name', 'company', 'company name', 'kundnamn'],
    ],
    spares: ['firma', 'virksomhed', 'company'],
  },
  {
    name: 'entryDate',
    kind: 'date',
    aliases: [...ANY_DATE, 'fakturadato', 'faktureringsdato', 'invoice date', 'fakturadatum'],
    spares: ANY_DATE,
  },
  { name: 'paymentTermsDays', kind: 'text', aliases: TERMS_HEADERS },
  {
    name: 'taxMode',
    kind: 'text',
    aliases: ['moms', 'momsform', 'moms inkl/ekskl', 'inkl/ekskl moms', 'ekskl/inkl moms'],
  },
  { name: 'currency', kind: 'text', aliases: CURRENCY_HEADERS },
  { name: 'productNo', kind: 'text', aliases: PRODUCT_NO_HEADERS },
  {
    name: 'description',
    kind: 'text',
    aliases: [
      ...['beskrivelse', 'tekst', 'linjetekst', 'linjebeskrivelse', 'varetekst', 'varenavn'],
      ...['varebeskrivelse', 'produktnavn', 'opgave', 'aktivitet', 'ydelse'],
      ...['line text', 'line description', 'item description', 'item name', 'product name', 'task'],
      ...['beskrivning', 'benämning'],
    ],
    mayRepeat: true,
  },
  { name: 'quantity', kind: 'amount', aliases: ['antal', 'qty', 'mængde', ...HOURS] },
  {
    name: 'unitPrice',
    kind: 'amount',
    aliases: [
      ...['pris', 'enhedspris', 'stykpris', 'salgspris', 'pris pr stk', 'pris pr enhed'],
      ...['timepris', 'timesats', 'price', 'sales price', 'hourly rate', 'rate', 'price each'],
      ...['à-pris', 'apris', 'unit price'],
    ],
  },
  // Compared with quantity times price. Its style is not settled, so it is a text.
  {
    name: 'lineTotal',
    kind: 'text',
    aliases: LINE_TOTAL,
    besides: ['unitPrice'],
    mayRepeat: true,
  },
  { name: 'approve', kind: 'boolean', aliases: ['godkend', 'godkendes'] },
  // An import makes none of these, so that a row that asks for one is refused.
  {
    name: 'type',
    kind: 'text',
    aliases: [
      ...['bilagstype', 'bilagsart', 'dokumenttype', 'dokumentart', 'fakturatype', 'fakturaart'],
      ...['document type', 'invoice type', 'voucher type', 'doc type'],
    ],
  },
  {
    name: 'entryType',
    kind: 'text',
    aliases: [
      ...['art', 'posttype', 'posteringstype', 'transaktionstype', 'transaction type'],
      ...['entry type', 'record type'],
    ],
  },
  { name: 'document', kind: 'text', aliases: ['dokument', 'bilag', 'voucher'] },
  {
    name: 'status',
    kind: 'text',
    aliases: ['fakturastatus', 'tilstand', 'invoice status', 'state', 'bilagsstatus'],
  },
  {
    name: 'credit',
    kind: 'text',
    aliases: ['kredit', 'kreditbeløb', 'beløb kredit', 'credit amount'],
  },
  { name: 'creditNote', kind: 'text', aliases: ['kreditnota', 'er kreditnota', 'credit memo'] },
  {
    name: 'discount',
    kind: 'text',
    aliases: ['rabat', 'rabatbeløb', 'rabat kr', 'linjerabat', 'discount amount', 'line discount'],
  },
  {
    name: 'discountPercent',
    kind: 'text',
    aliases: ['rabat %', 'rabatprocent', 'rabat pct', 'rabat i %', 'discount %', 'discount rate'],
  },
];

/** A file must have at least one column of each list. */
export const NEEDED_COLUMNS: Resource['neededColumns'] = [
  ['invoiceRef', 'invoiceNo'],
  CUSTOMER_COLUMNS,
  ['entryDate'],
  ['productNo'],
];

export const INVOICE_QUESTIONS: Resource['questions'] = [
  {
    what: 'the total of a line',
    pattern:
      /^(?!.*(?:(?:moms-?|vat |tax )(?:bel(?:ø|oe)b|amount|total)|timer|hours|antal|quantity)).*(?:\bi ?alt\b|total|\bsum\b|\bnetto|\bnet\b|\bbrutto|\bgross\b|bel(?:ø|oe)b|amount|\bde[bk]et\b|\bdebit\b|linje-?sum|samlet|extended)/i,
    columns: ['unitPrice'],
    cells: AMOUNT_CELL,
    hint: 'Add a column unitPrice with the price of one unit; the total is then compared. With options.columnMapping map it to unitPrice if it is the price of one unit, or to null to bill the prices of the products.',
  },
  {
    what: 'a price',
    pattern: /pris|price|bel(?:ø|oe)b|amount|\brate\b|sats/i,
    columns: ['unitPrice'],
  },
  // A tax mode in another column does not say the rate.
  {
    what: 'a VAT rate',
    pattern:
      /(?:moms|\bvat\b|\btax\b|\bmva\b).*(?:sats|rate|%|pct|procent|percent|kode|code|type|klasse|class)/i,
    columns: ['salesTaxRuleset'],
    isSure: true,
    hint: 'Billy takes the VAT of a line from its product. Check the rates of the products, then map the header to null with options.columnMapping.',
  },
  ...ASKED_OF_SALES,
  {
    what: 'a quantity',
    pattern: /antal|quantity|\bqty\b|m(?:æ|ae)ngde|timer|hours/i,
    columns: ['quantity'],
  },
  {
    what: 'an invoice number',
    pattern: /(?:faktura|invoice|bilag|ordre|order).*(?:n(?:r|o|um)|number|\bid\b|#)/i,
    columns: ['invoiceNo', 'invoiceRef'],
  },
  {
    what: 'a customer',
    pattern:
      /(?:kunde|debitor|customer|client).*(?:n(?:r|o|um)|number|\bid\b|kode|#)|mail|\bean\b|\bcvr/i,
    columns: CUSTOMER_COLUMNS,
  },
];
