/** The command `http`: serves callers over HTTP until a signal. */
import { resolveConfig, secretFlags, type Config } from '../config.js';
import { ConfigError } from '../core/errors.js';
import { readSecretFile } from '../core/secret-file.js';
import { ADMIN_KEY } from '../settings/web-settings.js';
import { serveOverHttp, type HttpSettings } from '../server/http/http-server.js';
import { Metrics } from '../server/http/metrics.js';
import { openLog } from '../wiring/open-log.js';
import { buildApp, type App } from '../app.js';
import { isLoopback } from '../server/http/public-address.js';
import { BrowserSessions } from '../organizations/browser-sessions.js';
import { CallerKeys, isValid } from '../organizations/caller-keys.js';
import { settingFlags, type Flags } from './flags.js';
import type { Host } from './host.js';
import { onStop } from './stop-signals.js';

const PORT_MAX = 65_535;

function portIn({ port }: Flags): number {
  const number = Number(port);
  if (typeof port === 'string' && /^\d{1,5}$/.test(port) && number <= PORT_MAX) return number;
  throw new ConfigError({
    code: 'CONFIG_INVALID',
    message: '--port is not a number from 0 to 65535.',
    hint: 'Use --port 3000, or --port 0 for any free one.',
  });
}

function adminKeyOf({ BULK_API_KEY: key, BULK_API_KEY_FILE: file }: Config): string | undefined {
  if (file === undefined) return key;
  const { secret } = readSecretFile(file, 'BULK_API_KEY_FILE');
  const problem = ADMIN_KEY.safeParse(secret).error?.issues[0]?.message;
  if (problem === undefined) return secret;
  throw new ConfigError({
    code: 'CONFIG_INVALID',
    message: `The file that BULK_API_KEY_FILE names holds no such key: ${problem}.`,
    hint: 'Make one with: openssl rand -base64 32.',
  });
}

function settingsOf(config: Config, flags: Flags): HttpSettings {
  return {
    host: typeof flags['host'] === 'string' ? flags['host'] : '127.0.0.1',
    port: portIn(flags),
    publicUrl: config.BULK_PUBLIC_URL,
    allowedHosts: config.BULK_ALLOWED_HOSTS ?? [],
    isInsecureAllowed: config.BULK_INSECURE === 'on',
    adminKey: adminKeyOf(config),
    trustProxy: config.BULK_TRUST_PROXY,
    callerRate: config.BULK_CALLER_RATE,
    oauth:
      config.OAUTH_ISSUER === undefined
        ? null
        : {
            issuer: config.OAUTH_ISSUER,
            audiences: config.OAUTH_AUDIENCE ?? null,
            organizationsClaim: config.OAUTH_ORGANIZATIONS_CLAIM,
          },
  };
}

function print(line: Readonly<Record<string, string>>): void {
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/** True where nobody could sign in yet, and only people on this machine can reach the server. */
async function needsLoginLink({ store, clock }: App, settings: HttpSettings): Promise<boolean> {
  const { host, publicUrl, adminKey } = settings;
  const isHere = isLoopback(host) && (publicUrl === undefined || isLoopback(hostOf(publicUrl)));
  if (!isHere || adminKey !== undefined) return false;
  const keys = await store.listKeys();
  return !keys.some((key) => isValid(key, clock.nowMs()));
}

function hostOf(url: string): string {
  return new URL(url).hostname;
}

/** Resolves once the server listens; rejects with `CONFIG_INVALID` if the settings are unsafe or invalid. */
export async function serveHttp(flags: Flags, host: Host): Promise<void> {
  const sources = { flags: settingFlags(flags), env: host.env };
  const opened = openLog(resolveConfig(sources));
  const { config, log, secrets } = opened;
  const settings = settingsOf(config, flags);
  secrets.add(settings.adminKey ?? '');
  const metrics = new Metrics();
  const onBillyRequest = metrics.countBilly;
  const app = await buildApp(opened, process.cwd(), { reach: 'network', onBillyRequest });
  const { organizations, store, clock } = app;
  const serving = serveOverHttp({
    ...app,
    metrics,
    settings,
    version: host.version,
    tools: config.BULK_TOOLS,
    keys: new CallerKeys({ store, clock }),
    sessions: new BrowserSessions({ store, clock }),
    hasTokenOf: (id) => organizations.hasTokenOf(id),
    checkReady: async () => {
      await store.listWaitingOrganizations();
    },
  });
  const server = await serving.catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  onStop(host, async () => {
    await app.close(server.close());
  });
  for (const setting of secretFlags(sources)) {
    log.warn({ event: 'secret.on-command-line', setting });
  }
  // Also where the log is silent: programs read the address from this line.
  print({ event: 'listening', url: server.url });
  if (await needsLoginLink(app, settings)) print({ event: 'login-link', url: server.loginLink() });
}
