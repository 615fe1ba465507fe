/** Repeatable random numbers: the same seed gives the same ids, made-up data and faults. */

export type Random = () => number;

/** Mixes two numbers into 32 bits (the finaliser of MurmurHash3, once for each). */
function mix(seed: number, index: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ index;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A number in [0, 1) that depends only on its arguments. */
export function chanceAt(seed: number, index: number): number {
  return mix(seed, index) / 0x1_0000_0000;
}

/** A repeatable stream of numbers in [0, 1) (sfc32). */
export function seededRandom(seed: number): Random {
  let [a, b, c, counter] = [mix(seed, 1), mix(seed, 2), mix(seed, 3), 1];
  return () => {
    const next = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + next) | 0;
    return (next >>> 0) / 0x1_0000_0000;
  };
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Picks one element by `random`; the list must not be empty. */
export function pick<T>(random: Random, list: readonly T[]): T {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new RangeError('pick from an empty list');
  return chosen;
}

/** A copy in random order (Fisher-Yates). */
export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const copy = [...list];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [left, right] = [copy[last], copy[other]];
    if (left !== undefined && right !== undefined) [copy[last], copy[other]] = [right, left];
  }
  return copy;
}

/** `length` letters and digits. */
export function alphanumeric(random: Random, length: number): string {
  let text = '';
  while (text.length < length) text += ALPHANUMERIC.charAt(Math.floor(random() * 62));
  return text;
}

/** Billy's id: a version-4 UUID in base64 without padding, `+` and `/` replaced (billy-api.md section 6). */
export function uuidId(random: Random): string {
  const bytes = Buffer.alloc(16);
  for (let offset = 0; offset < 16; offset += 4) {
    bytes.writeUInt32BE(Math.floor(random() * 0x1_0000_0000), offset);
  }
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes
    .toString('base64')
    .slice(0, 22)
    .replace(/[+/]/g, () => alphanumeric(random, 1));
}

/** The id shape of records that came from Billy's first version: `<digits>-<alphanumerics>`. */
export function legacyId(random: Random): string {
  return `${String(1_000_000 + Math.floor(random() * 9_000_000))}-${alphanumeric(random, 12)}`;
}
