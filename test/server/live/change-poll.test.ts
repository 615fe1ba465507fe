// One look for all streams, while there are any.
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../src/core/log.js';
import { ChangePoll, type Waker } from '../../../src/server/live/change-poll.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MadeUpJobs } from './support/made-up-jobs.js';

const LOOK_MS = 500;

function openPoll() {
  const jobs = new MadeUpJobs();
  const clock = new FakeClock();
  const { changes } = jobs;
  const poll = new ChangePoll({ changes, clock, log: createLog({ level: 'silent' }) });
  const woken: boolean[] = [];
  const waker = (): Waker => ({ wake: (hasChanged) => woken.push(hasChanged) });
  const queries = () => jobs.asked.filter((name) => name === 'next').length;
  return { jobs, clock, poll, woken, waker, queries };
}

describe('the look for changes', () => {
  it('is one query for two hundred streams, twice a second', async () => {
    const { jobs, clock, poll, woken, waker, queries } = openPoll();
    const joined = Array.from({ length: 200 }, () => poll.join(waker()));
    const [recent] = await Promise.all(joined);
    expect(jobs.asked).toEqual(['last']);
    await clock.advance(10 * LOOK_MS);
    expect(queries()).toBe(10);
    jobs.write('a');
    woken.length = 0;
    await clock.advance(LOOK_MS);
    expect(woken).toEqual(Array.from({ length: 200 }, () => true));
    expect(recent?.ofJob('a', 0)?.change).toBe(1);
  });

  it('begins with the first stream and ends with the last one', async () => {
    const { jobs, clock, poll, waker } = openPoll();
    expect(clock.pendingCount).toBe(0);
    const [one, other] = [waker(), waker()];
    jobs.write('a');
    await poll.join(one);
    const recent = await poll.join(other);
    poll.leave(one);
    expect(clock.pendingCount).toBe(1);
    poll.leave(other);
    expect(clock.pendingCount).toBe(0);
    jobs.write('b');
    const later = await poll.join(one);
    expect([recent.seen, later.seen, later.floor]).toEqual([1, 2, 2]);
    poll.leave(one);
    expect(clock.pendingCount).toBe(0);
  });

  it('leaves nothing behind if the only stream leaves while the look begins', async () => {
    const { clock, poll, waker } = openPoll();
    const one = waker();
    const joining = poll.join(one);
    poll.leave(one);
    await joining;
    expect(clock.pendingCount).toBe(0);
  });

  it('reads all that has changed, however much it is', async () => {
    const { jobs, clock, poll, waker, queries } = openPoll();
    const recent = await poll.join(waker());
    for (let number = 0; number < 120; number += 1) jobs.write(`j${String(number)}`);
    await clock.advance(LOOK_MS);
    expect(queries()).toBe(3);
    expect(recent.seen).toBe(120);
  });

  it('that fails is tried again, and nothing is lost', async () => {
    const { jobs, clock, poll, woken, waker } = openPoll();
    const recent = await poll.join(waker());
    jobs.write('a');
    jobs.failure = new Error('the disk is busy');
    await clock.advance(2 * LOOK_MS);
    expect(woken).toEqual([false, false]);
    jobs.failure = null;
    await clock.advance(LOOK_MS);
    expect(woken).toEqual([false, false, true]);
    expect(recent.seen).toBe(1);
  });

  it('cannot begin while the store cannot be read, and can afterwards', async () => {
    const { jobs, clock, poll, waker } = openPoll();
    const one = waker();
    jobs.failure = new Error('the disk is busy');
    await expect(poll.join(one)).rejects.toThrow('busy');
    poll.leave(one);
    expect(clock.pendingCount).toBe(0);
    jobs.failure = null;
    expect((await poll.join(one)).seen).toBe(0);
  });
});
