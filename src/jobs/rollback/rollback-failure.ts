/**
 * The error of a rollback that gave up. The job shows it until a later rollback completes. Then the job
 * shows its own error again, or none.
 */
import type { JobFailure, JobPatch } from '../../model/job.js';
import { readJob, type JobContext } from '../job/job-context.js';

/** Stored in the job's result, next to its other properties. */
interface Kept {
  readonly undoFailure?: {
    readonly shown: JobFailure;
    /** The job's own error. */
    readonly own: JobFailure | null;
  };
}

function isSame(one: JobFailure, other: JobFailure | null): boolean {
  return one.code === other?.code && one.message === other.message;
}

/** Returns the patch that shows why the rollback gave up. */
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

/** Returns the patch that removes the error of an earlier rollback; empty if there is none. */
export async function withoutRollbackFailure(context: JobContext): Promise<JobPatch> {
  const { error, result } = await readJob(context);
  const { undoFailure, ...others } = (result ?? {}) as Kept;
  if (undoFailure === undefined) return {};
  const isShown = isSame(undoFailure.shown, error);
  return { result: others, ...(isShown ? { error: undoFailure.own } : {}) };
}
