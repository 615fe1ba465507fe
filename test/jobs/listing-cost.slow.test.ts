// What the fresh listings of a run cost (contract, section 5.6): at most 2 % of the allowed requests.
import { describe, expect, it } from 'vitest';
import { calmWorld } from '../support/engine-world.js';
import { customersCsv } from './support/bulk.js';
import { fastClock } from './support/fast-clock.js';

const ROWS = 300;
const PER_MINUTE = 100;
const LIMIT = { count: PER_MINUTE, windowMs: 60_000 };

/** The requests of an import of `ROWS` customers into an account of so many. */
async function requestsOf(contacts: number): Promise<{ lists: number; all: number }> {
  const world = await calmWorld({
    ...{ clock: fastClock(30), rateLimit: LIMIT, requestsPerMinute: PER_MINUTE, leaseMs: 60_000 },
    sandbox: { contacts },
  });
  const from = world.requests().length;
  const view = await world.imported(customersCsv(ROWS, 100_000), { duplicateStrategy: 'create' });
  expect(view.outcomes.created).toBe(ROWS);
  const requests = world.requests(from);
  const lists = requests.filter(
    ({ method, path }) => method === 'GET' && path.includes('/contacts?'),
  );
  return { lists: lists.length, all: requests.length };
}

describe('the fresh listings of a run', () => {
  it.each([1000, 30_000])(
    'spend at most a fiftieth of the requests on %i contacts',
    async (contacts) => {
      const { lists, all } = await requestsOf(contacts);
      // The plan's own listing goes before the run.
      const fresh = lists - Math.ceil((contacts + 1) / 1000);
      expect(all).toBeGreaterThanOrEqual(ROWS + lists);
      expect(fresh).toBeLessThanOrEqual(Math.ceil((all * 2) / 100) + 1);
    },
    60_000,
  );

  it('come about once a minute where they cost no more than that', async () => {
    const { lists } = await requestsOf(100);
    // Three minutes at a hundred a minute, and the plan's own.
    expect(lists).toBeGreaterThanOrEqual(4);
  });
});
