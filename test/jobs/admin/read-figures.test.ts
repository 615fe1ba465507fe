/** Figures of a server: ages, shares and rates from what the store counts. */
import { describe, expect, it } from 'vitest';
import { readFigures } from '../../../src/jobs/admin/read-figures.js';
import type { StoreFigures } from '../../../src/model/figures.js';
import { FakeClock } from '../../support/fake-clock.js';

const NOW_MS = Date.UTC(2026, 0, 1);
const HUNDRED = { count: 100, windowMs: 60_000 };

const COUNTED: StoreFigures = {
  jobs: { completed: 3 },
  waiting: { jobs: 2, sinceMs: NOW_MS - 90_000 },
  items: {
    created: 80,
    updated: 0,
    merged: 0,
    unchanged: 10,
    skipped: 0,
    failed: 10,
    unknown: 0,
    deleted: 0,
    archived: 0,
  },
  recent: { processed: 100, successful: 90, endedItems: 50, endedMs: 25_000 },
  liveLeases: 1,
  unheldSinceMs: NOW_MS - 1500,
  sizeBytes: 4096,
  sent: [],
};

type Ask = Parameters<Parameters<typeof readFigures>[0]['store']['readFigures']>[0];

/** The figures of a store that counts so. */
async function figuresOf(
  changes: Partial<StoreFigures> = {},
  rateLimit: typeof HUNDRED | null = HUNDRED,
) {
  const asked: Ask[] = [];
  const store = {
    readFigures: (ask: Ask) => {
      asked.push(ask);
      return Promise.resolve({ ...COUNTED, ...changes });
    },
  };
  const figures = await readFigures({ store, clock: new FakeClock(NOW_MS), rateLimit });
  return { figures, asked };
}

describe('the figures', () => {
  it('are ages in seconds, and shares', async () => {
    const { figures, asked } = await figuresOf();
    expect(figures).toMatchObject({
      jobs: { completed: 3 },
      waitingJobs: 2,
      oldestWaitingSeconds: 90,
      oldestUnheldSeconds: 1.5,
      successShare: 0.9,
      secondsPerItem: 0.5,
      liveLeases: 1,
      sizeBytes: 4096,
    });
    expect(asked).toEqual([
      { nowMs: NOW_MS, recentSinceMs: NOW_MS - 24 * 3_600_000, sentSinceMs: NOW_MS - 60_000 },
    ]);
  });

  it('have no shares while nothing ran, and no age below 0 where the clock was set back', async () => {
    const recent = { processed: 0, successful: 0, endedItems: 0, endedMs: 0 };
    const waiting = { jobs: 1, sinceMs: NOW_MS + 5000 };
    const { figures } = await figuresOf({ recent, waiting, unheldSinceMs: null });
    expect(figures).toMatchObject({
      successShare: null,
      secondsPerItem: null,
      oldestWaitingSeconds: 0,
      oldestUnheldSeconds: 0,
    });
  });
});

describe('the rate', () => {
  const slowed = (perSecond: number | null) => ({ perSecond, slowedAtMs: 1, changedAtMs: 1 });

  it('is that of the busiest organization, and of the one that was slowed down most', async () => {
    const sent = [
      { sends: 25, pace: slowed(1.2) },
      { sends: 50, pace: null },
      { sends: 0, pace: slowed(0.5) },
      { sends: 0, pace: slowed(null) },
    ];
    const { figures } = await figuresOf({ sent });
    expect(figures.rate?.allowedPerSecond).toBeCloseTo(1.667, 3);
    expect(figures.rate).toMatchObject({ learnedPerSecond: 0.5, usedShare: 0.5 });
  });

  it('is the allowed one, unused, before anything was sent', async () => {
    const { figures } = await figuresOf({}, { count: 10, windowMs: 1000 });
    expect(figures.rate).toEqual({ allowedPerSecond: 10, learnedPerSecond: 10, usedShare: 0 });
  });

  it('is none without a limit', async () => {
    const { figures } = await figuresOf({ sent: [{ sends: 7, pace: null }] }, null);
    expect(figures.rate).toBeNull();
  });
});
