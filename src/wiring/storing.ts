/** What storing the token of an organization needs: a question to Billy with it, and the key that seals it. */
import type { Config } from '../config.js';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import type { KnownOrganization } from '../model/job.js';
import type { StoredOrganizationsDeps } from '../organizations/stored-organizations.js';
import type { JobStore } from '../store/job-store.js';
import { tokenHashOf } from './access-token.js';
import { openKeyRing } from './secret-key.js';

/** Somebody waits for the answer. */
const PATIENCE_MS = 10_000;

export interface StoringParts {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes the key that seals tokens, if the settings name none and there is none yet. */
export function storingOf(config: Config, parts: StoringParts): StoredOrganizationsDeps {
  const { store, clock, log } = parts;
  const ofToken = (token: string): Config => ({ ...config, BILLY_ACCESS_TOKEN: token });
  const askBilly = async (token: string): Promise<KnownOrganization> => {
    const { createClient } = await import('./billy-client.js');
    const client = createClient(ofToken(token), { store, clock, log });
    try {
      return await client.organization({ priority: 'interactive', patienceMs: PATIENCE_MS });
    } finally {
      await client.close();
    }
  };
  return {
    store,
    clock,
    keyRing: openKeyRing(config, clock),
    askBilly,
    hashOf: (token) => tokenHashOf(ofToken(token)) ?? '',
  };
}
