/** Recognizes files that hold no table that can be read, and gives the advice for each. */
import type { InputError } from '../core/errors.js';
import { notText, SAVE_AS } from './encoding/decode.js';

interface OtherKind {
  begins: RegExp;
  /** `a web page` */
  kind: string;
  hint: string;
}

const OPEN_AND_SAVE = `Open it in a spreadsheet program first. ${SAVE_AS}`;
const CHARS_LOOKED_AT = 2048;

/** Kinds that are texts, by their beginning. */
const TEXTS: readonly OtherKind[] = [
  {
    begins:
      /^(?:<!--[^]*?-->\s*)?(?:<\?xml[^>]*>\s*)?(?:<!doctype html|<html|<head|<body|<table|<meta|<style)/i,
    kind: 'a web page (HTML), whatever its name ends in',
    hint: OPEN_AND_SAVE,
  },
  {
    begins: /^<\?xml[^]*?(?:urn:schemas-microsoft-com:office:spreadsheet|mso-application)/i,
    kind: 'an XML spreadsheet of 2003',
    hint: OPEN_AND_SAVE,
  },
  { begins: /^<\?xml\b/i, kind: 'an XML document', hint: `Export a table instead. ${SAVE_AS}` },
  { begins: /^\{\\rtf/, kind: 'a text document (RTF)', hint: SAVE_AS },
  {
    begins:
      /^(?:(?:received|return-path|delivered-to|from|to|subject|date|message-id|mime-version|x-[\w-]+): [^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){3}/i,
    kind: 'an e-mail or a web archive',
    hint: `Save the attachment or the table in it as a file of its own. ${SAVE_AS}`,
  },
  {
    begins: /^BEGIN:VCARD/i,
    kind: 'a list of contacts as vCard',
    hint: `Export the contacts as CSV. ${SAVE_AS}`,
  },
  { begins: /^ID;P[A-Z]*[;\r\n]/, kind: 'a SYLK spreadsheet', hint: OPEN_AND_SAVE },
  {
    begins: /^\{\s*"(?:url|doc_id)"\s*:\s*"[^]*docs\.google\.com/,
    kind: 'a link to a Google sheet, without its table',
    hint: 'Open the sheet, choose File, Download, Microsoft Excel (.xlsx), and import that file.',
  },
  {
    begins: /^\[InternetShortcut\]/i,
    kind: 'a link to a page',
    hint: 'Open the page, download the table and import that file.',
  },
];

interface OtherArchive {
  holds: string;
  kind: string;
  hint: string;
}

/** Kinds that are ZIP archives, by the name of a part. */
const ARCHIVES: readonly OtherArchive[] = [
  {
    holds: 'opendocument.spreadsheet',
    kind: 'an OpenDocument spreadsheet (ODS)',
    hint: OPEN_AND_SAVE,
  },
  { holds: 'opendocument.text', kind: 'an OpenDocument text', hint: SAVE_AS },
  {
    holds: '.iwa',
    kind: 'a Numbers document',
    hint: 'In Numbers choose File, Export To, Excel or CSV, and import that file.',
  },
  { holds: 'xl/workbook.bin', kind: 'a binary Excel workbook (XLSB)', hint: OPEN_AND_SAVE },
  {
    holds: 'word/',
    kind: 'a Word document',
    hint: `Copy its table into a spreadsheet. ${SAVE_AS}`,
  },
  { holds: 'ppt/', kind: 'a presentation', hint: `Copy its table into a spreadsheet. ${SAVE_AS}` },
];

/** The name of a packed table in the header of a part, which the name follows directly. */
const PACKED_TABLE = /[\w æøåÆØÅ().-]+\.(?:csv|xlsx|txt|json|tsv|xls)(?=[^\w])/;

/** The refusal of a text that is no table; null: it may be one. */
export function otherText(bytes: Buffer): InputError | null {
  const text = bytes
    .subarray(0, 2 * CHARS_LOOKED_AT)
    .toString('latin1')
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .replaceAll('\0', '')
    .slice(0, CHARS_LOOKED_AT)
    .trimStart();
  const found = TEXTS.find(({ begins }) => begins.test(text));
  return found === undefined ? null : refusal(found);
}

/** The refusal of an archive that is known to be no workbook; null: it may be one. */
export function otherArchive(bytes: Buffer): InputError | null {
  const found = ARCHIVES.find(({ holds }) => bytes.includes(holds));
  if (found !== undefined) return refusal(found);
  const isWorkbook = bytes.includes('[Content_Types].xml') || bytes.includes('xl/');
  if (isWorkbook || !PACKED_TABLE.test(bytes.toString('latin1'))) return null;
  return notText({
    message: 'The file is a ZIP archive with a table in it, but not an Excel workbook.',
    hint: `Unpack the archive and import the file inside. ${SAVE_AS}`,
  });
}

function refusal({ kind, hint }: { kind: string; hint: string }): InputError {
  return notText({ message: `The file is ${kind}, not CSV, JSON or XLSX.`, hint });
}
