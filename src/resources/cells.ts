/** Cells to values: the zod pieces that row schemas are made of, and normal forms for comparison. */
import countries from 'i18n-iso-countries';
import { z } from 'zod';
import { isPositive, normalizeDecimal } from '../core/decimal.js';
import type { Scalar } from '../store/types.js';
import type { Cells, RowIssue, RowValues } from './resource.js';

const TRUE = new Set(['true', 'sand', 'ja', '1']);
const FALSE = new Set(['false', 'falsk', 'nej', '0']);

/** One address: something@domain.tld without spaces; Billy checks the rest when it sends mail. */
const EMAIL = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>".]{2,}$/;

export const textCell = z.string().max(2000, 'is longer than 2,000 characters');

export const booleanCell = z.string().transform((text, context): boolean => {
  const word = text.toLowerCase();
  if (TRUE.has(word)) return true;
  if (FALSE.has(word)) return false;
  context.addIssue({ code: 'custom', message: 'is none of true/false, ja/nej, 1/0' });
  return z.NEVER;
});

export const emailCell = z.string().regex(EMAIL, 'is not one e-mail address');

/** Intake has judged the column's number style; what arrives is a plain decimal or no number. */
export const priceCell = z.string().transform((text, context): string => {
  const decimal = normalizeDecimal(text);
  if (decimal === null || !isPositive(decimal)) {
    context.addIssue({ code: 'custom', message: 'is not an amount above 0' });
    return z.NEVER;
  }
  return decimal;
});

/** Names in use that the list of countries does not have. */
const FURTHER_NAMES = new Map([
  ['nederlandene', 'NL'],
  ['england', 'GB'],
]);

/** ISO code, or the Danish or English name, to the ISO 3166-1 alpha-2 code that Billy uses. */
export function countryCode(text: string): string | null {
  const upper = text.toUpperCase();
  if (countries.isValid(upper)) return countries.toAlpha2(upper) ?? null;
  const named = countries.getAlpha2Code(text, 'da') ?? countries.getAlpha2Code(text, 'en');
  return named ?? FURTHER_NAMES.get(text.toLowerCase()) ?? null;
}

export const countryCell = z.string().transform((text, context): string => {
  const code = countryCode(text);
  if (code === null) {
    context.addIssue({ code: 'custom', message: 'is no ISO code and no country name known here' });
    return z.NEVER;
  }
  return code;
});

/** `DK 12 34 56 78`, `12345678` and `DK-12345678` are one number. */
export function normalizeVatNo(text: string): string {
  const plain = text.toUpperCase().replaceAll(/[\s.\-]/g, '');
  return /^DK\d{8}$/.test(plain) ? plain.slice(2) : plain;
}

/** Digits only; a Danish country code in front of eight digits does not matter. */
export function normalizePhone(text: string): string {
  const digits = text.replaceAll(/\D/g, '');
  const isForeign = /^\s*(\+|00)/.test(text);
  const match = /^(?:00)?45(\d{8})$/.exec(digits);
  if (match?.[1] !== undefined) return match[1];
  return isForeign ? digits.replace(/^00/, '') : digits;
}

/**
 * Every problem of a row at once, and the values of the cells that have none. Blank cells are left
 * out, null stays null.
 */
export function parseCells(
  schema: z.ZodObject,
  cells: Cells,
): { values: RowValues; issues: RowIssue[] } {
  const values: Record<string, Scalar> = {};
  const issues: RowIssue[] = [];
  for (const [field, text] of Object.entries(cells)) {
    if (text === '') continue;
    const parsed = (schema.shape[field] ?? z.never('is no column')).safeParse(text);
    if (parsed.success) values[field] = parsed.data as Scalar;
    for (const { message } of parsed.error?.issues ?? []) {
      issues.push({ code: 'ROW_INVALID', field, message: `${field} ${message}` });
    }
  }
  return { values, issues };
}
