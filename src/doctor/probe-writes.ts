/** Every write of a probe: noted in the journal, and remembered when its answer is lost. */
import type { BillyClient, WriteOptions } from '../billy/types.js';
import type { Clock } from '../core/clock.js';
import { AppError, messageOf } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import type { Log } from '../core/log.js';
import type { JobStore } from '../store/job-store.js';
import type { JournalNote } from '../model/journal.js';

export interface ProbeParts {
  readonly billy: BillyClient;
  readonly store: Pick<JobStore, 'appendJournal'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly organizationId: string;
  readonly actor: string;
  /** BILLY_TIMEOUT_MS and BILLY_SETTLE_MS: how late a lost write may still be saved. */
  readonly timeoutMs: number;
  readonly settleMs: number;
  /** Ends the probe; what it made is taken away all the same. */
  readonly signal: AbortSignal;
  /** A line about what goes on. */
  readonly say: (line: string) => void;
}

export interface ProbeWrite {
  readonly method: 'bulk-save' | 'create' | 'bulk-delete' | 'delete' | 'archive';
  /** Known beforehand; else none. */
  readonly recordIds?: readonly string[];
  /** Taking away goes on after an interruption. */
  readonly isTidying?: boolean;
}

const SAVING: ReadonlySet<ProbeWrite['method']> = new Set(['bulk-save', 'create']);
const MS_PER_SECOND = 1000;

export class ProbeWrites {
  readonly #deps: ProbeParts;
  /** By the clock that never runs backwards. */
  #lateUntilMs = 0;

  constructor(deps: ProbeParts) {
    this.#deps = deps;
  }

  /** Notes that a probe with this mark is about to write. */
  begin(mark: string): Promise<void> {
    return this.#append({ kind: 'doctor.probe', durationMs: null, body: { mark } });
  }

  /** Sends one write; `idsOf` tells the records that its answer is about. */
  async run<T>(
    write: ProbeWrite,
    send: (options: WriteOptions) => Promise<T>,
    idsOf: (answer: T) => readonly string[],
  ): Promise<T> {
    const { clock, signal } = this.#deps;
    const sent: { atMs: number | null } = { atMs: null };
    const options: WriteOptions = {
      patienceMs: LIMITS.outageMs,
      ...(write.isTidying === true ? {} : { signal }),
      beforeSend: () => {
        sent.atMs = clock.monotonicMs();
        return Promise.resolve();
      },
    };
    const durationMs = (): number => Math.round(clock.monotonicMs() - (sent.atMs ?? 0));
    try {
      const answer = await send(options);
      await this.#note(write, { recordIds: idsOf(answer), result: 'saved' }, durationMs());
      return answer;
    } catch (error) {
      const { atMs } = sent;
      // What never left is no write.
      if (atMs !== null) await this.#noteFailure(write, error, { atMs, durationMs: durationMs() });
      throw error;
    }
  }

  /** Waits until nothing that was lost can be saved any more. */
  async settle(): Promise<void> {
    const { clock, say } = this.#deps;
    const leftMs = this.#lateUntilMs - clock.monotonicMs();
    if (leftMs <= 0) return;
    const seconds = Math.ceil(leftMs / MS_PER_SECOND);
    say(`An answer was lost: waiting ${String(seconds)} s for what Billy may still save.`);
    await clock.sleep(leftMs);
  }

  /** What is known not to have reached Billy's books (429, no connection) is no write. */
  async #noteFailure(
    write: ProbeWrite,
    error: unknown,
    { atMs, durationMs }: { atMs: number; durationMs: number },
  ): Promise<void> {
    if (!(error instanceof AppError) || error.retry === 'wait') return;
    const { recordIds = [] } = write;
    if (error.retry === 'never') {
      await this.#note(write, { recordIds, result: 'refused', code: error.code }, durationMs);
      return;
    }
    const { timeoutMs, settleMs } = this.#deps;
    // A deletion that comes late does what is wanted; only what is saved late must be waited for.
    if (SAVING.has(write.method)) this.#lateUntilMs = atMs + timeoutMs + settleMs;
    await this.#note(write, { recordIds, result: 'lost' }, durationMs);
  }

  #note(
    { method }: ProbeWrite,
    end: { recordIds: readonly string[]; result: string; code?: string },
    durationMs: number,
  ): Promise<void> {
    const recordIds = [...end.recordIds];
    const body = { isProbe: true, method, collection: 'contacts', ...end, recordIds };
    return this.#append({ kind: 'billy.write', durationMs, body });
  }

  /** What is told has happened, whether or not it can be written down; taking away must go on. */
  async #append(note: JournalNote): Promise<void> {
    const { store, clock, log, organizationId, actor } = this.#deps;
    const entry = { ...note, organizationId, jobId: null, actor };
    await store.appendJournal({ entry, nowMs: clock.nowMs() }).catch((error: unknown) => {
      log.error({ event: 'journal.failed', error: messageOf(error) });
    });
  }
}
