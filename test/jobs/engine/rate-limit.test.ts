// A job at a rate limit, on virtual time: Bottleneck, the log of sends and the engine as a server has them.
import { expect, it } from 'vitest';
import { testWorld } from '../../support/engine-world.js';

const LIMIT = { count: 20, windowMs: 1000 };
const ROWS = 400;

it('uses 97 % of the limit, and no window holds more', async () => {
  const world = await testWorld({ rateLimit: LIMIT });
  const rows = Array.from({ length: ROWS }, (_, index) => ({ name: `Kunde ${String(index)} ApS` }));
  const { status } = await world.imported(rows);
  expect(status).toBe('completed');
  const times = world.requests().map(({ timeMs }) => timeMs);
  for (const [index, timeMs] of times.slice(LIMIT.count).entries()) {
    expect(timeMs - (times[index] ?? 0)).toBeGreaterThanOrEqual(LIMIT.windowMs);
  }
  const writes = world.writes().map(({ timeMs }) => timeMs);
  expect(writes).toHaveLength(ROWS);
  const tookMs = (writes.at(-1) ?? 0) - (writes[0] ?? 0);
  expect(((ROWS - 1) * LIMIT.windowMs) / LIMIT.count / tookMs).toBeGreaterThan(0.97);
});
