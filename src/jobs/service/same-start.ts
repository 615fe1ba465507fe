/** Finds duplicate starts: the same start twice is one job (contract, section 3). */
import { isoTime } from '../../core/clock.js';
import { InputError, JobError } from '../../core/errors.js';
import { canonicalJson, sha256 } from '../../core/hash.js';
import { LIMITS } from '../../core/limits.js';
import { countWords } from '../../model/words.js';
import type { Problem } from '../../model/item.js';
import type { JobStore } from '../../store/job-store.js';
import type { Journalled } from '../../store/ports/journal.js';
import type { JobRecord, NewJob } from '../../model/job.js';
import { jobOptionsOf, startOptionsSchema, type StartOptions } from '../job/job-options.js';
import { neededMapping } from '../job/needed-mapping.js';
import { sourceSettingsOf } from '../job/source-settings.js';
import { resourceNamed } from '../../resources/registry.js';
import { isEnded } from '../../model/job-status.js';

/** Options without an effect on the records. Of a mapping only the content counts, not its name or where it was given. */
const ASIDES = {
  force: true,
  label: true,
  notifyEmail: true,
  afterJobId: true,
  mapping: true,
  saveMappingAs: true,
} as const;

/** The saved mapping that a job reads its source with. */
export function savedMappingOf(
  job: Pick<JobRecord, 'sourceSettings'>,
): Readonly<Record<string, string>> {
  return job.sourceSettings === null
    ? {}
    : (sourceSettingsOf(job.sourceSettings).savedMapping ?? {});
}

/** The earlier jobs of the same content that are looked at. */
const EARLIER_JOBS_MAX = 50;

type Fingerprinted = Pick<
  NewJob,
  'organizationId' | 'operation' | 'resourceType' | 'options' | 'sourceSettings'
>;

/** The mapping without what the headers mean anyway. */
function effectiveMapping(
  { operation, resourceType, options, sourceSettings }: Fingerprinted,
  columnMapping: Readonly<Record<string, string>>,
  savedMapping: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const head = sourceSettings === null ? undefined : sourceSettingsOf(sourceSettings).head;
  if (head === undefined || operation === 'export') return { ...savedMapping, ...columnMapping };
  const { matchBy } = jobOptionsOf({ options });
  const mapping = { operation, columnMapping, savedMapping, matchBy };
  return neededMapping(resourceNamed(resourceType), head.headers, mapping);
}

