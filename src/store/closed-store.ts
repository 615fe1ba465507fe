/** The store in place of one that could not be opened. */
import type { AppError } from '../core/errors.js';
import type { JobStore } from './job-store.js';

/** Every operation rejects with `failure`; only closing it works. */
export function closedStore(failure: AppError): JobStore {
  const refuse = (): Promise<never> => Promise.reject(failure);
  const operations: Partial<JobStore> = { close: () => Promise.resolve() };
  return new Proxy(operations, {
    get(own, name) {
      // Whoever waits for the store itself must not take it for a promise.
      if (name === 'then') return undefined;
      return name === 'close' ? own.close : refuse;
    },
    // All operations are there, and all of them answer.
  }) as JobStore;
}
