/** The numbers of changes: whatever a job shows differently has a higher number, and a reader by number misses nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import type { ItemGroupsPort } from '../../../src/store/ports/item-groups.js';
import type { ItemsPort } from '../../../src/store/ports/items.js';
import type { JobRequestsPort } from '../../../src/store/ports/job-requests.js';
import type { JobsPort } from '../../../src/store/ports/jobs.js';
import type { PlannedItemsPort } from '../../../src/store/ports/planned-items.js';
import type { PurgePort } from '../../../src/store/ports/purge.js';
import {
  change,
  changeItems,
  claimedJob,
  endedJob,
  freshStore,
  newItems,
  newJob,
  NOW_MS,
  ORGANIZATION_ID,
  patchJob,
  takeLease,
  type Claimed,
  type OpenStore,
} from './fixtures.js';

type Ports = JobsPort & JobRequestsPort & ItemsPort & PlannedItemsPort & ItemGroupsPort & PurgePort;
type Read =
  | Extract<keyof Ports, `get${string}` | `find${string}` | `list${string}` | `count${string}`>
  | 'jobAhead'
  | 'jobAtWork'
  | 'isSourceShared';

interface Write {
  readonly prepare: (store: JobStore) => Promise<Claimed>;
  readonly write: (store: JobStore, claimed: Claimed) => Promise<unknown>;
  /** The job looks different afterwards. */
  readonly isShown: boolean;
}

const FAILED = { state: 'ended', outcome: 'failed', code: 'X', message: 'm' } as const;
const DUE = { endedBeforeMs: NOW_MS + 10 };
const JOB = { jobId: 'j1', nowMs: NOW_MS + 5 };

const pending = (store: JobStore): Promise<Claimed> => claimedJob(store, 'j1', { items: 2 });

async function running(store: JobStore): Promise<Claimed> {
  const claimed = await pending(store);
  await changeItems(store, claimed, [change(1, FAILED)]);
  await patchJob(store, claimed, { phase: 'run', status: 'processing', startedAtMs: NOW_MS });
  return claimed;
}

async function ended(store: JobStore): Promise<Claimed> {
  const claimed = await running(store);
  const completedAtMs = NOW_MS + 2;
  await patchJob(store, claimed, { phase: 'done', status: 'completed', completedAtMs });
  return claimed;
}

async function purging(store: JobStore): Promise<Claimed> {
  const claimed = await ended(store);
  await store.beginPurge({ ...JOB, ...DUE });
  return claimed;
}

async function paused(store: JobStore): Promise<Claimed> {
  const claimed = await running(store);
  await store.requestPause(JOB);
  return claimed;
}

async function grouped(store: JobStore): Promise<Claimed> {
  const claimed = await pending(store);
  const [item] = newItems(1, 3);
  if (item === undefined) throw new Error('no item');
  await store.addItems({ ...claimed, items: [{ ...item, groupKey: 'g' }] });
  return claimed;
}

const shown = (prepare: Write['prepare'], write: Write['write']): Write => ({
  ...{ prepare, write, isShown: true },
});
const hidden = (prepare: Write['prepare'], write: Write['write']): Write => ({
  ...{ prepare, write, isShown: false },
});

const PLANNED = { planned: [], leaders: [], duplicates: { inFile: 0, inBilly: 0 } };

