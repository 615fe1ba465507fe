/** A process of its own that asks for sends as fast as it can, and tells what it got. */
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import type { SendDecision } from '../../../src/model/send-log.js';

interface Order {
  readonly path: string;
  readonly count: number;
  readonly windowMs: number;
  readonly forMs: number;
}

async function askOn(order: Order): Promise<{ verdict: SendDecision; atMs: number }[]> {
  const { path, count, windowMs, forMs } = order;
  const store = await openSqliteStore({ path });
  const answers: { verdict: SendDecision; atMs: number }[] = [];
  const endMs = Date.now() + forMs;
  for (let asked = 0; Date.now() < endMs; asked += 1) {
    let atMs = 0;
    const now = (): number => (atMs = Date.now());
    const slot = `${String(process.pid)}-${String(asked)}`;
    const spacing = { spacingMs: 0, catchUpMs: 0, leadMs: 0, keepMs: windowMs, paceVersion: 0 };
    const limit = { scope: 'account', count, windowMs, ...spacing };
    answers.push({ verdict: await store.reserveSend({ ...limit, slot, now }), atMs });
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await store.close();
  return answers;
}

process.on('message', (order: Order) => {
  void askOn(order).then((answers) => process.send?.(answers));
});
process.send?.('ready');
