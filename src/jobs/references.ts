/** Unknown references of a job whose rows need all of theirs: every one is named before anything is sent. */
import { LIMITS } from '../core/limits.js';
import { warn, type Work } from './work.js';

/** Whether rows refer to what is not there; each such reference is named in the job's warnings. */
export async function lacksReferences(work: Work): Promise<boolean> {
  if (!work.resource.needsAllReferences) return false;
  const { store, jobId } = work;
  const causes = await store.listCauses({ jobId, limit: LIMITS.jobCausesKept });
  const unknown = causes.filter(({ code }) => code === 'REFERENCE_NOT_FOUND');
  if (unknown.length === 0) return false;
  const named = unknown.map(({ message, rows: [row] }) => `${message} (row ${String(row ?? '')})`);
  await warn(work, [
    {
      code: 'REFERENCE_NOT_FOUND',
      message: `${String(unknown.length)} unknown: ${named.join('; ')}.`,
    },
  ]);
  return true;
}
