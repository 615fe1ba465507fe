/** What the service's functions share, and the one place where a job is looked up for a caller. */
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BillyClient } from '../billy/types.js';
import type { Clock } from '../core/clock.js';
import { InputError, JobError } from '../core/errors.js';
import type { Log } from '../core/log.js';
import type { AllowedFolders } from '../intake/allowed-paths.js';
import { writeFileWhole, type WriteTarget } from '../intake/atomic-file.js';
import type { JobStore } from '../store/job-store.js';
import type { JobRecord } from '../store/types.js';
import type { Account } from './account.js';
import type { Engine } from './engine.js';
import type { AllowedRate } from './progress.js';

export interface ServiceParts {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly account: Account;
  readonly billy: BillyClient;
  readonly log: Log;
  readonly engine: Pick<Engine, 'enqueue' | 'foretell' | 'standstillOf' | 'takeUp'>;
  readonly folders: AllowedFolders;
  readonly dataDir: string;
  readonly fileBytesMax: number;
  /** BILLY_RATE_LIMIT; null: none. */
  readonly rateLimit: AllowedRate | null;
  /** Requests a second that Billy's 429s have taught; null: nothing. */
  readonly learnedPerSecond: () => Promise<number | null>;
  readonly removeFile: (path: string) => Promise<void>;
  /** The real path of a file to write; throws `PATH_NOT_ALLOWED` or `FILE_EXISTS`. */
  readonly targetFor: (path: string, options: { overwrite: boolean }) => Promise<string>;
  readonly writeTarget: WriteTarget;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** File work of the service, on the folders that the settings allow. */
export function fileWork(
  folders: AllowedFolders,
): Pick<ServiceParts, 'folders' | 'removeFile' | 'targetFor' | 'writeTarget'> {
  return {
    folders,
    removeFile: (path) => rm(path, { force: true }),
    async targetFor(path, { overwrite }) {
      const target = await folders.resolveForWrite(path);
      if (overwrite || !(await exists(target))) return target;
      throw new InputError({
        code: 'FILE_EXISTS',
        message: 'There is a file of that name already.',
        hint: 'Choose another name, or pass overwrite: true.',
      });
    },
    async writeTarget({ path, overwrite }, chunks) {
      const target = await folders.resolveForWrite(path);
      await writeFileWhole(
        {
          path: target,
          overwrite,
          mode: 0o600,
          checkFolder: (folder) => folders.checkFolder(folder),
        },
        chunks,
      );
    },
  };
}

/** Where an organization's exports lie; its id is a plain name (billy-api.md section 6). */
export function exportFolderOf(dataDir: string, organizationId: string): string {
  return join(dataDir, 'exports', organizationId);
}

/** Where copies of sources lie. */
export function sourceFolderOf(dataDir: string): string {
  return join(dataDir, 'sources');
}

/** Throws `JOB_STATE` when the rows of the job are kept no more. */
export function checkKept(job: JobRecord): void {
  if (job.purgedAtMs === null) return;
  throw new JobError({
    code: 'JOB_STATE',
    message: 'The rows and images of this job have been purged.',
    hint: 'They are kept for BULK_RETENTION_DAYS; the counts (get_bulk_job_status) and the journal stay.',
  });
}

function unknownJob(): JobError {
  return new JobError({
    code: 'JOB_NOT_FOUND',
    message: 'There is no such job in this organization.',
    hint: 'list_bulk_jobs shows the jobs and their ids.',
  });
}

/** The job, for a caller of its own organization; anybody else learns nothing, not even that it is. */
export async function findJob(
  parts: Pick<ServiceParts, 'store' | 'account'>,
  jobId: string,
  organizationId?: string,
): Promise<JobRecord> {
  const job = await parts.store.getJob({ jobId });
  if (job === null) throw unknownJob();
  const organization = await parts.account.remembered(organizationId);
  if (job.organizationId !== organization.id) throw unknownJob();
  return job;
}
