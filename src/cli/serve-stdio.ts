/** The command `stdio`: serves MCP until a signal or the end of stdin. It answers `initialize` before it opens what jobs need. */
import { resolveConfig, secretFlags } from '../config.js';
import { systemClock } from '../core/clock.js';
import { allowNursery } from '../core/heap-flags.js';
import { lateService } from '../jobs/front/late-service.js';
import { serveOnStdio } from '../server/mcp/stdio.js';
import { openLog, type OpenedLog } from '../wiring/open-log.js';
import type { App } from '../app.js';
import { settingFlags, type Flags } from './flags.js';
import type { Host } from './host.js';
import { createLateApp, type LateApp } from './late-app.js';
import { onStop } from './stop-signals.js';

const SECRET_FLAG_HINT =
  'Every user of this machine can read the command line. Set the environment variable or BILLY_ACCESS_TOKEN_FILE instead.';

/** Clients ask for the tools right after `initialize`; unfinished jobs wait no longer than this. */
const OPEN_AFTER_MS = 1000;

async function openApp(opened: OpenedLog): Promise<App> {
  const { buildApp } = await import('../app.js');
  const app = await buildApp(opened, process.cwd());
  allowNursery();
  return app;
}

/** Serves until stdin ends or a signal comes. */
function serve(app: LateApp, { config, log, redact }: OpenedLog, host: Host): void {
  const serviceFor: App['serviceFor'] = (caller) =>
    lateService(async () => (await app.open()).serviceFor(caller));
  const server = serveOnStdio({
    serviceFor,
    clock: systemClock,
    log,
    redact,
    version: host.version,
    tools: config.BULK_TOOLS,
  });
  const stop = onStop(host, async () => {
    await app.close();
    await server.close();
  });
  process.stdin.on('end', stop);
  process.stdin.on('close', stop);
}

/** Resolves once jobs can run; rejects if the settings are invalid, or if the app cannot be opened. */
export async function serveStdio(flags: Flags, host: Host): Promise<void> {
  const sources = { flags: settingFlags(flags), env: host.env };
  const opened = openLog(resolveConfig(sources));
  const { log } = opened;
  const app = createLateApp(() => openApp(opened), systemClock);
  serve(app, opened, host);
  for (const setting of secretFlags(sources)) {
    log.warn({ event: 'secret.on-command-line', setting, hint: SECRET_FLAG_HINT });
  }
  log.info({ event: 'started', transport: 'stdio' });
  await app.openAfter(OPEN_AFTER_MS);
}
