/**
 * The error of a rollback that gave up. It stands in the job's error until a later rollback runs to its
 * end; then the job shows what it showed before: why the job itself failed, or nothing.
 */
import type { JobFailure, JobPatch } from '../../model/job.js';
import { readJob, type JobContext } from '../job/job-context.js';

/** Kept in the job's result beside what else is there. */
interface Kept {
  readonly undoFailure?: {
    readonly shown: JobFailure;
    /** The job's own. */
    readonly own: JobFailure | null;
  };
}

function isSame(one: JobFailure, other: JobFailure | null): boolean {
  return one.code === other?.code && one.message === other.message;
}

/** The patch that shows why the rollback gave up. */
export async function withRollbackFailure(
  context: JobContext,
  failure: JobFailure,
): Promise<JobPatch> {
  const { error, result } = await readJob(context);
  const { undoFailure, ...others } = (result ?? {}) as Kept;
  const isOfUndo = undoFailure !== undefined && isSame(undoFailure.shown, error);
  const own = isOfUndo ? undoFailure.own : error;
  return { error: failure, result: { ...others, undoFailure: { shown: failure, own } } };
}

/** The patch that takes the error of an earlier rollback away; empty: there is none. */
export async function withoutRollbackFailure(context: JobContext): Promise<JobPatch> {
  const { error, result } = await readJob(context);
  const { undoFailure, ...others } = (result ?? {}) as Kept;
  if (undoFailure === undefined) return {};
  const isShown = isSame(undoFailure.shown, error);
  return { result: others, ...(isShown ? { error: undoFailure.own } : {}) };
}
