import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, quickHashes, sha256 } from '../../src/core/hash.js';

/** The same value with the keys of every object the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

/** Canonical JSON as earlier versions made it; stored hashes are of such texts. */
function earlierJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (member === null || typeof member !== 'object' || Array.isArray(member)) return member;
    return Object.fromEntries(
      Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)),
    );
  });
}

describe('canonicalJson', () => {
  it.each([
    [{ b: 1, a: { d: 1, c: 2 } }, '{"a":{"c":2,"d":1},"b":1}'],
    [[{ b: 1, a: 2 }, 'x'], '[{"a":2,"b":1},"x"]'],
    [['b', 'a'], '["b","a"]'],
    [{ a: undefined, b: null }, '{"b":null}'],
    [{ B: 1, a: 2, å: 3 }, '{"B":1,"a":2,"å":3}'],
    ['text', '"text"'],
    [null, 'null'],
    [0, '0'],
  ])('%j is %s', (value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
  });

  it('does not see the order of keys, at any depth', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('is the text that earlier versions made, whatever the keys and values are', () => {
    const odd = fc.constantFrom('__proto__', 'toJSON', '10', '9', '', 'constructor', 'å', '\ud800');
    const leaf = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(undefined, NaN, -0, Infinity),
      fc.date({ noInvalidDate: true }),
    );
    const { value: any } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, leaf, tie('list'), tie('object')),
      list: fc.array(tie('value'), { maxLength: 4 }),
      object: fc.dictionary(fc.oneof(odd, fc.string()), tie('value'), { maxKeys: 6 }),
    }));
    fc.assert(
      fc.property(any, (value) => {
        fc.pre(value !== undefined);
        expect(canonicalJson(value)).toBe(earlierJson(value));
      }),
    );
    const parsed: unknown = JSON.parse('{"b":{"__proto__":{"z":1,"a":2},"a":1}}');
    expect(canonicalJson(parsed)).toBe('{"b":{"__proto__":{"a":2,"z":1},"a":1}}');
  });

  it('loses nothing of a JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('sha256', () => {
  it('is the known digest of known texts', () => {
    // FIPS 180-2, appendix B.1.
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('hashes the UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = Buffer.from(text, 'utf8');
        expect(sha256(text)).toBe(createHash('sha256').update(bytes).digest('hex'));
      }),
    );
  });
});

describe('quickHashes', () => {
  const COUNT = 1_000_000;
  /** As files name their rows: long alike, told apart by a few digits. */
  const textOf = (index: number): string => `K-${String(index).padStart(8, '0')}`;
  const RANGE = 2 ** 32;

  it('tells a million similar texts apart', () => {
    const [ones, others] = [new Uint32Array(COUNT), new Uint32Array(COUNT)];
    // Both hashes as one number of 53 bits: all of the first, most of the second.
    const pairs = new Float64Array(COUNT);
    for (let index = 0; index < COUNT; index += 1) {
      const [one, other] = quickHashes('contactNo', textOf(index));
      ones[index] = one;
      others[index] = other;
      pairs[index] = one * 2 ** 21 + (other >>> 11);
    }
    expect(repeatsIn(pairs)).toBe(0);
    // By chance alone about a hundred and sixteen pairs of a million are equal in 32 bits.
    for (const hashes of [ones, others]) expect(repeatsIn(hashes)).toBeLessThan(200);
  });

  it('spreads them evenly, each hash by itself and both together', () => {
    const [PLACES, TEXTS] = [64, 64_000];
    const counts = [0, 1].map(() => new Uint32Array(PLACES));
    const together = new Uint32Array(PLACES * PLACES);
    for (let index = 0; index < TEXTS; index += 1) {
      const [one = 0, other = 0] = quickHashes('contactNo', textOf(index)).map((hash) =>
        Math.floor((hash / RANGE) * PLACES),
      );
      for (const [which, place] of [one, other].entries()) {
        const row = counts[which];
        if (row !== undefined) row[place] = (row[place] ?? 0) + 1;
      }
      const cell = one * PLACES + other;
      together[cell] = (together[cell] ?? 0) + 1;
    }
    // A thousand a place, within five standard deviations or so.
    for (const row of counts) {
      expect(Math.min(...row)).toBeGreaterThan(830);
      expect(Math.max(...row)).toBeLessThan(1170);
    }
    // Fifteen or sixteen a cell: were one hash to follow from the other, most would be empty.
    expect(together.filter((count) => count === 0).length).toBeLessThan(5);
  });

  it('tell where one text ends and the other begins', () => {
    expect(quickHashes('ean', '7')).not.toEqual(quickHashes('ean7', ''));
    expect(quickHashes('', 'ean7')).not.toEqual(quickHashes('ean7', ''));
  });

  it('are the same for the same text, in 32 bits each', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, other) => {
        const hashes = quickHashes(text, other);
        expect(quickHashes(text, other)).toEqual(hashes);
        for (const hash of hashes) expect(hash >>> 0).toBe(hash);
      }),
    );
  });
});

function repeatsIn(values: Uint32Array | Float64Array): number {
  const sorted = values.toSorted();
  let repeats = 0;
  for (let index = 1; index < sorted.length; index += 1) {
    if (sorted[index] === sorted[index - 1]) repeats += 1;
  }
  return repeats;
}
