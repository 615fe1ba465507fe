/** Runs a probe with consent: asks, probes, stores the result, and gives advice. */
import type { BillyClient, Organization } from '../billy/types.js';
import type { Config } from '../config.js';
import { LIMITS } from '../core/limits.js';
import { quote } from '../core/text.js';
import type { JobStore } from '../store/job-store.js';
import type { Capabilities } from '../model/capabilities.js';
import { attempt, failed, fine, warning, type Check, type Tell } from './check.js';
import { adviceFor, recommendationFor } from './findings.js';
import { probeAccount } from './probe.js';
import type { ProbeParts } from './probe-writes.js';

export interface ProbeOrder {
  /** Asks once for consent; the question describes the probe. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Ends the probe; its contacts are still deleted. */
  readonly signal: AbortSignal;
}

export interface OrderParts extends Pick<ProbeParts, 'clock' | 'log' | 'actor' | 'say'> {
  readonly config: Config;
  readonly store: JobStore;
  readonly billy: BillyClient;
  readonly organization: Organization;
  readonly tell: Tell;
}

function questionAbout({ name }: Organization): string {
  return (
    `In the organization ${quote(name, LIMITS.fieldCharsMax)} this saves two contacts called ` +
    '"billy-bulk-mcp probe ..., may be deleted (...)" in one request, tries to save two more (Billy must ' +
    'refuse one of them), and deletes them all again, with any left by an earlier probe. It changes nothing else.'
  );
}

function adviceCheck(found: Capabilities, setting: 'on' | 'off'): Check {
  const { value, reason } = recommendationFor(found);
  const words = { name: 'recommendation', message: `${adviceFor(value)}: ${reason}` };
  return value === 'off' && setting === 'on' ? warning(words) : fine(words);
}

/** Probes the account and stores the result; null, with a failed check, if there is none. */
export async function probeWithConsent(
  order: ProbeOrder,
  isAllowed: boolean,
  deps: OrderParts,
): Promise<Capabilities | null> {
  const { config, store, organization, tell, ...rest } = deps;
  const name = 'probe';
  if (!isAllowed) {
    tell(failed({ name, message: 'Nothing was written to Billy: fix the failed checks first.' }));
    return null;
  }
  if (!(await order.confirm(questionAbout(organization)))) {
    const hint = 'Answer yes to continue.';
    tell(failed({ name, message: 'Not confirmed; nothing was written to Billy.', hint }));
    return null;
  }
  const { id: organizationId } = organization;
  const probeParts: ProbeParts = {
    ...rest,
    store,
    organizationId,
    timeoutMs: config.BILLY_TIMEOUT_MS,
    settleMs: config.BILLY_SETTLE_MS,
    signal: order.signal,
  };
  const capabilities = await probeAccount(probeParts, tell);
  if (capabilities === null) return null;
  await attempt('database', () => store.saveCapabilities({ organizationId, capabilities }), deps);
  tell(adviceCheck(capabilities, config.BILLY_BULK_SAVE));
  return capabilities;
}
