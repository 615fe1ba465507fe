/** Hashes of texts and values; the key order of values does not matter. */
import { hash } from 'node:crypto';

/** Copies the value with the keys of each object in order. A copy is quicker than a replacer of JSON.stringify. */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return sorted((value as { toJSON: () => unknown }).toJSON());
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    const member = sorted((value as Record<string, unknown>)[key]);
    // Assigning to this key would set the prototype instead.
    if (key === '__proto__') Object.defineProperty(copy, key, { value: member, enumerable: true });
    else copy[key] = member;
  }
  return copy;
}

/** JSON with sorted keys at every depth; `undefined` members are left out, and `undefined` itself is `null`. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value ?? null));
}

/** SHA-256 of a text, hexadecimal. */
export function sha256(text: string): string {
  return hash('sha256', text);
}

/** The multipliers of the two hashes, from MurmurHash3 and xxHash. */
const MULTIPLIERS = [0x85ebca6b, 0x9e3779b1] as const;

/** The initial values of the two hashes: digits of pi and of e. */
const SEEDS = [0x3243f6a8, 0x2b7e1516] as const;

/**
 * Two independent 32-bit hashes of two texts: quick, not cryptographic, for telling texts apart. The border
 * between the two texts makes a difference.
 */
export function quickHashes(first: string, second: string): readonly [number, number] {
  let one: number = SEEDS[0];
  let other: number = SEEDS[1];
  // The border between the texts counts as a character that neither text has.
  for (let index = -first.length; index <= second.length; index += 1) {
    const code = index < 0 ? first.charCodeAt(first.length + index) : second.charCodeAt(index - 1);
    one = Math.imul(one ^ (index === 0 ? 0 : code), MULTIPLIERS[0]);
    one ^= one >>> 15;
    other = Math.imul(other ^ (index === 0 ? 0 : code), MULTIPLIERS[1]);
    other ^= other >>> 13;
  }
  one = Math.imul(one ^ (one >>> 16), MULTIPLIERS[1]);
  other = Math.imul(other ^ (other >>> 15), MULTIPLIERS[0]);
  return [(one ^ (one >>> 13)) >>> 0, (other ^ (other >>> 16)) >>> 0];
}
