/** Reads the rate that Billy's 429s have taught, for views of jobs. */
import { learnedRateOf } from '../billy/throttle/learned-rate.js';
import type { Config } from '../config.js';
import type { SendLogPort } from '../store/ports/send-log.js';

/** Requests a second that 429s have taught for an organization, by whichever process; null: nothing. */
export async function learnedPerSecond(
  config: Config,
  { store, organizationId: scope }: { store: SendLogPort; organizationId: string },
): Promise<number | null> {
  // Without a limit in the settings no rate is learned.
  if (config.BILLY_RATE_LIMIT === null) return null;
  const { kept } = await store.readSends({ scope, sinceMs: 0, untilMs: 0 });
  return learnedRateOf(kept.pace)?.perSecond ?? null;
}
