/** Starts jobs. All checks of a start are made here, before anything is stored or sent. */
import { AppError, InputError, JobError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { formatOfName } from '../../files/table.js';
import type { StagedFile } from '../../files/store/file-store.js';
import type { Resource, WritingOperation } from '../../resources/definition/resource.js';
import type { JobRecord, NewJob, Operation } from '../../model/job.js';
import type { Json } from '../../model/record.js';
import type { Account, CurrentOrganization } from '../../organizations/account.js';
import type { StartOptions } from '../job/job-options.js';
import { checkRecipient } from '../job/mail-rule.js';
import { checkPlanned, isPlanToApprove } from '../job/plan-required.js';
import { takeUpload } from '../upload/take-upload.js';
import { checkPredecessor } from '../job/predecessor.js';
import { startNote } from '../job/journal-notes.js';
import { checkSaving, saveMapping, savedMapping } from './saved-mappings.js';
import {
  checkKept,
  checkWritable,
  currentOrganizationOf,
  filesOfAccount,
  findJob,
  unknownJob,
  type ServiceDeps,
} from './service-deps.js';
import { checkPlanOptions, createOnce, fingerprintOf, savedMappingOf } from './same-start.js';
import { choiceWarnings } from '../filter/choose-rows.js';
import {
  copyInput,
  noUploads,
  rowCountOf,
  sourceKindOf,
  type SourceInput,
  type SourcePlace,
} from './take-source.js';
import type { ExportOptions } from '../job/export-result.js';
import { checkedFilters } from '../export/export-filters.js';

export interface StartRequest {
  readonly resource: Resource;
  readonly operation: WritingOperation;
  readonly input: SourceInput;
  readonly organizationId?: string | undefined;
  readonly options: StartOptions;
}

export interface StartedJob {
  readonly job: JobRecord;
  readonly organization: CurrentOrganization;
  /** False: the same start has created this job earlier, and no new job was started. */
  readonly isNew: boolean;
}

const JOB_ID_BYTES = 16;
const FILE_NAME_BYTES = 6;

function checkMatchBy(resource: Resource, matchBy: readonly string[] | undefined): void {
  const known = [...resource.matchOrder, ...resource.matchExtra];
  if (matchBy === undefined || matchBy.every((key) => known.includes(key))) return;
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'options.matchBy names a key that does not exist.',
    hint: `Use any of: ${known.join(', ')}.`,
  });
}

function checkUnlocked(organization: CurrentOrganization): void {
  if (!organization.isLocked) return;
  throw new AppError({
    code: 'ORGANIZATION_LOCKED',
    message: 'Billy has locked this organization for changes.',
    hint: 'Unlock it in Billy first.',
  });
}

/** Throws `JOB_NOT_FOUND` or `JOB_STATE` if the start is to come after a job that it cannot come after. */
async function checkAfter(
  deps: ServiceDeps,
  { afterJobId }: StartOptions,
  owner: string,
): Promise<void> {
  if (afterJobId === undefined) return;
  const predecessor = await findJob(deps, afterJobId);
  // The records of another organization have nothing to do with this job.
  if (predecessor.organizationId !== owner) throw unknownJob();
  checkPredecessor(predecessor);
}

function storedOptions(options: StartOptions): Record<string, Json> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Record<string, Json>;
}

/** Finds the dry run for a start from its plan. Throws `JOB_STATE` if the job is no dry run, or too old. */
async function planToRun(
  deps: ServiceDeps,
  request: StartRequest,
  jobId: string,
): Promise<JobRecord> {
  const dryRun = await findJob(deps, jobId, request.organizationId);
  const isToApprove = isPlanToApprove(dryRun);
  const isSame =
    (dryRun.dryRun || isToApprove) &&
    dryRun.operation === request.operation &&
    dryRun.resourceType === request.resource.name;
  const ageMs = deps.clock.nowMs() - (dryRun.completedAtMs ?? 0);
  const isWhole = dryRun.status === 'completed' || isToApprove;
  if (isSame && isWhole && ageMs <= LIMITS.planAgeMsMax) return dryRun;
  throw new JobError({
    code: 'JOB_STATE',
    message: isSame
      ? 'That dry run is not completed, or older than 24 hours.'
      : 'dryRunJobId is not a dry run of this tool.',
    hint: 'Start a dry run with the same file and use its id once it is completed.',
  });
}

