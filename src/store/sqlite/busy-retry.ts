/** Waiting for another process's transaction without holding the event loop. */
import type { Clock } from '../../core/clock.js';

/** How long the driver itself waits for the lock: the loop stands still meanwhile. */
export const BUSY_TIMEOUT_MS = 10;
/** Another process may be writing; this long we wait for it. */
export const PATIENCE_MS = 5000;
/** Between two tries; by chance, so that two who wait do not meet every time. */
const PAUSE_MS_MIN = 2;
const PAUSE_MS_MAX = 8;

function isBusy(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY');
}

/**
 * Tries again while the database is locked, for five seconds. Only for what is all done or not at all:
 * a transaction, a single statement, or what may be repeated.
 */
export async function whenFree<T>(clock: Clock, attempt: () => T | Promise<T>): Promise<T> {
  const endMs = clock.monotonicMs() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || clock.monotonicMs() >= endMs) throw error;
      await clock.sleep(PAUSE_MS_MIN + clock.random() * (PAUSE_MS_MAX - PAUSE_MS_MIN));
    }
  }
}