/** Returns the hash of all inputs that decide the effect of a start: content, options, organization. */
export function fingerprintOf(
  job: Fingerprinted,
  content: string,
  savedMapping: Readonly<Record<string, string>> = {},
): string {
  const { organizationId, operation, resourceType } = job;
  const schema = startOptionsSchema.omit({ ...ASIDES, archiveIfInUse: true, batchSize: true });
  const {
    dryRun = false,
    columnMapping: own = {},
    includeHiddenRows = false,
    ...given
  } = schema.strip().parse(job.options);
  // Options that are off, empty or at their default are left out, so that fingerprints from versions
  // without these options stay equal.
  const { archiveIfInUse, batchSize, ...effective } = jobOptionsOf(job);
  const columnMapping = effectiveMapping(job, own, savedMapping);
  const extra = {
    ...(archiveIfInUse ? { archiveIfInUse } : {}),
    // An import that does not say it refuses hidden rows, so it has no other effect than one that leaves them out.
    ...(includeHiddenRows ? { includeHiddenRows } : {}),
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

/** The draft of a job, its fingerprint, and whether `options.force` asks for another job anyway. */
interface StartOnce {
  readonly draft: NewJob & Journalled & { readonly fingerprint: string; readonly openMax?: number };
  readonly isForced: boolean;
  readonly nowMs: number;
}

/** True if the earlier job stands for the start; false: it does not. Throws `JOB_STATE` if it is unfinished. */
async function standsFor(store: JobStore, job: JobRecord, start: StartOnce): Promise<boolean> {
  if (start.isForced) return false;
  const written = await store.countWritten({ jobId: job.id });
  const verdict = findDuplicateStart(job, written, start.nowMs);
  if (verdict === 'refused') throw refused(job);
  return verdict === 'same';
}

/**
 * The job that ran a plan of the same content and options. Earlier versions gave it a fingerprint that named the
 * plan, so that the unique index does not find it.
 */
function sameRunOfPlan(
  earlier: readonly JobRecord[],
  { fingerprint, dryRun }: StartOnce['draft'],
): JobRecord | null {
  if (dryRun) return null;
  const isSame = (job: JobRecord): boolean =>
    job.planOfJobId !== null &&
    fingerprintOf(job, job.source?.sha256 ?? '', savedMappingOf(job)) === fingerprint;
  return earlier.find(isSame) ?? null;
}

/** True if the job has put something of its source into Billy that no rollback took back, or may do so yet. */
function hasImported({ status, outcomes }: JobRecord): boolean {
  if (status === 'rolled_back') return false;
  const { created, updated, merged, unknown } = outcomes;
  return !isEnded(status) || created + updated + merged + unknown > 0;
}

/** The warning that the same content was imported before; none if it was not. */
function importedBefore(earlier: readonly JobRecord[]): Problem[] {
  const job = earlier.find((each) => each.operation === 'import' && hasImported(each));
  if (job === undefined) return [];
  const { created, updated, merged } = job.outcomes;
  const day = (isoTime(job.createdAtMs) ?? '').slice(0, 10);
  const done = isEnded(job.status)
    ? `${countWords(created, 'record')} created, ${String(updated + merged)} changed`
    : job.status;
  const message =
    `This content was already imported on ${day} by job ${job.id} (${done}) and not rolled back. ` +
    'Rows that match no record are created a second time.';
  return [{ code: 'IMPORTED_BEFORE', message }];
}

/** Earlier runs of the draft's content, newest first. */
async function earlierRuns(store: JobStore, draft: NewJob): Promise<JobRecord[]> {
  const { organizationId, operation, resourceType, source } = draft;
  if (source === null) return [];
  const { sha256: hash } = source;
  const filter = { organizationId, operation, resourceType, sha256: hash };
  return store.listJobsOfSource({ ...filter, limit: EARLIER_JOBS_MAX });
}

/**
 * Stores the job, or returns the job that the same start has created earlier. Rejects with `JOB_STATE` if
 * that job was interrupted after writing. The unique index decides between two servers. A new job warns if its
 * content was imported before.
 */
export async function createOnce(
  store: JobStore,
  start: StartOnce,
): Promise<{ job: JobRecord; isNew: boolean }> {
  const earlier = await earlierRuns(store, start.draft);
  const ofPlan = sameRunOfPlan(earlier, start.draft);
  if (ofPlan !== null && (await standsFor(store, ofPlan, start)))
    return { job: ofPlan, isNew: false };
  const warnings = [...importedBefore(earlier), ...start.draft.warnings];
  for (;;) {
    const job = await store.createJob({ ...start.draft, warnings });
    if (job.id === start.draft.id) return { job, isNew: true };
    if (await standsFor(store, job, start)) return { job, isNew: false };
    await store.releaseFingerprint({ jobId: job.id });
  }
}

/**
 * The warning about options beside `dryRunJobId` that differ from those of the plan, which decide. Throws
 * `INPUT_INVALID` if the run is asked to be a dry run: it would write otherwise.
 */
export function checkPlanOptions(
  options: StartOptions,
  plan: Pick<JobRecord, 'options'>,
): Problem[] {
  if (options.dryRun === true) {
    throw new InputError({
      code: 'INPUT_INVALID',
      message:
        'options.dryRun and dryRunJobId exclude each other: dryRunJobId runs the plan for real.',
      hint: 'Leave options.dryRun out to run the plan. get_bulk_job_status and get_bulk_job_report show the plan.',
    });
  }
  const schema = startOptionsSchema.omit({ ...ASIDES, dryRun: true }).strip();
  const stored: Readonly<Record<string, unknown>> = {
    ...jobOptionsOf(plan),
    ...schema.parse(plan.options),
  };
  const others = Object.entries(schema.parse(options))
    .filter(([, value]) => value !== undefined)
    .filter(([name, value]) => canonicalJson(value) !== canonicalJson(stored[name] ?? null))
    .map(([name]) => `options.${name}`);
  if (others.length === 0) return [];
  const message = `Not used, because the options of the dry run decide: ${others.join(', ')}.`;
  return [{ code: 'OPTIONS_IGNORED', message }];
}
