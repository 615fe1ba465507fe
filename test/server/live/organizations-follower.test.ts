// A stream of all jobs misses no state and never goes backwards, in whatever order jobs change, looks find it and a
// client takes it, also over reconnections.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrganizationsFollower } from '../../../src/server/live/organizations-follower.js';
import { RecentChanges } from '../../../src/server/live/recent-changes.js';
import { MadeUpJobs } from './support/made-up-jobs.js';

type Step =
  | { readonly kind: 'write'; readonly job: number; readonly isForeign: boolean }
  | { readonly kind: 'flood' }
  | { readonly kind: 'look' }
  | { readonly kind: 'take'; readonly during: 'nothing' | 'look' | 'flood' | 'write' }
  | { readonly kind: 'reconnect' };

const drawnStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      job: fc.nat(30),
      isForeign: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'flood' } as const) },
  { weight: 4, arbitrary: fc.constant({ kind: 'look' } as const) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('take' as const),
      during: fc.constantFrom('nothing', 'look', 'flood', 'write'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'reconnect' } as const) },
);

/** More jobs than a process holds. */
const FLOOD = 120;
/** Ended jobs of the state. */
const STATE_JOBS = 100;

class Client {
  readonly #jobs: MadeUpJobs;
  #recent: RecentChanges;
  #follower: OrganizationsFollower;
  /** The number of each job as it was last sent. */
  readonly sent = new Map<string, number>();
  last: number | null = null;

  constructor(jobs: MadeUpJobs) {
    this.#jobs = jobs;
    this.#recent = new RecentChanges(0);
    this.#follower = this.#follow(null);
  }

  look(): void {
    this.#recent.add(this.#jobs.after(this.#recent.seen));
  }

  /** One event; false: there is none. `during` happens while a query for it is answered. */
  async take(during: (() => void) | null = null): Promise<boolean> {
    this.#jobs.meanwhile = during;
    const change = await this.#follower.peek();
    if (change === null) return false;
    expect(change.change).toBeGreaterThan(this.last ?? 0);
    expect(change.organizationId).toBe('org');
    expect(await this.#follower.peek()).toBe(change);
    this.#follower.pass(change);
    this.last = change.change;
    this.sent.set(change.jobId, change.change);
    return true;
  }

  async reconnect(): Promise<void> {
    this.#recent = new RecentChanges(await this.#jobs.changes.last());
    this.#follower = this.#follow(this.last);
  }

  #follow(after: number | null): OrganizationsFollower {
    const visible = () => Promise.resolve(new Set(['org']));
    const { changes } = this.#jobs;
    return new OrganizationsFollower({ changes, visible, recent: this.#recent, after });
  }
}

async function play(steps: readonly Step[]): Promise<void> {
  const jobs = new MadeUpJobs();
  const client = new Client(jobs);
  const flood = (): void => {
    for (let number = 0; number < FLOOD; number += 1) jobs.write(`flood ${String(number)}`);
  };
  const meanwhile = {
    nothing: () => undefined,
    look: () => {
      client.look();
    },
    write: () => {
      jobs.write('org 0');
      jobs.write('foreign 1', { organizationId: 'foreign' });
      client.look();
    },
    flood: () => {
      flood();
      client.look();
    },
  };
  for (const step of steps) {
    if (step.kind === 'write') {
      const organizationId = step.isForeign ? 'foreign' : 'org';
      jobs.write(`${organizationId} ${String(step.job)}`, { organizationId });
    } else if (step.kind === 'flood') flood();
    else if (step.kind === 'look') client.look();
    else if (step.kind === 'take') await client.take(meanwhile[step.during]);
    else await client.reconnect();
  }
  client.look();
  while (await client.take());
  expect(client.sent).toEqual(jobs.numbers());
}

describe('a stream of all jobs', () => {
  it('ends up with every job as it is, never going backwards', async () => {
    const steps = fc.array(drawnStep, { minLength: 1, maxLength: 60 });
    await fc.assert(fc.asyncProperty(steps, play), { numRuns: 300 });
  });

  it('costs no query per event once it has caught up', async () => {
    const jobs = new MadeUpJobs();
    const client = new Client(jobs);
    jobs.write('a');
    while (await client.take());
    const before = jobs.asked.filter((name) => name !== 'next').length;
    for (let round = 0; round < 50; round += 1) {
      jobs.write('a');
      client.look();
      expect(await client.take()).toBe(true);
      expect(await client.take()).toBe(false);
    }
    expect(jobs.asked.filter((name) => name !== 'next')).toHaveLength(before);
  });

  it('begins with all unfinished jobs, and the ended ones among those that changed last', async () => {
    const jobs = new MadeUpJobs();
    const client = new Client(jobs);
    jobs.write('waiting for long');
    for (let number = 1; number <= 150; number += 1) {
      jobs.write(`done ${String(number)}`, { isDone: true });
    }
    while (await client.take());
    expect(client.sent.size).toBe(STATE_JOBS + 1);
    expect(client.sent.has('waiting for long')).toBe(true);
    expect(client.sent.has('done 50')).toBe(false);
    expect(client.sent.has('done 51')).toBe(true);
    // After the state nothing is left out: an old job that changes is news.
    jobs.write('done 1', { isDone: true });
    client.look();
    expect(await client.take()).toBe(true);
    expect(client.sent.has('done 1')).toBe(true);
  });

  it('of a caller without any organization is silent', async () => {
    const jobs = new MadeUpJobs();
    jobs.write('a');
    const recent = new RecentChanges(1);
    const visible = () => Promise.resolve(new Set<string>());
    const { changes } = jobs;
    const follower = new OrganizationsFollower({ changes, visible, recent, after: null });
    expect(await follower.peek()).toBeNull();
    expect(jobs.asked).toEqual([]);
  });

  it('shows a company that is added from then on, and one that is removed no more', async () => {
    const jobs = new MadeUpJobs();
    const recent = new RecentChanges(0);
    let ids = new Set(['org']);
    const { changes } = jobs;
    const visible = () => Promise.resolve(ids);
    const follower = new OrganizationsFollower({ changes, visible, recent, after: null });
    const nextJob = async (): Promise<string | null> => {
      recent.add(await changes.next({ after: recent.seen, limit: 9 }));
      const change = await follower.peek();
      if (change !== null) follower.pass(change);
      return change?.jobId ?? null;
    };
    expect(await nextJob()).toBeNull();
    jobs.write('old', { organizationId: 'new org' });
    expect(await nextJob()).toBeNull();
    ids = new Set(['org', 'new org']);
    jobs.write('a', { organizationId: 'new org' });
    expect(await nextJob()).toBe('a');
    ids = new Set(['org']);
    jobs.write('a', { organizationId: 'new org' });
    expect(await nextJob()).toBeNull();
  });
});
