/** A job as tools show it, for tests of what is said about it. */
import type { JobView } from '../../../src/jobs/service/job-view.js';
import { OUTCOMES } from '../../../src/model/item.js';

const NOTHING = Object.fromEntries(OUTCOMES.map((name) => [name, 0])) as JobView['outcomes'];

export function jobView(
  overrides: Partial<Omit<JobView, 'outcomes'>> & { outcomes?: Partial<JobView['outcomes']> } = {},
): JobView {
  const time = '2026-01-01T00:00:00.000Z';
  return {
    id: 'a1b2',
    label: null,
    organizationId: 'org',
    operation: 'import',
    resourceType: 'customer',
    status: 'completed',
    dryRun: false,
    cancelRequested: false,
    pauseRequested: false,
    queuedBehind: null,
    progress: 100,
    totalRows: 3,
    totalItems: 3,
    processedItems: 3,
    successfulItems: 3,
    failedItems: 0,
    skippedItems: 0,
    unknownItems: 0,
    notAttemptedItems: 0,
    duplicates: { inFile: 0, inBilly: 0 },
    money: null,
    etaSeconds: null,
    rate: { allowed: '100/min', learned: null },
    estimate: null,
    itemsPerMinute: null,
    durationMs: 10,
    error: null,
    warnings: [],
    errors: [],
    errorSummary: [],
    createdAt: time,
    startedAt: time,
    updatedAt: time,
    completedAt: time,
    createdBy: 'somebody',
    cancelledBy: null,
    options: {},
    source: null,
    rollback: null,
    reportUri: 'billy-bulk://jobs/a1b2/report.csv',
    ...overrides,
    outcomes: { ...NOTHING, ...overrides.outcomes },
  };
}
