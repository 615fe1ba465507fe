/** Normalises amounts as decimal strings, without ever turning them into a float. */

/** Numbers below 1e-6 in JavaScript's notation. */
const TINY_NUMBER = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/;
const PLAIN_DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?$/;

/** A loop, since `/0+$/` takes quadratic time on a long run of zeros that does not end the text. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

/**
 * `"0012.50"` → `"12.5"`, `"-0"` → `"0"`; null if the text is not a plain decimal (with a thousands separator or
 * an exponent it is not).
 */
export function normalizeDecimal(text: string): string | null {
  const match = PLAIN_DECIMAL.exec(text.trim());
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  if (whole === '' && fraction === '') return null;
  const integer = whole.replace(/^0+(?=\d)/, '') || '0';
  const decimals = withoutTrailingZeros(fraction);
  const digits = decimals === '' ? integer : `${integer}.${decimals}`;
  return sign === '-' && digits !== '0' ? `-${digits}` : digits;
}

/** True for a decimal above zero. */
export function isPositive(decimal: string): boolean {
  return !decimal.startsWith('-') && /[1-9]/.test(decimal);
}

/** A JSON number from Billy as a decimal string; null for `1e21` and NaN. */
export function decimalOf(value: unknown): string | null {
  if (typeof value === 'string') return normalizeDecimal(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  const text = String(value);
  const tiny = TINY_NUMBER.exec(text);
  if (tiny === null) return normalizeDecimal(text);
  const [, sign = '', whole = '', fraction = '', exponent = ''] = tiny;
  return normalizeDecimal(`${sign}0.${'0'.repeat(Number(exponent) - 1)}${whole}${fraction}`);
}
