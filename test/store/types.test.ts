import { describe, expect, it } from 'vitest';
import { JOB_STATUSES, OPERATIONS, OUTCOMES } from '../../src/store/types.js';

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

  it('are the states a job can be in', () => {
    expect(JOB_STATUSES).toEqual([
      'pending',
      'validating',
      'processing',
      'paused',
      'completed',
      'failed',
      'cancelled',
      'rolling_back',
      'rolled_back',
      'partially_rolled_back',
    ]);
  });

  it('are the operations', () => {
    expect(OPERATIONS).toEqual(['import', 'update', 'delete', 'export']);
  });
});
