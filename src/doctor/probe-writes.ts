/** Sends the writes of a probe: records each in the journal, and remembers the ones with lost answers. */
import type { BillyClient, WriteOptions } from '../billy/types.js';
import type { Clock } from '../core/clock.js';
import { AppError, messageOf } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import type { Log } from '../core/log.js';
import { durationWords } from '../model/words.js';
import type { JournalPort } from '../store/ports/journal.js';
import type { JournalNote } from '../model/journal.js';

export interface ProbeParts {
  readonly billy: BillyClient;
  readonly store: Pick<JournalPort, 'appendJournal'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly organizationId: string;
  readonly actor: string;
  /** BILLY_TIMEOUT_MS and BILLY_SETTLE_MS: together the time in which a lost write may still be saved. */
  readonly timeoutMs: number;
  readonly settleMs: number;
  /** Ends the probe; its contacts are still deleted. */
  readonly signal: AbortSignal;
  /** Prints a line about the progress. */
  readonly say: (line: string) => void;
}

export interface ProbeWrite {
  readonly method: 'bulk-save' | 'create' | 'bulk-delete' | 'delete' | 'archive';
  /** Absent if the ids are not known beforehand. */
  readonly recordIds?: readonly string[];
  /** Deleting the probe's contacts continues after an interruption. */
  readonly isTidying?: boolean;
}

const SAVING: ReadonlySet<ProbeWrite['method']> = new Set(['bulk-save', 'create']);
const MS_PER_SECOND = 1000;

export class ProbeWrites {
  readonly #deps: ProbeParts;
  /** The time until which lost writes may still be saved, monotonic. */
  #lateUntilMs = 0;

  constructor(deps: ProbeParts) {
    this.#deps = deps;
  }

  /** Records in the journal that a probe with this mark is about to write. */
  begin(mark: string): Promise<void> {
    return this.#append({ kind: 'doctor.probe', durationMs: null, body: { mark } });
  }

  /** Sends one write; `idsOf` returns the ids of the records in its answer. */
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
      // A write that never left is not recorded.
      if (atMs !== null) await this.#noteFailure(write, error, { atMs, durationMs: durationMs() });
      throw error;
    }
  }

  /** Waits until Billy can no longer save a lost write. */
  async settle(): Promise<void> {
    const { clock, say } = this.#deps;
    const leftMs = this.#lateUntilMs - clock.monotonicMs();
    if (leftMs <= 0) return;
    const seconds = Math.ceil(leftMs / MS_PER_SECOND);
    say(
      `An answer was lost: waiting ${durationWords(seconds)}, because Billy may still save the contacts.`,
    );
    await clock.sleep(leftMs);
  }

  /** Records a failed write, unless it certainly had no effect (429, no connection). */
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
    // A late deletion does no harm; only a late save must be waited for.
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

  /** Never rejects: the write has happened even if the journal fails, and the contacts must still be deleted. */
  async #append(note: JournalNote): Promise<void> {
    const { store, clock, log, organizationId, actor } = this.#deps;
    const entry = { ...note, organizationId, jobId: null, actor };
    await store.appendJournal({ entry, nowMs: clock.nowMs() }).catch((error: unknown) => {
      log.error({ event: 'journal.failed', error: messageOf(error) });
    });
  }
}
