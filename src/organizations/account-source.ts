/** The accounts of a process: that of the token in its settings, or those that the store knows. */
import type { Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Log } from '../core/log.js';
import type { SealedToken } from '../model/access.js';
import type { SealedTokensPort } from '../store/ports/access.js';
import type { Account } from './account.js';

export interface AccountSource {
  /** The accounts now. Never empty: without any token it is one account without a token. */
  accounts(): Promise<readonly Account[]>;
  /** Those of the last answer, without a look at the store. */
  lastKnown(): readonly Account[];
}

/** The accounts of tokens that do not change while the process runs. */
export function fixedAccounts(accounts: readonly Account[]): AccountSource {
  return { accounts: () => Promise.resolve(accounts), lastKnown: () => accounts };
}

/** Another process may add or remove an organization; this is the contract's five seconds, with a margin. */
const FRESH_MS = 2000;

export interface StoredAccountsOptions {
  readonly store: Pick<SealedTokensPort, 'listTokens'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The account of a stored token. It is unsealed when its client is opened. */
  readonly accountOf: (token: SealedToken) => Account;
  /** Stands in while no token is stored: its calls are refused with the way to add one. */
  readonly none: Account;
}

interface Known {
  /** The token as its account was made from it. */
  readonly token: SealedToken;
  readonly account: Account;
}

/** A client that is open goes on under a new sealing of its token. The next one is opened from the new sealing. */
function isServedBy({ token: { sealed, tokenHash }, account }: Known, token: SealedToken): boolean {
  return sealed === token.sealed || (tokenHash === token.tokenHash && account.connection.isOpen);
}

/** The accounts of the tokens in the store, read again when the last reading is older than two seconds. */
export class StoredAccounts implements AccountSource {
  readonly #options: StoredAccountsOptions;
  #known = new Map<string, Known>();
  #readAtMs: number | null = null;
  #reading: Promise<void> | null = null;

  constructor(options: StoredAccountsOptions) {
    this.#options = options;
  }

  async accounts(): Promise<readonly Account[]> {
    const ageMs = this.#options.clock.monotonicMs() - (this.#readAtMs ?? 0);
    if (this.#readAtMs === null || ageMs >= FRESH_MS) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = null;
      });
      await this.#reading;
    }
    return this.lastKnown();
  }

  lastKnown(): readonly Account[] {
    const accounts = [...this.#known.values()].map(({ account }) => account);
    return accounts.length > 0 ? accounts : [this.#options.none];
  }

  async #read(): Promise<void> {
    const { store, clock, accountOf } = this.#options;
    const readAtMs = clock.monotonicMs();
    const next = new Map<string, Known>();
    for (const token of await store.listTokens()) {
      const known = this.#known.get(token.organizationId);
      const isKept = known !== undefined && isServedBy(known, token);
      next.set(token.organizationId, isKept ? known : { token, account: accountOf(token) });
    }
    const gone = [...this.#known].filter(([id, { account }]) => next.get(id)?.account !== account);
    this.#known = next;
    this.#readAtMs = readAtMs;
    for (const [, { account }] of gone) this.#close(account);
  }

  /** Requests under way end with an error of the client. */
  #close(account: Account): void {
    account.connection.close().catch((error: unknown) => {
      this.#options.log.warn({ event: 'billy.close-failed', error: messageOf(error) });
    });
  }
}
