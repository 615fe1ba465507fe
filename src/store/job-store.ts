/**
 * The port of the store: one options object an operation, asynchronous throughout, no SQL type.
 * Writes that belong to a job's worker name its lease and reject with `LEASE_LOST` when it is gone.
 */
import type { Capabilities } from '../model/capabilities.js';
import type { StoredRate, SendRequest, SendDecision } from '../model/send-log.js';
import type {
  FailureCause,
  PlannedItem,
  ItemChange,
  ItemRecord,
  ItemState,
  ItemLine,
  EarlierRecord,
  NewItem,
} from '../model/item.js';
import type {
  JobPatch,
  JobRecord,
  JobStatus,
  KnownOrganization,
  Lease,
  LeaseHolder,
  NewJob,
  Operation,
} from '../model/job.js';
import type { JournalEntry, JournalHead, JournalNote, LooseEntry } from '../model/journal.js';
import type { MatchKey, SnapshotEntry, SnapshotLayer } from '../model/snapshot.js';

/** A send that asks for its place under the limit of a scope. */
export type ScopedSendRequest = SendRequest & { readonly scope: string };

export interface JobFilter {
  readonly organizationId: string;
  readonly status?: JobStatus;
  readonly resourceType?: string;
  readonly operation?: Operation;
  readonly label?: string;
}

export interface ItemFilter {
  readonly jobId: string;
  readonly states?: readonly ItemState[];
  /** Items with an outcome that needs attention: failed or unknown. */
  readonly isTrouble?: boolean;
  readonly hasWritten?: boolean;
  /** Items of this record in Billy. */
  readonly recordId?: string;
  /** Items that run after this row. */
  readonly waitsFor?: number;
  readonly afterSeq?: number;
  /** Counting down from here (exclusive); the newest first. */
  readonly beforeSeq?: number;
  readonly limit: number;
}

export interface MappingName {
  readonly organizationId: string;
  readonly resourceType: string;
  readonly name: string;
}

/** Whose fields, and of which collection. */
export interface AlteredFields {
  readonly organizationId: string;
  readonly collection: string;
}

/** Entries about the job that are stored together with the change they tell of, or not at all. */
export interface Journalled {
  readonly journal?: readonly JournalNote[];
}

export interface JobStore {
  rememberOrganization(known: {
    tokenHash: string;
    organization: KnownOrganization;
  }): Promise<void>;
  findOrganization(known: { tokenHash: string }): Promise<KnownOrganization | null>;
  /** Remembers which headers mean which columns, in place of what had that name. */
  saveMapping(
    saved: MappingName & { mapping: Readonly<Record<string, string>>; nowMs: number },
  ): Promise<void>;
  findMapping(name: MappingName): Promise<Readonly<Record<string, string>> | null>;
  /** Remembers what a probe found out, in place of what an earlier one did. */
  saveCapabilities(saved: { organizationId: string; capabilities: Capabilities }): Promise<void>;
  findCapabilities(of: { organizationId: string }): Promise<Capabilities | null>;
  /** Remembers fields of a collection that Billy was seen to keep otherwise than sent. */
  addAlteredFields(seen: AlteredFields & { fields: readonly string[] }): Promise<void>;
  findAlteredFields(of: AlteredFields): Promise<Set<string>>;

