// The job's states: every pair, allowed or forbidden.
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import {
  canFollow,
  checkCanFollow,
  isEnded,
  REVERSIBLE,
  statusesBefore,
  statusOfPhase,
} from '../../src/model/job-status.js';
import { JOB_STATUSES, type JobStatus } from '../../src/model/job.js';

/** Written down here once more, so that a change of the machine is a change of two places. */
const ALLOWED: readonly (readonly [JobStatus, readonly JobStatus[]])[] = [
  ['pending', ['paused', 'validating', 'processing', 'failed', 'cancelled']],
  ['validating', ['processing', 'paused', 'completed', 'failed', 'cancelled']],
  ['processing', ['validating', 'paused', 'completed', 'failed', 'cancelled', 'rolling_back']],
  ['paused', ['pending', 'validating', 'processing', 'failed', 'cancelled']],
  ['completed', ['rolling_back', 'pending']],
  ['failed', ['rolling_back', 'pending']],
  ['cancelled', ['rolling_back', 'pending']],
  ['rolling_back', ['rolled_back', 'partially_rolled_back']],
  ['rolled_back', []],
  ['partially_rolled_back', ['rolling_back']],
];

const PAIRS = ALLOWED.flatMap(([from, next]) =>
  JOB_STATUSES.map((to) => ({ from, to, isAllowed: from === to || next.includes(to) })),
);

describe('canFollow', () => {
  it('is written down for every pair of states', () => {
    expect(PAIRS).toHaveLength(JOB_STATUSES.length ** 2);
  });

  it.each(PAIRS)('$from to $to: $isAllowed', ({ from, to, isAllowed }) => {
    expect(canFollow(from, to)).toBe(isAllowed);
  });
});

describe('checkCanFollow', () => {
  it.each(PAIRS.filter(({ isAllowed }) => isAllowed))('lets $from to $to pass', ({ from, to }) => {
    checkCanFollow(from, to);
  });

  it.each(PAIRS.filter(({ isAllowed }) => !isAllowed))(
    'throws for $from to $to',
    ({ from, to }) => {
      const check = (): void => {
        checkCanFollow(from, to);
      };
      expect(check).toThrow(AppError);
      expect(check).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    },
  );
});

describe('statusesBefore', () => {
  it.each(JOB_STATUSES)('lists the statuses that %s may follow, itself among them', (to) => {
    const before = PAIRS.filter((pair) => pair.to === to && pair.isAllowed);
    expect(statusesBefore(to)).toEqual(before.map(({ from }) => from));
  });
});

describe('isEnded', () => {
  it.each(JOB_STATUSES)('%s', (status) => {
    const running = ['pending', 'validating', 'processing', 'paused', 'rolling_back'];
    expect(isEnded(status)).toBe(!running.includes(status));
  });

  it('holds for every state from which a rollback may start', () => {
    expect(REVERSIBLE.every(isEnded)).toBe(true);
    expect(REVERSIBLE.every((status) => canFollow(status, 'rolling_back'))).toBe(true);
    expect(REVERSIBLE).not.toContain('rolled_back');
  });
});

describe('statusOfPhase', () => {
  it.each([
    ['scan', 'validating'],
    ['plan', 'processing'],
    ['run', 'processing'],
    ['undo', 'rolling_back'],
  ] as const)('%s shows as %s', (phase, status) => {
    expect(statusOfPhase(phase)).toBe(status);
  });
});
