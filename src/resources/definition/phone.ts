/**
 * Normal forms of phone numbers, for comparisons. Every record of an account passes here, so digits decide
 * wherever they can. The library is called only for numbers that need another country's numbering plan.
 */
import { createRequire } from 'node:module';
import type * as Library from 'libphonenumber-js';
import { Memo } from '../../core/memo.js';

/** A text with an extension, a second number or words ("ask Anna") cannot be a match key. */
const PHONE = /^\+?[\d\s().-]+$/;
const DIGITS_MIN = 5;
const DANISH = /^\+?45(\d{8})$/;
/** A zero near the country code may be the trunk prefix, for domestic calls only: `+46 (0)70 ...`. */
const MAY_HOLD_TRUNK_ZERO = /^[1-9]\d{0,2}0/;
const REMEMBERED_MAX = 10_000;

const remembered = new Memo(REMEMBERED_MAX);

const require = createRequire(import.meta.url);

let library: typeof Library | null = null;

/** The numbering plans of all countries, loaded when the first number needs one. */
function numberingPlans(): typeof Library {
  library ??= require('libphonenumber-js') as typeof Library;
  return library;
}

function parse(text: string, countryId: string | null): string | null {
  const { isSupportedCountry, parsePhoneNumberFromString } = numberingPlans();
  const country = countryId !== null && isSupportedCountry(countryId) ? countryId : undefined;
  const parsed = parsePhoneNumberFromString(text, country);
  return parsed?.isPossible() === true ? parsed.number.replace(DANISH, '$1') : null;
}

/** `+46701234567`, or null. Remembers its answers, since a file repeats numbers. */
function planned(text: string, countryId: string | null): string | null {
  return remembered.recall(`${countryId ?? ''} ${text}`, () => parse(text, countryId));
}

function international(digits: string): string {
  const danish = DANISH.exec(digits)?.[1];
  if (danish !== undefined) return danish;
  if (!/^[1-9]/.test(digits)) return '';
  const plain = `+${digits}`;
  return MAY_HOLD_TRUNK_ZERO.test(digits) ? (planned(plain, null) ?? plain) : plain;
}

/**
 * A Danish number as its eight digits, another country's as `+46701234567`; '' if the text is not a phone
 * number. A number without a country code is one of `countryId`.
 */
export function normalizePhone(text: string, countryId = 'DK'): string {
  const trimmed = text.trim();
  const digits = trimmed.replaceAll(/\D/g, '');
  // `(+45) 12 34 56 78` has its plus inside the brackets.
  if (!PHONE.test(trimmed.replace(/^\(\+/, '+(')) || digits.length < DIGITS_MIN) return '';
  if (/^\(?\+/.test(trimmed)) return international(digits);
  if (digits.startsWith('00')) return international(digits.slice(2));
  if (countryId !== 'DK') return planned(digits, countryId) ?? digits;
  return digits.replace(DANISH, '$1');
}
