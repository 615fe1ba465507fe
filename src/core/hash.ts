/** Hashes over values whose key order does not matter. */
import { hash } from 'node:crypto';

/** JSON with keys in order at every depth; `undefined` members are left out, alone it is `null`. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, member: unknown) => {
    if (member === null || typeof member !== 'object' || Array.isArray(member)) return member;
    return Object.fromEntries(
      Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)),
    );
  });
}

/** SHA-256 of a text, hexadecimal. */
export function sha256(text: string): string {
  return hash('sha256', text);
}

/** Two rounds over the text at once; the multipliers are those of MurmurHash3 and xxHash. */
const MULTIPLIERS = [0x85ebca6b, 0x9e3779b1] as const;

const SEPARATOR = '\u0000';

/** Digits of pi and of e: where nothing has been hashed yet. */
const SEEDS = [0x3243f6a8, 0x2b7e1516] as const;

/** Goes on where the hash of another text has ended, so that both need not be joined. */
function mixed(seed: number, text: string, which: 0 | 1): number {
  const [multiplier, shift] = which === 0 ? [MULTIPLIERS[0], 15] : [MULTIPLIERS[1], 13];
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), multiplier);
    hash ^= hash >>> shift;
  }
  return hash;
}

/**
 * Two independent 32-bit hashes of two texts, quick and not secret: to tell texts apart, not to prove.
 * Where one ends and the other begins makes a difference.
 */
export function quickHashes(first: string, second: string): readonly [number, number] {
  let one = mixed(mixed(mixed(SEEDS[0], first, 0), SEPARATOR, 0), second, 0);
  let other = mixed(mixed(mixed(SEEDS[1], first, 1), SEPARATOR, 1), second, 1);
  one = Math.imul(one ^ (one >>> 16), MULTIPLIERS[1]);
  other = Math.imul(other ^ (other >>> 15), MULTIPLIERS[0]);
  return [(one ^ (one >>> 13)) >>> 0, (other ^ (other >>> 16)) >>> 0];
}
