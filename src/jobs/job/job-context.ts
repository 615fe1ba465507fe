/** What every stage of a job's work needs, and how a worker says which process it is. */
import type { BillyClient, Collection, ListOptions, MayLeave } from '../../billy/types.js';
import type { Clock } from '../../core/clock.js';
import { AppError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import type { Log } from '../../core/log.js';
import type { Resource, LoadRequest } from '../../resources/definition/resource.js';
import type { ItemFilter, JobStore } from '../../store/job-store.js';
import { imageOf } from '../../resources/definition/record-image.js';
import { endNote } from './journal-notes.js';
import { isWithin, lastRenewal, momentNow, noteRenewal } from './lease-life.js';
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
}

export interface EngineDeps {
  readonly store: JobStore;
  readonly billy: BillyClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: EngineSettings;
}

/** One job in the hands of the worker that holds its lease. */
export interface JobContext extends EngineDeps {
  readonly jobId: string;
  readonly resource: Resource;
  readonly lease: Lease;
  /** Aborts when the process stops or the lease is lost: nothing new is begun. */
  readonly stop: AbortSignal;
}

/** Billy is away for longer than patience lasts: the job pauses, no row is burnt. */
export function isOutage(error: unknown): boolean {
  return error instanceof AppError && error.retry === 'wait';
}

/** How a job's own reads of Billy behave; a list that Billy counts wrongly is told of in the job. */
export function jobRead(context: JobContext): ListOptions {
  return {
    priority: 'job',
    patienceMs: LIMITS.outageMs,
    signal: context.stop,
    onUnstable: (collection) => warn(context, [unstableWarning(collection)]),
  };
}

function unstableWarning(collection: Collection): Problem {
  const message = `Billy counts more ${collection} than its list shows, each time it was asked. The job goes by what the list shows.`;
  return { code: 'LIST_UNSTABLE', message };
}

export async function readJob(context: Pick<JobContext, 'store' | 'jobId'>): Promise<JobRecord> {
  const job = await context.store.getJob({ jobId: context.jobId });
  if (job !== null) return job;
  throw new AppError({ code: 'JOB_NOT_FOUND', message: 'The job is gone from the store.' });
}

/** Changes the job; the end of it, or of its rollback, is told to the journal in the same step. */
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

/** What is stored together with changes of items. */
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

/** A lease is renewed so often in its life, and a check of it counts for as long as one such turn. */
export const RENEWALS_PER_LIFE = 3;

/**
 * The last check before a write leaves, made again until it is recent: who slept since (a suspended
 * machine, a stopped process) may have lost the lease, and what it sent would come a second time. Resolves
 * to the question that is asked once more when the first byte is about to leave: whether it still counts.
 */
export async function confirmLease(
  context: Pick<JobContext, 'clock' | 'settings' | 'store' | 'lease'>,
  check: () => Promise<void>,
): Promise<MayLeave> {
  const { clock, settings, lease } = context;
  const checkMs = settings.leaseMs / RENEWALS_PER_LIFE;
  for (;;) {
    const startedAt = momentNow(clock);
    const isGood = (): boolean => {
      const renewedAt = lastRenewal(lease);
      const isOurs = renewedAt === null || isWithin(clock, renewedAt, settings.leaseMs);
      return isOurs && isWithin(clock, startedAt, checkMs);
    };
    await check();
    // A store that takes longer every time cannot renew the lease either, which ends this.
    if (isGood()) return isGood;
    await renewLease(context, lease);
  }
}

/** Rejects with LEASE_LOST once it belongs to somebody else. */
export async function renewLease(
  { store, clock, settings }: Pick<JobContext, 'store' | 'clock' | 'settings'>,
  lease: Lease,
): Promise<void> {
  const at = momentNow(clock);
  await store.renewLease({ lease, nowMs: at.wallMs, ttlMs: settings.leaseMs });
  noteRenewal(lease, at);
}

/** Which items of a job are wanted, a batch at a time. */
export interface ItemsWanted extends Pick<ItemFilter, 'states' | 'isTrouble' | 'hasWritten'> {
  /** The last row comes first. */
  readonly isNewestFirst?: boolean;
  /** Rows of a batch. */
  readonly limit?: number;
}

/** All items of the job that are wanted, in order, in flat memory; they may be changed on the way. */
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

/** The record as Billy holds it now, children included; null: there is none. */
export async function lookUp(context: JobContext, id: string): Promise<RecordImage | null> {
  const { billy, resource } = context;
  const options = { ...jobRead(context), include: resource.include };
  const record = await billy.get(resource.collection, id, options);
  return record === null ? null : imageOf(record, resource);
}

/** Records as Billy holds them now, by id; null: there is none. A few are asked for, many listed. */
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

/** Adds warnings to the job, each code and message once; only the first ones are shown in a status. */
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
  return { read: jobRead(context), abroadRulesetId: context.settings.abroadRulesetId };
}
