/** Chooses the store of sources, exports and reports. */
import type { Clock } from '../core/clock.js';
import type { FileStore } from '../files/store/file-store.js';
import { FolderFileStore } from '../files/store/folder-file-store.js';
import type { JobsPort } from '../store/ports/jobs.js';

/** The files in the data folder `dataDir`. An old source has the id of the job that stored it. */
export function openFileStore(
  dataDir: string,
  { jobs, clock }: { jobs: Pick<JobsPort, 'getJob'>; clock: Clock },
): FileStore {
  return new FolderFileStore({
    folder: dataDir,
    clock,
    ownerOfOldSource: async (name) => (await jobs.getJob({ jobId: name }))?.organizationId ?? null,
  });
}
