/** A process of its own that opens the store where and when it is told, and says how that went. */
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';

async function open(path: string): Promise<string> {
  try {
    await (await openSqliteStore({ path })).close();
    return 'opened';
  } catch (error) {
    const causes: string[] = [];
    for (let cause = error; cause instanceof Error; cause = cause.cause) causes.push(cause.message);
    return `refused: ${causes.join(' < ')}`;
  }
}

interface Order {
  readonly path: string;
  /** Wall time at which all processes open it. */
  readonly atMs: number;
}

process.on('message', (order: Order) => {
  // Spinning, not sleeping: the processes must meet within a fraction of a millisecond.
  while (Date.now() < order.atMs);
  void open(order.path).then((said) => process.send?.(said));
});
process.send?.('ready');
