// The changes that a process holds, and the number below which it may lack some.
import { describe, expect, it } from 'vitest';
import { RecentChanges } from '../../../src/server/live/recent-changes.js';
import { MadeUpJobs } from './support/made-up-jobs.js';

const ORG = new Set(['org']);

async function seen(jobs: MadeUpJobs): Promise<RecentChanges> {
  const recent = new RecentChanges(0);
  recent.add(await jobs.changes.next({ after: 0, limit: 1000 }));
  return recent;
}

describe('recent changes', () => {
  it('hold the last change of each job, in the order of the numbers', async () => {
    const jobs = new MadeUpJobs();
    jobs.write('a');
    jobs.write('b');
    const recent = await seen(jobs);
    jobs.write('a');
    recent.add(await jobs.changes.next({ after: recent.seen, limit: 9 }));
    expect(recent.seen).toBe(3);
    expect(recent.ofJob('a', 0)?.change).toBe(3);
    expect(recent.ofJob('a', 3)).toBeNull();
    expect(recent.ofJob('c', 0)).toBeNull();
    expect(recent.next(0, ORG)?.jobId).toBe('b');
    expect(recent.next(2, ORG)?.jobId).toBe('a');
    expect(recent.next(3, ORG)).toBeNull();
  });

  it('show an organization its own jobs alone', async () => {
    const jobs = new MadeUpJobs();
    jobs.write('a', { organizationId: 'other' });
    jobs.write('b');
    const recent = await seen(jobs);
    expect(recent.next(0, ORG)?.jobId).toBe('b');
    expect(recent.next(0, new Set(['other']))?.jobId).toBe('a');
    expect(recent.next(0, new Set())).toBeNull();
  });

  it('are at most a hundred jobs; the floor is the last one that went', async () => {
    const jobs = new MadeUpJobs();
    for (let number = 1; number <= 130; number += 1) jobs.write(`j${String(number)}`);
    const recent = await seen(jobs);
    expect(recent.floor).toBe(30);
    expect(recent.ofJob('j30', 0)).toBeNull();
    expect(recent.next(0, ORG)?.jobId).toBe('j31');
    expect(recent.seen).toBe(130);
  });

  it('begin with none, above the number they begin with', () => {
    const recent = new RecentChanges(7);
    expect([recent.floor, recent.seen]).toEqual([7, 7]);
    recent.add([]);
    expect(recent.seen).toBe(7);
  });
});
