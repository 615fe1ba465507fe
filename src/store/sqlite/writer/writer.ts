/** Plain batches stored by a thread of its own: whoever decides the next rows does not wait for the disk. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../../core/clock.js';
import { StoreError } from '../../../core/errors.js';
import type { PlainBatch } from './uniform-batch.js';
import type { Stored } from './writer-thread.js';

const THREAD = new URL('./writer-thread.js', import.meta.url);
/** A thread that has nothing to do for so long ends, and its memory with it. */
const IDLE_MS = 2000;
/** What it is given is garbage as soon as it is stored. */
const HEAP = { maxYoungGenerationSizeMb: 3 };

/** Only where the program is built: sources cannot run as a thread. */
export function hasWriterThread(): boolean {
  return existsSync(fileURLToPath(THREAD));
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

function errorOf(said: Exclude<Stored, { kind: 'stored' }>): Error {
  return said.kind === 'refused' ? new StoreError(said.error) : new Error(said.message);
}

class WriterThread {
  readonly #worker: Worker;
  /** Those whose batches it has; it answers in their order. */
  readonly #waiting: Waiting[] = [];
  readonly #ended = new AbortController();
  #batchCount = 0;

  constructor(path: string) {
    this.#worker = new Worker(THREAD, { workerData: path, resourceLimits: HEAP });
    this.#worker.on('message', (said: Stored) => {
      if (said.kind === 'stored') this.#waiting.shift()?.resolve();
      else void this.end(errorOf(said));
    });
    this.#worker.on('error', (error) => void this.end(error));
    this.#worker.on('exit', () => void this.end());
  }

  get hasEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  write(batch: PlainBatch): Promise<void> {
    this.#batchCount += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(batch);
    });
  }

  /** Ends it once it was given nothing for a while and has nothing. */
  async endWhenIdle(clock: Clock): Promise<void> {
    for (let seen = -1; seen !== this.#batchCount || this.#waiting.length > 0;) {
      seen = this.#batchCount;
      await clock.sleep(IDLE_MS, this.#ended.signal);
      if (this.hasEnded) return;
    }
    await this.end();
  }

  /** What it was given and has not answered is lost, as if the process had died. */
  async end(error = new Error('The thread that writes has ended.')): Promise<void> {
    this.#ended.abort();
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    await this.#worker.terminate();
  }
}

export class PlainWriter {
  readonly #path: string;
  readonly #clock: Clock;
  #thread: WriterThread | null = null;
  #isClosed = false;

  /** `path`: of a database that is open and up to date. */
  constructor({ path, clock }: { path: string; clock: Clock }) {
    this.#path = path;
    this.#clock = clock;
  }

  /** Resolves once the batch is committed; rejects with a StoreError as `addPlannedItems` does, or as the driver. */
  write(batch: PlainBatch): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('The database is closed.'));
    if (this.#thread === null || this.#thread.hasEnded) this.#thread = this.#start();
    return this.#thread.write(batch);
  }

  /** Ends the thread; what it has not answered is lost, as if the process had died. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread?.end();
  }

  #start(): WriterThread {
    const thread = new WriterThread(this.#path);
    void thread.endWhenIdle(this.#clock);
    return thread;
  }
}