/** Every write that concerns a job; a new one does not compile without a line here. */
const WRITES: Readonly<Record<Exclude<keyof Ports, Read>, Write>> = {
  createJob: hidden(pending, (store) => store.createJob(newJob('j2'))),
  releaseFingerprint: hidden(pending, (store) => store.releaseFingerprint(JOB)),
  updateJob: shown(running, (store, claimed) =>
    store.updateJob({ ...claimed, ...JOB, patch: { totalRows: 9 } }),
  ),
  beginStage: shown(pending, (store, claimed) =>
    store.beginStage({ ...claimed, ...JOB, status: 'validating', startedAtMs: NOW_MS }),
  ),
  requestCancel: shown(running, (store) => store.requestCancel({ ...JOB, by: 'me' })),
  requestPause: shown(running, (store) => store.requestPause(JOB)),
  requestResume: shown(paused, (store) => store.requestResume(JOB)),
  requestRetry: shown(ended, (store) => store.requestRetry({ ...JOB, from: ['completed'] })),
  requestRollback: shown(ended, (store) =>
    store.requestRollback({ ...JOB, from: ['completed'], reason: null }),
  ),
  addItems: hidden(pending, (store, claimed) =>
    store.addItems({ ...claimed, items: newItems(2, 5) }),
  ),
  clearItems: shown(running, (store, claimed) => store.clearItems(claimed)),
  changeItems: shown(running, (store, claimed) =>
    changeItems(store, claimed, [change(2, { ...FAILED, message: 'other' })]),
  ),
  addPlannedItems: shown(pending, (store, claimed) => {
    const items = newItems(1, 3).map((item) => ({ item, patch: FAILED }));
    return store.addPlannedItems({ ...claimed, ...JOB, ...PLANNED, items });
  }),
  addLines: hidden(grouped, (store, claimed) =>
    store.addLines({
      ...claimed,
      additions: [{ seq: 3, lines: [{ row: 9, cells: ['a'], problem: null }] }],
    }),
  ),
  beginPurge: shown(ended, (store) => store.beginPurge({ ...JOB, ...DUE })),
  purgeContents: shown(purging, (store) => store.purgeContents(JOB)),
  endPurge: hidden(purging, (store) => store.endPurge(JOB)),
};

/** All that a view is made of, without the number. */
async function lookOf(store: JobStore, jobId: string): Promise<unknown> {
  const job = await store.getJob({ jobId });
  if (job === null) return null;
  return {
    job: { ...job, change: null },
    errors: await store.listItems({ jobId, isTrouble: true, limit: 20 }),
    causes: await store.listCauses({ jobId, limit: 5 }),
    warnings: await store.listCauses({ jobId, kind: 'warning', limit: 5 }),
    ahead: await store.jobAhead({ jobId, lane: job.lane }),
    atWork: await store.jobAtWork({ jobId, lane: job.lane, sinceMs: job.updatedAtMs }),
  };
}

async function numberOf(store: JobStore, jobId: string): Promise<number> {
  return (await store.getJob({ jobId }))?.change ?? 0;
}

function describeNumbers(open: OpenStore): void {
  const store = freshStore(open);

  it.each(Object.entries(WRITES))('rise with %s', async (_name, { prepare, write, isShown }) => {
    const claimed = await prepare(store());
    const before = await lookOf(store(), 'j1');
    const last = await store().lastJobChange();
    expect(await numberOf(store(), 'j1')).toBeLessThanOrEqual(last);
    await write(store(), claimed);
    const after = await lookOf(store(), 'j1');
    if (isShown) expect(after).not.toEqual(before);
    else expect(after).toEqual(before);
    if (isShown) expect(await numberOf(store(), 'j1')).toBeGreaterThan(last);
    for (const { change: number } of await store().listChangedJobs({ after: last, limit: 9 })) {
      expect(number).toBeLessThanOrEqual(await store().lastJobChange());
    }
  });

  it('begin with the creation, and are in the record that it returns', async () => {
    expect(await store().lastJobChange()).toBe(0);
    const first = await store().createJob(newJob('j1', { fingerprint: 'f' }));
    const second = await store().createJob(newJob('j2'));
    expect([first.change, second.change]).toEqual([1, 2]);
    const same = await store().createJob(newJob('j3', { fingerprint: 'f' }));
    expect([same.id, same.change, await store().lastJobChange()]).toEqual(['j1', 1, 2]);
  });

  it('do not rise with a write that is refused', async () => {
    const claimed = await ended(store());
    const last = await store().lastJobChange();
    const foreign = { ...claimed, lease: { ...claimed.lease, owner: 'two' } };
    await expect(patchJob(store(), foreign, { totalRows: 3 })).rejects.toThrow();
    const back = store().updateJob({ ...claimed, ...JOB, patch: { status: 'processing' } });
    await expect(back).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await store().requestPause(JOB)).toBe(false);
    expect(await store().lastJobChange()).toBe(last);
  });

  it('are of one job each', async () => {
    const first = await claimedJob(store(), 'j1', { items: 3 });
    const second = await claimedJob(store(), 'j2', { items: 3, job: { lane: 'other' } });
    const seen = new Set<number>();
    for (const [claimed, seq] of [first, second, first, second].map((c, n) => [c, n] as const)) {
      const changes = [change(1 + Math.floor(seq / 2), { state: 'ready' })];
      await changeItems(store(), claimed, changes);
      seen.add(await numberOf(store(), claimed.jobId));
    }
    expect([...seen]).toEqual([...seen].sort((left, right) => left - right));
    expect(seen.size).toBe(4);
  });
}

