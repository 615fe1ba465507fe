/** The side channel in process: inspects the data and the requests, and sets the faults to come. */
import type { Billy } from '../api/api.js';
import { setUnknowns, type Amounts, type Seeder } from './made-up-account.js';
import { dumpState, summarize, type StateDump, type StateSummary } from '../api/dump.js';
import { FaultPicker } from '../faults/faults.js';
import { fingerprintOf, type Fingerprint } from '../world/fingerprint.js';
import type { FaultPlan, SandboxUnknowns } from '../world/options.js';
import type { Counters, LoggedRequest, RequestLog } from './request-log.js';
import { actAsThirdParty, type ThirdPartyAction, type ThirdPartyResult } from './third-party.js';

/** The faults and outages between the network and Billy; the server reads them on every request. */
export interface Conditions {
  faultPicker: FaultPicker | null;
  down: 'reset' | '503' | null;
}

export interface SandboxControl {
  /** All records of both organizations in canonical form: equal states give equal JSON. */
  state(): StateDump;
  summary(): StateSummary;
  fingerprint(): Fingerprint;
  /** Logged `/v2` requests from an index on, as far as they are still in the log. */
  requests(from?: number): { total: number; requests: readonly LoggedRequest[] };
  counters(): Counters;
  /** Sets or replaces the faults; null clears them. */
  setFaults(plan: FaultPlan | null): void;
  /** Every later call with the token gets 401; `false` makes the token valid again. */
  revokeToken(revoked?: boolean): void;
  /** Changes answers and oddities from the next request on; existing made-up data stays. */
  setUnknowns(changes: Partial<SandboxUnknowns>): void;
  unknowns(): SandboxUnknowns;
  /** A locked organization refuses writes. */
  lock(locked: boolean, reason?: string): void;
  /** While down, every `/v2` connection is reset, or answers 503. */
  setDown(down: boolean, mode?: 'reset' | '503'): void;
  /** Acts as another user of the account. @throws Refusal if Billy would refuse the action. */
  thirdParty(action: ThirdPartyAction): ThirdPartyResult;
  /** Adds made-up records and continues the numbers of the last seeding. */
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
  readonly addMadeUpRecords: Seeder;
  readonly log: RequestLog;
  readonly conditions: Conditions;
}

export function createControl({
  billy,
  addMadeUpRecords,
  log,
  conditions,
}: ControlParts): SandboxControl {
  const { world, organizationId } = billy;
  return {
    state: () => dumpState(world, organizationId),
    summary: () => summarize(world, organizationId),
    fingerprint: () => fingerprintOf(world, organizationId),
    requests: (from = 0) => log.from(from),
    counters: () => log.counters(),
    setFaults: (plan) => {
      conditions.faultPicker = plan === null ? null : new FaultPicker(plan);
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
      conditions.down = down ? mode : null;
    },
    thirdParty: (action) => actAsThirdParty(billy, action),
    seed: ({ contacts = 0, products = 0 }) => {
      addMadeUpRecords({ contacts, products });
    },
  };
}
