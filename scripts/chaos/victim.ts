/**
 * The built server, told where to die: `CHAOS_POINT` names a moment and which of its kind it is
 * ("after intent:2"). Written to dist/chaos beside the server, so that a start costs what a start costs.
 */
import { writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { JobStore } from '../../src/store/job-store.js';
import { momentOf } from './moments.js';
import { gated } from './store-gate.js';

const [point = '', nth = '1'] = (process.env['CHAOS_POINT'] ?? '').split(':');
const STDERR = 2;
let passed = 0;

/** Dies at once when this is the moment: not one more instruction of the server runs. */
function pass(moment: string): void {
  if (moment !== point) return;
  passed += 1;
  if (passed !== Number(nth)) return;
  writeSync(STDERR, `${JSON.stringify({ event: 'chaos.dies', at: moment })}\n`);
  process.kill(process.pid, 'SIGKILL');
}

function wrapStore(store: JobStore): JobStore {
  return gated(store, async (name, parameter, call) => {
    // Rows of a file that repeats nothing are stored with their plan.
    const moment = name === 'addPlannedItems' ? 'plan' : momentOf(name, parameter);
    pass(`before ${moment}`);
    const result = await call(parameter);
    pass(`after ${moment}`);
    return result;
  });
}

/** Each statement that makes a part of the schema is a moment of its own. */
function watchMigrations(): void {
  const prototype = Database.prototype as { prepare: (text: string) => unknown };
  const { prepare } = prototype;
  prototype.prepare = function watched(this: unknown, text: string) {
    if (/^create (table|index|unique)/i.test(text)) pass('migration');
    return prepare.call(this, text);
  };
}

interface Built {
  readonly app: typeof import('../../src/app.js');
  readonly config: typeof import('../../src/config.js');
  readonly stdio: typeof import('../../src/server/mcp/stdio.js');
}

/** From where this file lies once it is built. */
async function importBuilt(): Promise<Built> {
  const load = (path: string): Promise<unknown> => import(new URL(path, import.meta.url).href);
  const [app, config, stdio] = await Promise.all(
    ['../app.js', '../config.js', '../server/mcp/stdio.js'].map(load),
  );
  return { app, config, stdio } as Built;
}

watchMigrations();
const { app, config, stdio } = await importBuilt();
const settings = config.resolveConfig({ flags: {}, env: process.env });
const running = await app.createApp(settings, process.cwd(), { wrapStore });
stdio.serveOnStdio({ ...running, version: 'chaos' });
process.stdin.on('end', () => {
  void running.close().then(() => process.exit(0));
});
