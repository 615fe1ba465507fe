/** The log of requests and their results, with the counters from which tests read rates and commits. */
import type { FaultKind } from '../world/options.js';

export interface LoggedRequest {
  /** From 0, in order of arrival. */
  readonly index: number;
  /** Wall clock when the headers were received. */
  readonly timeMs: number;
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
  /** Null before the answer, and if there is none. */
  status: number | null;
  /** True if it changed the data, perhaps after its answer was lost. */
  committed: boolean;
  fault: FaultKind | null;
  /** The `_clientId` of the written record. */
  clientId: string | null;
}

export interface Counters {
  readonly requests: number;
  readonly byMethod: Readonly<Record<string, number>>;
  /** Answers with 429, by the limit or by a fault. */
  readonly tooMany: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** The largest number of requests that arrived within any 1,000 ms. */
  readonly maxPerSecond: number;
  readonly maxInFlight: number;
  readonly inFlight: number;
}

/** Above this number, new entries replace old ones. */
const ENTRIES_MAX = 200_000;
const SECOND_MS = 1000;

export class RequestLog {
  #entries: LoggedRequest[] = [];
  #total = 0;
  /** Arrival times of the last second, oldest first. */
  #lastSecond: number[] = [];
  #maxPerSecond = 0;
  #inFlight = 0;
  #maxInFlight = 0;
  #tooMany = 0;
  readonly #byMethod = new Map<string, number>();
  readonly #faults = new Map<FaultKind, number>();

  arrive(timeMs: number, method: string, path: string): LoggedRequest {
    const entry: LoggedRequest = {
      index: this.#total,
      timeMs,
      method,
      path,
      status: null,
      committed: false,
      fault: null,
      clientId: null,
    };
    this.#total += 1;
    this.#entries.push(entry);
    // Cut in large pieces: a splice for each arrival would copy the log every time.
    if (this.#entries.length >= 2 * ENTRIES_MAX) this.#entries = this.#entries.slice(-ENTRIES_MAX);
    this.#byMethod.set(method, (this.#byMethod.get(method) ?? 0) + 1);
    this.#countArrival(timeMs);
    return entry;
  }

  leave(): void {
    this.#inFlight -= 1;
  }

  strike(entry: LoggedRequest, kind: FaultKind): void {
    entry.fault = kind;
    this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + 1);
  }

  answered(entry: LoggedRequest, status: number): void {
    entry.status = status;
    if (status === 429) this.#tooMany += 1;
  }

  /** Entries from an index on, as far as they are still in the log. */
  from(index: number): { total: number; requests: readonly LoggedRequest[] } {
    const first = this.#total - this.#entries.length;
    const held = Math.max(index, this.#total - ENTRIES_MAX) - first;
    return { total: this.#total, requests: this.#entries.slice(Math.max(0, held)) };
  }

  counters(): Counters {
    return {
      requests: this.#total,
      byMethod: Object.fromEntries(this.#byMethod),
      tooMany: this.#tooMany,
      faults: Object.fromEntries(this.#faults),
      maxPerSecond: this.#maxPerSecond,
      maxInFlight: this.#maxInFlight,
      inFlight: this.#inFlight,
    };
  }

  #countArrival(timeMs: number): void {
    this.#inFlight += 1;
    this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
    this.#lastSecond.push(timeMs);
    const kept = this.#lastSecond.findIndex((time) => time > timeMs - SECOND_MS);
    if (kept > 0) this.#lastSecond = this.#lastSecond.slice(kept);
    this.#maxPerSecond = Math.max(this.#maxPerSecond, this.#lastSecond.length);
  }
}
