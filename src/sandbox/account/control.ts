/** The inspection side channel in process: what Billy holds and did, and what shall go wrong next. */
import type { Billy } from '../api/api.js';
import { setUnknowns, type Amounts, type Gardener } from './made-up-account.js';
import { dumpState, summarize, type StateDump, type StateSummary } from '../api/dump.js';
import { FaultDealer } from '../faults/faults.js';
import { fingerprintOf, type Fingerprint } from '../world/fingerprint.js';
import type { FaultPlan, SandboxUnknowns } from '../world/options.js';
import type { Counters, LoggedRequest, RequestLog } from './request-log.js';
import { actAsThirdParty, type ThirdPartyAction, type ThirdPartyResult } from './third-party.js';

/** What stands between the network and Billy; the server looks here on every request. */
export interface Weather {
  dealer: FaultDealer | null;
  down: 'reset' | '503' | null;
}

export interface SandboxControl {
  /** All records of both organizations, canonical: equal states give equal JSON. */
  state(): StateDump;
  summary(): StateSummary;
  fingerprint(): Fingerprint;
  /** Logged `/v2` requests from an index on, as far as they are still held. */
  requests(from?: number): { total: number; requests: readonly LoggedRequest[] };
  counters(): Counters;
  /** Sets or replaces the faults; null clears them. */
  setFaults(plan: FaultPlan | null): void;
  /** Every later call with the token answers 401; `false` makes it good again. */
  revokeToken(revoked?: boolean): void;
  /** Changes answers and oddities from the next request on; what was made up at the start stays. */
  setUnknowns(changes: Partial<SandboxUnknowns>): void;
  unknowns(): SandboxUnknowns;
  /** A locked organization refuses writes. */
  lock(locked: boolean, reason?: string): void;
  /** While down, every `/v2` connection is reset, or answers 503. */
  setDown(down: boolean, mode?: 'reset' | '503'): void;
  /** Does as another user of the account would. @throws Refusal where Billy would refuse it. */
  thirdParty(action: ThirdPartyAction): ThirdPartyResult;
  /** Adds made-up records, continuing where the last seeding stopped. */
  seed(amounts: Partial<Amounts>): void;
}

function setLock({ world, organizationId }: Billy, isLocked: boolean, reason: string): void {
  const organization = world.table('organizations').get(organizationId);
  if (organization === undefined) return;
  world.update('organizations', organization, {
    ...organization.fields,
    isLocked,
    lockedCode: isLocked ? 'sandbox' : null,
    lockedReason: isLocked ? reason : null,
  });
}

export interface ControlParts {
  readonly billy: Billy;
  readonly plantMore: Gardener;
  readonly log: RequestLog;
  readonly weather: Weather;
}

export function createControl({ billy, plantMore, log, weather }: ControlParts): SandboxControl {
  const { world, organizationId } = billy;
  return {
    state: () => dumpState(world, organizationId),
    summary: () => summarize(world, organizationId),
    fingerprint: () => fingerprintOf(world, organizationId),
    requests: (from = 0) => log.from(from),
    counters: () => log.counters(),
    setFaults: (plan) => {
      weather.dealer = plan === null ? null : new FaultDealer(plan);
    },
    revokeToken: (revoked = true) => {
      billy.isTokenRevoked = revoked;
    },
    setUnknowns: (changes) => {
      setUnknowns(billy, changes);
    },
    unknowns: () => billy.unknowns,
    lock: (locked, reason = 'locked by the sandbox') => {
      setLock(billy, locked, reason);
    },
    setDown: (down, mode = 'reset') => {
      weather.down = down ? mode : null;
    },
    thirdParty: (action) => actAsThirdParty(billy, action),
    seed: ({ contacts = 0, products = 0 }) => {
      plantMore({ contacts, products });
    },
  };
}
