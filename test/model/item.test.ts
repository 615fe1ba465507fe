import { describe, expect, it } from 'vitest';
import { OUTCOMES } from '../../src/model/item.js';

describe('the words of the contract', () => {
  it('are the outcomes a job counts', () => {
    expect(OUTCOMES).toEqual([
      'created',
      'updated',
      'merged',
      'unchanged',
      'skipped',
      'failed',
      'unknown',
      'deleted',
      'archived',
    ]);
  });
});
