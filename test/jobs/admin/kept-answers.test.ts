// Kept answers: one of several equal requests is carried out, and a dead process does not hold a key for ever.
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import type { Log } from '../../../src/core/log.js';
import { KeptAnswers, type Begun, type HeldRequest } from '../../../src/jobs/admin/kept-answers.js';
import { closedStore } from '../../../src/store/closed-store.js';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import { FakeClock } from '../../support/fake-clock.js';

const REQUEST = { id: 'r1', fingerprint: 'f1' };
const ANSWER = { status: 202, headers: { location: '/x' }, body: '{"success":true}' };
const HOUR_MS = 3_600_000;

const silent = { warn: () => undefined } as unknown as Log;

async function openAnswers() {
  const clock = new FakeClock();
  const store = await openSqliteStore({ path: ':memory:' });
  onTestFinished(() => store.close());
  return { clock, store, answers: new KeptAnswers({ store, clock, log: silent }) };
}

function heldOf(begun: Begun): HeldRequest {
  if (begun.kind !== 'begun') throw new Error(`the request is ${begun.kind}`);
  return begun.held;
}

describe('a kept answer', () => {
  it('is given to the same request for 24 hours, and to no other', async () => {
    const { clock, answers } = await openAnswers();
    const held = heldOf(await answers.begin(REQUEST));
    expect((await answers.begin(REQUEST)).kind).toBe('running');
    await held.keep(ANSWER, 'j1');
    expect(await answers.begin(REQUEST)).toEqual({ kind: 'answered', answer: ANSWER, jobId: 'j1' });
    expect((await answers.begin({ ...REQUEST, fingerprint: 'f2' })).kind).toBe('other');
    await clock.advance(24 * HOUR_MS - 1);
    expect((await answers.begin(REQUEST)).kind).toBe('answered');
    await clock.advance(1);
    expect((await answers.begin({ ...REQUEST, fingerprint: 'f2' })).kind).toBe('begun');
  });

  it('is not there for a request that was forgotten', async () => {
    const { answers } = await openAnswers();
    await heldOf(await answers.begin(REQUEST)).forget();
    expect((await answers.begin({ ...REQUEST, fingerprint: 'f2' })).kind).toBe('begun');
  });

  it('is waited for as long as its process lives, and no longer', async () => {
    const { clock, store, answers } = await openAnswers();
    const held = heldOf(await answers.begin(REQUEST));
    await clock.advance(HOUR_MS);
    expect((await answers.begin(REQUEST)).kind).toBe('running');
    // A process that has died holds nothing any longer.
    const dead = new FakeClock(clock.nowMs());
    const other = { id: 'r2', fingerprint: 'f2' };
    await new KeptAnswers({ store, clock: dead, log: silent }).begin(other);
    expect((await answers.begin(other)).kind).toBe('running');
    await clock.advance(15_000);
    const taken = heldOf(await answers.begin(other));
    expect((await answers.begin(other)).kind).toBe('running');
    await taken.keep(ANSWER, null);
    await held.keep(ANSWER, null);
    expect((await answers.begin(other)).kind).toBe('answered');
  });

  it('of a request that was taken over is that of the process that took it', async () => {
    const { clock, answers } = await openAnswers();
    const [late, dead] = [new FakeClock(clock.nowMs()), REQUEST];
    const { store } = await openAnswers();
    // Each process has random numbers of its own.
    late.randomHex(8);
    const slow = heldOf(await new KeptAnswers({ store, clock: late, log: silent }).begin(dead));
    const quick = new KeptAnswers({ store, clock, log: silent });
    await clock.advance(15_000);
    const taken = heldOf(await quick.begin(dead));
    await slow.keep({ ...ANSWER, body: 'slow' }, null);
    expect((await quick.begin(dead)).kind).toBe('running');
    await slow.forget();
    await taken.keep(ANSWER, null);
    expect(await quick.begin(dead)).toMatchObject({ kind: 'answered', answer: ANSWER });
    expect((await answers.begin(dead)).kind).toBe('begun');
  });

  it('that cannot be kept is no failure of the request, but one that cannot begin is', async () => {
    const { store, clock } = await openAnswers();
    const failure = new AppError({ code: 'STORE_FAILED', message: 'full' });
    const closed = closedStore(failure);
    const warned: unknown[] = [];
    const log = { warn: (line: unknown) => warned.push(line) } as unknown as Log;
    const half = { ...store, keepAnswer: () => Promise.reject(failure) };
    const held = heldOf(await new KeptAnswers({ store: half, clock, log }).begin(REQUEST));
    await held.keep(ANSWER, null);
    expect(warned).toMatchObject([{ event: 'answer.not-kept' }]);
    const broken = new KeptAnswers({ store: closed, clock, log });
    await expect(broken.begin(REQUEST)).rejects.toBe(failure);
  });
});
