/** The figures for operators: counts over all organizations that name none of them. */
import { describe, expect, it } from 'vitest';
import type { StoreFigures } from '../../../src/model/figures.js';
import type { Outcome } from '../../../src/model/item.js';
import type { JobStore } from '../../../src/store/job-store.js';
import {
  change,
  changeItems,
  claimedJob,
  freshStore,
  newJob,
  NOW_MS,
  patchJob,
  takeLease,
  TTL_MS,
  type Claimed,
  type OpenStore,
} from './fixtures.js';

const MINUTE_MS = 60_000;
const NOTHING = {
  created: 0,
  updated: 0,
  merged: 0,
  unchanged: 0,
  skipped: 0,
  failed: 0,
  unknown: 0,
  deleted: 0,
  archived: 0,
};

function figuresAt(store: JobStore, nowMs: number): Promise<StoreFigures> {
  const recentSinceMs = nowMs - 10 * MINUTE_MS;
  return store.readFigures({ nowMs, recentSinceMs, sentSinceMs: nowMs - MINUTE_MS });
}

async function endItems(
  store: JobStore,
  claimed: Claimed,
  outcomes: readonly Outcome[],
): Promise<void> {
  const changes = outcomes.map((outcome, index) => change(index + 1, { state: 'ended', outcome }));
  await changeItems(store, claimed, changes);
}

function describeJobFigures(open: OpenStore): void {
  const store = freshStore(open);

  it('are nothing in a new store, but its size', async () => {
    const { sizeBytes, ...figures } = await figuresAt(store(), NOW_MS);
    expect(figures).toEqual({
      jobs: {},
      waiting: { jobs: 0, sinceMs: null },
      items: NOTHING,
      recent: { processed: 0, successful: 0, endedItems: 0, endedMs: 0 },
      liveLeases: 0,
      unheldSinceMs: null,
      sent: [],
    });
    expect(sizeBytes).toBeGreaterThan(10_000);
  });

  it('count the jobs of all organizations by their status, and the oldest that waits', async () => {
    await store().createJob(newJob('first'));
    const other = { organizationId: 'org-2', lane: 'org-2:widget', createdAtMs: NOW_MS - 7000 };
    await store().createJob(newJob('older', other));
    const held = await claimedJob(store(), 'held', { job: { createdAtMs: NOW_MS - 9000 } });
    await patchJob(store(), held, { status: 'processing' });
    expect(await figuresAt(store(), NOW_MS + 1)).toMatchObject({
      jobs: { pending: 2, processing: 1 },
      waiting: { jobs: 2, sinceMs: NOW_MS - 7000 },
    });
  });

  it('leave a job that comes after an unfinished one out of those that wait', async () => {
    await store().createJob(newJob('first', { createdAtMs: NOW_MS - 50 }));
    const after = { afterJobId: 'first', createdAtMs: NOW_MS - 90 };
    await store().createJob(newJob('second', after));
    const { waiting, unheldSinceMs } = await figuresAt(store(), NOW_MS);
    expect(waiting).toEqual({ jobs: 1, sinceMs: NOW_MS - 50 });
    expect(unheldSinceMs).toBe(NOW_MS - 50);
  });
}

function describeItemFigures(open: OpenStore): void {
  const store = freshStore(open);

  it('add the outcomes of real runs up, and the success and time of recent ones', async () => {
    const run = await claimedJob(store(), 'run', { items: 5 });
    await patchJob(store(), run, { status: 'processing' });
    await endItems(store(), run, ['created', 'unchanged', 'failed', 'skipped', 'unknown']);
    const dry = await claimedJob(store(), 'dry', { items: 1, job: { dryRun: true } });
    await endItems(store(), dry, ['created']);
    const items = { ...NOTHING, created: 1, unchanged: 1, failed: 1, skipped: 1, unknown: 1 };
    expect(await figuresAt(store(), NOW_MS + 2)).toMatchObject({
      items,
      recent: { processed: 5, successful: 2, endedItems: 0, endedMs: 0 },
    });
    await patchJob(store(), run, {
      status: 'completed',
      phase: 'done',
      startedAtMs: NOW_MS,
      completedAtMs: NOW_MS + 2500,
    });
    expect((await figuresAt(store(), NOW_MS + 3000)).recent).toEqual({
      processed: 5,
      successful: 2,
      endedItems: 5,
      endedMs: 2500,
    });
    const later = await figuresAt(store(), NOW_MS + 11 * MINUTE_MS);
    expect(later.recent).toEqual({ processed: 0, successful: 0, endedItems: 0, endedMs: 0 });
    expect(later.items).toEqual(items);
    const sumOf = (id: string) => store().sumOutcomes({ organizationIds: [id] });
    expect(await sumOf(newJob('any').organizationId)).toEqual(items);
    expect(await sumOf('org-2')).toEqual(NOTHING);
  });
}

function describeLeaseFigures(open: OpenStore): void {
  const store = freshStore(open);
  const lease = { name: newJob('a').lane, owner: 'one' };

  it('count the live leases, and tell of an open job whose lane nobody holds', async () => {
    await store().createJob(newJob('a', { createdAtMs: NOW_MS - 4000 }));
    expect(await figuresAt(store(), NOW_MS)).toMatchObject({
      liveLeases: 0,
      unheldSinceMs: NOW_MS - 4000,
    });
    await takeLease(store(), lease);
    expect(await figuresAt(store(), NOW_MS + TTL_MS - 1)).toMatchObject({
      liveLeases: 1,
      unheldSinceMs: null,
    });
    expect(await figuresAt(store(), NOW_MS + TTL_MS)).toMatchObject({
      liveLeases: 0,
      unheldSinceMs: NOW_MS - 4000,
    });
  });

  it('tell of no job that is paused or done', async () => {
    await store().createJob(newJob('paused'));
    await store().requestPause({ jobId: 'paused', nowMs: NOW_MS });
    const done = await claimedJob(store(), 'done');
    await patchJob(store(), done, { status: 'completed', phase: 'done' });
    expect((await figuresAt(store(), NOW_MS)).unheldSinceMs).toBeNull();
  });
}

function describeSendFigures(open: OpenStore): void {
  const store = freshStore(open);

  const send = (scope: string, slot: string, atMs: number) =>
    store().reserveSend({
      scope,
      slot,
      count: 100,
      windowMs: MINUTE_MS,
      spacingMs: 0,
      catchUpMs: 0,
      leadMs: 0,
      keepMs: 10 * MINUTE_MS,
      paceVersion: 0,
      now: () => atMs,
    });

  it('count the requests of the window for each organization, without its name', async () => {
    await send('org-1', 's1', NOW_MS);
    await send('org-1', 's2', NOW_MS + 1);
    await send('org-1', 's3', NOW_MS + MINUTE_MS);
    await send('org-2', 's4', NOW_MS + MINUTE_MS);
    await store().saveLearnedRate({ scope: 'org-2', version: 0, pace: { perSecond: 0.5 } });
    const { sent } = await figuresAt(store(), NOW_MS + MINUTE_MS);
    expect(sent).toHaveLength(2);
    expect(sent).toContainEqual({ sends: 2, pace: null });
    expect(sent).toContainEqual({ sends: 1, pace: { perSecond: 0.5 } });
  });
}

export function describeMetrics(open: OpenStore): void {
  describe('figures of jobs', () => {
    describeJobFigures(open);
    describeItemFigures(open);
  });
  describe('figures of leases', () => {
    describeLeaseFigures(open);
  });
  describe('figures of requests', () => {
    describeSendFigures(open);
  });
}
