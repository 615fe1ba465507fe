// The request limit and its 429.
import { describe, expect, it } from 'vitest';
import type { SandboxUnknowns } from '../../../src/sandbox/world/options.js';
import { Throttle, tooManyRequests } from '../../../src/sandbox/http/throttle.js';
import { FakeClock } from '../../support/fake-clock.js';
import { startDriver, value } from '../support/driver.js';

const NOW_MS = Date.UTC(2024, 0, 1, 12, 0, 0, 250);
const OCCASION = { language: null, nowMs: NOW_MS, elapsedMs: () => 0 };

function retryAfter(shape: SandboxUnknowns['retryAfter'], waitMs: number) {
  const reply = tooManyRequests(waitMs, shape, OCCASION);
  return { header: reply.headers['retry-after'], type: reply.headers['content-type'] };
}

describe('Throttle', () => {
  it('lets no sliding window hold more than its count', () => {
    const throttle = new Throttle({ count: 2, windowMs: 1000 });
    expect(throttle.admit(0)).toBeNull();
    expect(throttle.admit(900)).toBeNull();
    expect(throttle.admit(950)).toBe(50);
    expect(throttle.admit(1000)).toBeNull();
    expect(throttle.admit(1001)).toBe(899);
    expect(throttle.admit(5000)).toBeNull();
  });

  it('does not count what it refused', () => {
    const throttle = new Throttle({ count: 1, windowMs: 1000 });
    throttle.admit(0);
    for (let time = 1; time < 1000; time += 1) expect(throttle.admit(time)).not.toBeNull();
    expect(throttle.admit(1000)).toBeNull();
  });
});

describe('unknown: Retry-After', () => {
  it('is in whole seconds, rounded up', () => {
    expect(retryAfter('seconds', 1001).header).toBe('2');
    expect(retryAfter('seconds', 1).header).toBe('1');
  });

  it('is a date that is not too early', () => {
    const { header = '' } = retryAfter('date', 2000);
    expect(header).toBe('Mon, 01 Jan 2024 12:00:03 GMT');
    expect(Date.parse(header)).toBeGreaterThanOrEqual(NOW_MS + 2000);
  });

  it('is absent', () => {
    expect(retryAfter('absent', 2000)).toEqual({
      header: undefined,
      type: 'application/json; charset=utf-8',
    });
  });

  it('comes with plain text', () => {
    const reply = tooManyRequests(2000, 'plainText', OCCASION);
    expect(reply.headers['content-type']).toContain('text/plain');
    expect(() => JSON.parse(reply.body) as unknown).toThrow();
  });
});

describe('a request above the limit', () => {
  it('is answered with 429 in the chosen shape and not executed', async () => {
    for (const shape of ['seconds', 'date', 'absent', 'plainText'] as const) {
      const clock = new FakeClock();
      const driver = await startDriver({
        clock,
        rateLimit: { count: 1, windowMs: 60_000 },
        unknowns: { retryAfter: shape },
      });
      const body = { contact: { name: 'A', countryId: 'DK' } };
      expect((await driver.post('/contacts', body)).status).toBe(200);
      const refused = await driver.post('/contacts', body);
      expect(refused.status).toBe(429);
      expect(refused.headers.has('retry-after')).toBe(shape !== 'absent');
      expect(refused.body === null).toBe(shape === 'plainText');
      const { control } = driver.sandbox;
      expect(control.state().records['contacts']).toHaveLength(1);
      expect(control.counters().tooMany).toBe(1);
    }
  });

  it('carries a JSON error', async () => {
    const driver = await startDriver({ rateLimit: { count: 1, windowMs: 60_000 } });
    await driver.get('/contacts');
    const refused = await driver.get('/contacts');
    expect(value(refused, 'meta')).toEqual({ statusCode: 429, success: false });
    expect(value(refused, 'errorMessage')).toBeTypeOf('string');
  });
});
