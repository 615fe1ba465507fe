/** What this machine must offer: the data folder, the database in it, and folders to take files from. */
import { stat } from 'node:fs/promises';
import { databaseOf, type Config } from '../config.js';
import type { IncidentParts } from '../core/incident.js';
import { LIMITS } from '../core/limits.js';
import { quote } from '../core/text.js';
import { openAllowedFolders } from '../intake/allowed-paths.js';
import type { JobStore } from '../store/job-store.js';
import { openSqliteStore } from '../store/sqlite-store.js';
import { openDataDir } from '../wiring.js';
import { attempt, fine, warning, type Tell } from './check.js';

type Parts = IncidentParts & { readonly tell: Tell };

function shownPath(path: string): string {
  return quote(path, LIMITS.fieldCharsMax);
}

/** The job database, which is made where there is none; null: it cannot be used. */
export async function checkStorage(config: Config, parts: Parts): Promise<JobStore | null> {
  const { tell } = parts;
  const dataDir = await attempt('data-folder', () => openDataDir(config), parts);
  if (dataDir === null) return null;
  const detail = shownPath(dataDir);
  tell(fine({ name: 'data-folder', message: 'The data folder may be written.', detail }));
  const path = databaseOf(dataDir);
  const store = await attempt('database', () => openSqliteStore({ path }), parts);
  if (store !== null) {
    tell(fine({ name: 'database', message: 'The job database opens.', detail: shownPath(path) }));
  }
  return store;
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() === true;
}

export async function checkFolders(config: Config, cwd: string, tell: Tell): Promise<void> {
  const name = 'allowed-folders';
  const { folders } = openAllowedFolders(config.BULK_ALLOWED_DIRS, cwd);
  const isThere = await Promise.all(folders.map(isFolder));
  const missing = folders.filter((_, index) => isThere[index] !== true);
  if (folders.length > 0 && missing.length === 0) {
    const detail = folders.map(shownPath).join(', ');
    tell(fine({ name, message: 'Files may be read and written in these folders.', detail }));
    return;
  }
  tell(
    warning({
      name,
      message:
        folders.length === 0
          ? 'No folder is allowed, so that no file can be named.'
          : 'Folders that are allowed do not exist.',
      detail: missing.length === 0 ? null : missing.map(shownPath).join(', '),
      hint: 'Set BULK_ALLOWED_DIRS to the folders that hold your files.',
    }),
  );
}
