/** Requests through the built throttle, on a send log in a database file that other processes may share. */
import { given } from './cost.js';

type Throttle = typeof import('../../../src/billy/throttle/request-queue.js');
type Store = typeof import('../../../src/store/sqlite/sqlite-store.js');
type Core = typeof import('../../../src/core/clock.js') & typeof import('../../../src/core/log.js');
type Wiring = typeof import('../../../src/wiring/send-scope.js');

/** Loads a file of the built server, which lies beside this one. */
async function built(path: string): Promise<unknown> {
  return import(new URL(`../${path}`, import.meta.url).href);
}

const { RequestQueue } = (await built('billy/throttle/request-queue.js')) as Throttle;
const { openSqliteStore } = (await built('store/sqlite/sqlite-store.js')) as Store;
const { systemClock: clock } = (await built('core/clock.js')) as Core;
const { createLog } = (await built('core/log.js')) as Core;
const { sendsOfOrganization } = (await built('wiring/send-scope.js')) as Wiring;

const LATENCY_MS = 20;

const [path = '', count = '1', windowMs = '1', sends = '1'] = given();

const store = await openSqliteStore({ path, clock });
const queue = new RequestQueue({
  rateLimit: { count: Number(count), windowMs: Number(windowMs) },
  sharedSends: sendsOfOrganization(store, 'bench'),
  maxConcurrent: 8,
  clock,
  log: createLog({ level: 'silent' }),
});
const times: number[] = [];
const send = async (leaves: () => void): Promise<void> => {
  leaves();
  times.push(clock.nowMs());
  await clock.sleep(LATENCY_MS);
};
const task = { priority: 'job' as const, patienceMs: 60_000, send };
await Promise.all(Array.from({ length: Number(sends) }, () => queue.run(task)));
queue.close();
await store.close();
process.stdout.write(JSON.stringify({ times }));
