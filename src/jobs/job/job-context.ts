/** The context that every stage of a job works with, and the reads and writes that the stages share. */
import type { BillyClient, Collection, ListOptions } from '../../billy/types.js';
import type { Clock } from '../../core/clock.js';
import { AppError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import type { Log } from '../../core/log.js';
import type { FileStore } from '../../files/store/file-store.js';
import type { Resource, LoadRequest } from '../../resources/definition/resource.js';
import type { JobStore } from '../../store/job-store.js';
import type { ItemFilter } from '../../store/ports/items.js';
import { imageOf } from '../../resources/definition/record-image.js';
import { endNote } from './journal-notes.js';
import { momentNow, noteRenewal } from './lease-life.js';
import type { ItemChange, ItemRecord, Problem } from '../../model/item.js';
import type { JobPatch, JobRecord, Lease } from '../../model/job.js';
import type { JournalNote } from '../../model/journal.js';
import type { RecordImage } from '../../model/record.js';

export interface EngineSettings {
  readonly timeoutMs: number;
  readonly settleMs: number;
  readonly maxConcurrent: number;
  readonly rowsMax: number;
  readonly leaseMs: number;
  /** BILLY_BULK_SAVE. */
  readonly bulkSave: boolean;
  /** BILLY_ABROAD_RULESET_ID; null: `abroad` means nothing here. */
  readonly abroadRulesetId: string | null;
  /** BILLY_RATE_LIMIT; null: none. */
  readonly requestsPerMinute: number | null;
  /** BULK_PLAN_REQUIRED_ROWS; null or absent: off. */
  readonly planRequiredRows?: number | null;
}

/** The parts that the jobs of all organizations share. */
export interface EngineDeps {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: EngineSettings;
}

/** One job in the hands of the worker that holds its lease. */
export interface JobContext extends EngineDeps {
  /** The client of the job's organization. */
  readonly billy: BillyClient;
  readonly jobId: string;
  /** The sources to read and the exports to write. */
  readonly files: FileStore;
  readonly resource: Resource;
  readonly lease: Lease;
  /** Aborts when the process stops or the lease is lost: nothing new is begun. */
  readonly stop: AbortSignal;
}

/** True if Billy was unavailable for longer than the request waits. The job pauses; no row fails. */
export function isOutage(error: unknown): boolean {
  return error instanceof AppError && error.retry === 'wait';
}

/** The options of a job's own reads. If Billy's count of a list is wrong, the job gets a warning. */
export function jobRead(context: JobContext): ListOptions {
  return {
    priority: 'job',
    patienceMs: LIMITS.outageMs,
    signal: context.stop,
    onUnstable: (collection) => warn(context, [unstableWarning(collection)]),
  };
}

function unstableWarning(collection: Collection): Problem {
  const message = `Billy counts more ${collection} than its list shows, on every attempt. The job uses the list.`;
  return { code: 'LIST_UNSTABLE', message };
}

export async function readJob(context: Pick<JobContext, 'store' | 'jobId'>): Promise<JobRecord> {
  const job = await context.store.getJob({ jobId: context.jobId });
  if (job !== null) return job;
  throw new AppError({ code: 'JOB_NOT_FOUND', message: 'The job no longer exists in the store.' });
}

/** Changes the job. The end of the job or its rollback enters the journal in the same transaction. */
export async function patchJob(
  context: JobContext,
  patch: JobPatch,
  notes: readonly JournalNote[] = [],
): Promise<void> {
  const { store, jobId, lease, clock } = context;
  const nowMs = clock.nowMs();
  const isEnd = patch.phase === 'done';
  const journal = isEnd ? [...notes, endNote(await readJob(context), patch, nowMs)] : notes;
  await store.updateJob({ jobId, lease, patch, nowMs, journal });
}

/** Values that are stored in the same transaction as changes of items. */
export interface StoredTogether {
  readonly duplicates?: { readonly inFile: number; readonly inBilly: number };
  readonly moved?: readonly { readonly from: string; readonly to: string }[];
  readonly journal?: readonly JournalNote[];
}

export async function changeItems(
  context: JobContext,
  changes: readonly ItemChange[],
  beside: StoredTogether = {},
): Promise<void> {
  if (changes.length === 0) return;
  const { store, jobId, lease, clock } = context;
  await store.changeItems({ jobId, lease, changes, nowMs: clock.nowMs(), ...beside });
}

/** Number of renewals in the life of a lease. A check of the lease is valid for one renewal interval. */
export const RENEWALS_PER_LIFE = 3;

/** Renews the lease. Rejects with LEASE_LOST if another process has taken it. */
export async function renewLease(
  { store, clock, settings }: Pick<JobContext, 'store' | 'clock' | 'settings'>,
  lease: Lease,
): Promise<void> {
  const at = momentNow(clock);
  await store.renewLease({ lease, nowMs: at.wallMs, ttlMs: settings.leaseMs });
  noteRenewal(lease, at);
}

/** A selection of a job's items, read in batches. */
export interface ItemsWanted extends Pick<ItemFilter, 'states' | 'isTrouble' | 'hasWritten'> {
  /** True: the last row comes first. */
  readonly isNewestFirst?: boolean;
  /** Items per batch. */
  readonly limit?: number;
}

/** Yields the selected items in order, one batch at a time. They may be changed during the iteration. */
export async function* itemBatches(
  { store, jobId }: Pick<JobContext, 'store' | 'jobId'>,
  wanted: ItemsWanted = {},
): AsyncGenerator<readonly ItemRecord[]> {
  const { isNewestFirst = false, limit = LIMITS.storeBatchRows, ...filter } = wanted;
  let seq = isNewestFirst ? Number.MAX_SAFE_INTEGER : 0;
  for (;;) {
    const from = isNewestFirst ? { beforeSeq: seq } : { afterSeq: seq };
    const items = await store.listItems({ jobId, ...filter, ...from, limit });
    const last = items.at(-1);
    if (last === undefined) return;
    seq = last.seq;
    yield items;
  }
}

/** Reads the current record with its children; null: it does not exist. */
export async function lookUp(context: JobContext, id: string): Promise<RecordImage | null> {
  const { billy, resource } = context;
  const options = { ...jobRead(context), include: resource.include };
  const record = await billy.get(resource.collection, id, options);
  return record === null ? null : imageOf(record, resource);
}

/** Reads current records by id; null: it does not exist. Reads a few one by one; lists them if many. */
export async function lookUpMany(
  context: JobContext,
  ids: readonly string[],
): Promise<Map<string, RecordImage | null>> {
  const { billy, resource } = context;
  const found = new Map<string, RecordImage | null>(ids.map((id) => [id, null]));
  if (found.size <= LIMITS.lookUpsMax) {
    for (const id of found.keys()) found.set(id, await lookUp(context, id));
    return found;
  }
  const options = { ...jobRead(context), include: resource.include };
  for await (const records of billy.listAll(resource.collection, options)) {
    for (const record of records) {
      if (found.has(record.id)) found.set(record.id, imageOf(record, resource));
    }
  }
  return found;
}

/** Adds warnings to the job, each code and message once. A status shows only the first ones. */
export async function warn(
  context: JobContext,
  warnings: readonly Problem[],
  place: 'first' | 'last' = 'last',
): Promise<void> {
  if (warnings.length === 0) return;
  const { warnings: known } = await readJob(context);
  const fresh: Problem[] = [];
  for (const warning of warnings) {
    const { code, message } = warning;
    const isKnown = [...known, ...fresh].some(
      (other) => other.code === code && other.message === message,
    );
    if (!isKnown) fresh.push(warning);
  }
  if (fresh.length === 0) return;
  await patchJob(context, {
    warnings: place === 'first' ? [...fresh, ...known] : [...known, ...fresh],
  });
}

export function loadRequestOf(context: JobContext): LoadRequest {
  const { settings, clock } = context;
  const today = new Date(clock.nowMs()).toISOString().slice(0, 10);
  return { read: jobRead(context), abroadRulesetId: settings.abroadRulesetId, today };
}
