/** Purging: contents go, what counts and what is owned stays, and nobody is surprised halfway. */
import { describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import type { NewJob } from '../../../src/model/job.js';
import {
  change,
  changeItems,
  claimedJob,
  entry,
  freshStore,
  image,
  NOW_MS,
  patchJob,
  type OpenStore,
} from './fixtures.js';
import { journalOf } from './journal.js';

const DUE = { endedBeforeMs: NOW_MS + 10 };

/** A job that has ended at `NOW_MS + 10`, with something of everything. */
async function filledJob(store: JobStore, jobId: string, job: Partial<NewJob> = {}) {
  const claimed = await claimedJob(store, jobId, { items: 2, job });
  const made = {
    recordId: `r-${jobId}`,
    hasWritten: true,
    after: image('r', { name: 'Hemmelig' }),
  };
  await changeItems(store, claimed, [
    change(1, { state: 'ended', outcome: 'created', key: 'Hemmelig', ...made }),
    change(2, { state: 'ended', outcome: 'failed', code: 'ROW_INVALID', message: 'Hemmelig' }),
  ]);
  await store.putSnapshot({
    ...claimed,
    layer: 'undo',
    entries: [entry('r1', { keys: [{ key: 'name', value: 'Hemmelig' }] })],
  });
  const ended = { status: 'completed', phase: 'done', completedAtMs: NOW_MS + 10 } as const;
  await patchJob(store, claimed, ended);
  return claimed;
}

async function purge(store: JobStore, jobId: string): Promise<boolean> {
  const isBegun = await store.beginPurge({ jobId, ...DUE, nowMs: NOW_MS + 20 });
  await store.purgeContents({ jobId });
  await store.endPurge({ jobId });
  return isBegun;
}

async function dueIds(store: JobStore, endedBeforeMs = DUE.endedBeforeMs): Promise<string[]> {
  return (await store.listPurgeable({ endedBeforeMs })).map(({ id }) => id).sort();
}

function describeContents(open: OpenStore): void {
  const store = freshStore(open);

  it('takes rows, images, causes and pool, and keeps counts and record ids', async () => {
    await filledJob(store(), 'j1');
    await filledJob(store(), 'j2');
    expect(await purge(store(), 'j1')).toBe(true);
    const jobId = 'j1';
    const items = await store().listItems({ jobId, limit: 10 });
    const causes = await store().listCauses({ jobId, limit: 10 });
    const snapshot = await store().getFromSnapshot({ jobId, layer: 'undo', recordIds: ['r1'] });
    expect(JSON.stringify([items, causes])).not.toMatch(/Hemmelig|Kunde/);
    expect([items.length, causes.length, snapshot.size]).toEqual([2, 0, 0]);
    expect(items[0]).toMatchObject({ row: 2, recordId: 'r-j1', outcome: 'created', cells: [] });
    expect(items[1]).toMatchObject({ code: 'ROW_INVALID', message: null });
    expect(await store().findOwned({ recordIds: ['r-j1'] })).toEqual(new Set(['r-j1']));
    const outcomes = { created: 1, failed: 1 };
    expect(await store().getJob({ jobId })).toMatchObject({ purgedAtMs: NOW_MS + 20, outcomes });
    const [left] = await store().listItems({ jobId: 'j2', limit: 1 });
    expect(left).toMatchObject({ key: 'Hemmelig', cells: ['Kunde 1', ''] });
  });

  it('is told to the journal once, whoever is first', async () => {
    await filledJob(store(), 'j1');
    const journal = [{ kind: 'job.purge', durationMs: null, body: {} } as const];
    const ask = { jobId: 'j1', ...DUE, nowMs: NOW_MS, journal };
    const begun = await Promise.all([store().beginPurge(ask), store().beginPurge(ask)]);
    expect(begun.sort()).toEqual([false, true]);
    expect(await journalOf(store())).toHaveLength(1);
  });

  it('that has begun is taken up again until it is done', async () => {
    await filledJob(store(), 'j1');
    await store().beginPurge({ jobId: 'j1', ...DUE, nowMs: NOW_MS });
    expect(await dueIds(store(), 0)).toEqual(['j1']);
    await store().endPurge({ jobId: 'j1' });
    expect(await dueIds(store())).toEqual([]);
  });
}

function describeDue(open: OpenStore): void {
  const store = freshStore(open);

  it('concerns jobs that ended long enough ago, and no other', async () => {
    await filledJob(store(), 'j1');
    await claimedJob(store(), 'running');
    const undone = await filledJob(store(), 'undone');
    await patchJob(store(), undone, { status: 'rolling_back', phase: 'undo' });
    expect(await dueIds(store())).toEqual(['j1']);
    expect(await dueIds(store(), DUE.endedBeforeMs - 1)).toEqual([]);
    expect(await purge(store(), 'undone')).toBe(false);
    expect(await store().getJob({ jobId: 'undone' })).toMatchObject({ purgedAtMs: null });
  });

  it('spares a dry run while its plan is being run', async () => {
    await filledJob(store(), 'dry', { dryRun: true });
    const run = await claimedJob(store(), 'run', { job: { planOfJobId: 'dry' } });
    expect(await dueIds(store())).toEqual([]);
    await patchJob(store(), run, { phase: 'done', completedAtMs: NOW_MS + 99 });
    expect(await dueIds(store())).toEqual(['dry']);
  });

  it('knows who else reads the copy of a source', async () => {
    await filledJob(store(), 'dry', { dryRun: true });
    await filledJob(store(), 'run', { planOfJobId: 'dry' });
    await filledJob(store(), 'other');
    const isShared = (jobId: string, planOfJobId: string | null) =>
      store().isSourceShared({ jobId, planOfJobId });
    expect(await isShared('other', null)).toBe(false);
    expect(await isShared('dry', null)).toBe(true);
    expect(await isShared('run', 'dry')).toBe(true);
    await purge(store(), 'dry');
    expect(await isShared('run', 'dry')).toBe(false);
  });

  it('lets no rollback begin', async () => {
    await filledJob(store(), 'j1');
    await store().beginPurge({ jobId: 'j1', ...DUE, nowMs: NOW_MS });
    const ask = { jobId: 'j1', from: ['completed'] as const, reason: null, nowMs: NOW_MS };
    expect(await store().requestRollback(ask)).toBe(false);
    expect(await store().getJob({ jobId: 'j1' })).toMatchObject({ status: 'completed' });
  });
}

export function describePurge(open: OpenStore): void {
  describe('a purge', () => {
    describeContents(open);
    describeDue(open);
  });
}
