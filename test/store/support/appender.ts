/** A process of its own that appends to the journal as fast as it can. */
import { openSqliteStore } from '../../../src/store/sqlite-store.js';

interface Order {
  readonly path: string;
  readonly count: number;
  readonly actor: string;
}

async function append({ path, count, actor }: Order): Promise<string> {
  const store = await openSqliteStore({ path });
  const whose = { organizationId: null, jobId: null, actor };
  for (let index = 0; index < count; index += 1) {
    const entry = { kind: 'tool.call', durationMs: 1, body: { index }, ...whose } as const;
    await store.appendJournal({ entry, nowMs: Date.now() });
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
