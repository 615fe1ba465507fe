/**
 * Makes the journal's notes. They contain only ids, hashes, codes and counts: no names, cells, texts from
 * Billy or other personal data, since the journal outlives the rows.
 */
import type { Clock } from '../../core/clock.js';
import { AppError } from '../../core/errors.js';
import { canonicalJson, sha256 } from '../../core/hash.js';
import { isArchiving } from '../../resources/definition/archive.js';
import type { ItemRecord, Step } from '../../model/item.js';
import type { JobPatch, JobRecord, NewJob } from '../../model/job.js';
import type { JournalNote, LooseEntry } from '../../model/journal.js';
import type { Json } from '../../model/record.js';

type Body = JournalNote['body'];

/** A write in the form that was sent; `id` is null for a create. */
export type Write = Pick<Step, 'kind' | 'collection' | 'id' | 'body'>;

/** The result of settling a lost write by looking at Billy. */
export type Finding = 'saved' | 'absent' | 'unknown';

function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

export function startNote(job: NewJob): JournalNote {
  const body: Body = {
    operation: job.operation,
    resourceType: job.resourceType,
    dryRun: job.dryRun,
    sourceSha256: job.source?.sha256 ?? null,
    optionsSha256: hashOf(job.options),
    planOfJobId: job.planOfJobId,
  };
  return { kind: 'job.start', durationMs: null, body };
}

/** The note about the end of the job or of its rollback. */
export function endNote(job: JobRecord, patch: JobPatch, nowMs: number): JournalNote {
  const rollback = patch.rollback ?? null;
  const startedAtMs = rollback === null ? job.startedAtMs : rollback.startedAtMs;
  const body: Body = {
    status: patch.status ?? job.status,
    totalItems: patch.totalItems ?? job.totalItems,
    outcomes: { ...job.outcomes },
    rollback:
      rollback === null
        ? null
        : {
            total: rollback.total,
            reversed: rollback.reversed,
            kept: rollback.kept,
            errored: rollback.errored,
          },
    code: (patch.error ?? job.error)?.code ?? null,
  };
  const durationMs = startedAtMs === null ? null : Math.max(0, nowMs - startedAtMs);
  return { kind: 'job.end', durationMs, body };
}

export function cancelNote(by: string): JournalNote {
  return { kind: 'job.cancel', actor: by, durationMs: null, body: {} };
}

export function retryNote(by: string): JournalNote {
  return { kind: 'job.retry', actor: by, durationMs: null, body: {} };
}

export function rollbackNote(isByItself: boolean): JournalNote {
  return { kind: 'job.rollback', durationMs: null, body: { rollbackOnError: isByItself } };
}

/** The note that the rows of the job were deleted. */
export function purgeNote(job: JobRecord, actor: string): JournalNote {
  const body: Body = { status: job.status, totalItems: job.totalItems };
  return { kind: 'job.purge', actor, durationMs: null, body };
}

/** The entry of one tool call. Its arguments are stored only as a hash. */
export function callEntry(call: {
  tool: string;
  actor: string;
  args: unknown;
  /** null: it succeeded. */
  code: string | null;
  ms: number;
  organizationId: string | null;
  jobId: string | null;
}): LooseEntry {
  const { tool, actor, args, code, ms, organizationId, jobId } = call;
  const body: Body = { tool, success: code === null, code, argumentsSha256: hashOf(args ?? {}) };
  return { kind: 'tool.call', organizationId, jobId, actor, durationMs: ms, body };
}

function methodOf({ kind, body }: Write): string {
  if (kind === 'remove') return 'delete';
  return kind === 'update' && isArchiving(body) ? 'archive' : kind;
}

function writeBody(item: ItemRecord, write: Write): Record<string, Json> {
  return {
    row: item.row,
    method: methodOf(write),
    collection: write.collection,
    recordId: write.id,
    bodySha256: write.kind === 'remove' ? null : hashOf(write.body),
  };
}

/** The note about a write that was under way: its answer will never arrive. */
export function lostNote(item: ItemRecord): JournalNote {
  const step = item.plan?.steps[item.step];
  const sent = step === undefined ? { row: item.row } : writeBody(item, step);
  return { kind: 'billy.write', durationMs: null, body: { ...sent, result: 'lost' } };
}

/** The note about a rollback's request that was under way when its process died. Its step is not known. */
export function lostRollbackNote(item: ItemRecord): JournalNote {
  const body: Body = {
    row: item.row,
    method: null,
    recordId: item.recordId,
    isRollback: true,
    result: 'lost',
  };
  return { kind: 'billy.write', durationMs: null, body };
}

/** The note about a settled write. `recordId`: the record that the write has created or changed. */
export function settledNote(
  item: ItemRecord,
  found: Finding,
  recordId: string | null,
): JournalNote {
  const body: Body = { row: item.row, found, recordId };
  return { kind: 'billy.settled', durationMs: null, body };
}

/**
 * Collects the notes about one item's writes until a change of that item stores them. If a crash loses
 * them, the intent is still on disk, and the process that finds it notes the lost write.
 */
export class PendingJournalEntries {
  readonly #clock: Clock;
  readonly #item: ItemRecord;
  readonly #isRollback: boolean;
  #waiting: JournalNote[] = [];
  #leftMs: number | null = null;

  constructor(clock: Clock, item: ItemRecord, { isRollback }: { isRollback: boolean }) {
    this.#clock = clock;
    this.#item = item;
    this.#isRollback = isRollback;
  }

  /** Marks that the intent is on disk and the request is about to leave. */
  leaves(): void {
    this.#leftMs = this.#clock.monotonicMs();
  }

  saved(write: Write, recordId: string | null): void {
    this.#note({ ...writeBody(this.#item, write), recordId, result: 'saved' });
  }

  /** Notes a failed write, unless Billy certainly did not execute the request (429, no connection). */
  failed(write: Write, error: unknown): void {
    const isKnown = this.#leftMs !== null && error instanceof AppError && error.retry !== 'wait';
    if (!isKnown) return;
    const end =
      error.retry === 'reconcile' ? { result: 'lost' } : { result: 'refused', code: error.code };
    this.#note({ ...writeBody(this.#item, write), ...end });
  }

  add(...notes: readonly JournalNote[]): void {
    this.#waiting.push(...notes);
  }

  /** Returns the collected notes and removes them. */
  take(): JournalNote[] {
    const notes = this.#waiting;
    this.#waiting = [];
    return notes;
  }

  #note(body: Record<string, Json>): void {
    const durationMs = Math.round(this.#clock.monotonicMs() - (this.#leftMs ?? 0));
    this.#leftMs = null;
    const marked = this.#isRollback ? { ...body, isRollback: true } : body;
    this.add({ kind: 'billy.write', durationMs, body: marked });
  }
}
