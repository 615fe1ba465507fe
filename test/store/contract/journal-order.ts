/**
 * Every operation that writes journal entries writes them last. The end of a chain is the row that all writers of
 * an organization share: an operation that took it before another row could wait for one that holds that row.
 */
import { describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import { chainOf, entryOf } from './journal.js';
import {
  change,
  claimedJob,
  endedJob,
  freshStore,
  newJob,
  NOW_MS,
  ORGANIZATION_ID,
  patchJob,
  type OpenedStore,
} from './fixtures.js';

export interface WatchedStore extends OpenedStore {
  /** The tables written since the last call, in the order of their statements. */
  readonly takeWrites: () => string[];
}

/** All operations that take journal entries. One that is added to the store must be added below to compile. */
type JournalledOperation = {
  [Name in keyof JobStore]: JobStore[Name] extends (ask: infer Ask) => unknown
    ? Extract<keyof Ask, 'journal' | 'entry'> extends never
      ? never
      : Name
    : never;
}[keyof JobStore];

/** Prepares the operation, and returns what runs it. */
type Case = (store: JobStore) => Promise<() => Promise<unknown>>;

const nowMs = NOW_MS + 50;
const journal = [{ kind: 'job.start', durationMs: null, body: {} } as const];
const jobId = 'j1';

const stopped = { status: 'completed', completedAtMs: NOW_MS } as const;
const again = { jobId, from: ['completed', 'cancelled'] as const, nowMs, journal };

const CASES: Record<JournalledOperation, readonly Case[]> = {
  appendJournal: [
    (store) => Promise.resolve(() => store.appendJournal({ entry: entryOf('another'), nowMs })),
    (store) =>
      Promise.resolve(() => store.appendJournal({ entry: entryOf(ORGANIZATION_ID), nowMs })),
  ],
  createJob: [(store) => Promise.resolve(() => store.createJob({ ...newJob(jobId), journal }))],
  updateJob: [
    async (store) => {
      const claimed = await claimedJob(store, jobId);
      const patch = { status: 'validating' } as const;
      return () => store.updateJob({ ...claimed, patch, nowMs, journal });
    },
    async (store) => {
      const claimed = await endedJob(store, jobId, stopped);
      await patchJob(store, claimed, { status: 'rolling_back', phase: 'undo' });
      const patch = { status: 'rolled_back', phase: 'done' } as const;
      return () => store.updateJob({ ...claimed, patch, nowMs, journal });
    },
  ],
  changeItems: [
    async (store) => {
      const claimed = await claimedJob(store, jobId, { items: 2 });
      const failed = { state: 'ended', outcome: 'failed', code: 'ROW_INVALID' } as const;
      const changes = [change(1, { recordId: 'r1', hasWritten: true }), change(2, failed)];
      await store.changeItems({ ...claimed, changes: changes.slice(0, 1), nowMs });
      const moved = [{ from: 'r1', to: 'r2' }];
      return () =>
        store.changeItems({ ...claimed, changes: changes.slice(1), moved, nowMs, journal });
    },
  ],
  requestCancel: [
    async (store) => {
      await store.createJob(newJob(jobId));
      return () => store.requestCancel({ jobId, by: 'me', nowMs, journal, endJournal: journal });
    },
    async (store) => {
      await patchJob(store, await claimedJob(store, jobId), { phase: 'run', startedAtMs: NOW_MS });
      return () => store.requestCancel({ jobId, by: 'me', nowMs, journal });
    },
  ],
  requestRetry: [
    async (store) => {
      await endedJob(store, jobId, stopped);
      return () => store.requestRetry(again);
    },
  ],
  requestRollback: [
    async (store) => {
      await endedJob(store, jobId, stopped);
      return () => store.requestRollback({ ...again, from: ['completed'], reason: null });
    },
  ],
  beginPurge: [
    async (store) => {
      await endedJob(store, jobId, stopped);
      return () => store.beginPurge({ jobId, endedBeforeMs: NOW_MS, nowMs, journal });
    },
  ],
};

const isOfJournal = (table: string): boolean => table.startsWith('journal');

/** Runs the case on a store whose chain has begun, or has not. */
async function writesOf(opened: WatchedStore, prepare: Case, hasBegun: boolean): Promise<string[]> {
  const { store, takeWrites } = opened;
  if (hasBegun) await store.appendJournal({ entry: entryOf(ORGANIZATION_ID), nowMs });
  const run = await prepare(store);
  takeWrites();
  await run();
  return takeWrites();
}

export function describeJournalOrder(open: () => Promise<WatchedStore>): void {
  describe('the order of statements', () => {
    let opened: WatchedStore | null = null;
    const store = freshStore(async () => (opened = await open()));
    const watched = (): WatchedStore => {
      if (opened === null) throw new Error('The store is open only inside a test.');
      return opened;
    };
    const cases = Object.entries(CASES).flatMap(([name, prepared]) =>
      prepared.flatMap((prepare, index) =>
        [false, true].map((hasBegun) => {
          const chain = hasBegun ? 'in a chain that has begun' : 'which may begin the chain';
          return [
            `${name} (${String(index + 1)}), ${chain},`,
            { name, prepare, hasBegun },
          ] as const;
        }),
      ),
    );

    it.each(cases)('of %s ends with the journal', async (_title, { name, prepare, hasBegun }) => {
      const writes = await writesOf(watched(), prepare, hasBegun);
      const first = writes.findIndex(isOfJournal);
      expect(first).toBeGreaterThanOrEqual(name === 'appendJournal' ? 0 : 1);
      expect(writes.slice(first).filter((table) => !isOfJournal(table))).toEqual([]);
      expect(writes.slice(0, first).filter(isOfJournal)).toEqual([]);
      const told = await chainOf(store(), { organizationId: ORGANIZATION_ID });
      expect(told.length > 0 || name === 'appendJournal').toBe(true);
    });
  });
}
