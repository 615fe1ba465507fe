/** The events of jobs, each made once and shared by all streams that send it. */
import type { Clock } from '../../core/clock.js';
import { cleanValue, type Redact } from '../../core/outgoing.js';
import type { JobChange } from '../../jobs/service/job-changes.js';
import { jobEvent } from './sse-message.js';

/** Times and rates of a view move without a change, so an event is not sent long after it was made. */
const FRESH_MS = 2000;
const EVENTS_MAX = 200;

interface Made {
  readonly change: number;
  readonly atMs: number;
  readonly bytes: Promise<Uint8Array>;
}

export class JobEvents {
  readonly #clock: Clock;
  readonly #redact: Redact;
  /** By job; the one made last is at the end. */
  readonly #made = new Map<string, Made>();

  constructor({ clock, redact }: { readonly clock: Clock; readonly redact: Redact }) {
    this.#clock = clock;
    this.#redact = redact;
  }

  /** Rejects if the job's view cannot be read now; a later call tries again. */
  of(change: JobChange): Promise<Uint8Array> {
    const { jobId } = change;
    const nowMs = this.#clock.monotonicMs();
    const known = this.#made.get(jobId);
    if (known?.change === change.change && nowMs - known.atMs < FRESH_MS) return known.bytes;
    const made = { change: change.change, atMs: nowMs, bytes: this.#make(change) };
    this.#keep(jobId, made);
    made.bytes.catch(() => {
      if (this.#made.get(jobId) === made) this.#made.delete(jobId);
    });
    return made.bytes;
  }

  async #make({ change, view }: JobChange): Promise<Uint8Array> {
    return jobEvent(change, cleanValue(await view(), { redact: this.#redact }));
  }

  #keep(jobId: string, made: Made): void {
    this.#made.delete(jobId);
    this.#made.set(jobId, made);
    const [oldest] = this.#made.keys();
    if (this.#made.size > EVENTS_MAX && oldest !== undefined) this.#made.delete(oldest);
  }
}
