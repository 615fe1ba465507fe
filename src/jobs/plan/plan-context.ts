/** Everything about a job that deciding a row needs, computed once. */
import type { Lookups } from '../../resources/definition/resource.js';
import type { JobRecord } from '../../model/job.js';
import type { Rules } from './decision.js';
import { jobOptionsOf } from '../job/job-options.js';
import { readingOf, type Reading } from '../job/source-settings.js';
import { type Work } from '../job/job-context.js';

export interface PlanContext {
  readonly rules: Rules;
  readonly reading: Reading;
  readonly isDryRun: boolean;
  /** The dry run whose plan the job runs; null: none. */
  readonly planOfJobId: string | null;
  readonly usedIds: Set<string>;
}

export function planContext(
  work: Pick<Work, 'resource'>,
  job: JobRecord,
  lookups: Lookups,
): PlanContext {
  const options = jobOptionsOf(job);
  const { resource } = work;
  const { operation } = job;
  const rules: Rules = {
    resource,
    lookups,
    operation: operation === 'export' ? 'import' : operation,
    strategy: options.duplicateStrategy,
    matchOrder: options.matchBy ?? resource.matchOrder,
    archivesIfInUse: options.archiveIfInUse,
  };
  const usedIds = new Set<string>();
  const { dryRun: isDryRun, planOfJobId } = job;
  return { rules, reading: readingOf(job.reading), isDryRun, planOfJobId, usedIds };
}
