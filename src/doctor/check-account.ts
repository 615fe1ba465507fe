/** Checks Billy: that it answers, accepts the token, and opens the expected organization; and the clock. */
import type { BillyClient, Organization } from '../billy/types.js';
import type { Config } from '../config.js';
import { AppError } from '../core/errors.js';
import type { IncidentParts } from '../core/incident.js';
import { LIMITS } from '../core/limits.js';
import { quote } from '../core/text.js';
import { durationWords } from '../model/words.js';
import { failed, failedBy, fine, warning, type Tell } from './check.js';
import { shownAddress } from './print.js';

/** A person waits, so temporary failures are retried only this long. */
const PATIENCE_MS = 5000;
/** `Date` has whole seconds, and an answer takes time; a clock that is off by more than this is wrong. */
const SKEW_MS_MAX = 60_000;
const MS_PER_SECOND = 1000;

export interface AccountParts extends IncidentParts {
  readonly billy: BillyClient;
  readonly tell: Tell;
}

/** The organization of the token; null, with a failed check, if Billy does not return it. */
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

/** Checks that the organization is not locked, and is the expected one. */
export function checkOrganization(organization: Organization, config: Config, tell: Tell): void {
  const name = 'organization';
  const { id, name: called, registrationNo, isLocked } = organization;
  const no = registrationNo === null ? '' : `, CVR ${quote(registrationNo, LIMITS.fieldCharsMax)}`;
  const detail = `${quote(called, LIMITS.fieldCharsMax)}, id ${id}${no}`;
  if (isLocked) {
    const message = 'Billy has locked the organization: it can be read but not changed.';
    const hint = 'Log in to Billy to see the reason and the next steps.';
    tell(failed({ name, message, detail, hint, code: 'ORGANIZATION_LOCKED' }));
  } else tell(fine({ name, message: 'The token belongs to this organization.', detail }));
  checkExpected(id, config, tell);
}

function checkExpected(id: string, config: Config, tell: Tell): void {
  const name = 'organization-id';
  const { BILLY_ORGANIZATION_ID: expected } = config;
  if (expected === undefined) return;
  if (expected === id) {
    tell(fine({ name, message: 'The organization matches BILLY_ORGANIZATION_ID.' }));
    return;
  }
  tell(
    failed({
      name,
      message: 'The token does not belong to the organization in BILLY_ORGANIZATION_ID.',
      code: 'ORGANIZATION_MISMATCH',
      hint: 'Remove BILLY_ORGANIZATION_ID, or set the token of that organization.',
    }),
  );
}

export function checkClock(skewMs: number | null, tell: Tell): void {
  if (skewMs === null) return;
  const name = 'clock';
  const skew = durationWords(Math.abs(skewMs) / MS_PER_SECOND);
  if (Math.abs(skewMs) <= SKEW_MS_MAX) {
    tell(fine({ name, message: "The clock of this machine agrees with Billy's." }));
    return;
  }
  const way = skewMs > 0 ? 'ahead of' : 'behind';
  tell(
    warning({
      name,
      message: `The clock of this machine is ${skew} ${way} Billy's.`,
      hint: 'Set it by a time server: the times of jobs and of the journal come from it.',
    }),
  );
}
