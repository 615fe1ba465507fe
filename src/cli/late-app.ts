/** An app that is opened after the client has been greeted: at the first call, or a moment after the start. */
import type { App } from '../app.js';
import type { Clock } from '../core/clock.js';
import { StoreError } from '../core/errors.js';

export interface LateApp {
  /** Opens the app if it is not open yet. Rejects if that fails, and with `STORE_FAILED` after `close`. */
  open(): Promise<App>;
  /**
   * Opens the app after `ms`, so that it works although no call comes. Resolves once the app is open, or is
   * closed before that; rejects if opening fails.
   */
  openAfter(ms: number): Promise<void>;
  /** Closes the app if it was opened, also while it is being opened. */
  close(): Promise<void>;
}

function closing(): StoreError {
  return new StoreError({
    code: 'STORE_FAILED',
    message: 'The server is stopping.',
    hint: 'Start the server again; its jobs continue then.',
  });
}

export function createLateApp(start: () => Promise<App>, clock: Clock): LateApp {
  const stopping = new AbortController();
  let opening: Promise<App> | null = null;
  const open = (): Promise<App> => {
    if (opening === null && stopping.signal.aborted) return Promise.reject(closing());
    opening ??= start();
    return opening;
  };
  return {
    open,
    async openAfter(ms) {
      await clock.sleep(ms, stopping.signal);
      if (!stopping.signal.aborted) await open();
    },
    async close() {
      stopping.abort();
      // Whoever opened the app is told why it could not be opened.
      const app = await opening?.catch(() => null);
      await app?.close();
    },
  };
}
