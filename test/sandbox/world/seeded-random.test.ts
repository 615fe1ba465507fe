// Chance that repeats, and ids of Billy's shape.
import { describe, expect, it } from 'vitest';
import {
  alphanumeric,
  chanceAt,
  legacyId,
  pick,
  seededRandom,
  shuffled,
  uuidId,
} from '../../../src/sandbox/world/seeded-random.js';

const MANY = 20_000;

function numbers(seed: number, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
}

describe('seededRandom', () => {
  it('repeats with the seed, differs with another, and stays in [0, 1)', () => {
    expect(numbers(5, 50)).toEqual(numbers(5, 50));
    expect(numbers(5, 50)).not.toEqual(numbers(6, 50));
    const many = numbers(1, MANY);
    expect(many.every((each) => each >= 0 && each < 1)).toBe(true);
    const mean = many.reduce((sum, each) => sum + each, 0) / MANY;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
  });
});

describe('shuffled', () => {
  it('holds the same in another order, the given list untouched', () => {
    const list = Array.from({ length: 100 }, (_, index) => index);
    const mixed = shuffled(list, seededRandom(4));
    expect(mixed).not.toEqual(list);
    expect([...mixed].sort((left, right) => left - right)).toEqual(list);
    expect(list[99]).toBe(99);
    expect(shuffled(list, seededRandom(4))).toEqual(mixed);
  });
});

describe('chanceAt', () => {
  it('depends on seed and index alone, and strikes as often as asked', () => {
    expect(chanceAt(3, 4)).toBe(chanceAt(3, 4));
    expect(chanceAt(3, 4)).not.toBe(chanceAt(4, 3));
    const struck = Array.from({ length: MANY }, (_, index) => chanceAt(9, index) < 0.05);
    const rate = struck.filter(Boolean).length / MANY;
    expect(rate).toBeGreaterThan(0.04);
    expect(rate).toBeLessThan(0.06);
  });
});

describe('ids', () => {
  it('are 22 alphanumerics of a version 4 UUID, each another one', () => {
    const random = seededRandom(1);
    const ids = Array.from({ length: MANY }, () => uuidId(random));
    expect(new Set(ids).size).toBe(MANY);
    for (const id of ids.slice(0, 500)) {
      expect(id).toMatch(/^[A-Za-z0-9]{8}[QRST][A-Za-z0-9]{12}[AQgw]$/);
    }
  });

  it('were numbers, a dash and alphanumerics once', () => {
    expect(legacyId(seededRandom(1))).toMatch(/^\d{7}-[A-Za-z0-9]{12}$/);
  });
});

describe('picking', () => {
  it('takes from the list, and letters and digits', () => {
    expect(['a', 'b']).toContain(pick(seededRandom(1), ['a', 'b']));
    expect(() => pick(seededRandom(1), [])).toThrow(RangeError);
    expect(alphanumeric(seededRandom(1), 30)).toMatch(/^[A-Za-z0-9]{30}$/);
  });
});
