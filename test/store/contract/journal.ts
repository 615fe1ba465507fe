/** The journal: a chain for each organization, appended to with the change that an entry tells of, or not at all. */
import { describe, expect, it } from 'vitest';
import {
  CHAIN_START,
  chainName,
  EMPTY_HEAD,
  startAfter,
  verifyChain,
  type ChainVerdict,
} from '../../../src/model/journal-chain.js';
import type { JobStore } from '../../../src/store/job-store.js';
import type {
  JournalChain,
  JournalEntry,
  JournalNote,
  LooseEntry,
} from '../../../src/model/journal.js';
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

function looseEntry(name: string, more: Partial<LooseEntry> = {}): LooseEntry {
  const body = { tool: name, success: true };
  const whose = { organizationId: null, jobId: null, actor: 'me' };
  return { kind: 'tool.call', durationMs: 3, body, ...whose, ...more };
}

/** A loose entry of an organization. */
export function entryOf(organizationId: string | null, name = 'a tool'): LooseEntry {
  return looseEntry(name, { organizationId });
}

const note = (row: number): JournalNote => ({
  kind: 'billy.write',
  durationMs: 7,
  body: { row, result: 'saved' },
});

/** All entries of one chain; they fit one page of a test. */
export function chainOf(store: JobStore, chain: JournalChain): Promise<JournalEntry[]> {
  return store.readJournal({ chain, afterSeq: 0, limit: 100_000 });
}

/** What the journal tells, chain by chain, without the first entries that only begin a chain. */
export async function journalOf(store: JobStore): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for (const chain of await store.listJournalChains()) {
    entries.push(...(await chainOf(store, chain)));
  }
  return entries.filter(({ kind }) => kind !== 'journal.begin');
}

export async function* streamOf(entries: readonly JournalEntry[]): AsyncGenerator<JournalEntry> {
  await Promise.resolve();
  yield* entries;
}

/** The verdict of each chain by its name. */
export async function verdictsOf(store: JobStore): Promise<Record<string, ChainVerdict>> {
  const verdicts: Record<string, ChainVerdict> = {};
  const sealed = (await store.readJournalHead({ chain: 'sealed' })) ?? EMPTY_HEAD;
  for (const chain of await store.listJournalChains()) {
    verdicts[chainName(chain)] = await verifyChain(streamOf(await chainOf(store, chain)), {
      start: chain === 'sealed' ? EMPTY_HEAD : startAfter(sealed),
      readHead: () => store.readJournalHead({ chain }),
    });
  }
  return verdicts;
}

/** The number of entries of each whole chain by its name; a chain that is not whole shows its verdict. */
export async function countsOf(store: JobStore): Promise<Record<string, unknown>> {
  const verdicts = Object.entries(await verdictsOf(store));
  return Object.fromEntries(
    verdicts.map(([name, verdict]) => [name, verdict.ok ? verdict.entries : verdict]),
  );
}

function describePages(open: OpenStore): void {
  const store = freshStore(open);
  const append = (entry: LooseEntry) => store().appendJournal({ entry, nowMs: NOW_MS });

  it('is read for one job, a window of numbers at a time', async () => {
    const about = { organizationId: ORGANIZATION_ID, jobId: 'j1' };
    for (const jobId of ['j1', 'j2', 'j1', null, 'j1']) {
      await append(looseEntry('a tool', { ...about, jobId }));
    }
    const seqs = async (afterSeq: number): Promise<number[]> => {
      const page = { chain: about, jobId: 'j1', limit: 3 };
      return (await store().readJournal({ ...page, afterSeq })).map(({ seq }) => seq);
    };
    expect([await seqs(0), await seqs(3), await seqs(6)]).toEqual([[2], [4, 6], []]);
  });
}

