// The request rate, as the sandbox saw it.
import { describe, expect, it } from 'vitest';
import type { LoggedRequest } from '../../src/sandbox/request-log.js';
import { customersCsv, openStage, putFile, runJob } from './stage.js';

const RATE = 20;
const ROWS = 200;
const SECOND_MS = 1000;

/** The most arrivals in any window of one second. */
function mostPerSecond(requests: readonly LoggedRequest[]): number {
  const times = requests.map(({ timeMs }) => timeMs);
  const counts = times.map(
    (start, index) => times.slice(index).filter((time) => time < start + SECOND_MS).length,
  );
  return Math.max(...counts);
}

describe('20 requests a second', () => {
  // Arrival is what counts, and a busy machine may hold back one process or the other: not thrice.
  it('are never exceeded, never refused, and used', { retry: 2 }, async () => {
    const { sandbox, home, connection } = await openStage({
      flags: ['--contacts', '30', '--rate-limit', `${String(RATE)}/s`],
      env: { BILLY_RATE_LIMIT: `${String(RATE)}/s` },
    });
    const filePath = await putFile(home, 'customers.csv', customersCsv(ROWS));
    const job = await runJob(connection, { filePath });
    expect(job).toMatchObject({ status: 'completed', outcomes: { created: ROWS } });

    const requests = await sandbox.requests();
    expect(mostPerSecond(requests)).toBeLessThanOrEqual(RATE);
    expect((await sandbox.counters()).tooMany).toBe(0);
    const posts = requests.filter(({ method }) => method === 'POST');
    expect(posts).toHaveLength(ROWS);
    const [first, last] = [posts.at(0)?.timeMs ?? 0, posts.at(-1)?.timeMs ?? 0];
    const between = requests.filter(({ timeMs }) => timeMs >= first && timeMs <= last);
    const perSecond = (between.length - 1) / ((last - first) / SECOND_MS);
    expect(perSecond).toBeGreaterThanOrEqual(0.95 * RATE);
  });
});
