/** Jobs, leases and items as the contract suites use them. */
import { afterEach, beforeEach } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import type { ItemChange, ItemPatch, ItemState, NewItem } from '../../../src/model/item.js';
import type { JobPatch, JobStatus, Lease, NewJob } from '../../../src/model/job.js';
import { canFollow, statusesBefore } from '../../../src/model/job-status.js';
import type { RecordImage } from '../../../src/model/record.js';
import type { SnapshotEntry } from '../../../src/model/snapshot.js';

export interface OpenedStore {
  readonly store: JobStore;
  /** Closes the store and opens what it kept; absent where nothing outlives the store. */
  readonly reopen?: () => Promise<JobStore>;
  readonly cleanup: () => Promise<void>;
}

export type OpenStore = () => Promise<OpenedStore>;

export const NOW_MS = Date.UTC(2026, 0, 1);
export const TTL_MS = 15_000;
export const ORGANIZATION_ID = 'org-1';

/** A fresh store for each test of the describe it is called in. */
export function freshStore(open: OpenStore): () => JobStore {
  let opened: OpenedStore | null = null;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(async () => {
    await opened?.cleanup();
    opened = null;
  });
  return () => {
    if (opened === null) throw new Error('The store is open only inside a test.');
    return opened.store;
  };
}

export function newJob(id: string, overrides: Partial<NewJob> = {}): NewJob {
  return {
    id,
    organizationId: ORGANIZATION_ID,
    operation: 'import',
    resourceType: 'widget',
    lane: `${ORGANIZATION_ID}:widget`,
    dryRun: false,
    label: null,
    options: { duplicateStrategy: 'skip' },
    source: { name: 'kunder.csv', sizeBytes: 120, sha256: 'ab'.repeat(32) },
    sourceSettings: { headers: ['navn'], numberStyles: {} },
    planOfJobId: null,
    createdBy: 'mcp',
    warnings: [],
    createdAtMs: NOW_MS,
    ...overrides,
  };
}

export function newItems(count: number, startSeq = 1): NewItem[] {
  return Array.from({ length: count }, (_, index) => ({
    seq: startSeq + index,
    row: startSeq + index + 1,
    cells: [`Kunde ${String(startSeq + index)}`, ''],
    problem: null,
  }));
}

export interface Claimed {
  readonly jobId: string;
  readonly lease: Lease;
}

export async function takeLease(store: JobStore, lease: Lease, nowMs = NOW_MS): Promise<void> {
  if (!(await store.acquireLease({ lease, nowMs, ttlMs: TTL_MS }))) {
    throw new Error('The lease was not free.');
  }
}

/** A job that the worker `one` holds, with so many items in state `read`. */
export async function claimedJob(
  store: JobStore,
  jobId: string,
  options: { items?: number; job?: Partial<NewJob> } = {},
): Promise<Claimed> {
  await store.createJob(newJob(jobId, options.job));
  const lease = { name: `job:${jobId}`, owner: 'one' };
  await takeLease(store, lease);
  await store.addItems({ jobId, lease, items: newItems(options.items ?? 0) });
  return { jobId, lease };
}

export function change(
  seq: number,
  patch: ItemPatch,
  from: readonly ItemState[] = ['read'],
): ItemChange {
  return { seq, from, patch };
}

export async function changeItems(
  store: JobStore,
  claimed: Claimed,
  changes: readonly ItemChange[],
): Promise<void> {
  await store.changeItems({ ...claimed, changes, nowMs: NOW_MS + 1 });
}

/** The shortest legal way between two statuses, both left out. */
function wayBetween(from: JobStatus, to: JobStatus): JobStatus[] {
  for (let ways: JobStatus[][] = [[]]; ways.length > 0;) {
    const found = ways.find(([first = to]) => canFollow(from, first));
    if (found !== undefined) return found;
    ways = ways.flatMap((way) =>
      statusesBefore(way[0] ?? to)
        .filter((status) => status !== to && !way.includes(status))
        .map((status) => [status, ...way]),
    );
  }
  throw new Error(`No way leads from ${from} to ${to}.`);
}

/** Patches the job; a status that may not follow at once is reached on a legal way. */
export async function patchJob(
  store: JobStore,
  claimed: Claimed,
  patch: JobPatch & { nowMs?: number },
): Promise<void> {
  const { nowMs = NOW_MS + 1, ...fields } = patch;
  const job = fields.status === undefined ? null : await store.getJob({ jobId: claimed.jobId });
  if (job !== null && fields.status !== undefined) {
    for (const status of wayBetween(job.status, fields.status)) {
      await store.updateJob({ ...claimed, patch: { status }, nowMs });
    }
  }
  await store.updateJob({ ...claimed, patch: fields, nowMs });
}

/** A job of its own that has been worked on and has ended. */
export async function endedJob(
  store: JobStore,
  jobId: string,
  patch: JobPatch = { status: 'completed' },
): Promise<Claimed> {
  const claimed = await claimedJob(store, jobId);
  await patchJob(store, claimed, { phase: 'done', ...patch });
  return claimed;
}

export function image(id: string, fields: RecordImage['fields'] = {}): RecordImage {
  return { id, fields, children: {} };
}

export function entry(recordId: string, overrides: Partial<SnapshotEntry> = {}): SnapshotEntry {
  return { recordId, image: image(recordId), keys: [], changedByRow: null, ...overrides };
}
