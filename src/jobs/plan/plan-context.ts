/** The facts about a job that deciding a row needs, computed once per job. */
import type { Lookups } from '../../resources/definition/resource.js';
import type { JobRecord } from '../../model/job.js';
import type { Rules } from './decision.js';
import { jobOptionsOf } from '../job/job-options.js';
import { rowsOperationOf, sourceSettingsOf, type SourceSettings } from '../job/source-settings.js';
import { type JobContext } from '../job/job-context.js';
import { RecordUses } from '../snapshot/record-uses.js';

export interface PlanContext {
  readonly rules: Rules;
  readonly sourceSettings: SourceSettings;
  readonly isDryRun: boolean;
  /** The dry run that the job carries out; null: none. */
  readonly planOfJobId: string | null;
  readonly uses: RecordUses;
}

export function createPlanContext(
  context: Pick<JobContext, 'resource'>,
  job: JobRecord,
  lookups: Lookups,
): PlanContext {
  const options = jobOptionsOf(job);
  const { resource } = context;
  const rules: Rules = {
    resource,
    lookups,
    operation: rowsOperationOf(job),
    strategy: options.duplicateStrategy,
    matchOrder: options.matchBy ?? resource.matchOrder,
    archivesIfInUse: options.archiveIfInUse,
  };
  const uses = new RecordUses();
  const { dryRun: isDryRun, planOfJobId } = job;
  return {
    rules,
    sourceSettings: sourceSettingsOf(job.sourceSettings),
    isDryRun,
    planOfJobId,
    uses,
  };
}
