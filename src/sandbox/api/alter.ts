/** Changes values that Billy stores in another form than sent, if an oddity chooses so. */
import type { SandboxUnknowns } from '../world/unknowns.js';

/** A value to be stored in a field. */
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

/** The value in Billy's stored form. */
export function alteredValue(arriving: Arriving, unknowns: SandboxUnknowns): unknown {
  const { name, value } = arriving;
  if (typeof value === 'string') return alteredText(arriving, value, unknowns);
  const isRounded = name === 'unitPrice' && unknowns.priceStored === 'rounded';
  return isRounded && typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}

/** The maximum length of a text in this field; null for no limit. */
export function textMaxOf(
  field: Pick<Arriving, 'singular' | 'name'>,
  { textMax }: Pick<SandboxUnknowns, 'textMax'>,
): number | null {
  return textMax[`${field.singular}.${field.name}`] ?? textMax['*'] ?? null;
}
