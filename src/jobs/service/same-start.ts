/** Finds duplicate starts: the same start twice is one job (contract, section 3). */
import { JobError } from '../../core/errors.js';
import { canonicalJson, sha256 } from '../../core/hash.js';
import { LIMITS } from '../../core/limits.js';
import type { JobStore } from '../../store/job-store.js';
import type { Journalled } from '../../store/ports/journal.js';
import type { JobRecord, NewJob } from '../../model/job.js';
import { jobOptionsOf, startOptionsSchema } from '../job/job-options.js';
import { isEnded } from '../../model/job-status.js';

/** Returns the hash of all inputs that decide the effect of a start: content, options, organization. */
export function fingerprintOf(
  job: Pick<NewJob, 'organizationId' | 'operation' | 'resourceType' | 'options'>,
  content: string,
  savedMapping: Readonly<Record<string, string>> = {},
): string {
  const { organizationId, operation, resourceType } = job;
  // Only the content of a mapping counts, not its name or where it was given.
  const asides = { force: true, label: true, mapping: true, saveMappingAs: true } as const;
  const schema = startOptionsSchema.omit({ ...asides, archiveIfInUse: true, batchSize: true });
  const { dryRun = false, columnMapping: own = {}, ...given } = schema.strip().parse(job.options);
  // Options that are off, empty or at their default are left out, so that fingerprints from versions
  // without these options stay equal.
  const { archiveIfInUse, batchSize, ...effective } = jobOptionsOf(job);
  const columnMapping = { ...savedMapping, ...own };
  const extra = {
    ...(archiveIfInUse ? { archiveIfInUse } : {}),
    ...(batchSize === LIMITS.bulkSaveRowsMax ? {} : { batchSize }),
    ...(Object.keys(columnMapping).length > 0 ? { columnMapping } : {}),
  };
  const options = { ...given, ...effective, ...extra, dryRun };
  return sha256(canonicalJson({ content, organizationId, operation, resourceType, options }));
}

/** same: return that job · free: start a new job · refused: that job wrote something and is unfinished. */
export type DuplicateStart = 'same' | 'free' | 'refused';

function hasWritten(job: JobRecord, written: number): boolean {
  return written > 0 || job.outcomes.unknown > 0;
}

/** Compares a start with the earlier job. `written`: number of its items that have written to Billy. */
export function findDuplicateStart(job: JobRecord, written: number, nowMs: number): DuplicateStart {
  if (!isEnded(job.status)) return job.status === 'rolling_back' ? 'refused' : 'same';
  const ageMs = nowMs - (job.completedAtMs ?? 0);
  if (job.dryRun || job.status === 'rolled_back' || ageMs > LIMITS.sameStartMs) return 'free';
  if (job.status === 'completed') return 'same';
  return hasWritten(job, written) ? 'refused' : 'free';
}

function refused(job: JobRecord): JobError {
  const isRolling = job.status === 'rolling_back';
  return new JobError({
    code: 'JOB_STATE',
    message: `The same start was job ${job.id}, which is ${job.status} and has written to Billy.`,
    hint: isRolling
      ? 'Wait for the end of its rollback (get_bulk_job_status), then start again.'
      : 'retry_failed_items finishes that job, rollback_job rolls it back; options.force starts a new job anyway.',
  });
}

/**
 * Stores the job, or returns the job that the same start has created earlier. Rejects with `JOB_STATE` if
 * that job was interrupted after writing. The unique index decides between two servers.
 */
export async function createOnce(
  store: JobStore,
  draft: NewJob & Journalled & { readonly fingerprint: string },
  ask: { isForced: boolean; nowMs: number },
): Promise<{ job: JobRecord; isNew: boolean }> {
  for (;;) {
    const job = await store.createJob(draft);
    if (job.id === draft.id) return { job, isNew: true };
    const written = await store.countWritten({ jobId: job.id });
    const verdict = ask.isForced ? 'free' : findDuplicateStart(job, written, ask.nowMs);
    if (verdict === 'same') return { job, isNew: false };
    if (verdict === 'refused') throw refused(job);
    await store.releaseFingerprint({ jobId: job.id });
  }
}