function describeQueue(open: OpenStore): void {
  const store = freshStore(open);

  /** The jobs whose numbers rise while something is done. */
  async function raised(ids: readonly string[], act: () => Promise<unknown>): Promise<string[]> {
    const before = new Map<string, number>();
    for (const id of ids) before.set(id, await numberOf(store(), id));
    await act();
    const after: string[] = [];
    for (const id of ids) {
      if ((await numberOf(store(), id)) > (before.get(id) ?? 0)) after.push(id);
    }
    return after;
  }

  it('rise for the jobs that wait in the lane of a job that moves on, and for no others', async () => {
    const first = await claimedJob(store(), 'j1');
    await patchJob(store(), first, { status: 'processing', phase: 'run', startedAtMs: NOW_MS });
    await store().createJob(newJob('j2', { createdAtMs: NOW_MS + 1 }));
    await store().createJob(newJob('j3', { createdAtMs: NOW_MS + 2 }));
    await store().createJob(newJob('other', { lane: 'other', createdAtMs: NOW_MS + 3 }));
    const ids = ['j2', 'j3', 'other'];
    expect(await store().jobAhead({ jobId: 'j2', lane: newJob('j').lane })).toBe('j1');
    const end = { status: 'completed', phase: 'done', completedAtMs: NOW_MS } as const;
    expect(await raised(ids, () => patchJob(store(), first, end))).toEqual(['j2', 'j3']);
    const cancel = () => store().requestCancel({ jobId: 'j2', by: 'me', nowMs: NOW_MS + 4 });
    expect(await raised(ids, cancel)).toEqual(['j2', 'j3']);
    expect(await store().jobAhead({ jobId: 'j3', lane: newJob('j').lane })).toBeNull();
  });

  it('rise for a job that starts after another one, and for those behind it', async () => {
    const first = await claimedJob(store(), 'j1', { job: { lane: 'first' } });
    const lane = 'second';
    await store().createJob(newJob('j2', { lane, afterJobId: 'j1', createdAtMs: NOW_MS + 1 }));
    await store().createJob(newJob('j3', { lane, createdAtMs: NOW_MS + 2 }));
    expect(await store().jobAhead({ jobId: 'j3', lane })).toBeNull();
    const end = { status: 'completed', phase: 'done', completedAtMs: NOW_MS } as const;
    expect(await raised(['j2', 'j3'], () => patchJob(store(), first, end))).toEqual(['j2', 'j3']);
    expect(await store().jobAhead({ jobId: 'j3', lane })).toBe('j2');
  });

  it('do not rise for others with each row', async () => {
    const first = await running(store());
    await store().createJob(newJob('j2', { createdAtMs: NOW_MS + 1 }));
    const send = () => changeItems(store(), first, [change(2, { state: 'ready' })]);
    expect(await raised(['j2'], send)).toEqual([]);
  });
}

