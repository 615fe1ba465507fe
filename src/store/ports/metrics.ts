/** The port of figures: counts over all organizations, for operators. */
import type { StoreFigures } from '../../model/figures.js';

export interface MetricsPort {
  /** `recentSinceMs`: since when runs are recent; `sentSinceMs`: the start of the window of requests that are counted. */
  readFigures(ask: {
    nowMs: number;
    recentSinceMs: number;
    sentSinceMs: number;
  }): Promise<StoreFigures>;
}
