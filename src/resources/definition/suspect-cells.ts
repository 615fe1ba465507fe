/**
 * Finds texts that a program has spoilt on their way into a file: error values of a spreadsheet, letters that
 * were lost or encoded twice, numbers that became dates, line breaks and control characters.
 */
import type { Cells, RowIssue } from './resource.js';

export interface CleanedCells {
  /** The cells with harmless oddities mended. */
  readonly cells: Cells;
  readonly issues: readonly RowIssue[];
}

/** Columns of several lines or of whole sentences. */
const FREE_TEXT: ReadonlySet<string> = new Set(['address', 'description']);
/** Columns of numbers or codes that a spreadsheet may have turned into a date. */
const CODES: ReadonlySet<string> = new Set(['productNo', 'contactNo', 'invoiceRef', 'invoiceNo']);

/** True for a column with texts that may look like anything. */
export function isFreeText(column: string): boolean {
  return FREE_TEXT.has(column);
}

// Characters, one of them in every spoilt text. Nearly all cells end here.
const MAY_BE_SPOILT =
  /[#?&:<"\u0000-\u001f\u007f-\u009f\u00c2\u00c3\u00e2\u221a\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\u251c\ufeff\ufffd]|^\d{1,2}[-/. ]|-\d\d$|[.,;']$/;

const ERROR_WORDS =
  'I/T|IKKE TILGÆNGELIG|REFERENCE|VÆRDI|NAVN|DIVISION/0|NUL|NUM|OVERLØB|SPILD|BLOKERET|BEREGN|FELT|' +
  'N/A|REF|VALUE|NAME|DIV/0|NULL|SPILL|CALC|FIELD|BLOCKED|UNKNOWN|CONNECT|BUSY|GETTING_DATA|' +
  'SAKNAS|REFERENS|VÄRDEFEL|NAMN|SKÄRNING|OGILTIGT|VERDI|NV|BEZUG|WERT|ZAHL|ÜBERLAUF';
const ERROR = new RegExp(
  `^(?:#(?:${ERROR_WORDS})[!?]?|#{3,}|(?:Err|Fejl|Fel|Feil|Fehler):\\d{3})$`,
  'i',
);

// UTF-8 read as Windows-1252: `Ã¸` for ø, `â€™` for ’; as Mac Roman: `√∏`; as the code page of DOS: `├©`.
const CONTINUED =
  '[\\u0080-\\u00bf\\u0152\\u0153\\u0160\\u0161\\u0178\\u017d\\u017e\\u0192\\u02c6\\u02dc\\u2013\\u2014\\u2018-\\u201e\\u2020-\\u2022\\u2026\\u2030\\u2039\\u203a\\u20ac\\u2122]';
const ENCODED_TWICE = new RegExp(`[ÃÂ]${CONTINUED}|â€|√[∏¶•Ö∂ºÉò]|├[\\u0080-\\u25ff]`);
const LOST_LETTER = /\p{L}\?\p{L}/u;
const ADDRESS_OF_PAGE = /^(?:https?:\/\/|www\.)/i;
const ENTITY = /&(?:amp|lt|gt|quot|apos|nbsp|[oaeuAOEU](?:slash|ring|elig|uml|acute)|#\d{2,5});/;

const MONTHS = 'jan|feb|mar|apr|maj|may|mai|jun|jul|aug|sep|okt|oct|nov|dec|dez|des';
const TURNED_INTO_DATE = new RegExp(
  `^(?:\\d{1,2}[-. ](?:${MONTHS})\\.?(?:[-. ]\\d{2,4})?|(?:${MONTHS})\\.?[-. ]\\d{2}|\\d{2}[-/.]\\d{2}[-/.]\\d{4})$`,
  'i',
);

const LINE_BREAKS = /\s*[\r\n\u000b\u2028\u2029]+\s*/g;
/** Characters without width, and marks for the direction of writing, that programs paste along. */
const INVISIBLE = /[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
const CONTROLS = /[\u0000-\u0008\u000c\u000e-\u001f\u007f-\u009f]/g;

/** A character of one of the three. */
const HIDDEN_SIGN =
  /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/;

/** Takes a few microseconds for a row with an odd cell, and next to nothing for any other. */
export function cleanCells(cells: Cells): CleanedCells {
  let mended: Record<string, string | null> | null = null;
  let issues: RowIssue[] | null = null;
  for (const column in cells) {
    const text = cells[column];
    if (typeof text !== 'string' || !mayBeSpoilt(column, text)) continue;
    const found = judge(column, text);
    if (found === null) continue;
    issues ??= [];
    issues.push({ code: found.code, field: column, message: found.message });
    if (found.mended === undefined) continue;
    mended ??= { ...cells };
    mended[column] = found.mended;
  }
  return { cells: mended ?? cells, issues: issues ?? NONE };
}

const NONE: readonly RowIssue[] = [];
const DIGITS = /^\d+$/;

/** Words before a VAT number have none of the signs, but they are no digits. */
function mayBeSpoilt(column: string, text: string): boolean {
  return MAY_BE_SPOILT.test(text) || (column === 'vatNo' && !DIGITS.test(text));
}

interface Verdict {
  readonly code: 'ROW_INVALID' | 'VALUE_SUSPECT';
  readonly message: string;
  readonly mended?: string;
}

function judge(column: string, text: string): Verdict | null {
  return faultOf(text) ?? oddityOf(column, text);
}

/** One of them is in every text with a fault, and a single test costs less than one for each fault. */
const FAULT_SIGN = /[#:\u00c2\u00c3\u00e2\u221a\u251c\ufffd]/;

function faultOf(text: string): Verdict | null {
  if (!FAULT_SIGN.test(text)) return null;
  if (ERROR.test(text)) return refused('is an error of the spreadsheet; correct the cell there');
  if (text.includes('\ufffd')) return refused(`looks damaged: letters were lost; ${SAVE_ANEW}`);
  if (ENCODED_TWICE.test(text))
    return refused(`looks damaged: letters were encoded twice; ${SAVE_ANEW}`);
  return null;
}

const SAVE_ANEW = 'save the file again as XLSX or CSV UTF-8 from the program that has it right';

function oddityOf(column: string, text: string): Verdict | null {
  return wrapping(column, text) ?? hiddenSigns(column, text) ?? oddText(column, text);
}

/** The texts around a value. */
function wrapping(column: string, text: string): Verdict | null {
  if (column === 'email' && PAGE.test(text)) {
    return refused('is the address of a page, not an e-mail address');
  }
  const bare = unwrapped(column, text);
  if (bare === null) return null;
  return { ...suspect('has more than the value itself, which was taken out'), mended: bare };
}

/** Characters that cannot be seen. */
function hiddenSigns(column: string, text: string): Verdict | null {
  if (!HIDDEN_SIGN.test(text) && text.trim() === text) return null;
  const visible = text.replace(CONTROLS, '');
  if (visible !== text) {
    const mended = visible.trim();
    return { ...suspect('holds control characters, which were removed'), mended };
  }
  if (isFreeText(column)) return null;
  const wide = text.replace(INVISIBLE, '');
  if (wide !== text) {
    const mended = wide.trim();
    return { ...suspect('holds characters without width, which were removed'), mended };
  }
  const line = text.replace(LINE_BREAKS, ' ').trim();
  if (line === text) return null;
  return { ...suspect('has several lines, which were joined by a blank'), mended: line };
}

function oddText(column: string, text: string): Verdict | null {
  if (isFreeText(column)) return null;
  if (CODES.has(column) && TURNED_INTO_DATE.test(text)) {
    return suspect('looks like a number that a spreadsheet turned into a date');
  }
  if (text.includes('?') && LOST_LETTER.test(text) && !ADDRESS_OF_PAGE.test(text)) {
    return suspect('may have lost a letter where the question mark is');
  }
  return text.includes('&') && ENTITY.test(text)
    ? suspect('holds the code of a web page for a letter')
    : null;
}

function refused(message: string): Verdict {
  return { code: 'ROW_INVALID', message };
}

function suspect(message: string): Verdict {
  return { code: 'VALUE_SUSPECT', message };
}

const SCHEME = /^(?:mailto|e-?mail|mail)\s*:\s*/i;
const IN_BRACKETS = /^(?:"[^"]*"|[^<>"]*?)\s*<\s*([^<>\s]+)\s*>$/;
const QUOTED = /^["']([^"']+)["']$/;
const ENDING = /[.,;]+$/;
const PAGE = /^[a-z]+:\/\//i;

/** `CVR-nr. 20002727`, `VAT no: DK20002727`, `Momsnr.: 20002727`; `SE 20002727` is a Danish number. */
const VAT_LABEL =
  /^(?:(?:cvr|moms|vat|ust-?id|tax)[\s.-]*(?:nr|no|nummer|number|id|reg)?[\s.:#/-]*|se(?:[\s.-]*(?:nr|nummer)[\s.:-]*|[\s.:-]+)(?=\d(?:\s?\d){7}$))(?=(?:[A-Z]{2}[\s-]?)?\d)/i;
const PHONE_LABEL = /^(?:tel|tlf|telefon|phone|mobil|mob|callto)\s*[.:]+\s*(?=[+(\d])/i;

/** The bare value of a cell; null: it stands there without anything around it. */
export function unwrapped(column: string, text: string): string | null {
  const bare = bareValue(column, text);
  return bare === text || bare === '' ? null : bare;
}

function bareValue(column: string, text: string): string {
  if (column === 'email') return bareEmail(text);
  if (column === 'vatNo') return text.replace(VAT_LABEL, '');
  return column === 'phone' ? text.replace(PHONE_LABEL, '') : text;
}

/** The address without a scheme, a name, quotes and signs around it. */
export function bareEmail(text: string): string {
  const plain = text.replace(SCHEME, '');
  const inside = IN_BRACKETS.exec(plain)?.[1] ?? QUOTED.exec(plain)?.[1] ?? plain;
  return inside.replace(SCHEME, '').replace(ENDING, '');
}
