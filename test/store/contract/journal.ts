/** The journal: one chain, appended to with the change that an entry tells of, or not at all. */
import { describe, expect, it } from 'vitest';
import { CHAIN_START, verifyChain } from '../../../src/model/journal-chain.js';
import type { JobStore } from '../../../src/store/job-store.js';
import type { JournalEntry, JournalNote, LooseEntry } from '../../../src/model/journal.js';
import {
  change,
  claimedJob,
  endedJob,
  freshStore,
  newJob,
  NOW_MS,
  ORGANIZATION_ID,
  patchJob,
  type OpenStore,
} from './fixtures.js';

export function looseEntry(name: string, more: Partial<LooseEntry> = {}): LooseEntry {
  const body = { tool: name, success: true };
  const whose = { organizationId: null, jobId: null, actor: 'me' };
  return { kind: 'tool.call', durationMs: 3, body, ...whose, ...more };
}

const note = (row: number): JournalNote => ({
  kind: 'billy.write',
  durationMs: 7,
  body: { row, result: 'saved' },
});

/** The whole journal; it fits one page of a test. */
export function journalOf(store: JobStore): Promise<JournalEntry[]> {
  return store.readJournal({ afterSeq: 0, limit: 10_000 });
}

export async function* streamOf(entries: readonly JournalEntry[]): AsyncGenerator<JournalEntry> {
  await Promise.resolve();
  yield* entries;
}

export async function verdictOf(store: JobStore) {
  return verifyChain(streamOf(await journalOf(store)), await store.readJournalHead());
}

function describeChain(open: OpenStore): void {
  const store = freshStore(open);

  it('is empty at first, and whole', async () => {
    expect(await verdictOf(store())).toEqual({ ok: true, entries: 0, lastHash: CHAIN_START });
  });

  it('gives each entry the hash of the one before', async () => {
    const more = { organizationId: ORGANIZATION_ID, jobId: 'j1' };
    await store().appendJournal({ entry: looseEntry('one'), nowMs: NOW_MS });
    await store().appendJournal({ entry: looseEntry('two', more), nowMs: NOW_MS + 1 });
    const [first, second] = await journalOf(store());
    expect(first).toMatchObject({ seq: 1, atMs: NOW_MS, actor: 'me', prevHash: CHAIN_START });
    expect(second).toMatchObject({ seq: 2, kind: 'tool.call', durationMs: 3, ...more });
    expect(second?.body).toEqual({ tool: 'two', success: true });
    expect(second?.prevHash).toBe(first?.hash);
    const whole = { ok: true, entries: 2, lastHash: second?.hash };
    expect(await verdictOf(store())).toEqual(whole);
  });

  it('is read in pages', async () => {
    for (const name of ['a', 'b', 'c']) {
      await store().appendJournal({ entry: looseEntry(name), nowMs: NOW_MS });
    }
    const page = await store().readJournal({ afterSeq: 1, limit: 1 });
    expect(page.map(({ seq }) => seq)).toEqual([2]);
  });

  it('stays whole when many append at once', async () => {
    const names = Array.from({ length: 40 }, (_, index) => String(index));
    await Promise.all(
      names.map((name) => store().appendJournal({ entry: looseEntry(name), nowMs: NOW_MS })),
    );
    expect(await verdictOf(store())).toMatchObject({ ok: true, entries: 40 });
  });

  it('keeps an actor whose name is broken Unicode verifiable', async () => {
    const entry = looseEntry('odd', { actor: 'a\ud800b\u0000ø' });
    await store().appendJournal({ entry, nowMs: NOW_MS });
    expect(await verdictOf(store())).toMatchObject({ ok: true });
  });
}

const start: JournalNote = { kind: 'job.start', durationMs: null, body: {} };

function describeRiding(open: OpenStore): void {
  const store = freshStore(open);

  it('tells of a job on its behalf, with the change itself', async () => {
    await store().createJob({ ...newJob('j0', { createdBy: 'anna' }), journal: [start] });
    const claimed = await claimedJob(store(), 'j1', { items: 2, job: { createdBy: 'bo' } });
    const changes = [change(1, { state: 'ended', outcome: 'created' })];
    const journal = [note(2), note(3)];
    await store().changeItems({ ...claimed, changes, journal, nowMs: NOW_MS + 5 });
    const end: JournalNote = { kind: 'job.end', durationMs: 1, body: {} };
    await store().updateJob({ ...claimed, patch: {}, journal: [end], nowMs: NOW_MS + 6 });
    const told = (await journalOf(store())).map((entry) => [entry.kind, entry.jobId, entry.actor]);
    expect(told).toEqual([
      ['job.start', 'j0', 'anna'],
      ['billy.write', 'j1', 'bo'],
      ['billy.write', 'j1', 'bo'],
      ['job.end', 'j1', 'bo'],
    ]);
    expect(await verdictOf(store())).toMatchObject({ ok: true, entries: 4 });
  });

  it('tells nothing of a change that did not happen', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 1 });
    const nowMs = NOW_MS;
    const wrongState = [change(1, { state: 'ended' }, ['sending'])];
    const refused = store().changeItems({
      ...claimed,
      changes: wrongState,
      journal: [note(2)],
      nowMs,
    });
    await expect(refused).rejects.toMatchObject({ code: 'STORE_FAILED' });
    const lease = { ...claimed.lease, owner: 'another' };
    const fenced = store().updateJob({ jobId: 'j1', lease, patch: {}, journal: [start], nowMs });
    await expect(fenced).rejects.toMatchObject({ code: 'LEASE_LOST' });
    const undo = { jobId: 'j1', from: ['completed'] as const, reason: null, nowMs };
    expect(await store().requestRollback({ ...undo, journal: [start] })).toBe(false);
    await endedJob(store(), 'j2');
    const cancel = { jobId: 'j2', by: 'me', nowMs };
    expect(await store().requestCancel({ ...cancel, journal: [start] })).toBe(false);
    await expect(store().createJob({ ...newJob('j2'), journal: [start] })).rejects.toThrow();
    expect(await journalOf(store())).toEqual([]);
  });
}

function describeActors(open: OpenStore): void {
  const store = freshStore(open);
  const nowMs = NOW_MS;

  it('names who asked for a cancel, and on whose behalf a rollback writes until it ends', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 1, job: { createdBy: 'anna' } });
    const cancel: JournalNote = { kind: 'job.cancel', actor: 'bo', durationMs: null, body: {} };
    await store().requestCancel({ jobId: 'j1', by: 'bo: oops', nowMs, journal: [cancel] });
    await patchJob(store(), claimed, { status: 'completed', phase: 'done', nowMs });
    const rollback: JournalNote = { kind: 'job.rollback', durationMs: null, body: {} };
    const ask = { jobId: 'j1', from: ['completed'] as const, reason: null, by: 'carl', nowMs };
    expect(await store().requestRollback({ ...ask, journal: [rollback] })).toBe(true);
    const changes = [change(1, { rollbackState: 'sending' })];
    await store().changeItems({ ...claimed, changes, journal: [note(2)], nowMs });
    const patch = { status: 'rolled_back', phase: 'done' } as const;
    await store().updateJob({ ...claimed, patch, journal: [start], nowMs });
    const actors = (await journalOf(store())).map(({ actor }) => actor);
    expect(actors).toEqual(['bo', 'carl', 'carl', 'carl']);
  });
}

export function describeJournal(open: OpenStore): void {
  describe('the journal', () => {
    describeChain(open);
    describeRiding(open);
    describeActors(open);
  });
}
