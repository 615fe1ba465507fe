/**
 * CVR, VAT and EAN/GLN numbers: normal forms, check digits, and the form of a number that a spreadsheet
 * shortened.
 */
import type { MatchKey } from '../../model/snapshot.js';
import { knownCountries } from './countries.js';

const CVR_WEIGHTS = [2, 7, 6, 5, 4, 3, 2, 1];
/** Prefixes of VAT numbers that are not ISO countries: Greece and Northern Ireland. */
const FURTHER_PREFIXES = new Set(['EL', 'XI']);
const PREFIXED = /^([A-Z]{2}).*\d/;
/** The form in which a spreadsheet saves a number with too many digits: `5,79E+12`. The digits are lost. */
const CUT = /^\d{1,3}(?:[.,]\d+)?E\+\d{1,3}$/i;

const NAKED = /^\d+$/;

/** `DK 12 34 56 78`, `12345678` and `DK-12345678` are one number. */
export function normalizeVatNo(text: string): string {
  if (NAKED.test(text)) return text;
  const plain = text.toUpperCase().replaceAll(/[\s.\-]/g, '');
  return /^DK\d{8}$/.test(plain) ? plain.slice(2) : plain;
}

/** `5790 0012 3456 7` and `5790001234567` are one number. */
export function normalizeEan(text: string): string {
  return text.replaceAll(/\s/g, '');
}

function weightedSum(digits: string, weights: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    sum += Number(digits.charAt(index)) * (weights[index % weights.length] ?? 0);
  }
  return sum;
}

/**
 * True for eight digits without a leading zero and with a weighted sum that 11 divides (FIELD:
 * erhvervsstyrelsen.dk).
 */
export function isCvrNo(digits: string): boolean {
  return /^[1-9]\d{7}$/.test(digits) && weightedSum(digits, CVR_WEIGHTS) % 11 === 0;
}

/** True for thirteen digits if their sum with weights 1 and 3 is a multiple of 10. */
export function isGln(digits: string): boolean {
  return /^\d{13}$/.test(digits) && weightedSum(digits, [1, 3]) % 10 === 0;
}

/** True if the VAT number has another country's prefix. `CVR 12345678` is Danish. */
function isForeignVatNo(plain: string): boolean {
  const prefix = PREFIXED.exec(plain)?.[1];
  if (prefix === undefined || prefix === 'DK' || plain.startsWith('CVR')) return false;
  return knownCountries().isValid(prefix) || FURTHER_PREFIXES.has(prefix);
}

/** The VAT numbers of other countries by their prefixes (European Commission, VIES; skatteetaten.no; gov.uk). */
const FOREIGN_FORMS: readonly (readonly [form: RegExp, country: string])[] = [
  [/^ATU\d{8}$/, 'AT'],
  [/^BE[01]?\d{9}$/, 'BE'],
  [/^BG\d{9,10}$/, 'BG'],
  [/^CHE\d{9}(?:MWST|TVA|IVA)?$/, 'CH'],
  [/^CY\d{8}[A-Z]$/, 'CY'],
  [/^CZ\d{8,10}$/, 'CZ'],
  [/^DE\d{9}$/, 'DE'],
  [/^EE\d{9}$/, 'EE'],
  [/^EL\d{9}$/, 'GR'],
  [/^ES[A-Z\d]\d{7}[A-Z\d]$/, 'ES'],
  [/^FI\d{8}$/, 'FI'],
  [/^FR[A-Z\d]{2}\d{9}$/, 'FR'],
  [/^(?:GB|XI)(?:\d{9}|\d{12})$/, 'GB'],
  [/^HR\d{11}$/, 'HR'],
  [/^HU\d{8}$/, 'HU'],
  [/^IE\d[A-Z\d]\d{5}[A-Z]{1,2}$/, 'IE'],
  [/^IT\d{11}$/, 'IT'],
  [/^LT(?:\d{9}|\d{12})$/, 'LT'],
  [/^LU\d{8}$/, 'LU'],
  [/^LV\d{11}$/, 'LV'],
  [/^MT\d{8}$/, 'MT'],
  [/^NL\d{9}B\d{2}$/, 'NL'],
  [/^NO\d{9}(?:MVA)?$/, 'NO'],
  [/^PL\d{10}$/, 'PL'],
  [/^PT\d{9}$/, 'PT'],
  [/^RO\d{2,10}$/, 'RO'],
  [/^SE\d{12}$/, 'SE'],
  [/^SI\d{8}$/, 'SI'],
  [/^SK\d{10}$/, 'SK'],
];

/** The country whose VAT number this is by its prefix: DK, or another; null: it has none, or another form. */
export function vatCountry(text: string): string | null {
  if (NAKED.test(text)) return null;
  const plain = text.toUpperCase().replaceAll(/[\s.\-]/g, '');
  if (/^DK\d{8}$/.test(plain)) return 'DK';
  return FOREIGN_FORMS.find(([form]) => form.test(plain))?.[1] ?? null;
}

/** True if the VAT number is Danish: by its prefix, or without a prefix by its owner's country. */
export function isDanishVatNo(text: string, countryId: string): boolean {
  if (/^\s*DK/i.test(text)) return true;
  return countryId === 'DK' && !isForeignVatNo(normalizeVatNo(text));
}

export function isCutBySpreadsheet(text: string): boolean {
  return CUT.test(text.trim());
}

/** Spreadsheets save `00042` as `42`. */
function keyName(key: string): string {
  return `${key} without zeros`;
}

/** The key under which a record with zeros in front of its number is found; null: the text has such zeros. */
export function withoutZerosKey(key: string, text: string): MatchKey | null {
  const value = text.trim();
  return NAKED.test(value) && !value.startsWith('0') ? { key: keyName(key), value } : null;
}

/** The further key of a record whose number has zeros in front; empty: it has none. */
export function zerosKeys(key: string, text: unknown): MatchKey[] {
  const value = typeof text === 'string' ? text.trim() : '';
  if (!value.startsWith('0') || !NAKED.test(value)) return [];
  const shortened = value.replace(/^0+/, '');
  return shortened === '' ? [] : [{ key: keyName(key), value: shortened }];
}
