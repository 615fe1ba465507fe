/** Stands around every operation of a store: the place where a simulated process dies or a safeguard is gone. */
import type { JobStore } from '../../src/store/job-store.js';

export type Operation = keyof JobStore;
type Call = (parameter: unknown) => Promise<unknown>;

/** Calls `call` with the parameter, something else, or not at all. */
export type Around = (name: Operation, parameter: unknown, call: Call) => Promise<unknown>;

/** Every operation keeps its name and signature; `close` is left alone. */
export function gated(store: JobStore, around: Around): JobStore {
  const entries = Object.entries(store).map(([name, operation]) => {
    const call = operation as Call;
    const gate = (parameter: unknown): Promise<unknown> =>
      around(name as Operation, parameter, call);
    return [name, name === 'close' ? operation : gate] as const;
  });
  return Object.fromEntries(entries) as unknown as JobStore;
}
