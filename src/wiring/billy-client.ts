/** Creates the Billy client from the settings, with the rate limit shared through the store. */
import { createBillyClient } from '../billy/http/client.js';
import { learnedRateOf } from '../billy/throttle/learned-rate.js';
import type { SendLog } from '../billy/throttle/rate-limit.js';
import type { Transport } from '../billy/http/transport.js';
import type { BillyClient } from '../billy/types.js';
import { type Config } from '../config.js';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import type { SendLogPort } from '../store/ports/send-log.js';
import { tokenHashOf } from './access-token.js';

/** The token's sends, counted by all processes on this database. */
function sharedSendsOf(config: Config, store: SendLogPort | null): SendLog | null {
  const scope = tokenHashOf(config);
  if (scope === null || store === null) return null;
  return {
    take: (ask) => store.reserveSend({ ...ask, scope }),
    move: (left) => store.correctSendTime(left),
    pause: (pause) => store.pauseSends({ ...pause, scope }),
    refuse: (refused) => store.markRefused(refused),
    read: (span) => store.readSends({ ...span, scope }),
    keep: (next) => store.saveLearnedRate({ ...next, scope }),
  };
}

/** Requests a second that 429s have taught for the token, by whichever process; null: nothing. */
export async function learnedPerSecond(config: Config, store: SendLogPort): Promise<number | null> {
  const scope = tokenHashOf(config);
  // Without a limit in the settings no rate is learned.
  if (scope === null || config.BILLY_RATE_LIMIT === null) return null;
  const { kept } = await store.readSends({ scope, sinceMs: 0, untilMs: 0 });
  return learnedRateOf(kept.pace)?.perSecond ?? null;
}

export interface ClientParts {
  /** null: there is none to share the rate limit through. */
  readonly store: SendLogPort | null;
  readonly clock: Clock;
  readonly log: Log;
  /** Replaces HTTP, for tests and for the doctor's watch. */
  readonly transport?: Transport;
}

export function createClient(config: Config, { store, ...parts }: ClientParts): BillyClient {
  return createBillyClient({
    ...parts,
    baseUrl: config.BILLY_API_BASE_URL,
    // Without a token every tool that needs Billy fails before the client sends a request.
    token: config.BILLY_ACCESS_TOKEN ?? '',
    rateLimit: config.BILLY_RATE_LIMIT,
    sharedSends: sharedSendsOf(config, store),
    maxConcurrent: config.BILLY_MAX_CONCURRENT,
    timeoutMs: config.BILLY_TIMEOUT_MS,
  });
}
