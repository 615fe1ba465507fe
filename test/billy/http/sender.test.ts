import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/billy/failure.js';
import type { Call } from '../../../src/billy/http/sender.js';
import { systemClock } from '../../../src/core/clock.js';
import { createLog } from '../../../src/core/log.js';
import {
  cutOff,
  json,
  later,
  raw,
  refusal,
  reset,
  validation,
} from '../support/scripted-server.js';
import { hastyClock, inTurn, senderFor, serve, TOKEN } from '../support/test-client.js';

const read = (options: Partial<Call> = {}): Call => ({
  method: 'GET',
  path: '/contacts?q=Jensen&page=1',
  priority: 'job',
  patienceMs: 60_000,
  ...options,
});

const write = (options: Partial<Call> = {}): Call => ({
  method: 'POST',
  path: '/contacts',
  body: { contact: { name: 'A', _clientId: 'c1', contactPersons: [{ _clientId: 'p1' }] } },
  priority: 'job',
  patienceMs: 60_000,
  ...options,
});

const asIs = (body: JsonObject): JsonObject => body;
const OK = json(200, { ok: true });
const BUSY = raw(429, 'slow down', { 'retry-after': '0.2' });

describe('a read', () => {
  it.each([
    ['a server error', refusal(500, 'OTHER')],
    ['an HTML page', raw(200, '<html></html>', { 'content-type': 'text/html' })],
    ['a proxy page', raw(404, '<html></html>')],
    ['a reset', reset],
    ['a cut-off answer', cutOff],
    ['a 429', BUSY],
  ])('is asked again after %s', async (_case, answer) => {
    const server = await serve(inTurn(answer, answer, OK));
    const sender = senderFor(server.baseUrl);
    expect(await sender.send(read(), asIs)).toEqual({ ok: true });
    expect(server.seen).toHaveLength(3);
  });

  it('is not asked again after a refusal, or beyond its patience', async () => {
    const server = await serve(inTurn(refusal(422, 'OTHER'), refusal(500, 'OTHER')));
    const sender = senderFor(server.baseUrl);
    await expect(sender.send(read(), asIs)).rejects.toMatchObject({ code: 'BILLY_VALIDATION' });
    await expect(sender.send(read({ patienceMs: 0 }), asIs)).rejects.toMatchObject({
      code: 'BILLY_SERVER',
    });
    expect(server.seen).toHaveLength(2);
  });

  it('gives up when its patience has run out', async () => {
    const server = await serve(() => refusal(503, 'OTHER'));
    const sender = senderFor(server.baseUrl, { clock: systemClock });
    const startedMs = performance.now();
    await expect(sender.send(read({ patienceMs: 300 }), asIs)).rejects.toMatchObject({
      status: 503,
    });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(290);
    expect(performance.now() - startedMs).toBeLessThan(1500);
  });

  it('is broken off by its signal, waiting or in flight', async () => {
    const server = await serve(inTurn(refusal(503, 'OTHER'), later(5000, OK)));
    for (const clock of [{ ...systemClock, random: () => 0.99 }, hastyClock]) {
      const controller = new AbortController();
      const asked = senderFor(server.baseUrl, { clock }).send(
        read({ signal: controller.signal }),
        asIs,
      );
      const startedMs = performance.now();
      setTimeout(() => controller.abort(), 60);
      await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
      expect(performance.now() - startedMs).toBeLessThan(400);
    }
    expect(server.seen).toHaveLength(2);
  });

  it('accepts prefixed bytes and a wrong content type', async () => {
    const server = await serve(() =>
      raw(200, ')]}\'\n{"ok":true}', { 'content-type': 'text/html' }),
    );
    expect(await senderFor(server.baseUrl).send(read(), asIs)).toEqual({ ok: true });
  });
});

