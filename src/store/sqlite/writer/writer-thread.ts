/** The thread that stores plain batches, one after another, on a handle of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../../core/clock.js';
import { AppError, messageOf, type AppErrorOptions } from '../../../core/errors.js';
import type { PlainBatch } from './uniform-batch.js';
import { plainStore } from './insert-uniform.js';
import { openDatabase } from '../database.js';

/** What the thread answers to each batch, in their order; it stores nothing after a failure. */
export type Stored =
  | { readonly kind: 'stored' }
  | { readonly kind: 'refused'; readonly error: AppErrorOptions }
  | { readonly kind: 'failed'; readonly message: string };

function refusalOf(error: unknown): Stored {
  if (!(error instanceof AppError)) return { kind: 'failed', message: messageOf(error) };
  const { code, message, hint } = error;
  return { kind: 'refused', error: { code, message, hint } };
}

function answer(said: Stored): void {
  parentPort?.postMessage(said);
}

const database = openDatabase(String(workerData));
// What is lost in a power cut is planned anew; the next commit of the others takes all before it to the disk.
database.pragma('synchronous = NORMAL');
const storeBatches = plainStore(database);

/** Given and not begun. */
const waiting: PlainBatch[] = [];
let isStoring = false;

function isOfSameWorker(batch: PlainBatch, { jobId, lease }: PlainBatch): boolean {
  return batch.jobId === jobId && batch.lease.owner === lease.owner;
}

/** What waits goes in one transaction, as far as it is of one worker on one job. */
async function storeAll(): Promise<void> {
  for (let first = waiting.shift(); first !== undefined; first = waiting.shift()) {
    const batches: [PlainBatch, ...PlainBatch[]] = [first];
    while (waiting[0] !== undefined && isOfSameWorker(waiting[0], first)) {
      batches.push(...waiting.splice(0, 1));
    }
    storeBatches(batches);
    batches.forEach(() => answer({ kind: 'stored' }));
    // Further ones may have come.
    await systemClock.turn();
  }
}

/** Nothing is stored after a failure: rows behind a gap would be taken for the first ones. */
async function storeNext(batch: PlainBatch): Promise<void> {
  waiting.push(batch);
  if (isStoring) return;
  isStoring = true;
  try {
    await storeAll();
    isStoring = false;
  } catch (error) {
    answer(refusalOf(error));
  }
}

parentPort?.on('message', (batch: PlainBatch) => void storeNext(batch));
