/** Waits for another process's transaction without blocking the event loop. */
import type { Clock } from '../../core/clock.js';

/** The driver's own wait for the lock, which blocks the event loop. */
export const BUSY_TIMEOUT_MS = 10;
/** The maximum wait for another process that writes. */
export const PATIENCE_MS = 5000;
/** Limits of the pause between two attempts. It is random, so that two waiting processes do not collide. */
const PAUSE_MS_MIN = 2;
const PAUSE_MS_MAX = 8;

function isBusy(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY');
}

/**
 * Tries again for five seconds while the database is locked. Only for operations that are atomic or may be
 * repeated: a transaction or a single statement.
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
