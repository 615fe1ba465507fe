/**
 * The organizations of this process. Each has its own account and Billy client; nothing of one is reached
 * through another. A call that may concern several must name one.
 */
import type { Clock } from '../core/clock.js';
import { AppError, InputError, messageOf, StoreError } from '../core/errors.js';
import type { Log } from '../core/log.js';
import { quote } from '../core/text.js';
import type { KnownOrganization } from '../model/job.js';
import type { Account } from './account.js';
import type { AccountSource } from './account-source.js';
import { mayReach, type Caller } from './caller.js';
import type { Connection } from './connection.js';

/** A client without use for this long is closed; it is looked for this often. */
const IDLE_MS = 10 * 60_000;
const IDLE_LOOK_MS = 60_000;
/** A token whose organization Billy did not tell is asked about again after this time. */
const RETRY_MS = 30_000;
/** Organizations that a refusal names. */
const NAMED_MAX = 20;
const NAME_CHARS = 60;

export interface OrganizationsOptions {
  /** One account for each access token. */
  readonly source: AccountSource;
  readonly clock: Clock;
  readonly log: Log;
}

/** An organization, and what the last question to Billy about it found. */
export interface KnownAccess {
  readonly organization: KnownOrganization;
  readonly isReachable: boolean;
  /** null: Billy did not answer the first question. */
  readonly checkedAtMs: number | null;
}

/** An organization, and the last question to Billy about it. */
export interface LastAccess {
  readonly organization: KnownOrganization;
  readonly lastCheck: Account['lastCheck'];
}

interface Reachable {
  readonly account: Account;
  readonly organization: KnownOrganization;
}

/** The organizations that a caller may reach, each once. */
interface Reach {
  readonly found: readonly Reachable[];
  /** The reason why one that the caller may reach can be missing in `found`; null: none is missing. */
  readonly failure: AppError | null;
}

export class Organizations {
  readonly #options: OrganizationsOptions;
  /** The last failure to learn the organization of an account. */
  readonly #failures = new Map<Account, { readonly atMs: number; readonly failure: AppError }>();

  constructor(options: OrganizationsOptions) {
    this.#options = options;
  }

  /** The ids of all organizations that this process works for, as far as they are known yet. */
  async knownIds(): Promise<string[]> {
    const accounts = await this.#options.source.accounts();
    const ids = await Promise.all(accounts.map((account) => account.knownId()));
    return [...new Set(ids.filter((id) => id !== null))];
  }

  /** Those among them that the caller may reach. Asks nobody, so it works while Billy is away. */
  async knownIdsOf(caller: Caller): Promise<string[]> {
    return (await this.knownIds()).filter((id) => mayReach(caller, id));
  }

