/**
 * Opens the Billy clients of a process. The modules of the HTTP client, and the turns that all clients share, are
 * loaded with the first client.
 */
import type { SenderOptions } from '../billy/http/sender.js';
import type { TurnGroup } from '../billy/throttle/turns.js';
import type { BillyClient } from '../billy/types.js';
import type { Config } from '../config.js';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import type { JobStore } from '../store/job-store.js';
import { tokenHashOf } from './access-token.js';

export type OnRequest = NonNullable<SenderOptions['onRequest']>;

export interface LateClientParts {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Called for every request that has left, of any organization. */
  readonly onRequest?: OnRequest | undefined;
}

/** Opens the client of the token in the settings. */
export type OpenClient = (config: Config) => Promise<BillyClient>;

/** Requests take turns by organization; by token, as long as the organization of the token is unknown. */
export function lateClients(parts: LateClientParts): OpenClient {
  let turns: TurnGroup | null = null;
  return async (config) => {
    const { createClient, createTurns } = await import('./billy-client.js');
    const tokenHash = tokenHashOf(config) ?? '';
    const organization = await parts.store.findOrganization({ tokenHash });
    turns ??= createTurns(config, parts.clock);
    return createClient(config, { ...parts, turns: turns.open(organization?.id ?? tokenHash) });
  };
}
