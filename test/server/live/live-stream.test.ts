// One stream: what it sends when its connection takes a message, and what it does not make otherwise.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core/errors.js';
import { createLog } from '../../../src/core/log.js';
import { JobEvents } from '../../../src/server/live/job-events.js';
import { JobFollower } from '../../../src/server/live/job-follower.js';
import { LiveStream } from '../../../src/server/live/live-stream.js';
import { RecentChanges } from '../../../src/server/live/recent-changes.js';
import { FakeClock, settled } from '../../support/fake-clock.js';
import { MadeUpJobs } from './support/made-up-jobs.js';

const textOf = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : new TextDecoder().decode(bytes);

/** The stream of a job, in front of its first event. */
async function openStream() {
  const jobs = new MadeUpJobs();
  jobs.write('j');
  const recent = new RecentChanges(1);
  const shown = { ids: new Set(['org']) };
  const events = new JobEvents({ clock: new FakeClock(), redact: (text) => text });
  const stream = new LiveStream({ events, log: createLog({ level: 'silent' }) });
  const first = await jobs.lastChangeOf('j');
  const visible = () => Promise.resolve(shown.ids);
  stream.follow(new JobFollower({ service: jobs, visible, recent, first, after: null }));
  const next = async (): Promise<string | null> => textOf(await stream.next());
  expect(await next()).toBe('retry: 1000\n\n');
  const write = (isDone = false): void => {
    jobs.write('j', { isDone });
    recent.add(jobs.after(recent.seen));
    stream.wake(true);
  };
  return { jobs, stream, next, write, shown };
}

/** What the promise has come to, without waiting for anything else. */
async function now<T>(promise: Promise<T>): Promise<T | 'waiting'> {
  await settled();
  return Promise.race([promise, Promise.resolve('waiting' as const)]);
}

describe('a stream', () => {
  it('waits between events, and ends behind the last one', async () => {
    const { stream, next, write } = await openStream();
    expect(await next()).toMatch(/^id: 1\nevent: job\n/);
    const second = next();
    expect(await now(second)).toBe('waiting');
    expect(stream.isTaken).toBe(true);
    stream.wake(false);
    expect(await now(second)).toBe('waiting');
    write();
    expect(await second).toMatch(/^id: 2\nevent: job\n/);
    expect(stream.isTaken).toBe(false);
    write(true);
    expect(await next()).toMatch(/^id: 3\nevent: job\n/);
    expect(await next()).toBe('id: 3\nevent: end\ndata: {"id":"j"}\n\n');
    expect(await next()).toBeNull();
  });

  it('makes nothing that its connection does not take, and then the newest state alone', async () => {
    const { jobs, next, write } = await openStream();
    expect(await next()).toMatch(/^id: 1\n/);
    const { viewCount } = jobs;
    for (let count = 0; count < 500; count += 1) write();
    await settled();
    expect(jobs.viewCount).toBe(viewCount);
    expect(await next()).toMatch(/^id: 501\n/);
    expect(jobs.viewCount).toBe(viewCount + 1);
    expect(await now(next())).toBe('waiting');
  });

  it('does not sleep over a change that comes while it looks for one', async () => {
    const { next, write } = await openStream();
    await next();
    const taking = next();
    // The look for changes has begun and found none.
    write();
    expect(await now(taking)).toMatch(/^id: 2\n/);
  });

  it('sends one comment for those that were not taken, and tells how many', async () => {
    const { stream, next } = await openStream();
    expect([stream.comment(), stream.comment(), stream.comment()]).toEqual([1, 2, 3]);
    expect(await next()).toBe(': alive\n\n');
    expect(await next()).toMatch(/^id: 1\n/);
    const waiting = next();
    expect(await now(waiting)).toBe('waiting');
    expect(stream.comment()).toBe(1);
    expect(await now(waiting)).toBe(': alive\n\n');
  });

  it('tries again at the next look what has failed', async () => {
    const { jobs, stream, next } = await openStream();
    jobs.failure = new Error('the disk is busy');
    const first = next();
    expect(await now(first)).toBe('waiting');
    stream.wake(false);
    expect(await now(first)).toBe('waiting');
    jobs.failure = null;
    stream.wake(false);
    expect(await now(first)).toMatch(/^id: 1\n/);
  });

  it('is over, without an event, for a caller that may not see the job any more', async () => {
    const { next, write, shown } = await openStream();
    await next();
    shown.ids = new Set();
    write();
    expect(await next()).toBeNull();
  });

  it.each(['ORGANIZATION_REQUIRED', 'ORGANIZATION_MISMATCH'] as const)(
    'is over once its company is gone: %s',
    async (code) => {
      const { stream, next } = await openStream();
      const gone = new InputError({ code, message: 'It is gone.', hint: 'Name another one.' });
      stream.follow({ peek: () => Promise.reject(gone), pass: () => undefined, end: () => null });
      expect(await next()).toBeNull();
    },
  );

  it('is over once it is closed, also while it waits', async () => {
    const { stream, next, write } = await openStream();
    await next();
    const waiting = next();
    expect(await now(waiting)).toBe('waiting');
    stream.close();
    expect(await waiting).toBeNull();
    write();
    expect(await next()).toBeNull();
  });
});
