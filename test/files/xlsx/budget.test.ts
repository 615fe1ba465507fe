import { expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { ReadBudget } from '../../../src/files/xlsx/budget.js';

it.each([
  { most: [LIMITS.xlsxHeadCharsMax, 0], more: [1, 0] },
  { most: [0, LIMITS.xlsxHeadElementsMax], more: [0, 1] },
])('is spent at its limit and not before: $most', ({ most, more }) => {
  const spend = ([chars = 0, elements = 0]: readonly number[]): void => {
    budget.spend(chars, elements);
  };
  const budget = new ReadBudget();
  spend(most);
  expect(() => {
    spend(more);
  }).toThrow(expect.objectContaining({ code: 'INPUT_TOO_LARGE' }) as Error);
});
