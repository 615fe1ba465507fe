/** The port of figures: counts over all organizations, for operators, and the sums of some. */
import type { StoreFigures } from '../../model/figures.js';

export interface MetricsPort {
  /** `recentSinceMs`: since when runs are recent; `sentSinceMs`: the start of the window of requests that are counted. */
  readFigures(ask: {
    nowMs: number;
    recentSinceMs: number;
    sentSinceMs: number;
  }): Promise<StoreFigures>;
  /** Items of the organizations' jobs by outcome; dry runs are left out. */
  sumOutcomes(filter: { organizationIds: readonly string[] }): Promise<StoreFigures['items']>;
}
