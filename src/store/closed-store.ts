/** A stand-in for a store that could not be opened. */
import type { AppError } from '../core/errors.js';
import type { JobStore } from './job-store.js';

/** Returns a store that rejects every operation with `failure`, except `close`. */
export function closedStore(failure: AppError): JobStore {
  const refuse = (): Promise<never> => Promise.reject(failure);
  const operations: Partial<JobStore> = { close: () => Promise.resolve() };
  return new Proxy(operations, {
    get(own, name) {
      // Without this, `await store` would treat the store as a promise.
      if (name === 'then') return undefined;
      return name === 'close' ? own.close : refuse;
    },
    // Every operation of the interface exists.
  }) as JobStore;
}
