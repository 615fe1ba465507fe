// Answers that are found once, and no more of them kept than is said.
import { describe, expect, it } from 'vitest';
import { Memo, once } from '../../src/core/memo.js';

it('asks once for each key, null included, until too many are kept', () => {
  const asked: string[] = [];
  const remembered = new Memo(2);
  const recall = (key: string): string | null =>
    remembered.recall(key, () => {
      asked.push(key);
      return key === 'none' ? null : key.toUpperCase();
    });
  expect(['a', 'none', 'a', 'none'].map(recall)).toEqual(['A', null, 'A', null]);
  expect(asked).toEqual(['a', 'none']);
  expect(['b', 'a', 'b'].map(recall)).toEqual(['B', 'A', 'B']);
  expect(asked).toEqual(['a', 'none', 'b', 'a']);
});

it('does not keep answers to long questions', () => {
  let asked = 0;
  const remembered = new Memo(2);
  for (let time = 0; time < 2; time += 1) {
    remembered.recall('x'.repeat(201), () => {
      asked += 1;
      return null;
    });
  }
  expect(asked).toBe(2);
});

describe('once', () => {
  it('runs once, at the first call, whatever the result is', () => {
    for (const result of [{ a: 1 }, null, undefined]) {
      let runs = 0;
      const get = once(() => {
        runs += 1;
        return result;
      });
      expect(runs).toBe(0);
      expect([get(), get()]).toEqual([result, result]);
      expect(runs).toBe(1);
    }
  });
});
