/**
 * The face of the engine for one caller: all that tools (and later HTTP) may ask for. One method is one use-case.
 * The caller is part of the service, so no use-case can forget whose jobs and files it may reach.
 */
import { callEntry } from '../job/journal-notes.js';
import type { JobRecord } from '../../model/job.js';
import {
  cancelJob,
  pauseJob,
  resumeJob,
  retryJob,
  rollbackJob,
  type RollbackRequest,
} from './control-job.js';
import {
  archiveDownload,
  exportDownload,
  reportDownload,
  type ArchiveDownload,
  type Download,
  type ReportDownload,
} from './download.js';
import { exportBytes, exportFile, shortExportText, type ExportEnd } from './export-file.js';
import {
  inspectFile,
  inspectFolders,
  type FileLook,
  type FolderLook,
  type InspectRequest,
} from './inspect-file.js';
import { lastChangeOf, visibleOrganizations, type JobChange } from './job-changes.js';
import type { JobView } from './job-view.js';
import { listItems, type ItemPage, type ItemPageFilter } from './list-items.js';
import {
  jobStatistics,
  listJobs,
  type JobList,
  type JobListFilter,
  type JobStatistics,
} from './list-jobs.js';
import {
  listOrganizations,
  type OrganizationFilter,
  type OrganizationList,
} from './list-organizations.js';
import {
  reportText,
  writeReport,
  type ReportFile,
  type ReportRequest,
  type ReportScope,
} from './report.js';
import {
  listMappings,
  removeMapping,
  type MappingFilter,
  type MappingToRemove,
} from './saved-mappings.js';
import { findJob, type ServiceDeps } from './service-deps.js';
import {
  startExport,
  startJob,
  type ExportRequest,
  type StartedJob,
  type StartRequest,
} from './start-job.js';
import type { SavedMapping } from '../../store/ports/settings.js';
import {
  receiveAtAddress,
  receiveUpload,
  requestUpload,
  type AddressedUpload,
  type AddressRequest,
  type ReceivedAtAddress,
  type UploadAddress,
  type UploadRequest,
} from '../upload/receive-upload.js';
import type { UploadView } from '../upload/upload-parts.js';
import {
  templateBytes,
  templateText,
  writeTemplate,
  type TemplateFile,
  type TemplateForm,
  type TemplateRequest,
} from './templates.js';
import { jobVersion, viewOf, waitForJob, type Waiting } from './watch-job.js';

export type ToolCallNote = Omit<Parameters<typeof callEntry>[0], 'organizationId' | 'actor'>;

function textIn(args: unknown, name: string): string | null {
  const value: unknown = typeof args === 'object' && args !== null ? Reflect.get(args, name) : null;
  return typeof value === 'string' ? value : null;
}

/**
 * The organization of the job in the result or the arguments, or the one that the arguments name, or the only
 * one. null: none of these is an organization of the caller, so the call belongs to no organization's chain.
 */
async function organizationOf(
  { store, organizations, caller }: ServiceDeps,
  { args, jobId }: ToolCallNote,
): Promise<string | null> {
  const organizationIds = await organizations.knownIdsOf(caller);
  const named = jobId ?? textIn(args, 'jobId') ?? textIn(args, 'dryRunJobId');
  const job = named === null ? null : await store.findJob({ jobId: named, organizationIds });
  if (job !== null) return job.organizationId;
  const only = await organizations.onlyIdOf(caller);
  if (only !== null) return only;
  const organizationId = textIn(args, 'organizationId');
  return organizationIds.find((id) => id === organizationId) ?? null;
}

/** Writes the call of a tool or a route to the journal. Returns the organization under which it stands there. */
async function noteCall(deps: ServiceDeps, call: ToolCallNote): Promise<string | null> {
  const { store, clock, caller } = deps;
  const organizationId = await organizationOf(deps, call);
  const entry = callEntry({ ...call, actor: caller.actor, organizationId });
  await store.appendJournal({ entry, nowMs: clock.nowMs() });
  return organizationId;
}

export class JobService {
  readonly #deps: ServiceDeps;

  constructor(deps: ServiceDeps) {
    this.#deps = deps;
  }

