/** A process of its own that appends to the journal, from a given moment on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';

interface Order {
  readonly path: string;
  readonly count: number;
  readonly actor: string;
  /** Wall time at which all processes begin. */
  readonly atMs: number;
}

async function append({ path, count, actor, atMs }: Order): Promise<string> {
  const store = await openSqliteStore({ path });
  const whose = { organizationId: null, jobId: null, actor };
  await sleep(Math.max(0, atMs - Date.now()));
  for (let index = 0; index < count; index += 1) {
    const entry = { kind: 'tool.call', durationMs: 1, body: { index }, ...whose } as const;
    await store.appendJournal({ entry, nowMs: Date.now() });
    // Lets the other in: SQLite's lock goes to whoever asks first, and one that never pauses always does.
    await sleep(index % 3);
  }
  await store.close();
  return 'done';
}

process.on('message', (order: Order) => {
  append(order).then(
    (said) => process.send?.(said),
    (error: unknown) => process.send?.(String(error)),
  );
});
process.send?.('ready');
