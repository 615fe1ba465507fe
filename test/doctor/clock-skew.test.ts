/** The clock of this machine against the `Date` of answers. */
import { describe, expect, it } from 'vitest';
import type { Transport, WireResponse } from '../../src/billy/http/transport.js';
import { watchDates } from '../../src/doctor/clock-skew.js';
import { FakeClock } from '../support/fake-clock.js';

const NOW = Date.UTC(2026, 4, 1, 12, 0, 0);

function answering(...headers: WireResponse['headers'][]) {
  const closed: string[] = [];
  const inner: Transport = {
    exchange: ({ path }) =>
      Promise.resolve({ status: 200, text: path, headers: headers.shift() ?? {} }),
    close: () => {
      closed.push('closed');
      return Promise.resolve();
    },
  };
  return { closed, watch: watchDates(inner, new FakeClock(NOW)) };
}

describe('the watch', () => {
  it('hands requests and answers on as they are', async () => {
    const { watch, closed } = answering({ date: 'Fri, 01 May 2026 12:00:00 GMT' });
    const answer = await watch.transport.exchange({ method: 'GET', path: '/organization' });
    expect(answer).toMatchObject({ status: 200, text: '/organization' });
    await watch.transport.close();
    expect(closed).toEqual(['closed']);
  });

  it('knows by the last answer that told a date', async () => {
    const { watch } = answering(
      {},
      { date: 'Fri, 01 May 2026 11:58:00 GMT' },
      { date: 'Fri, 01 May 2026 12:00:05 GMT' },
      { date: 'soon' },
    );
    const seen: (number | null)[] = [watch.skewMs()];
    for (let count = 0; count < 4; count += 1) {
      await watch.transport.exchange({ method: 'GET', path: '/' });
      seen.push(watch.skewMs());
    }
    expect(seen).toEqual([null, null, 120_000, -5000, -5000]);
  });
});
