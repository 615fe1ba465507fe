/** The log of sends that processes share, kept by a store in memory, as the application wires it. */
import { onTestFinished } from 'vitest';
import type { SendLog } from '../../../src/billy/throttle/rate-limit.js';
import type { SendDecision } from '../../../src/model/send-log.js';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';

export interface SharedLog extends SendLog {
  /** What every ask came to, in order. */
  readonly verdicts: readonly SendDecision[];
  /** Stamps that were moved. */
  readonly moves: readonly { slot: string; atMs: number }[];
  /** From now on the store refuses, as on a full disk. */
  close(): Promise<void>;
}

export async function openSharedLog(): Promise<SharedLog> {
  const store = await openSqliteStore({ path: ':memory:' });
  const close = (): Promise<void> => store.close();
  onTestFinished(close);
  const scope = 'account';
  const verdicts: SendDecision[] = [];
  const moves: { slot: string; atMs: number }[] = [];
  return {
    verdicts,
    moves,
    close,
    take: async (ask) => {
      const verdict = await store.reserveSend({ ...ask, scope });
      verdicts.push(verdict);
      return verdict;
    },
    move: async (left) => {
      moves.push(left);
      await store.correctSendTime(left);
    },
    pause: (pause) => store.pauseSends({ ...pause, scope }),
    refuse: (refused) => store.markRefused(refused),
    read: (span) => store.readSends({ ...span, scope }),
    keep: (next) => store.saveLearnedRate({ ...next, scope }),
  };
}
