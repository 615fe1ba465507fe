/** Seeded choices: the same seed makes the same choices for ever. */
import { pick, seededRandom, type Random } from '../../src/sandbox/world/seeded-random.js';

export class Dice {
  readonly random: Random;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  is(chance: number): boolean {
    return this.random() < chance;
  }

  /** From `least` to `most`, both included. */
  count(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  pick<T>(list: readonly T[]): T {
    return pick(this.random, list);
  }

  list<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }
}
