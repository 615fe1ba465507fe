/** Serves callers over HTTP, until it is closed. */
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import proxyAddr from 'proxy-addr';
import { ConfigError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import type { ServerFigures } from '../../jobs/admin/read-figures.js';
import type { WebhookBook } from '../../notices/webhook-book.js';
import type { CallerKeys } from '../../organizations/caller-keys.js';
import { LiveStreams, type LiveParts } from '../live/live-streams.js';
import type { BrowserSessions } from '../../organizations/browser-sessions.js';
import type { SignedTargets } from '../../organizations/signed-targets.js';
import type { WebLinks } from '../../tools/tool.js';
import { Callers } from './callers.js';
import { Issuer } from './issuer.js';
import { JwtCallers, type TokenSettings } from './jwt-callers.js';
import { createHttpApp } from './http-app.js';
import { CallerLimits, type CallerRate } from './limits.js';
import { LoginLink } from './login-link.js';
import { Metrics } from './metrics.js';
import { McpEndpoint, type EndpointParts } from './mcp-endpoint.js';
import type { RestParts } from '../rest/route.js';
import { OpenExchanges } from './open-exchanges.js';
import { checkAddress, publicAddress, type AddressSettings } from './public-address.js';

export interface HttpSettings extends AddressSettings {
  /** 0: any free one. */
  readonly port: number;
  /** BULK_API_KEY. */
  readonly adminKey: string | undefined;
  /** BULK_TRUST_PROXY. */
  readonly trustProxy: number | readonly string[] | undefined;
  /** BULK_CALLER_RATE; null: unlimited. */
  readonly callerRate: CallerRate | null;
  /** null: no authorization server is set. */
  readonly oauth: TokenSettings | null;
}

export interface HttpParts
  extends
    Omit<EndpointParts, 'links'>,
    Pick<LiveParts, 'changes'>,
    Pick<RestParts, 'adminFor' | 'answers'> {
  /** Signs the addresses of downloads. */
  readonly downloads: SignedTargets;
  readonly settings: HttpSettings;
  readonly keys: CallerKeys;
  readonly sessions: BrowserSessions;
  readonly webhooks: WebhookBook;
  readonly hasTokenOf: (organizationId: string) => Promise<boolean>;
  readonly checkReady: () => Promise<void>;
  readonly figures: () => Promise<ServerFigures>;
  /** If absent, a new one, which counts no requests to Billy. */
  readonly metrics?: Metrics;
}

export interface HttpServer {
  /** The address that callers use. */
  readonly url: string;
  /** A link that signs one browser in as admin, good for ten minutes. */
  loginLink(): string;
  close(): Promise<void>;
}

/** Node's own default. */
const HEADERS_MS = 60_000;

type Trust = Parameters<typeof proxyAddr>[1];

/** Throws `CONFIG_INVALID` for ranges that are none. */
function trustOf(trusted: HttpSettings['trustProxy']): Trust {
  if (trusted === undefined) return () => false;
  if (typeof trusted === 'number') return (_address, hop) => hop < trusted;
  try {
    return proxyAddr.compile([...trusted]);
  } catch (cause) {
    throw new ConfigError({
      code: 'CONFIG_INVALID',
      message: 'BULK_TRUST_PROXY holds something that is no address range.',
      hint: 'Use a number of proxies, or ranges such as 10.0.0.0/8,loopback.',
      cause,
    });
  }
}

/** Rejects with `CONFIG_INVALID` if the address is unsafe, or cannot be listened on. */
export async function serveOverHttp(parts: HttpParts): Promise<HttpServer> {
  const { settings, keys, sessions, clock, log } = parts;
  checkAddress(settings);
  const trust = trustOf(settings.trustProxy);
  const exchanges = new OpenExchanges(clock, log);
  const live = new LiveStreams(parts);
  const loginLink = new LoginLink(clock);
  let address = publicAddress(settings, settings.port);
  const links = linksOf(parts.downloads, () => address.baseUrl);
  const mcp = new McpEndpoint({ ...parts, links });
  const tokens = tokensOf(parts, () => `${address.baseUrl}/mcp`);
  const app = createHttpApp({
    ...parts,
    links,
    address: () => address,
    callers: new Callers({ keys, sessions, loginLink, adminKey: settings.adminKey, tokens }),
    limits: new CallerLimits(settings.callerRate),
    exchanges,
    mcp,
    live,
    metrics: parts.metrics ?? new Metrics(),
    clientAddress: (request) => proxyAddr(request, trust),
    issuer: settings.oauth?.issuer ?? null,
  });
  const server = serverOf(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: Error) => {
      reject(cannotListen(settings, cause));
    });
    server.listen(settings.port, settings.host, resolve);
  });
  address = publicAddress(settings, (server.address() as AddressInfo).port);
  return {
    url: address.baseUrl,
    loginLink: () => loginLink.issue(address.baseUrl),
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      live.endStreams();
      await mcp.endStreams();
      await Promise.race([exchanges.drained(), clock.sleep(LIMITS.shutdownMs)]);
      exchanges.close();
      await mcp.close();
      // Connections that clients keep open for further requests.
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

/** null: no authorization server is set. */
function tokensOf({ settings, clock }: HttpParts, mcpUrl: () => string): JwtCallers | null {
  const { oauth } = settings;
  if (oauth === null) return null;
  return new JwtCallers({ settings: oauth, server: new Issuer(oauth.issuer), clock, mcpUrl });
}

function linksOf(downloads: SignedTargets, baseUrl: () => string): WebLinks {
  return {
    upload: (secret) => `${baseUrl()}/api/v1/uploads/${secret}`,
    download: (target) => `${baseUrl()}/api/v1/downloads/${downloads.sign(target)}`,
  };
}

function serverOf({ fetch }: ReturnType<typeof createHttpApp>): ServerType {
  const server = createAdaptorServer({
    fetch,
    // Files may be large and slow; other bodies have a time of their own.
    serverOptions: { requestTimeout: LIMITS.requestMsMax, headersTimeout: HEADERS_MS },
  });
  // Without a listener, Node asks for every body before the request is looked at.
  server.on('checkContinue', (...exchange: unknown[]) => {
    server.emit('request', ...exchange);
  });
  return server;
}

function cannotListen({ host, port }: HttpSettings, cause: Error): ConfigError {
  return new ConfigError({
    code: 'CONFIG_INVALID',
    message: `The server cannot listen on ${host}, port ${String(port)}.`,
    hint: 'Choose another --port, or stop the program that uses it; --port 0 takes a free one.',
    cause,
  });
}