  /** The only organization that the caller can mean; null: there are several, or it is not known yet. */
  async onlyIdOf(caller: Caller): Promise<string | null> {
    const { organizations } = caller;
    if (organizations === 'all') return (await (await this.#only(caller))?.knownId()) ?? null;
    const [id, ...others] = organizations;
    if (id === undefined || others.length > 0) return null;
    return (await this.knownIds()).includes(id) ? id : null;
  }

  /** The account of an organization; null: this process has no token of it. */
  async accountOf(organizationId: string): Promise<Account | null> {
    for (const account of await this.#options.source.accounts()) {
      const isOwn = account.mayBe(organizationId) && (await account.knownId()) === organizationId;
      if (isOwn) return account;
    }
    return null;
  }

  /** The organization by its id, if this process works for several. Asks nothing of Billy. */
  async amongSeveral(organizationId: string): Promise<KnownOrganization | null> {
    const accounts = await this.#options.source.accounts();
    if (accounts.length < 2) return null;
    return (await (await this.accountOf(organizationId))?.known()) ?? null;
  }

  /** The connection of an organization; null: this process has no token of it. */
  async connectionOf(organizationId: string): Promise<Connection | null> {
    return (await this.accountOf(organizationId))?.connection ?? null;
  }

  /**
   * The account that a call is for. Throws `ORGANIZATION_REQUIRED` if the caller may reach several and names
   * none of them. With a single token the account itself checks the name. If the one that is meant may be
   * that of a token whose organization Billy does not tell, throws the reason.
   */
  async accountFor(caller: Caller, organizationId: string | undefined): Promise<Account> {
    const only = await this.#only(caller);
    if (only !== null) return only;
    const { found, failure } = await this.#reach(caller);
    const named = found.filter(({ organization: { id } }) => id === organizationId);
    const isOnly = organizationId === undefined && found.length === 1 && failure === null;
    const [chosen] = isOnly ? found : named;
    if (chosen !== undefined) return chosen.account;
    const mayBeMissing =
      organizationId === undefined ? found.length === 0 : mayReach(caller, organizationId);
    if (failure !== null && mayBeMissing) throw failure;
    throw organizationRequired(found.map(({ organization }) => organization));
  }

  /**
   * The ids whose jobs and files a call may see: the one that it names, or all that its caller may reach.
   * Works offline once one of these is known. Throws as `accountFor` does.
   */
  async idsFor(caller: Caller, organizationId: string | undefined): Promise<string[]> {
    if (organizationId !== undefined || (await this.#only(caller)) !== null) {
      const account = await this.accountFor(caller, organizationId);
      return [(await account.remembered(organizationId)).id];
    }
    const { found, failure } = await this.#reach(caller);
    if (found.length === 0 && failure !== null) throw failure;
    return found.map(({ organization }) => organization.id);
  }

  /**
   * Those of the ids that this process has a token of. Asks Billy about tokens whose organization is unknown if
   * an id is missing: it may be that of a new token, which takes the place of another one.
   */
  async idsWithToken(ids: readonly string[]): Promise<string[]> {
    const { found } = await this.#reach({ organizations: ids });
    return found.map(({ organization }) => organization.id);
  }

  /** True if this process has a token of the organization. Asks Billy, and throws, as `accountFor` does. */
  async hasTokenOf(organizationId: string): Promise<boolean> {
    const { found, failure } = await this.#reach({ organizations: [organizationId] });
    if (found.length === 0 && failure !== null) throw failure;
    return found.length > 0;
  }

  /**
   * The organizations that the caller may work on, by name, each with what the last question to Billy found. Asks
   * Billy about those of which it was not asked yet. Throws as `idsFor` does.
   */
  async accessesOf(caller: Caller): Promise<KnownAccess[]> {
    const { found, failure } = await this.#reach(caller);
    if (found.length === 0 && failure !== null) throw failure;
    const accesses = found.map(async ({ account, organization }): Promise<KnownAccess> => {
      if (account.lastCheck === null) await this.#ask(account, () => account.current(undefined));
      const { isReachable = false, checkedAtMs = null } = account.lastCheck ?? {};
      return { organization, isReachable, checkedAtMs };
    });
    const all = await Promise.all(accesses);
    return all.sort((left, right) =>
      left.organization.name.localeCompare(right.organization.name, 'da'),
    );
  }

  /** What is known about the caller's organizations without a question to Billy; null: Billy was not asked yet. */
  async lastChecksOf(caller: Caller): Promise<ReadonlyMap<string, LastAccess>> {
    const found = new Map<string, LastAccess>();
    for (const account of await this.#options.source.accounts()) {
      const organization = await account.known();
      if (organization === null || !mayReach(caller, organization.id)) continue;
      found.set(organization.id, { organization, lastCheck: account.lastCheck });
    }
    return found;
  }

  /** Closes the clients that nobody uses, again and again; returns the function that ends this. */
  closeIdle(): () => void {
    const { source, clock, log } = this.#options;
    return clock.every(IDLE_LOOK_MS, () => {
      for (const { connection } of source.lastKnown()) {
        connection.closeIfIdle(IDLE_MS).catch((error: unknown) => {
          log.warn({ event: 'billy.close-failed', error: messageOf(error) });
        });
      }
    });
  }

  async close(): Promise<void> {
    const accounts = this.#options.source.lastKnown();
    await Promise.all(accounts.map(({ connection }) => connection.close()));
  }

  /** The account of the only token, whose organization need not be known yet; null: there are several. */
  async #only(caller: Caller): Promise<Account | null> {
    const [first, ...others] = await this.#options.source.accounts();
    return caller.organizations === 'all' && others.length === 0 ? (first ?? null) : null;
  }

  /** Asks Billy only about tokens whose organization is unknown, and only if the caller may mean one of them. */
  async #reach(caller: Pick<Caller, 'organizations'>): Promise<Reach> {
    const accounts = await this.#options.source.accounts();
    const isWhole = (ids: readonly string[]): boolean =>
      caller.organizations !== 'all' && caller.organizations.every((id) => ids.includes(id));
    const known = await Promise.all(accounts.map((account) => account.known()));
    const isOffline = isWhole(known.flatMap((organization) => organization?.id ?? []));
    const asked = await Promise.all(
      accounts.map(async (account, index) => {
        const organization = known[index] ?? null;
        if (organization !== null) return { account, organization };
        return isOffline ? null : await this.#ask(account);
      }),
    );
    const found = new Map<string, Reachable>();
    for (const one of asked) {
      if (one === null || one instanceof AppError) continue;
      const { id } = one.organization;
      if (mayReach(caller, id) && !found.has(id)) found.set(id, one);
    }
    const failure = asked.find((one) => one instanceof AppError) ?? null;
    return { found: [...found.values()], failure: isWhole([...found.keys()]) ? null : failure };
  }

  /** Returns the failure if Billy does not tell the organization of the account. */
  async #ask(
    account: Account,
    question = () => account.remembered(undefined),
  ): Promise<Reachable | AppError> {
    const nowMs = this.#options.clock.monotonicMs();
    const last = this.#failures.get(account);
    if (last !== undefined && nowMs - last.atMs < RETRY_MS) return last.failure;
    try {
      return { account, organization: await question() };
    } catch (error) {
      if (!(error instanceof AppError) || error instanceof StoreError) throw error;
      this.#failures.set(account, { atMs: nowMs, failure: error });
      return error;
    }
  }
}

/** In the same words whether the id was left out, is unknown or is another caller's. */
function organizationRequired(reachable: readonly KnownOrganization[]): InputError {
  const named = reachable
    .slice(0, NAMED_MAX)
    .map(({ id, name }) => `${quote(id, NAME_CHARS)} ${quote(name, NAME_CHARS)}`);
  return new InputError({
    code: 'ORGANIZATION_REQUIRED',
    message: 'This call needs the id of one of your organizations.',
    hint: 'Pass organizationId. The detail names the organizations that you may reach.',
    detail: `${String(reachable.length)} organizations: ${named.join(', ')}`,
  });
}
