/** Cancelling and undoing: anybody may ask at any time, and only the first of several gets through. */
import { describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import type { JobPhase } from '../../../src/model/job.js';
import {
  claimedJob,
  endedJob,
  freshStore,
  NOW_MS,
  ORGANIZATION_ID,
  patchJob,
  type OpenStore,
} from './fixtures.js';

function describeCancel(open: OpenStore): void {
  const store = freshStore(open);
  const ask = (jobId: string, by = 'mcp'): Promise<boolean> =>
    store().requestCancel({ jobId, by, nowMs: NOW_MS + 7 });

  it.each(['scan', 'plan', 'run', 'retry'] as const)('is noted in phase %s', async (phase) => {
    const claimed = await claimedJob(store(), 'j1');
    await patchJob(store(), claimed, { phase, startedAtMs: NOW_MS });
    expect(await ask('j1')).toBe(true);
    expect(await store().getJob({ jobId: 'j1' })).toMatchObject({
      cancelRequested: true,
      cancelledBy: 'mcp',
      updatedAtMs: NOW_MS + 7,
      phase,
    });
  });

  it.each(['undo', 'done'] as const)('comes too late in phase %s', async (phase) => {
    const claimed = await claimedJob(store(), 'j1');
    await patchJob(store(), claimed, { phase });
    const before = await store().getJob({ jobId: 'j1' });
    expect(await ask('j1')).toBe(false);
    expect(await store().getJob({ jobId: 'j1' })).toEqual(before);
  });

  it('finds no job that does not exist', async () => {
    expect(await ask('nobody')).toBe(false);
  });

  it('outlives what the worker writes', async () => {
    const claimed = await claimedJob(store(), 'j1');
    await ask('j1');
    await patchJob(store(), claimed, { phase: 'plan', status: 'processing', totalItems: 3 });
    expect(await store().getJob({ jobId: 'j1' })).toMatchObject({ cancelRequested: true });
  });

  it('that races the end is either noted or refused, never half', async () => {
    for (let round = 0; round < 10; round += 1) {
      const jobId = `j${String(round)}`;
      const claimed = await claimedJob(store(), jobId);
      const begun = { phase: 'run', status: 'processing', startedAtMs: NOW_MS } as const;
      await patchJob(store(), claimed, begun);
      const end = patchJob(store(), claimed, { phase: 'done', status: 'completed' });
      const [isNoted] = await Promise.all([ask(jobId), end]);
      const job = await store().getJob({ jobId });
      expect(job).toMatchObject({ cancelRequested: isNoted, phase: 'done' });
    }
  });
}

function describeEarlyCancel(open: OpenStore): void {
  const store = freshStore(open);
  const ask = (jobId: string): Promise<boolean> =>
    store().requestCancel({ jobId, by: 'mcp', nowMs: NOW_MS + 7 });

  it('ends a job that nobody has begun, and whoever begins it then is told', async () => {
    const { jobId, lease } = await claimedJob(store(), 'j1');
    const stage = {
      jobId,
      lease,
      status: 'validating',
      startedAtMs: NOW_MS,
      nowMs: NOW_MS,
    } as const;
    expect(await ask('j1')).toBe(true);
    const ended = { status: 'cancelled', phase: 'done', completedAtMs: NOW_MS + 7 };
    expect(await store().getJob({ jobId })).toMatchObject(ended);
    expect(await store().beginStage(stage)).toBe(false);
    expect(await store().getJob({ jobId })).toMatchObject(ended);
  });

  it('takes back a pause', async () => {
    const { jobId } = await claimedJob(store(), 'j1');
    await store().requestPause({ jobId, nowMs: NOW_MS });
    await ask('j1');
    expect(await store().getJob({ jobId })).toMatchObject({ pauseRequested: false });
    expect(await store().requestPause({ jobId, nowMs: NOW_MS })).toBe(false);
  });
}

function describePause(open: OpenStore): void {
  const store = freshStore(open);
  const ask = (jobId: string): Promise<boolean> =>
    store().requestPause({ jobId, nowMs: NOW_MS + 5 });
  const resume = (jobId: string): Promise<boolean> =>
    store().requestResume({ jobId, nowMs: NOW_MS + 6 });

  it('is a rest at once for a job that is pending, and ends with its resume', async () => {
    await claimedJob(store(), 'j1');
    expect(await ask('j1')).toBe(true);
    expect(await store().getJob({ jobId: 'j1' })).toMatchObject({
      status: 'paused',
      pauseRequested: true,
      updatedAtMs: NOW_MS + 5,
    });
    expect(await resume('j1')).toBe(true);
    const resumed = { status: 'pending', pauseRequested: false, updatedAtMs: NOW_MS + 6 };
    expect(await store().getJob({ jobId: 'j1' })).toMatchObject(resumed);
    expect(await resume('j1')).toBe(false);
  });

  it.each(['plan', 'run', 'retry'] as const)('is noted in phase %s', async (phase) => {
    const claimed = await claimedJob(store(), 'j1');
    const begun = { phase, status: 'processing', startedAtMs: NOW_MS } as const;
    await patchJob(store(), claimed, begun);
    expect(await ask('j1')).toBe(true);
    expect(await store().getJob({ jobId: 'j1' })).toMatchObject({ ...begun, pauseRequested: true });
    expect(await resume('j1')).toBe(true);
    expect(await store().getJob({ jobId: 'j1' })).toMatchObject({
      ...begun,
      pauseRequested: false,
    });
  });

  it.each(['undo', 'done'] as const)('comes too late in phase %s', async (phase) => {
    const claimed = await claimedJob(store(), 'j1');
    await patchJob(store(), claimed, { phase });
    expect(await ask('j1')).toBe(false);
    expect(await resume('j1')).toBe(false);
    expect(await store().getJob({ jobId: 'j1' })).toMatchObject({ pauseRequested: false, phase });
  });
}

function describeRetry(open: OpenStore): void {
  const store = freshStore(open);
  const ask = (): Promise<boolean> =>
    store().requestRetry({ jobId: 'j1', from: ['completed', 'failed'], nowMs: NOW_MS + 8 });

  it('sends an ended job back to work, once', async () => {
    const error = { code: 'BILLY_AUTH', message: 'No.', hint: '' };
    await endedJob(store(), 'j1', { status: 'failed', error, completedAtMs: NOW_MS });
    expect(await ask()).toBe(true);
    const again = { status: 'pending', phase: 'retry', error: null, completedAtMs: null };
    expect(await store().getJob({ jobId: 'j1' })).toMatchObject(again);
    expect(await store().listUnfinished({ organizationIds: [ORGANIZATION_ID] })).toHaveLength(1);
    expect(await ask()).toBe(false);
  });

  it.each(['cancelled', 'rolled_back'] as const)(
    'is refused from %s when not asked',
    async (status) => {
      await endedJob(store(), 'j1', { status });
      expect(await ask()).toBe(false);
      expect(await store().getJob({ jobId: 'j1' })).toMatchObject({ status, phase: 'done' });
    },
  );
}

const request = (store: JobStore, jobId: string, from: readonly ('completed' | 'failed')[]) =>
  store.requestRollback({ jobId, from, reason: 'wrong file', nowMs: NOW_MS + 9 });

function describeUndo(open: OpenStore): void {
  const store = freshStore(open);

  it('takes an ended job back to work', async () => {
    await endedJob(store(), 'j1');
    expect(await store().listUnfinished({ organizationIds: [ORGANIZATION_ID] })).toEqual([]);
    expect(await request(store(), 'j1', ['completed'])).toBe(true);
    const job = await store().getJob({ jobId: 'j1' });
    expect(job).toMatchObject({ status: 'rolling_back', phase: 'undo', updatedAtMs: NOW_MS + 9 });
    expect(job?.rollback).toEqual({
      status: 'running',
      reason: 'wrong file',
      total: 0,
      reversed: 0,
      kept: 0,
      errored: 0,
      startedAtMs: NOW_MS + 9,
      completedAtMs: null,
    });
    expect(await store().listUnfinished({ organizationIds: [ORGANIZATION_ID] })).toHaveLength(1);
  });

  it('forgets that the run was cancelled, and not by whom', async () => {
    const claimed = await claimedJob(store(), 'j1');
    await store().requestCancel({ jobId: 'j1', by: 'anna', nowMs: NOW_MS });
    await patchJob(store(), claimed, { phase: 'done', status: 'failed' });
    await request(store(), 'j1', ['failed']);
    const job = await store().getJob({ jobId: 'j1' });
    expect(job).toMatchObject({ cancelRequested: false, cancelledBy: 'anna' });
  });

  it('is refused in every other status, and changes nothing', async () => {
    const claimed = await endedJob(store(), 'j1', { status: 'failed' });
    const before = await store().getJob({ jobId: 'j1' });
    expect(await request(store(), 'j1', ['completed'])).toBe(false);
    expect(await store().getJob({ jobId: 'j1' })).toEqual(before);
    await patchJob(store(), claimed, { status: 'processing', phase: 'run' });
    expect(await request(store(), 'j1', ['completed', 'failed'])).toBe(false);
    expect(await request(store(), 'nobody', ['completed'])).toBe(false);
  });
}

function describeUndoRaces(open: OpenStore): void {
  const store = freshStore(open);

  it('is granted once, however many ask at the same time', async () => {
    await endedJob(store(), 'j1');
    const asked = Array.from({ length: 8 }, () => request(store(), 'j1', ['completed', 'failed']));
    const granted = (await Promise.all(asked)).filter((isGranted) => isGranted);
    expect(granted).toHaveLength(1);
  });

  it('shows a forecast with its own figures', async () => {
    const claimed = await endedJob(store(), 'j1');
    const forecast = {
      status: 'foretold' as const,
      reason: null,
      total: 9,
      reversed: 7,
      kept: 2,
      errored: 0,
      startedAtMs: NOW_MS,
      completedAtMs: NOW_MS,
    };
    await patchJob(store(), claimed, { rollback: forecast });
    expect((await store().getJob({ jobId: 'j1' }))?.rollback).toEqual(forecast);
    await request(store(), 'j1', ['completed']);
    expect((await store().getJob({ jobId: 'j1' }))?.rollback).toMatchObject({
      reversed: 0,
      kept: 0,
    });
  });
}

function describeTurns(open: OpenStore): void {
  const store = freshStore(open);

  it('an undone job can be cancelled no more', async () => {
    await endedJob(store(), 'j1');
    await request(store(), 'j1', ['completed']);
    expect(await store().requestCancel({ jobId: 'j1', by: 'mcp', nowMs: NOW_MS })).toBe(false);
  });

  it('a job is undone only once it has ended', async () => {
    const phases: JobPhase[] = ['scan', 'plan', 'run'];
    const claimed = await claimedJob(store(), 'j1');
    for (const phase of phases) {
      await patchJob(store(), claimed, { phase, status: 'processing' });
      expect(await request(store(), 'j1', ['completed', 'failed'])).toBe(false);
    }
  });
}

export function describeRequests(open: OpenStore): void {
  describe('a cancel', () => {
    describeCancel(open);
    describeEarlyCancel(open);
  });
  describe('a pause', () => {
    describePause(open);
  });
  describe('a retry', () => {
    describeRetry(open);
  });
  describe('an undo', () => {
    describeUndo(open);
    describeUndoRaces(open);
  });
  describe('requests in turn', () => {
    describeTurns(open);
  });
}