describe('a write', () => {
  it.each([
    ['a server error', refusal(500, 'OTHER')],
    ['a gateway page', raw(502, '<html></html>')],
    ['a proxy page', raw(400, '<html></html>')],
    ['an HTML page', raw(200, '<html></html>')],
    ['an empty answer', raw(200, '')],
    ['a redirect', raw(307, '', { location: 'http://127.0.0.1:1/' })],
    ['a reset', reset],
    ['a cut-off answer', cutOff],
  ])('is never sent again after %s', async (_case, answer) => {
    const server = await serve(inTurn(answer, OK));
    const lost = senderFor(server.baseUrl).send(write(), asIs);
    await expect(lost).rejects.toMatchObject({ retry: 'reconcile' });
    expect(server.seen).toHaveLength(1);
  });

  it('is a lost answer when its record is missing', async () => {
    const server = await serve(() => OK);
    const lost = senderFor(server.baseUrl).send(write(), () => null);
    await expect(lost).rejects.toMatchObject({ code: 'BILLY_SERVER', retry: 'reconcile' });
  });

  it('is sent again after a 429, each time behind its own beforeSend', async () => {
    const server = await serve(inTurn(BUSY, BUSY, OK));
    let checks = 0;
    const beforeSend = (): Promise<void> => {
      checks += 1;
      return Promise.resolve();
    };
    const sender = senderFor(server.baseUrl);
    expect(await sender.send(write({ beforeSend }), asIs)).toEqual({ ok: true });
    expect(checks).toBe(3);
    expect(server.seen).toHaveLength(3);
  });

  it('that was held up is checked again, and leaves by a check that counts', async () => {
    const server = await serve(() => OK);
    let checks = 0;
    const beforeSend = (): Promise<() => boolean> => {
      checks += 1;
      const isGood = checks > 1;
      return Promise.resolve(() => isGood);
    };
    const sender = senderFor(server.baseUrl);
    expect(await sender.send(write({ beforeSend, patienceMs: 5000 }), asIs)).toEqual({ ok: true });
    expect([checks, server.seen.length]).toEqual([2, 1]);
  });

  it('that was held up and checked in vain has not left', async () => {
    const server = await serve(() => OK);
    let checks = 0;
    const lost = new Error('the lease is lost');
    const beforeSend = (): Promise<() => boolean> => {
      checks += 1;
      return checks > 1 ? Promise.reject(lost) : Promise.resolve(() => false);
    };
    const sent = senderFor(server.baseUrl).send(write({ beforeSend, patienceMs: 5000 }), asIs);
    await expect(sent).rejects.toBe(lost);
    expect(server.seen).toEqual([]);
  });

  it('is tried again while nothing listens', async () => {
    const server = await serve(() => OK);
    const { baseUrl } = server;
    await server.close();
    let checks = 0;
    const lost = new Error('the lease is lost');
    const beforeSend = (): Promise<void> => {
      checks += 1;
      return checks < 3 ? Promise.resolve() : Promise.reject(lost);
    };
    await expect(senderFor(baseUrl).send(write({ beforeSend }), asIs)).rejects.toBe(lost);
    expect(checks).toBe(3);
  });

  it('that is on its way is not broken off by its signal', async () => {
    const server = await serve(() => later(100, OK));
    const controller = new AbortController();
    const sent = senderFor(server.baseUrl).send(write({ signal: controller.signal }), asIs);
    setTimeout(() => controller.abort(), 30);
    expect(await sent).toEqual({ ok: true });
  });

  it('has its refusals tied to its own client ids', async () => {
    const server = await serve(() =>
      validation({
        c1: { attributes: { name: 'no' } },
        p1: { attributes: { email: 'no' } },
        other: { attributes: { phone: 'no' } },
      }),
    );
    await expect(senderFor(server.baseUrl).send(write(), asIs)).rejects.toMatchObject({
      attributes: { name: 'no', email: 'no' },
      isWholeRecord: false,
    });
  });
});

describe('a pause', () => {
  it('ends a call at once whose patience it outlasts', async () => {
    const server = await serve(() => raw(429, '', { 'retry-after': '600' }));
    const sender = senderFor(server.baseUrl, { clock: systemClock });
    await expect(sender.send(read(), asIs)).rejects.toMatchObject({ retryAfterMs: 600_000 });
    await expect(sender.send(write(), asIs)).rejects.toMatchObject({ code: 'BILLY_RATE_LIMIT' });
    expect(server.seen).toHaveLength(1);
  });
});

describe('logs and errors', () => {
  it('name the request without query values, bodies or the token', async () => {
    const lines = new PassThrough();
    const log = createLog({ level: 'debug', destination: lines });
    const server = await serve(
      inTurn(OK, refusal(422, 'OTHER', { errorMessage: `Bad ${TOKEN}` }), reset),
    );
    const sender = senderFor(server.baseUrl, { log });
    await sender.send(read(), asIs);
    const refused: unknown = await sender.send(write(), asIs).catch((error: unknown) => error);
    await sender.send(write(), asIs).catch(() => undefined);
    expect(refused).toMatchObject({ detail: 'Bad [secret]' });
    const text = String(lines.read());
    expect(text).not.toMatch(new RegExp(`${TOKEN}|Jensen|"A"`));
    const [first, second, third] = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    const event = 'billy.request';
    expect(first).toMatchObject({ event, method: 'GET', path: '/contacts?q&page', status: 200 });
    expect(second).toMatchObject({ event, method: 'POST', path: '/contacts', status: 422 });
    expect(third).toMatchObject({ event, method: 'POST', status: null });
  });
});

describe('who counts the requests', () => {
  it('is told of each that left, also without an answer, and of none that was held up', async () => {
    const told: unknown[] = [];
    const server = await serve(inTurn(OK, BUSY, OK, reset));
    const sender = senderFor(server.baseUrl, {
      onRequest: ({ method, status, ms }) => {
        told.push([method, status, ms > 0]);
      },
    });
    let checks = 0;
    const beforeSend = (): Promise<() => boolean> => {
      checks += 1;
      const counts = checks > 1;
      return Promise.resolve(() => counts);
    };
    await sender.send(read(), asIs);
    await sender.send(write({ beforeSend, patienceMs: 5000 }), asIs);
    await sender.send(write(), asIs).catch(() => undefined);
    expect(told).toEqual([
      ['GET', 200, true],
      ['POST', 429, true],
      ['POST', 200, true],
      ['POST', null, true],
    ]);
    expect(server.seen).toHaveLength(told.length);
  });
});

describe('20 requests a second', () => {
  /** The largest number of arrivals in any second. */
  const mostInASecond = (times: readonly number[]): number =>
    Math.max(...times.map((at) => times.filter((time) => time >= at && time < at + 1000).length));

  // Server and client share this process: a stall of its event loop moves arrivals together.
  it('are never exceeded as the server sees them, and 95 % used', { retry: 2 }, async () => {
    const server = await serve(() => later(80, OK));
    const limit = { rateLimit: { count: 20, windowMs: 1000 }, clock: systemClock };
    const sender = senderFor(server.baseUrl, limit);
    const controller = new AbortController();
    const calls = Array.from({ length: 100 }, () =>
      sender.send(read({ signal: controller.signal }), asIs).catch(() => undefined),
    );
    await systemClock.sleep(3000);
    controller.abort();
    await Promise.all(calls);
    const times = server.seen.map(({ atMs }) => atMs);
    const usedMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
    expect(mostInASecond(times)).toBeLessThanOrEqual(20);
    expect((times.length - 1) / (usedMs / 1000)).toBeGreaterThanOrEqual(19);
  });
});
