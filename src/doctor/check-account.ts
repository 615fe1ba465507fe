/** What Billy says: whether it answers, takes the token, and whose account the token opens. */
import type { BillyClient, Organization } from '../billy/types.js';
import type { Config } from '../config.js';
import { AppError } from '../core/errors.js';
import type { IncidentParts } from '../core/incident.js';
import { LIMITS } from '../core/limits.js';
import { quote } from '../core/text.js';
import { failed, failedBy, fine, warning, type Tell } from './check.js';
import { shownAddress } from './print.js';

/** A person waits: what passes by itself passes within this. */
const PATIENCE_MS = 5000;
/** `Date` has whole seconds and an answer takes its time; a clock further off than this is wrong. */
const SKEW_MS_MAX = 60_000;
const MS_PER_SECOND = 1000;

export interface AccountParts extends IncidentParts {
  readonly billy: BillyClient;
  readonly tell: Tell;
}

/** The organization that the token opens; null, and told why, when Billy does not say. */
export async function checkAccount(
  config: Config,
  deps: AccountParts,
): Promise<Organization | null> {
  if (config.BILLY_ACCESS_TOKEN === undefined) {
    deps.tell(
      failed({
        name: 'token',
        message: 'There is no access token for Billy.',
        code: 'CONFIG_MISSING_TOKEN',
        hint: 'Create one in Billy under Settings > Access tokens and set BILLY_ACCESS_TOKEN.',
      }),
    );
    return null;
  }
  return askBilly(config, deps);
}

async function askBilly(config: Config, deps: AccountParts): Promise<Organization | null> {
  const { billy, tell } = deps;
  try {
    const read = { priority: 'interactive', patienceMs: PATIENCE_MS } as const;
    const organization = await billy.organization(read);
    tellAnswered(config, tell);
    tell(fine({ name: 'token', message: 'Billy accepts the access token.' }));
    return organization;
  } catch (error) {
    const isAnswer = error instanceof AppError && error.code === 'BILLY_AUTH';
    if (isAnswer) tellAnswered(config, tell);
    tell(failedBy(isAnswer ? 'token' : 'billy', error, deps));
    return null;
  }
}

function tellAnswered({ BILLY_API_BASE_URL: baseUrl }: Config, tell: Tell): void {
  const detail = shownAddress(baseUrl);
  tell(fine({ name: 'billy', message: 'Billy answers.', detail }));
}

/** Whether the account may be written to, and is the one that was meant. */
export function checkOrganization(organization: Organization, config: Config, tell: Tell): void {
  const name = 'organization';
  const { id, name: called, registrationNo, isLocked } = organization;
  const no = registrationNo === null ? '' : `, CVR ${quote(registrationNo, LIMITS.fieldCharsMax)}`;
  const detail = `${quote(called, LIMITS.fieldCharsMax)}, id ${id}${no}`;
  if (isLocked) {
    const message = 'Billy has locked the organization: it can be read and not written.';
    const hint = 'Log in to Billy; it says there why and what to do.';
    tell(failed({ name, message, detail, hint, code: 'ORGANIZATION_LOCKED' }));
  } else tell(fine({ name, message: 'The token opens this organization.', detail }));
  checkExpected(id, config, tell);
}

function checkExpected(id: string, config: Config, tell: Tell): void {
  const name = 'organization-id';
  const { BILLY_ORGANIZATION_ID: expected } = config;
  if (expected === undefined) return;
  if (expected === id) {
    tell(fine({ name, message: 'It is the one that BILLY_ORGANIZATION_ID names.' }));
    return;
  }
  tell(
    failed({
      name,
      message: 'BILLY_ORGANIZATION_ID names another organization than the one of the token.',
      code: 'ORGANIZATION_MISMATCH',
      hint: 'Leave BILLY_ORGANIZATION_ID out, or set the token of that organization.',
    }),
  );
}

export function checkClock(skewMs: number | null, tell: Tell): void {
  if (skewMs === null) return;
  const name = 'clock';
  const seconds = Math.round(Math.abs(skewMs) / MS_PER_SECOND);
  if (Math.abs(skewMs) <= SKEW_MS_MAX) {
    tell(fine({ name, message: "The clock of this machine agrees with Billy's." }));
    return;
  }
  const way = skewMs > 0 ? 'ahead of' : 'behind';
  tell(
    warning({
      name,
      message: `The clock of this machine is ${String(seconds)} seconds ${way} Billy's.`,
      hint: 'Set it by a time server: times of jobs and of the journal come from it.',
    }),
  );
}
