// The log and its counters.
import { describe, expect, it } from 'vitest';
import { RequestLog } from '../../../src/sandbox/account/request-log.js';

describe('RequestLog', () => {
  it('counts the most requests within any second, not within a clock second', () => {
    const log = new RequestLog();
    for (const time of [0, 999, 1000, 1500, 1998, 3000]) log.arrive(time, 'GET', '/v2/contacts');
    expect(log.counters().maxPerSecond).toBe(4);
    expect(log.counters().requests).toBe(6);
  });

  it('counts what is under way at once', () => {
    const log = new RequestLog();
    log.arrive(0, 'GET', '/');
    log.arrive(0, 'POST', '/');
    log.leave();
    log.arrive(0, 'POST', '/');
    expect(log.counters()).toMatchObject({
      maxInFlight: 2,
      inFlight: 2,
      byMethod: { GET: 1, POST: 2 },
    });
  });

  it('counts faults by kind and answers with 429', () => {
    const log = new RequestLog();
    const entry = log.arrive(0, 'GET', '/');
    log.strike(entry, '429');
    log.answered(entry, 429);
    expect(entry).toMatchObject({ fault: '429', status: 429 });
    expect(log.counters()).toMatchObject({ faults: { '429': 1 }, tooMany: 1 });
  });

  it('forgets the oldest and keeps counting', () => {
    const log = new RequestLog();
    for (let index = 0; index < 400_010; index += 1) log.arrive(index * 100, 'GET', '/');
    const { total, requests } = log.from(0);
    expect(total).toBe(400_010);
    expect(requests).toHaveLength(200_000);
    expect(requests[0]?.index).toBe(200_010);
    expect(log.from(400_008).requests.map(({ index }) => index)).toEqual([400_008, 400_009]);
    expect(log.from(400_010).requests).toEqual([]);
  });
});
