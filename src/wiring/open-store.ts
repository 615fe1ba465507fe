/** Chooses the store that the settings name. */
import { databaseOf } from '../config.js';
import type { JobStore } from '../store/job-store.js';
import { openSqliteStore } from '../store/sqlite/sqlite-store.js';

/** Opens the job store in the data folder `dataDir`; rejects with `STORE_FAILED` if it cannot be used. */
export function openStore(dataDir: string): Promise<JobStore> {
  return openSqliteStore({ path: databaseOf(dataDir) });
}
