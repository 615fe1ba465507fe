import { describe, expect, it } from 'vitest';
import { newRollback, JOB_STATUSES, OPERATIONS } from '../../src/model/job.js';

describe('the words of the contract', () => {
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

describe('a rollback at its beginning', () => {
  it('has counted nothing, and runs for whoever asked', () => {
    const begun = newRollback({ reason: 'wrong file', by: 'anna', nowMs: 5 });
    expect(begun).toMatchObject({ status: 'running', reason: 'wrong file', by: 'anna' });
    expect(begun).toMatchObject({ total: 0, reversed: 0, kept: 0, errored: 0 });
    expect(begun).toMatchObject({ startedAtMs: 5, completedAtMs: null });
  });

  it('names nobody where the one who started the job asked', () => {
    expect(newRollback({ reason: null, nowMs: 5 })).not.toHaveProperty('by');
  });
});
