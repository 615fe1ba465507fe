/** Turns numbers with an exponent, as programs write them, into plain decimals. */

const SCIENTIFIC = /^(-?)(\d+)(?:\.(\d+))?e([+-]?\d+)$/i;

/** `"1.5e3"` → `"1500"`, digit by digit. A text without an exponent up to `exponentMax` is unchanged. */
export function withoutExponent(text: string, exponentMax: number): string {
  const match = SCIENTIFIC.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = match;
  const shift = Number(exponent);
  if (Math.abs(shift) > exponentMax) return text;
  const digits = `${'0'.repeat(exponentMax)}${whole}${fraction}${'0'.repeat(exponentMax)}`;
  const point = exponentMax + whole.length + shift;
  const integer = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
  const decimals = digits.slice(point).replace(/0+$/, '');
  return `${sign}${integer}${decimals === '' ? '' : `.${decimals}`}`;
}
