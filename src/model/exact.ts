/** Exact decimals: sums of money are never floats. */

/** `units` / 10 ** `scale`. */
export interface Exact {
  readonly units: bigint;
  readonly scale: number;
}

export const ZERO: Exact = { units: 0n, scale: 0 };
export const ONE: Exact = { units: 1n, scale: 0 };
const CENTS = 2;

function shifted({ units, scale }: Exact, to: number): bigint {
  return units * 10n ** BigInt(to - scale);
}

/** From a plain decimal: `-12.5`. */
export function toExact(decimal: string): Exact {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

export function plus(left: Exact, right: Exact): Exact {
  const scale = Math.max(left.scale, right.scale);
  return { units: shifted(left, scale) + shifted(right, scale), scale };
}

export function minus(left: Exact, right: Exact): Exact {
  return plus(left, { ...right, units: -right.units });
}

export function times(left: Exact, right: Exact): Exact {
  return { units: left.units * right.units, scale: left.scale + right.scale };
}

/** The quotient in whole units, half away from zero. */
function rounded(dividend: bigint, divisor: bigint): bigint {
  const isBelowZero = dividend < 0n !== divisor < 0n;
  const [size, by] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const quotient = (2n * size + by) / (2n * by);
  return isBelowZero ? -quotient : quotient;
}

/** Rounded to two decimals, half away from zero. */
export function roundedToCents(value: Exact): Exact {
  if (value.scale <= CENTS) return { units: shifted(value, CENTS), scale: CENTS };
  return { units: rounded(value.units, 10n ** BigInt(value.scale - CENTS)), scale: CENTS };
}

/** The quotient, rounded to two decimals, half away from zero. */
export function dividedToCents(dividend: Exact, divisor: Exact): Exact {
  const scale = Math.max(dividend.scale, divisor.scale);
  const hundred = 10n ** BigInt(CENTS);
  const units = rounded(shifted(dividend, scale) * hundred, shifted(divisor, scale));
  return { units, scale: CENTS };
}

/** As a decimal with two places: `-12.50`. */
export function writtenExact(value: Exact): string {
  const { units } = roundedToCents(value);
  const digits = String(units < 0n ? -units : units).padStart(CENTS + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -CENTS)}.${digits.slice(-CENTS)}`;
}