function describeChains(open: OpenStore): void {
  const store = freshStore(open);
  const append = (entry: LooseEntry, nowMs = NOW_MS) => store().appendJournal({ entry, nowMs });

  it('is an empty sealed chain at first, and whole', async () => {
    expect(await store().listJournalChains()).toEqual(['sealed']);
    const whole = { ok: true, entries: 0, lastHash: CHAIN_START };
    expect(await verdictsOf(store())).toEqual({ sealed: whole });
  });

  it('begins a chain with the last hash of the sealed one, at the time of its first entry', async () => {
    await append(entryOf('o1'));
    const [begin, ...others] = await chainOf(store(), { organizationId: 'o1' });
    expect(begin).toMatchObject({
      ...{ chain: 'organization:o1', seq: 1, kind: 'journal.begin', prevHash: CHAIN_START },
      ...{ organizationId: 'o1', jobId: null, actor: 'journal', atMs: NOW_MS },
      body: { sealedEntries: 0, sealedLastHash: CHAIN_START },
    });
    expect(others.map(({ seq, prevHash }) => [seq, prevHash])).toEqual([[2, begin?.hash]]);
  });

  it('gives each entry the hash of the one before in its chain', async () => {
    const more = { organizationId: ORGANIZATION_ID, jobId: 'j1' };
    await append(looseEntry('one', more));
    await append(entryOf('another'));
    await append(looseEntry('two', more), NOW_MS + 1);
    const [, first, second] = await chainOf(store(), more);
    const own = { chain: `organization:${ORGANIZATION_ID}`, actor: 'me', ...more };
    expect(first).toMatchObject({ seq: 2, atMs: NOW_MS, ...own });
    expect(second).toMatchObject({ seq: 3, kind: 'tool.call', durationMs: 3, ...own });
    expect(second?.body).toEqual({ tool: 'two', success: true });
    expect(second?.prevHash).toBe(first?.hash);
    const chain = 'organization:another';
    expect(await countsOf(store())).toEqual({ sealed: 0, [chain]: 2, [own.chain]: 3 });
  });

  it('is read in pages', async () => {
    for (const name of ['a', 'b', 'c']) await append(looseEntry(name));
    const chain = { organizationId: null };
    const page = await store().readJournal({ chain, afterSeq: 1, limit: 1 });
    expect(page.map(({ seq }) => seq)).toEqual([2]);
  });

  it('stays whole when many append to several chains at once', async () => {
    const organizations = Array.from({ length: 40 }, (_, index) =>
      index % 4 === 0 ? null : `o${String(index % 4)}`,
    );
    await Promise.all(organizations.map((id) => append(entryOf(id))));
    const each = { 'organization:o1': 11, 'organization:o2': 11, 'organization:o3': 11 };
    expect(await countsOf(store())).toEqual({ sealed: 0, none: 11, ...each });
  });

  it('keeps an actor whose name is broken Unicode verifiable', async () => {
    await append(looseEntry('odd', { actor: 'a\ud800b\u0000ø' }));
    expect(await countsOf(store())).toEqual({ sealed: 0, none: 2 });
  });
}

function describeOrganizations(open: OpenStore): void {
  const store = freshStore(open);

  it('shows an organization only its own entries, whoever writes in between', async () => {
    for (const id of ['o1', 'o2', null, 'o1', 'o2']) {
      await store().appendJournal({ entry: entryOf(id, `of ${String(id)}`), nowMs: NOW_MS });
      const job = newJob(`job ${String(id)} ${String(Math.random())}`);
      if (id !== null) await store().createJob({ ...job, organizationId: id, journal: [start] });
    }
    for (const id of ['o1', 'o2']) {
      const entries = await chainOf(store(), { organizationId: id });
      expect(entries.map(({ kind }) => kind)).toEqual([
        'journal.begin',
        ...['tool.call', 'job.start', 'tool.call', 'job.start'],
      ]);
      expect(new Set(entries.map((entry) => entry.organizationId))).toEqual(new Set([id]));
      const other = id === 'o1' ? 'o2' : 'o1';
      expect(JSON.stringify(entries)).not.toContain(other);
    }
    expect(await chainOf(store(), { organizationId: null })).toHaveLength(2);
    expect(await chainOf(store(), { organizationId: 'o3' })).toEqual([]);
    expect(await store().readJournalHead({ chain: { organizationId: 'o3' } })).toBeNull();
  });

  it('knows which organizations are in it', async () => {
    await store().appendJournal({ entry: entryOf('o1'), nowMs: NOW_MS });
    expect(await store().isInJournal({ organizationId: 'o1' })).toBe(true);
    expect(await store().isInJournal({ organizationId: 'o2' })).toBe(false);
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
    expect(await countsOf(store())).toEqual({ sealed: 0, [`organization:${ORGANIZATION_ID}`]: 5 });
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
    const whileStatus = ['completed'] as const;
    await store().updateJob({ ...claimed, patch: {}, journal: [start], nowMs, whileStatus });
    const undo = { jobId: 'j1', from: ['completed'] as const, reason: null, nowMs };
    expect(await store().requestRollback({ ...undo, journal: [start] })).toBe(false);
    await endedJob(store(), 'j2');
    const cancel = { jobId: 'j2', by: 'me', nowMs };
    expect(await store().requestCancel({ ...cancel, journal: [start] })).toBe(false);
    await expect(store().createJob({ ...newJob('j2'), journal: [start] })).rejects.toThrow();
    expect(await store().listJournalChains()).toEqual(['sealed']);
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
    describeChains(open);
    describePages(open);
    describeOrganizations(open);
    describeRiding(open);
    describeActors(open);
  });
}
