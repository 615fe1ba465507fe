/** The command `stdio`: serves MCP on stdin and stdout until a signal or the end of stdin. */
import { resolveConfig, secretFlags } from '../config.js';
import { allowNursery } from '../core/heap-flags.js';
import { settingFlags, type Flags } from './flags.js';
import type { Host } from './host.js';
import { onStop } from './stop-signals.js';

const SECRET_FLAG_HINT =
  'Every user of this machine can read the command line. Set the environment variable or BILLY_ACCESS_TOKEN_FILE instead.';

export async function serveStdio(flags: Flags, host: Host): Promise<void> {
  const sources = { flags: settingFlags(flags), env: host.env };
  const config = resolveConfig(sources);
  const { createApp } = await import('../app.js');
  const { serveOnStdio } = await import('../server/mcp/stdio.js');
  const app = await createApp(config, process.cwd());
  const server = serveOnStdio({ ...app, version: host.version });
  const stop = onStop(host, async () => {
    await app.close();
    await server.close();
  });
  process.stdin.on('end', stop);
  process.stdin.on('close', stop);
  allowNursery();
  for (const setting of secretFlags(sources)) {
    app.log.warn({ event: 'secret.on-command-line', setting, hint: SECRET_FLAG_HINT });
  }
  app.log.info({ event: 'started', transport: 'stdio' });
}
