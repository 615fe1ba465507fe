/** Values that Billy keeps otherwise than they were sent, where an oddity says so. */
import type { SandboxUnknowns } from '../world/unknowns.js';

/** A value on its way into a field. */
export interface Arriving {
  /** The singular name of the resource. */
  readonly singular: string;
  readonly name: string;
  readonly value: unknown;
}

const NAMED: ReadonlySet<string> = new Set(['contact', 'contactPerson', 'product']);

function alteredText(
  { singular, name }: Arriving,
  text: string,
  unknowns: SandboxUnknowns,
): string {
  const { phoneStored, emailStored, nameStored } = unknowns;
  if (name === 'phone' && phoneStored === 'withoutSpaces') return text.replace(/\s+/g, '');
  if (name === 'email' && emailStored === 'lowered') return text.toLowerCase();
  if (name === 'name' && NAMED.has(singular) && nameStored === 'singleBlanks') {
    return text.trim().replace(/\s+/g, ' ');
  }
  return text;
}

/** The value as Billy keeps it. */
export function alteredValue(arriving: Arriving, unknowns: SandboxUnknowns): unknown {
  const { name, value } = arriving;
  if (typeof value === 'string') return alteredText(arriving, value, unknowns);
  const isRounded = name === 'unitPrice' && unknowns.priceStored === 'rounded';
  return isRounded && typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}

/** The length above which a text of this field is refused; null for none. */
export function textMaxOf(
  field: Pick<Arriving, 'singular' | 'name'>,
  { textMax }: Pick<SandboxUnknowns, 'textMax'>,
): number | null {
  return textMax[`${field.singular}.${field.name}`] ?? textMax['*'] ?? null;
}
