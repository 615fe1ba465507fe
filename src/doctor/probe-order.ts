/** A probe from consent to memory: asked for, made, remembered, and turned into advice. */
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
  /** Asked once, with what is about to be done. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Ends the probe; what it made is taken away all the same. */
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
    '"billy-bulk-mcp probe ..., may be deleted (...)" in one request, tries to save two more of which ' +
    'Billy must refuse one, and deletes them again, with what an earlier probe left. It changes nothing else.'
  );
}

function adviceCheck(found: Capabilities, setting: 'on' | 'off'): Check {
  const { value, reason } = recommendationFor(found);
  const words = { name: 'recommendation', message: `${adviceFor(value)}: ${reason}` };
  return value === 'off' && setting === 'on' ? warning(words) : fine(words);
}

/** What was found out and is remembered now; null, and told why: nothing. */
export async function probeWithConsent(
  order: ProbeOrder,
  isAllowed: boolean,
  deps: OrderParts,
): Promise<Capabilities | null> {
  const { config, store, organization, tell, ...rest } = deps;
  const name = 'probe';
  if (!isAllowed) {
    tell(failed({ name, message: 'Nothing was written to Billy: what failed above comes first.' }));
    return null;
  }
  if (!(await order.confirm(questionAbout(organization)))) {
    const hint = 'Answer yes to go on.';
    tell(failed({ name, message: 'Nothing was written to Billy: nobody said yes.', hint }));
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
