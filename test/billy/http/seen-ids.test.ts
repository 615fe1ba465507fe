// The table of ids, against a plain map.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SeenIds } from '../../../src/billy/http/seen-ids.js';
import { fuzzRuns } from '../../support/fuzz.js';

const note = fc.record({
  id: fc.nat(60).map((number) => `R${number}`),
  isNextPass: fc.boolean(),
  isNextRound: fc.boolean(),
});

it('knows each id by pass and round, as a map does', () => {
  fc.assert(
    fc.property(fc.array(note, { maxLength: 60 }), (notes) => {
      const seen = new SeenIds();
      const known = new Map<string, { pass: number; round: number }>();
      let [pass, round] = [1, 0];
      for (const { id, isNextPass, isNextRound } of notes) {
        if (isNextPass) {
          pass += 1;
          seen.startPass();
        }
        if (isNextRound) round += 1;
        const before = known.get(id);
        expect(seen.note(id, { pass, round })).toEqual({
          isFirst: before === undefined,
          isFirstInPass: before?.pass !== pass,
          isFirstInRound: before?.round !== round,
        });
        known.set(id, { pass, round });
      }
      expect(seen.count).toBe(known.size);
    }),
    { ...fuzzRuns(5), numRuns: 300 },
  );
});

it('keeps a hundred thousand ids apart, in little memory', () => {
  const seen = new SeenIds();
  const before = process.memoryUsage().arrayBuffers;
  const ids = Array.from(
    { length: 100_000 },
    (_none, index) => `record-${index}-${'x'.repeat(100)}`,
  );
  const firsts = (): number =>
    ids.filter((id) => seen.note(id, { pass: 1, round: 0 }).isFirst).length;
  expect([firsts(), firsts()]).toEqual([ids.length, 0]);
  expect(seen.count).toBe(ids.length);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(3 * 1024 * 1024);
});

it('marks a pass by what it has shown, whatever the order', () => {
  const seen = new SeenIds();
  const markOf = (pass: number, ids: readonly string[]): string => {
    seen.startPass();
    for (const id of ids) seen.note(id, { pass, round: 0 });
    return seen.passMark;
  };
  const mark = markOf(1, ['A', 'B', 'C']);
  expect(markOf(2, ['C', 'A', 'A', 'B'])).toBe(mark);
  expect(markOf(3, ['A', 'B'])).not.toBe(mark);
  expect(markOf(4, ['A', 'B', 'D'])).not.toBe(mark);
});