function newJob(
  deps: ServiceDeps,
  job: {
    id: string;
    organizationId: string;
    operation: Operation;
    resource: Resource;
    options: Record<string, Json>;
  },
): NewJob {
  const { organizationId, operation, resource, options } = job;
  const isExport = operation === 'export';
  const lane = isExport ? `export:${job.id}` : `${organizationId}:${resource.lane}`;
  return {
    id: job.id,
    organizationId,
    operation,
    resourceType: resource.name,
    lane,
    dryRun: options['dryRun'] === true,
    label: typeof options['label'] === 'string' ? options['label'] : null,
    options,
    source: null,
    sourceSettings: null,
    planOfJobId: null,
    afterJobId: typeof options['afterJobId'] === 'string' ? options['afterJobId'] : null,
    createdBy: deps.caller.actor,
    warnings: [],
    createdAtMs: deps.clock.nowMs(),
  };
}

function openMaxOf({ openJobsMax }: Pick<ServiceDeps, 'openJobsMax'>): { openMax?: number } {
  return openJobsMax === undefined ? {} : { openMax: openJobsMax };
}

/** Stores the job with its journal entry and queues it, or returns the job of the same earlier start. */
async function createJob(
  deps: ServiceDeps,
  draft: NewJob,
  start: { content: string; isForced: boolean; saved?: Readonly<Record<string, string>> },
): Promise<{ job: JobRecord; isNew: boolean }> {
  const fingerprint = fingerprintOf(draft, start.content, start.saved);
  const started = await createOnce(deps.store, {
    draft: { ...draft, fingerprint, journal: [startNote(draft)], ...openMaxOf(deps) },
    isForced: start.isForced,
    nowMs: deps.clock.nowMs(),
  });
  if (started.isNew) deps.engine.enqueue(started.job);
  return started;
}

