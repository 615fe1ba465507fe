/** Chooses the accounts of a process: that of the access token in the settings, or those that the store knows. */
import type { Config } from '../config.js';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import { once } from '../core/memo.js';
import type { GrowingSecrets } from '../core/secrets.js';
import type { SealedToken } from '../model/access.js';
import { Account } from '../organizations/account.js';
import {
  fixedAccounts,
  StoredAccounts,
  type AccountSource,
} from '../organizations/account-source.js';
import { Connection } from '../organizations/connection.js';
import { tokenOf } from '../organizations/key-ring.js';
import type { JobStore } from '../store/job-store.js';
import { tokenHashOf } from './access-token.js';
import { lateClients, type OnRequest } from './late-clients.js';
import { openKeyRing } from './secret-key.js';

export interface AccountParts {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly onRequest?: OnRequest | undefined;
}

export interface AccountSettings {
  readonly config: Config;
  readonly secrets: Pick<GrowingSecrets, 'add'>;
  /** The access tokens of further organizations, for tests. */
  readonly furtherTokens: readonly string[];
}

/** The account of each token; its client is opened when it is first needed. */
export function openAccounts(settings: AccountSettings, parts: AccountParts): AccountSource {
  const { config, secrets, furtherTokens } = settings;
  const { store, clock } = parts;
  const openClient = lateClients(parts);
  const accountOf = (own: Config): Account =>
    new Account({
      store,
      connection: new Connection({ open: () => openClient(own), clock }),
      tokenHash: tokenHashOf(own),
      expectedId: own.BILLY_ORGANIZATION_ID ?? null,
    });
  if (config.BILLY_ACCESS_TOKEN !== undefined) {
    const further = furtherTokens.map((token) => ({ ...config, BILLY_ACCESS_TOKEN: token }));
    return fixedAccounts([config, ...further].map(accountOf));
  }
  const keyRing = once(() => openKeyRing(config, clock));
  const storedAccountOf = ({ organizationId, tokenHash, sealed }: SealedToken): Account => {
    const open = (): ReturnType<typeof openClient> => {
      const token = keyRing().open(sealed, tokenOf(organizationId));
      // Before anything is sent with it: whatever repeats it is redacted.
      secrets.add(token);
      return openClient({ ...config, BILLY_ACCESS_TOKEN: token });
    };
    return new Account({
      store,
      connection: new Connection({ open: async () => open(), clock }),
      tokenHash,
      expectedId: organizationId,
    });
  };
  return new StoredAccounts({ ...parts, accountOf: storedAccountOf, none: accountOf(config) });
}
