// A stream of one job misses no state, never goes backwards, and ends with the job.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JobFollower } from '../../../src/server/live/job-follower.js';
import { RecentChanges } from '../../../src/server/live/recent-changes.js';
import { MadeUpJobs } from './support/made-up-jobs.js';

const STEPS = ['write', 'flood', 'look', 'take', 'take during a write', 'reconnect'] as const;
/** More jobs than a process holds. */
const FLOOD = 120;

async function openFollower(jobs: MadeUpJobs, after: number | null = null) {
  const recent = new RecentChanges(await jobs.changes.last());
  const first = await jobs.lastChangeOf('j');
  const shown = { ids: new Set(['org']) };
  const visible = () => Promise.resolve(shown.ids);
  const follower = new JobFollower({ service: jobs, visible, recent, first, after });
  const look = (): void => {
    recent.add(jobs.after(recent.seen));
  };
  /** The number of the next event; null: there is none. */
  const take = async (): Promise<number | null> => {
    const change = await follower.peek();
    if (change !== null) follower.pass(change);
    return change?.change ?? null;
  };
  return { follower, look, take, shown };
}

async function play(steps: readonly (typeof STEPS)[number][]): Promise<void> {
  const jobs = new MadeUpJobs();
  jobs.write('j');
  let client = await openFollower(jobs);
  let last = 0;
  const note = (number: number | null): void => {
    if (number === null) return;
    expect(number).toBeGreaterThan(last);
    last = number;
  };
  for (const step of steps) {
    if (step === 'write') jobs.write('j');
    else if (step === 'flood') {
      for (let number = 0; number < FLOOD; number += 1) jobs.write(`other ${String(number)}`);
    } else if (step === 'look') client.look();
    else if (step === 'take') note(await client.take());
    else if (step === 'reconnect') client = await openFollower(jobs, last === 0 ? null : last);
    else {
      const { look } = client;
      jobs.meanwhile = () => {
        jobs.write('j');
        look();
      };
      note(await client.take());
      jobs.meanwhile = null;
    }
  }
  client.look();
  note(await client.take());
  expect(last).toBe(jobs.numbers().get('j'));
}

describe('a stream of one job', () => {
  it('ends up with the job as it is, never going backwards', async () => {
    const steps = fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 60 });
    await fc.assert(fc.asyncProperty(steps, play), { numRuns: 300 });
  });

  it('ends with the state in which the job is done, not before it was sent', async () => {
    const jobs = new MadeUpJobs();
    jobs.write('j');
    const { follower, look, take } = await openFollower(jobs);
    expect(await take()).toBe(1);
    expect(follower.end()).toBeNull();
    jobs.write('j', { isDone: true });
    look();
    expect(await follower.peek()).not.toBeNull();
    expect(follower.end()).toBeNull();
    expect(await take()).toBe(2);
    expect(follower.end()).toMatchObject({ change: 2, jobId: 'j' });
  });

  it('goes on if the job is taken up again before the end was sent', async () => {
    const jobs = new MadeUpJobs();
    jobs.write('j', { isDone: true });
    const { follower, take } = await openFollower(jobs, 1);
    jobs.write('j');
    const later = await openFollower(jobs, 1);
    expect([await take(), follower.end()]).toEqual([null, expect.anything()]);
    expect([await later.take(), later.follower.end()]).toEqual([2, null]);
  });

  it('is over for a caller that may not see the job any more', async () => {
    const jobs = new MadeUpJobs();
    jobs.write('j');
    const { follower, look, take, shown } = await openFollower(jobs);
    expect(await take()).toBe(1);
    shown.ids = new Set(['another']);
    jobs.write('j');
    look();
    await expect(follower.peek()).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
});