/** Keeps the copy of the source under the id of its job, then creates the job. Without a new job no copy stays. */
async function createWithCopy(
  deps: ServiceDeps,
  draft: NewJob,
  { copy, ...start }: Parameters<typeof createJob>[2] & { copy: StagedFile },
): Promise<{ job: JobRecord; isNew: boolean }> {
  const { id: name, organizationId } = draft;
  const remove = (): Promise<void> => deps.files.remove({ organizationId, kind: 'source', name });
  try {
    await copy.keepAs(organizationId, name);
    const started = await createJob(deps, draft, start);
    if (!started.isNew) await remove();
    return started;
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The options that a run of a plan has of its own; the plan's are left out. */
function ownOptions({
  label,
  notifyEmail,
  afterJobId,
}: StartOptions): Pick<StartOptions, 'label' | 'notifyEmail' | 'afterJobId'> {
  return {
    ...(label === undefined ? {} : { label }),
    ...(notifyEmail === undefined ? {} : { notifyEmail }),
    afterJobId,
  };
}

async function startFromPlan(
  deps: ServiceDeps,
  request: StartRequest,
  jobId: string,
): Promise<StartedJob> {
  const planned = await planToRun(deps, request, jobId);
  checkKept(planned);
  const warnings = [...checkPlanOptions(request.options, planned), ...choiceWarnings(planned)];
  // The plan is of this organization only, whichever one Billy names for the token now.
  const organization = await currentOrganizationOf(deps, planned);
  checkUnlocked(organization);
  await checkAfter(deps, request.options, organization.id);
  checkRecipient(deps.mailRule, request.options, organization.id);
  const draft = newJob(deps, {
    id: deps.clock.randomHex(JOB_ID_BYTES),
    organizationId: organization.id,
    operation: request.operation,
    resource: request.resource,
    options: storedOptions({ ...planned.options, dryRun: false, ...ownOptions(request.options) }),
  });
  const { source, sourceSettings } = planned;
  const started = await createJob(
    deps,
    { ...draft, source, sourceSettings, warnings, planOfJobId: planned.id },
    {
      // The same as for a direct start of this content, so that either counts for both.
      content: planned.source?.sha256 ?? `plan of ${planned.id}`,
      isForced: request.options.force === true,
      saved: savedMappingOf(planned),
    },
  );
  return { ...started, organization };
}

/** Only a start that names a mapping must know the organization before its file is read. */
async function savedMappingFor(deps: ServiceDeps, account: Account, request: StartRequest) {
  const { resource, options, organizationId } = request;
  if (options.mapping === undefined) return {};
  const { id } = await account.current(organizationId);
  return savedMapping(deps, { organizationId: id, resourceType: resource.name }, options);
}

async function placeFor(
  deps: ServiceDeps,
  account: Account,
  { name, request }: { name: string; request: StartRequest },
): Promise<SourcePlace> {
  const { files, fileBytesMax: bytesMax } = deps;
  const { organizationId, input } = request;
  const isNamed = input.filePath !== undefined;
  const { folders } = isNamed ? await filesOfAccount(deps, account, organizationId) : deps;
  return {
    folders,
    files,
    bytesMax,
    name,
    takeUpload: async (uploadId) => {
      const owner = await account.remembered(organizationId);
      return takeUpload(deps, { id: uploadId, organizationIds: [owner.id] });
    },
  };
}

/** Starts an import, update or deletion. Rejects with an AppError and a hint; then nothing was stored. */
export async function startJob(deps: ServiceDeps, request: StartRequest): Promise<StartedJob> {
  const { resource, operation, input, options } = request;
  const kind = sourceKindOf(input, operation);
  const isWriting = kind === 'dryRunJobId' || options.dryRun !== true;
  if (isWriting) checkWritable(deps);
  if (kind === 'uploadId' && deps.takesUploads !== true) throw noUploads();
  if (kind === 'dryRunJobId') return startFromPlan(deps, request, input.dryRunJobId ?? '');
  const account = await deps.organizations.accountFor(deps.caller, request.organizationId);
  account.requireToken();
  checkMatchBy(resource, options.matchBy);
  checkSaving(options);
  if (isWriting) checkPlanned({ operation, rowCount: rowCountOf(resource, input) }, deps);
  const id = deps.clock.randomHex(JOB_ID_BYTES);
  const place = await placeFor(deps, account, { name: id, request });
  const saved = await savedMappingFor(deps, account, request);
  const source = { resource, operation, input, kind, options, savedMapping: saved };
  const { copy, ...taken } = await copyInput(source, place);
  try {
    const organization = await account.current(request.organizationId);
    if (options.dryRun !== true) checkUnlocked(organization);
    await checkAfter(deps, options, organization.id);
    checkRecipient(deps.mailRule, options, organization.id);
    const draft = newJob(deps, {
      id,
      organizationId: organization.id,
      operation,
      resource,
      options: storedOptions(options),
    });
    const ask = { content: taken.source.sha256, saved, isForced: options.force === true };
    const started = await createWithCopy(deps, { ...draft, ...taken }, { ...ask, copy });
    const owner = { organizationId: organization.id, resourceType: resource.name };
    await saveMapping(deps, owner, { options, saved });
    return { ...started, organization };
  } finally {
    await copy.discard();
  }
}

export interface ExportRequest {
  readonly resource: Resource;
  readonly filters: ExportOptions['filters'];
  readonly filePath?: string | undefined;
  readonly overwrite: boolean;
  readonly dialect: 'standard' | 'da';
  readonly organizationId?: string | undefined;
}

/** The stored file has the format of the file that the caller wants. */
function exportName(deps: ServiceDeps, { resource, filePath }: ExportRequest): string {
  const format = formatOfName(filePath ?? '');
  const day = new Date(deps.clock.nowMs()).toISOString().slice(0, 10);
  return `${resource.plural}-${day}-${deps.clock.randomHex(FILE_NAME_BYTES)}.${format}`;
}

async function targetOf(
  deps: ServiceDeps,
  account: Account,
  { filePath, overwrite, organizationId }: ExportRequest,
): Promise<string | null> {
  if (filePath === undefined) return null;
  const { targetFor } = await filesOfAccount(deps, account, organizationId);
  return targetFor(filePath, { overwrite });
}

/** Starts an export job. Refuses a target that exists or may not be written. */
export async function startExport(deps: ServiceDeps, request: ExportRequest): Promise<StartedJob> {
  const { resource, overwrite, dialect } = request;
  const filters = checkedFilters(request.filters);
  const account = await deps.organizations.accountFor(deps.caller, request.organizationId);
  account.requireToken();
  const filePath = await targetOf(deps, account, request);
  const organization = await account.current(request.organizationId);
  const options: ExportOptions = {
    filters,
    dialect,
    filename: exportName(deps, request),
    filePath,
    overwrite,
  };
  const draft = newJob(deps, {
    id: deps.clock.randomHex(JOB_ID_BYTES),
    organizationId: organization.id,
    operation: 'export',
    resource,
    options: options as unknown as Record<string, Json>,
  });
  const journal = [startNote(draft)];
  const job = await deps.store.createJob({ ...draft, journal, ...openMaxOf(deps) });
  deps.engine.enqueue(job);
  return { job, organization, isNew: true };
}
