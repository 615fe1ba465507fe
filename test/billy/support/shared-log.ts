/** The log of sends that processes share, kept by a store in memory, as the application wires it. */
import { onTestFinished } from 'vitest';
import type { SharedSends, SlotVerdict } from '../../../src/billy/shared-slot.js';
import { openSqliteStore } from '../../../src/store/sqlite-store.js';

export interface SharedLog extends SharedSends {
  /** What every ask came to, in order. */
  readonly verdicts: readonly SlotVerdict[];
  /** From now on the store refuses, as on a full disk. */
  close(): Promise<void>;
}

export async function openSharedLog(): Promise<SharedLog> {
  const store = await openSqliteStore({ path: ':memory:' });
  const close = (): Promise<void> => store.close();
  onTestFinished(close);
  const scope = 'account';
  const verdicts: SlotVerdict[] = [];
  return {
    verdicts,
    close,
    take: async (ask) => {
      const verdict = await store.takeSend({ ...ask, scope });
      verdicts.push(verdict);
      return verdict;
    },
    pause: (pause) => store.pauseSends({ ...pause, scope }),
  };
}