  /** The new job; or, when another has its fingerprint, that one (told apart by its id). */
  createJob(job: NewJob & Journalled): Promise<JobRecord>;
  /** The job gives its fingerprint up, so that the same start makes a new job. */
  releaseFingerprint(job: { jobId: string }): Promise<void>;
  getJob(job: { jobId: string }): Promise<JobRecord | null>;
  /** Newest first; `cursor` is what the page before returned. */
  listJobs(
    page: JobFilter & { limit: number; cursor?: string },
  ): Promise<{ jobs: JobRecord[]; nextCursor: string | null }>;
  countJobs(filter: { organizationId: string }): Promise<Partial<Record<JobStatus, number>>>;
  /** Jobs with work left, oldest first. */
  listUnfinished(filter: { organizationId: string }): Promise<JobRecord[]>;
  /** The unfinished job of the same lane that was created last before this one. */
  jobAhead(job: { jobId: string; lane: string }): Promise<string | null>;
  /** With `whileStatus`, nothing happens when the job's status is another by then. */
  updateJob(
    change: {
      jobId: string;
      lease: Lease;
      patch: JobPatch;
      nowMs: number;
      whileStatus?: readonly JobStatus[];
    } & Journalled,
  ): Promise<void>;
  /** The job is worked on from now; false when it has ended meanwhile. */
  beginStage(stage: {
    jobId: string;
    lease: Lease;
    status: JobStatus;
    startedAtMs: number;
    nowMs: number;
  }): Promise<boolean>;
  /** Anybody may ask; the worker acts on it, or nobody has begun. False when the job has ended. */
  requestCancel(
    ask: {
      jobId: string;
      by: string;
      nowMs: number;
      /** Noted as well when the job ends with it. */
      endJournal?: readonly JournalNote[];
    } & Journalled,
  ): Promise<boolean>;
  /** False when the job has ended, is being rolled back or cancelled. */
  requestPause(ask: { jobId: string; nowMs: number }): Promise<boolean>;
  /** False when no pause was asked for. */
  requestResume(ask: { jobId: string; nowMs: number }): Promise<boolean>;
  /** Sends an ended job back to work; false when its status is none of `from` any more, or it is purged. */
  requestRetry(
    ask: { jobId: string; from: readonly JobStatus[]; nowMs: number } & Journalled,
  ): Promise<boolean>;
  /** Moves an ended job to `rolling_back`; false when its status is none of `from` any more, or it is purged. */
  requestRollback(
    ask: {
      jobId: string;
      from: readonly JobStatus[];
      reason: string | null;
      by?: string;
      nowMs: number;
    } & Journalled,
  ): Promise<boolean>;

  /** Takes a lease that is free, expired, or held by `takeFrom`; false when somebody else has it. */
  acquireLease(claim: {
    lease: Lease;
    nowMs: number;
    ttlMs: number;
    takeFrom?: string;
  }): Promise<boolean>;
  /** Extends the lease; rejects with `LEASE_LOST` when it is not ours any more. */
  renewLease(claim: { lease: Lease; nowMs: number; ttlMs: number }): Promise<void>;
  releaseLease(claim: { lease: Lease }): Promise<void>;
  readLease(claim: { name: string }): Promise<LeaseHolder | null>;

  addItems(batch: { jobId: string; lease: Lease; items: readonly NewItem[] }): Promise<void>;
  /**
   * Stores items as they were decided, with their counters, causes and what the plan will leave of the
   * records (layer `planned`), or nothing. Items of `leaders` are told that others follow them; one that
   * waits for an item that has ended meanwhile is ready.
   */
  addPlannedItems(batch: {
    jobId: string;
    lease: Lease;
    items: readonly PlannedItem[];
    planned: readonly SnapshotEntry[];
    leaders: readonly number[];
    duplicates: { inFile: number; inBilly: number };
    nowMs: number;
  }): Promise<void>;
  /** Which items of the job have these group keys, and how many further rows each holds. */
  findGroups(filter: {
    jobId: string;
    groupKeys: readonly string[];
  }): Promise<Map<string, { seq: number; lineCount: number }>>;
  /** Gives items further rows, behind those that they have. */
  addLines(batch: {
    jobId: string;
    lease: Lease;
    additions: readonly { seq: number; lines: readonly ItemLine[] }[];
  }): Promise<void>;
  /** What other jobs of the lane made of these group keys and did not take back. */
  findEarlierRecords(filter: {
    lane: string;
    exceptJobId: string;
    groupKeys: readonly string[];
  }): Promise<EarlierRecord[]>;
  /** Forgets all items, counters, causes and pool layers of a job that has sent nothing yet. */
  clearItems(job: { jobId: string; lease: Lease }): Promise<void>;
  listItems(filter: ItemFilter): Promise<ItemRecord[]>;
  getItem(item: { jobId: string; seq: number }): Promise<ItemRecord | null>;
  countItems(filter: { jobId: string; states: readonly ItemState[] }): Promise<number>;
  /** Items of the job that have something in Billy by our hand. */
  countWritten(filter: { jobId: string }): Promise<number>;
  /** All changes, their counters, causes and journal entries, or nothing. */
  changeItems(
    batch: {
      jobId: string;
      lease: Lease;
      changes: readonly ItemChange[];
      duplicates?: { inFile: number; inBilly: number };
      /** Records that have new ids: whatever other items did to the old ones they did to these. */
      moved?: readonly { from: string; to: string }[];
      nowMs: number;
    } & Journalled,
  ): Promise<void>;
  /** Causes of failure by count, the most frequent first. */
  listCauses(filter: { jobId: string; limit: number }): Promise<FailureCause[]>;
  /** Items of other jobs of the lane that ended unknown, with an intent after the given time. */
  listUnknown(filter: {
    lane: string;
    exceptJobId: string;
    intentAfterMs: number;
    limit: number;
  }): Promise<ItemRecord[]>;
  /** Those of the given record ids that an item of any job in this store, or of one job, has written. */
  findOwned(filter: { recordIds: readonly string[]; jobId?: string }): Promise<Set<string>>;