  start(request: StartRequest): Promise<StartedJob> {
    return startJob(this.#deps, request);
  }

  /** Returns the content of a file as a start would understand it. */
  inspect(request: InspectRequest): Promise<FileLook> {
    return inspectFile(this.#deps, request);
  }

  /** The folders with files that callers may name, and their newest files. */
  inspectFolders(organizationId?: string): Promise<FolderLook[]> {
    return inspectFolders(this.#deps, organizationId);
  }

  /** Takes a file that arrives. Whatever can be refused is refused before its body is read. */
  upload(request: UploadRequest): Promise<UploadView> {
    return receiveUpload(this.#deps, request);
  }

  /** Makes a one-time address to which a file can be sent without a key. */
  requestUpload(request: AddressRequest): Promise<UploadAddress> {
    return requestUpload(this.#deps, request);
  }

  /** Takes the file that arrives at a one-time address. The secret stands for the caller who asked for it. */
  receiveAtAddress(request: AddressedUpload): Promise<ReceivedAtAddress> {
    return receiveAtAddress(this.#deps, request);
  }

  /** The organizations that the caller may work on, a page at a time. */
  organizations(filter: OrganizationFilter): Promise<OrganizationList> {
    return listOrganizations(this.#deps, filter);
  }

  /** Starts an export and returns at once. */
  startExport(request: ExportRequest): Promise<StartedJob> {
    return startExport(this.#deps, request);
  }

  export(request: ExportRequest, signal: AbortSignal): Promise<ExportEnd> {
    return exportFile(this.#deps, request, signal);
  }

  /** The content of a finished export; null when it is not finished, or too long for an answer. */
  shortExportText(job: JobRecord): Promise<string | null> {
    return shortExportText(this.#deps, job);
  }

  async job(jobId: string): Promise<JobView> {
    return viewOf(this.#deps, await findJob(this.#deps, jobId));
  }

  status(jobId: string, waiting: Waiting): Promise<JobView> {
    return waitForJob(this.#deps, jobId, waiting);
  }

  /** A text that differs after each change of the job. */
  jobVersion(jobId: string): Promise<string> {
    return jobVersion(this.#deps, jobId);
  }

  /** The job as its last change left it, with the number of that change. */
  lastChangeOf(jobId: string): Promise<JobChange> {
    return lastChangeOf(this.#deps, jobId);
  }

  /** The ids of the organizations with jobs that the caller may see: the named one, or all of its own. */
  visibleOrganizations(organizationId: string | undefined): Promise<string[]> {
    return visibleOrganizations(this.#deps, organizationId);
  }

  list(filter: JobListFilter): Promise<JobList> {
    return listJobs(this.#deps, filter);
  }

  /** Jobs by status and items by outcome, of one organization or all of the caller's. */
  statistics(organizationId: string | undefined): Promise<JobStatistics> {
    return jobStatistics(this.#deps, organizationId);
  }

  /** The rows of a job with their outcomes and changes, a page at a time. */
  items(jobId: string, page: ItemPageFilter): Promise<ItemPage> {
    return listItems(this.#deps, jobId, page);
  }

  /** The saved column mappings. */
  mappings(filter: MappingFilter): Promise<SavedMapping[]> {
    return listMappings(this.#deps, filter);
  }

  removeMapping(mapping: MappingToRemove): Promise<void> {
    return removeMapping(this.#deps, mapping);
  }

  cancel(jobId: string, reason?: string): Promise<JobView> {
    return cancelJob(this.#deps, jobId, reason);
  }

  pause(jobId: string): Promise<JobView> {
    return pauseJob(this.#deps, jobId);
  }

  resume(jobId: string): Promise<JobView> {
    return resumeJob(this.#deps, jobId);
  }

  retry(jobId: string): Promise<JobView> {
    return retryJob(this.#deps, jobId);
  }

  rollback(jobId: string, ask: RollbackRequest): Promise<JobView> {
    return rollbackJob(this.#deps, jobId, ask);
  }

  report(jobId: string, ask: ReportRequest): Promise<ReportFile> {
    return writeReport(this.#deps, jobId, ask);
  }

  reportText(jobId: string, scope: ReportScope): Promise<string> {
    return reportText(this.#deps, jobId, scope);
  }

  exportBytes(filename: string): Promise<Buffer> {
    return exportBytes(this.#deps, filename);
  }

  /** The bytes of an export as text; a workbook is none. */
  async exportText(filename: string): Promise<string> {
    return (await exportBytes(this.#deps, filename)).toString('utf8');
  }

  /** An exported file as a stream. */
  exportDownload(filename: string): Promise<Download> {
    return exportDownload(this.#deps, filename);
  }

  /** The report of a job as a stream. */
  reportDownload(jobId: string, ask: ReportDownload): Promise<Download> {
    return reportDownload(this.#deps, jobId, ask);
  }

  /** The source, reports, summary and journal of a job, as one archive. */
  archiveDownload(jobId: string, ask: ArchiveDownload): Promise<Download> {
    return archiveDownload(this.#deps, jobId, ask);
  }

  /** A file to start from; its rows name the account's own records where they must name any. */
  template(name: string): Promise<{ csvContent: string; filename: string }> {
    return templateText(this.#deps, name);
  }

  /** The same in a dialect and a format; written to the path of the caller. */
  writeTemplate(request: TemplateRequest): Promise<TemplateFile> {
    return writeTemplate(this.#deps, request);
  }

  /** The same as the bytes of a file. */
  templateBytes(name: string, form: TemplateForm): Promise<Buffer> {
    return templateBytes(this.#deps, name, form);
  }

  /** Writes the call of a tool and its end to the journal; returns the organization that the call was about. */
  noteCall(call: ToolCallNote): Promise<string | null> {
    return noteCall(this.#deps, call);
  }
}

/** The methods of the service, whichever object offers them. */
export type Service = Pick<JobService, keyof JobService>;
