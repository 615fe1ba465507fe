/** Pieces of work one after another (src/core/turns.ts). */
import { expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import { Turns } from '../../src/core/turns.js';

it('one piece begins when the one before has ended, also when that failed', async () => {
  const turns = new Turns();
  const told: string[] = [];
  const piece = (name: string, isBad = false) =>
    turns.take(async () => {
      told.push(`${name} begins`);
      await systemClock.turn();
      told.push(`${name} ends`);
      if (isBad) throw new Error(name);
      return name;
    });
  const ends = await Promise.allSettled([piece('one', true), piece('two'), piece('three')]);
  expect(told).toEqual(
    ['one', 'two', 'three'].flatMap((name) => [`${name} begins`, `${name} ends`]),
  );
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
});
