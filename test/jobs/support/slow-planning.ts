// Planning as slow as a test wants it, so that it can act between two batches of rows.
import { afterAll, beforeAll } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import type { JobStore } from '../../../src/store/job-store.js';

/** A few rows are several batches in this file's tests. */
export function useSmallBatches(rows: number): void {
  const { storeBatchRows } = LIMITS;
  beforeAll(() => {
    Object.assign(LIMITS, { storeBatchRows: rows });
  });
  afterAll(() => {
    Object.assign(LIMITS, { storeBatchRows });
  });
}

export interface SlowPlanning {
  /** Rows up to this one may be stored as decided. */
  letUntil(seq: number): void;
  /** What waits to be stored, or comes to wait, never is, as when the process is killed now. */
  lose(): void;
}

/** Makes the store wait with batches of decided rows that begin behind `seq`. */
export function slowPlanning(store: JobStore, seq: number): SlowPlanning {
  const addPlannedItems = store.addPlannedItems.bind(store);
  const waiting = new Set<{ first: number; go: () => void; lose: () => void }>();
  let allowed = seq;
  let isLost = false;
  const killed = (): DOMException => new DOMException('killed', 'AbortError');
  store.addPlannedItems = async (batch) => {
    const first = batch.items[0]?.item.seq ?? 0;
    if (first > allowed) {
      if (isLost) throw killed();
      await new Promise<void>((resolve, reject) => {
        const lose = (): void => {
          reject(killed());
        };
        waiting.add({ first, go: resolve, lose });
      });
    }
    await addPlannedItems(batch);
  };
  return {
    letUntil(last) {
      allowed = last;
      isLost = false;
      for (const each of waiting) {
        if (each.first > allowed) continue;
        waiting.delete(each);
        each.go();
      }
    },
    lose() {
      isLost = true;
      for (const each of waiting) each.lose();
      waiting.clear();
    },
  };
}
