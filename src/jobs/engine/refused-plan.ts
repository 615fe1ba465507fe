/** The reasons for which a job with a whole plan sends nothing. */
import { ERROR_CODES } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import type { JobFailure, JobRecord } from '../../model/job.js';
import type { JobContext } from '../job/job-context.js';
import { jobOptionsOf } from '../job/job-options.js';
import { planRequired, unplannedMaxOf } from '../job/plan-required.js';

const UNKNOWN_REFERENCES: JobFailure = {
  code: 'REFERENCE_NOT_FOUND',
  message: 'Rows refer to records that this account does not have, so nothing was sent.',
  hint: 'job.warnings and the report name each; correct the file or add the records in Billy, then start again.',
};

const INVALID_ROWS: JobFailure = {
  code: 'ROW_INVALID',
  message: 'At least one row is invalid, so nothing was sent.',
  hint: 'get_bulk_job_report lists the rows; fix the rows, then start again.',
};

async function lacksReferences({ store, jobId }: JobContext): Promise<boolean> {
  // Each code may have one line more, for the causes that are counted together.
  const limit = LIMITS.jobCausesKept + ERROR_CODES.length;
  const causes = await store.listCauses({ jobId, limit });
  return causes.some(({ code }) => code === 'REFERENCE_NOT_FOUND');
}

/** The failure of a job that would write more records than it may without a plan; null: it may. */
async function lacksPlan(context: JobContext, job: JobRecord): Promise<JobFailure | null> {
  const { store, jobId, settings } = context;
  const max = unplannedMaxOf(job, settings);
  if (max === null) return null;
  // A retry adds to what the job has written: rows that failed at first may be many.
  const written = await store.countWritten({ jobId });
  const count = written + (await store.countItems({ jobId, states: ['ready', 'waiting'] }));
  return count > max ? planRequired(jobId, count, max) : null;
}

/** The failure of a job whose plan must not be sent; null: it may be sent. */
export async function refusalOf(context: JobContext, job: JobRecord): Promise<JobFailure | null> {
  const { validateBeforeCreate, continueOnError, rollbackOnError } = jobOptionsOf(job);
  if (context.resource.needsAllReferences && (await lacksReferences(context))) {
    return UNKNOWN_REFERENCES;
  }
  const isStrict = validateBeforeCreate || !continueOnError || rollbackOnError;
  if (isStrict && job.outcomes.failed > 0) return INVALID_ROWS;
  return lacksPlan(context, job);
}
