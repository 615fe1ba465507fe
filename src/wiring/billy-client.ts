/** Creates the Billy client from the settings, with the rate limit shared through the store. */
import { createBillyClient } from '../billy/http/client.js';
import { TurnGroup, type Turns } from '../billy/throttle/turns.js';
import type { SenderOptions } from '../billy/http/sender.js';
import type { Transport } from '../billy/http/transport.js';
import type { BillyClient } from '../billy/types.js';
import { type Config } from '../config.js';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import type { OrganizationsPort } from '../store/ports/organizations.js';
import type { SendLogPort } from '../store/ports/send-log.js';
import { tokenHashOf } from './access-token.js';
import { sendsOfToken } from './send-scope.js';

export interface ClientParts {
  /** null: there is none to share the rate limit through. */
  readonly store: (SendLogPort & OrganizationsPort) | null;
  /** The turns of the organization in this process. If absent, the client has turns of its own. */
  readonly turns?: Turns;
  readonly clock: Clock;
  readonly log: Log;
  /** Replaces HTTP, for tests and for the doctor's watch. */
  readonly transport?: Transport;
  /** Called for every request that has left. */
  readonly onRequest?: SenderOptions['onRequest'];
}

/** Creates the turns in which all clients of the process send, each organization by its own limit. */
export function createTurns(config: Config, clock: Clock): TurnGroup {
  const { BILLY_RATE_LIMIT: rateLimit, BILLY_MAX_CONCURRENT: maxConcurrent } = config;
  return new TurnGroup({ rateLimit, maxConcurrent, clock });
}

export function createClient(config: Config, parts: ClientParts): BillyClient {
  const { store, ...others } = parts;
  const tokenHash = tokenHashOf(config);
  return createBillyClient({
    ...others,
    baseUrl: config.BILLY_API_BASE_URL,
    // Without a token every tool that needs Billy fails before the client sends a request.
    token: config.BILLY_ACCESS_TOKEN ?? '',
    rateLimit: config.BILLY_RATE_LIMIT,
    sharedSends: store === null || tokenHash === null ? null : sendsOfToken(store, tokenHash),
    maxConcurrent: config.BILLY_MAX_CONCURRENT,
    timeoutMs: config.BILLY_TIMEOUT_MS,
  });
}
