// How many cases a property gets: a tenth in every run, all of them with PROPERTY_RUNS=10000.

const RUNS_USUAL = 1000;

/** Cases of each property; the seed makes a failure come again. */
export const PROPERTY = {
  numRuns: Number(process.env['PROPERTY_RUNS'] ?? RUNS_USUAL),
  seed: Number(process.env['PROPERTY_SEED'] ?? 20_261_129),
} as const;