function describeReading(open: OpenStore): void {
  const store = freshStore(open);
  const ids = async (filter: Parameters<JobStore['listChangedJobs']>[0]): Promise<string[]> =>
    (await store().listChangedJobs(filter)).map(({ id }) => id);

  it('gives changed jobs by number, of some organizations or of all', async () => {
    await endedJob(store(), 'done');
    await store().createJob(newJob('a'));
    await store().createJob(newJob('b', { organizationId: 'org-2' }));
    await store().createJob(newJob('c'));
    const after = await numberOf(store(), 'a');
    expect(await ids({ after: 0, limit: 9 })).toEqual(['done', 'a', 'b', 'c']);
    expect(await ids({ after, limit: 9 })).toEqual(['b', 'c']);
    expect(await ids({ after, limit: 1 })).toEqual(['b']);
    const organizationIds = [ORGANIZATION_ID];
    expect(await ids({ organizationIds, after: 0, limit: 9 })).toEqual(['done', 'a', 'c']);
    await store().requestCancel({ jobId: 'a', by: 'me', nowMs: NOW_MS });
    expect(await ids({ organizationIds, after, limit: 9 })).toEqual(['c', 'a']);
    expect(await ids({ after: await store().lastJobChange(), limit: 9 })).toEqual([]);
  });

  it('leaves out what ended up to a number, and no unfinished job', async () => {
    await store().createJob(newJob('waiting', { lane: 'other' }));
    await endedJob(store(), 'old');
    const endedAfter = await store().lastJobChange();
    await endedJob(store(), 'new');
    expect(await ids({ after: 0, endedAfter, limit: 9 })).toEqual(['waiting', 'new']);
    expect(await ids({ after: endedAfter, endedAfter, limit: 9 })).toEqual(['new']);
  });

  it('finds the number before the newest jobs of an organization', async () => {
    for (const id of ['a', 'b', 'c']) await store().createJob(newJob(id));
    await store().createJob(newJob('other', { organizationId: 'org-2' }));
    const organizationIds = [ORGANIZATION_ID];
    const number = await numberOf(store(), 'a');
    expect(await store().changeBefore({ organizationIds, count: 2 })).toBe(number);
    expect(await store().changeBefore({ organizationIds, count: 3 })).toBe(0);
  });
}

type Steps = readonly (readonly [job: number, isRead: boolean])[];

/** Writes jobs, reads by number in between, and compares what was read with the jobs. */
async function followWrites(store: JobStore, steps: Steps): Promise<void> {
  const seen = new Map<string, unknown>();
  let after = 0;
  const read = async (): Promise<void> => {
    for (const job of await store.listChangedJobs({ after, limit: 9 })) {
      expect(job.change).toBeGreaterThan(after);
      after = job.change;
      seen.set(job.id, job);
    }
  };
  for (const [number, isRead] of steps) {
    const jobId = `j${String(number)}`;
    const lease = { name: jobId, owner: 'one' };
    if ((await store.getJob({ jobId })) === null) {
      await store.createJob(newJob(jobId));
      await takeLease(store, lease);
    } else {
      await store.updateJob({ jobId, lease, patch: { totalRows: after }, nowMs: NOW_MS });
    }
    if (isRead) await read();
  }
  await read();
  for (const [jobId, job] of seen) expect(job).toEqual(await store.getJob({ jobId }));
  expect(seen.size).toBe(new Set(steps.map(([number]) => number)).size);
}

function describeFollowing(open: OpenStore): void {
  const drawn = fc.array(fc.tuple(fc.nat(3), fc.boolean()), { minLength: 1, maxLength: 30 });

  it('show a reader that goes on from the last one every job as it is', async () => {
    const follow = async (steps: Steps): Promise<void> => {
      const opened = await open();
      await followWrites(opened.store, steps);
      await opened.cleanup();
    };
    await fc.assert(fc.asyncProperty(drawn, follow), { numRuns: 20 });
  });
}

export function describeChanges(open: OpenStore): void {
  describe('the numbers of changes', () => {
    describeNumbers(open);
    describeQueue(open);
    describeReading(open);
    describeFollowing(open);
  });
}
