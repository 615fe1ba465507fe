/** Amounts as decimal strings: normalised, compared and computed exactly, never as a float. */

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

/** A decimal as a whole number of units of 10^-scale. */
interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

const ZERO = 0n;
const TWO = 2n;
const TEN = 10n;

/** Takes any plain decimal; the callers have normalised it. */
function scaledOf(decimal: string): Scaled {
  const [whole = '', fraction = ''] = decimal.split('.');
  return { units: BigInt(`${whole}${fraction}`), scale: fraction.length };
}

function textOf({ units, scale }: Scaled): string {
  const sign = units < ZERO ? '-' : '';
  const digits = (units < ZERO ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = withoutTrailingZeros(digits.slice(digits.length - scale));
  const text = fraction === '' ? whole : `${whole}.${fraction}`;
  return text === '0' ? text : `${sign}${text}`;
}

/** Both in units of the finer scale. */
function aligned(left: string, right: string): { left: bigint; right: bigint; scale: number } {
  const [one, other] = [scaledOf(left), scaledOf(right)];
  const scale = Math.max(one.scale, other.scale);
  const raise = ({ units, scale: own }: Scaled): bigint => units * TEN ** BigInt(scale - own);
  return { left: raise(one), right: raise(other), scale };
}

/** The exact sum of two normalised decimals. */
export function addDecimals(left: string, right: string): string {
  const { left: one, right: other, scale } = aligned(left, right);
  return textOf({ units: one + other, scale });
}

/** The exact difference of two normalised decimals. */
export function subtractDecimals(left: string, right: string): string {
  const { left: one, right: other, scale } = aligned(left, right);
  return textOf({ units: one - other, scale });
}

/** The exact product of two normalised decimals. */
export function multiplyDecimals(left: string, right: string): string {
  const [one, other] = [scaledOf(left), scaledOf(right)];
  return textOf({ units: one.units * other.units, scale: one.scale + other.scale });
}

/** Below zero: the left one is smaller; above zero: it is larger; zero: they are equal. */
export function compareDecimals(left: string, right: string): number {
  const { left: one, right: other } = aligned(left, right);
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

export const ROUND_MODES = ['nearest', 'up', 'down'] as const;
export type RoundMode = (typeof ROUND_MODES)[number];

/** The quotient toward negative infinity; `by` is above zero. */
function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value < ZERO && quotient * by !== value ? quotient - 1n : quotient;
}

/** The quotient as the nearest whole number, half away from zero; `by` is above zero. */
function nearestDivide(value: bigint, by: bigint): bigint {
  const size = value < ZERO ? -value : value;
  const nearest = (TWO * size + by) / (TWO * by);
  return value < ZERO ? -nearest : nearest;
}

/** The quotient, rounded to the nearest multiple of `step`, half away from zero; divisor and step are above zero. */
export function divideDecimals(dividend: string, divisor: string, step: string): string {
  const { left: value, right: by } = aligned(dividend, multiplyDecimals(divisor, step));
  return multiplyDecimals(String(nearestDivide(value, by)), step);
}

/** The multiple of `step` (above zero) that is nearest, next above or next below; a half goes away from zero. */
export function roundDecimal(decimal: string, step: string, mode: RoundMode): string {
  const { left: value, right: by, scale } = aligned(decimal, step);
  const count = {
    nearest: nearestDivide(value, by),
    up: -floorDivide(-value, by),
    down: floorDivide(value, by),
  }[mode];
  return textOf({ units: count * by, scale });
}

/** The smallest amount of money: sums are rounded to it. */
export const CENT = '0.01';

/** Written with two decimals, half away from zero: `-12.50`. */
export function inCents(decimal: string): string {
  const [whole = '', fraction = ''] = roundDecimal(decimal, CENT, 'nearest').split('.');
  return `${whole}.${fraction.padEnd(CENT.length - '0.'.length, '0')}`;
}