  putSnapshot(batch: {
    jobId: string;
    lease: Lease;
    layer: SnapshotLayer;
    entries: readonly SnapshotEntry[];
  }): Promise<void>;
  /** Entries that carry, or once carried, one of the keys, as the upper layer shows them (else as `before`). */
  findInSnapshot(filter: {
    jobId: string;
    layer: SnapshotLayer;
    keys: readonly MatchKey[];
  }): Promise<SnapshotEntry[]>;
  /** Entries by record id, as the upper layer shows them (else as `before`). */
  getFromSnapshot(filter: {
    jobId: string;
    layer: SnapshotLayer;
    recordIds: readonly string[];
  }): Promise<Map<string, SnapshotEntry>>;
  clearSnapshot(filter: {
    jobId: string;
    lease: Lease;
    layers: readonly SnapshotLayer[];
  }): Promise<void>;
  /** Billy has the records no longer: the layer shows nothing of them, whatever lies under it. */
  hideInSnapshot(batch: {
    jobId: string;
    lease: Lease;
    layer: SnapshotLayer;
    recordIds: readonly string[];
  }): Promise<void>;
  /** Record ids of one layer in ascending order, those after `afterId`. */
  listSnapshotIds(page: {
    jobId: string;
    layer: SnapshotLayer;
    afterId: string;
    limit: number;
  }): Promise<string[]>;

  /**
   * Stamps a send, now or up to `leadMs` ahead, if the sliding window that ends there stays within the
   * count, the last send is about `spacingMs` before (one that was late brings the next forward) and no
   * pause holds; else says how long to wait, or that the pace is of another version by now. An earlier
   * stamp of the same slot gives way unless the version is another. `now` is wall time, read while nobody
   * else can stamp.
   */
  reserveSend(ask: ScopedSendRequest): Promise<SendDecision>;
  /** The send left later than stamped; an earlier time changes nothing. */
  correctSendTime(left: { slot: string; atMs: number }): Promise<void>;
  /** No send of the scope is stamped for `ms` from `nowMs`; a pause that lasts longer stays. */
  pauseSends(pause: { scope: string; nowMs: number; ms: number }): Promise<void>;
  /** Marks a send as refused; its stamp, null when it is kept no more. */
  markRefused(refused: { slot: string }): Promise<number | null>;
  /** Times of the sends of a span that were not refused, in order, and what was learned. */
  readSends(span: {
    scope: string;
    sinceMs: number;
    untilMs: number;
  }): Promise<{ accepted: number[]; kept: StoredRate }>;
  /** Keeps what was learned in place of that version; false when it is another by now. */
  saveLearnedRate(next: StoredRate & { scope: string }): Promise<boolean>;
  /** Appends to the chain, whichever processes append at the same time. */
  appendJournal(append: { entry: LooseEntry; nowMs: number }): Promise<void>;
  readJournal(page: { afterSeq: number; limit: number }): Promise<JournalEntry[]>;
  readJournalHead(): Promise<JournalHead>;

  /** Ended jobs that are due, and those whose purge has begun and is not done. */
  listPurgeable(filter: { endedBeforeMs: number }): Promise<JobRecord[]>;
  /** Marks the job as purged; false when it is not due any more, or another process was first. */
  beginPurge(
    ask: { jobId: string; endedBeforeMs: number; nowMs: number } & Journalled,
  ): Promise<boolean>;
  /** Removes rows and images; may be repeated. Record ids stay, so that they count as owned. */
  purgeContents(job: { jobId: string }): Promise<void>;
  endPurge(job: { jobId: string }): Promise<void>;
  /** Another job that is not purged reads the same copy: a dry run, or a run of its plan. */
  isSourceShared(job: { jobId: string; planOfJobId: string | null }): Promise<boolean>;

  close(): Promise<void>;
}
