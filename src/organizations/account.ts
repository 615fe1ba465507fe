/** The organization of one access token. A start asks Billy for it; other calls use the stored answer. */
import { AppError, ConfigError, InputError } from '../core/errors.js';
import type { OrganizationsPort } from '../store/ports/organizations.js';
import type { KnownOrganization } from '../model/job.js';
import type { Connection } from './connection.js';

/** A user waits for a start, so Billy gets only this long to answer. */
const PATIENCE_MS = 1500;

/** Failures after which nothing can be done in the organization. */
const UNREACHABLE: readonly string[] = ['BILLY_UNREACHABLE', 'BILLY_AUTH', 'BILLY_SERVER'];

export interface AccountOptions {
  readonly store: OrganizationsPort;
  readonly connection: Connection;
  /** A hash of the token. The organization is stored under it. null: there is no token. */
  readonly tokenHash: string | null;
  /** BILLY_ORGANIZATION_ID. */
  readonly expectedId: string | null;
}

export interface CurrentOrganization extends KnownOrganization {
  readonly isLocked: boolean;
}

/** The finding of the last question to Billy. */
export interface LastCheck {
  readonly isReachable: boolean;
  readonly checkedAtMs: number;
}

export class Account {
  readonly #options: AccountOptions;
  #lastCheck: LastCheck | null = null;
  /** The question for an organization that is not stored yet; null: it is not being asked. */
  #learning: Promise<KnownOrganization> | null = null;

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  get connection(): Connection {
    return this.#options.connection;
  }

  /** null: Billy was not asked since this process began. */
  get lastCheck(): LastCheck | null {
    return this.#lastCheck;
  }

  hasToken(): boolean {
    return this.#options.tokenHash !== null;
  }

  /** False: the account is that of another organization. Without a look at the store. */
  mayBe(organizationId: string): boolean {
    return (this.#options.expectedId ?? organizationId) === organizationId;
  }

  /** Throws `CONFIG_MISSING_TOKEN` when there is no token. */
  requireToken(): string {
    const { tokenHash } = this.#options;
    if (tokenHash !== null) return tokenHash;
    throw new ConfigError({
      code: 'CONFIG_MISSING_TOKEN',
      message: 'There is no access token for Billy.',
      hint: 'Create one in Billy under Settings > Access tokens, set BILLY_ACCESS_TOKEN and start the server again, or store it with: billy-bulk-mcp organizations add.',
    });
  }

  /**
   * Asks Billy for the organization and checks that it is the expected one. While Billy answers only with
   * 429, the stored answer is used.
   */
  async current(organizationId: string | undefined): Promise<CurrentOrganization> {
    const tokenHash = this.requireToken();
    const { store, connection } = this.#options;
    const read = { priority: 'interactive', patienceMs: PATIENCE_MS } as const;
    try {
      const organization = await connection.use((billy) => billy.organization(read));
      this.#lastCheck = { isReachable: true, checkedAtMs: connection.nowMs() };
      await store.rememberOrganization({ tokenHash, organization });
      this.#check(organization.id, organizationId);
      return organization;
    } catch (error) {
      const isBusy = error instanceof AppError && error.code === 'BILLY_RATE_LIMIT';
      if (error instanceof AppError && UNREACHABLE.includes(error.code)) {
        this.#lastCheck = { isReachable: false, checkedAtMs: connection.nowMs() };
      }
      const known = isBusy ? await store.findOrganization({ tokenHash }) : null;
      if (known === null) throw error;
      this.#check(known.id, organizationId);
      return { ...known, isLocked: false };
    }
  }

  /** Returns the stored organization. Asks Billy only if none is stored, so it works offline. */
  async remembered(organizationId: string | undefined): Promise<KnownOrganization> {
    const tokenHash = this.requireToken();
    const known = await this.#options.store.findOrganization({ tokenHash });
    const organization = known ?? (await this.#learned());
    this.#check(organization.id, organizationId);
    return organization;
  }

  /** Asks Billy once for all calls that wait for the answer: each question would take a place under the limit. */
  #learned(): Promise<KnownOrganization> {
    this.#learning ??= this.current(undefined).finally(() => {
      this.#learning = null;
    });
    return this.#learning;
  }

  /** The stored organization; null: none is stored yet, or another one is expected. Never asks Billy. */
  async known(): Promise<KnownOrganization | null> {
    const { tokenHash, store, expectedId } = this.#options;
    if (tokenHash === null) return null;
    const stored = await store.findOrganization({ tokenHash });
    return stored?.id === (expectedId ?? stored?.id) ? stored : null;
  }

  async knownId(): Promise<string | null> {
    return (await this.known())?.id ?? null;
  }

  #check(actual: string, asked: string | undefined): void {
    const { expectedId } = this.#options;
    const isMismatch = (asked ?? actual) !== actual || (expectedId ?? actual) !== actual;
    if (!isMismatch) return;
    throw new InputError({
      code: 'ORGANIZATION_MISMATCH',
      message: 'The token belongs to another organization than the one named.',
      hint: 'Leave organizationId out, or start the server with the token of that organization.',
    });
  }
}
