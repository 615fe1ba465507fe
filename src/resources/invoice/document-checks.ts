/** Refuses rows of other documents than invoices: credit notes, cancelled invoices, quotes, payments. */
import type { RowIssue, RowValues } from '../definition/resource.js';

export const WAY_OUT = 'make the credit note in Billy';

/** Columns with the type of a document. */
const TYPES = ['type', 'entryType', 'document'];
const STATUS = 'status';

/** Documents that are no invoices, by a part of their names in small letters. */
const CREDIT_NOTE =
  /kredit(?!salg|kort|or|kunde|tid|max|vurder|dage|\s*\d)|credit(?! ?(?:sale|card|or|limit|days|customer))|gutschrift|refusion|refund|\b(?:kn|cn|k-?nota)\b|^(?:kn|cn)[-\s]*\d+$/;
const CANCELLED =
  /(?<!(?:ikke|ej|not) )(?:annul|cancel|\bvoid(?:ed)?\b|makuler|storn|tilbagef(?:ø|oe)r|reversed|reversal|slettet|deleted)/;
const OTHER_DOCUMENT =
  /^(?:tilbud|quote|offer|ordre|order|ordrebekræftelse|proforma ?(?:faktura|invoice)?|rykker|reminder|følgeseddel|delivery note|(?:ind|ud)?betaling|payment|rente|interest)$/;
/** Words that stand for an invoice, or for one of its lines. */
const INVOICE =
  /faktura|invoice|rechnung|regning|\bbill|sal[ge]|betalt|paid|sendt|sent|kladde|draft|(?:å|aa)ben|open|forfald|due|godkendt|approved|bogf(?:ø|oe)rt|posted|booked|vare|ydelse|service|produkt|product|artikel|item|time|hour|kørsel|debet|debit|kunde|customer|kontant|cash|abonnement|subscription|linje|line|tekst|text|normal|standard|^(?:f|fa|fak|i|in|inv|s|si)$/;
const WORD = /\p{L}{2}/u;
const NUMBERED = /\d/;
const NAMES_CREDIT_NOTE = /kreditnota|credit ?note/;
export const NOTHING = /^(?:[-–—]|[-+]?0*[.,]?0*\s*(?:%|kr\.?|dkk)?)$/i;
const NO = /^(?:nej|no|n|false|falsk|0|[-–—])$/;

function invalid(field: string, message: string): RowIssue {
  return { code: 'ROW_INVALID', field, message };
}

export function textOf(values: RowValues, column: string): string {
  const value = values[column];
  return typeof value === 'string' ? value.trim().toLowerCase() : '';
}

function creditNote(field: string, verb: string): RowIssue {
  return invalid(field, `${verb} a credit note, which an import does not make: ${WAY_OUT}`);
}

/** What the type or the status of a document says; null: it may be an invoice. */
function kindIssue(line: RowValues, field: string): RowIssue | null {
  const text = textOf(line, field);
  if (text === '') return null;
  if (CREDIT_NOTE.test(text)) return creditNote(field, 'is');
  if (CANCELLED.test(text)) {
    const message = `is a cancelled invoice, which an import does not make: leave its rows out, or ${WAY_OUT}`;
    return invalid(field, message);
  }
  if (field === STATUS) return null;
  if (OTHER_DOCUMENT.test(text)) {
    return invalid(field, 'is no invoice: leave such rows out of the file');
  }
  // A voucher number is no type of document.
  if (INVOICE.test(text) || NUMBERED.test(text) || !WORD.test(text)) return null;
  const message = 'is no known type of document, so the row is read as one of an invoice';
  return { code: 'VALUE_SUSPECT', field, message };
}

/** Checks that a line is one of an invoice. */
export function documentIssues(line: RowValues): RowIssue[] {
  const issues = [...TYPES, STATUS]
    .map((field) => kindIssue(line, field))
    .filter((issue) => issue !== null);
  const mark = textOf(line, 'creditNote');
  if (mark !== '' && !NO.test(mark)) issues.push(creditNote('creditNote', 'marks'));
  const amount = textOf(line, 'credit');
  if (!NOTHING.test(amount) && !NO.test(amount)) issues.push(creditNote('credit', 'is that of'));
  for (const name of ['invoiceRef', 'invoiceNo']) {
    if (NAMES_CREDIT_NOTE.test(textOf(line, name))) issues.push(creditNote(name, 'names'));
  }
  return issues;
}
