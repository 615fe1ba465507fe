import { expect, it } from 'vitest';
import { once } from '../../src/core/once.js';

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
