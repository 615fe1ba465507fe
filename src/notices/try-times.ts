/** The times between the tries of a delivery: eight tries over 18 hours. */

const [SECOND_MS, MINUTE_MS, HOUR_MS] = [1000, 60_000, 3_600_000];

/** After each try that failed: the wait for the next one. After the last there is none. */
const WAITS_MS = [
  5 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
] as const;

/** The time of the next try after this number of failures; null: no further one. */
export function nextTryAtMs(failedTries: number, nowMs: number): number | null {
  const waitMs = WAITS_MS[failedTries - 1];
  return waitMs === undefined ? null : nowMs + waitMs;
}
