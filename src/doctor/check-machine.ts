/** Checks this machine: the data folder, the database in it, and the allowed folders. */
import { stat } from 'node:fs/promises';
import { databaseOf, ownPathsOf, type Config } from '../config.js';
import type { IncidentParts } from '../core/incident.js';
import { LIMITS } from '../core/limits.js';
import { quote } from '../core/text.js';
import { listFolders } from '../files/disk/allowed-paths.js';
import { OwnPlaces } from '../files/disk/own-places.js';
import type { JobStore } from '../store/job-store.js';
import { attempt, fine, warning, type Tell } from './check.js';
import { openDataDir } from '../wiring/state-folder.js';
import { openStore } from '../wiring/open-store.js';

type Parts = IncidentParts & { readonly tell: Tell };

function shownPath(path: string): string {
  return quote(path, LIMITS.fieldCharsMax);
}

/** Opens the job database, which is created if it does not exist; null if it cannot be used. */
export async function checkStorage(config: Config, deps: Parts): Promise<JobStore | null> {
  const { tell } = deps;
  const dataDir = await attempt('data-folder', () => openDataDir(config), deps);
  if (dataDir === null) return null;
  const detail = shownPath(dataDir);
  tell(fine({ name: 'data-folder', message: 'The data folder is writable.', detail }));
  const path = databaseOf(dataDir);
  const store = await attempt('database', () => openStore(dataDir), deps);
  if (store !== null) {
    tell(fine({ name: 'database', message: 'The job database opens.', detail: shownPath(path) }));
  }
  return store;
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() === true;
}

interface Folders {
  readonly folders: readonly string[];
  readonly missing: readonly string[];
  /** The folders that are inside the data folder. */
  readonly own: readonly string[];
}

async function lookAtFolders(config: Config, cwd: string): Promise<Folders> {
  const folders = listFolders(config.BULK_ALLOWED_DIRS, cwd);
  const places = new OwnPlaces(ownPathsOf(config));
  const isThere = await Promise.all(folders.map(isFolder));
  const isOwn = await Promise.all(folders.map((folder) => places.holdPath(folder)));
  return {
    folders,
    missing: folders.filter((_, index) => isThere[index] !== true),
    own: folders.filter((_, index) => isOwn[index] === true),
  };
}

/** The problem and the folders that have it; null if there is none. */
function problemOf({ folders, missing, own }: Folders): [string, readonly string[]] | null {
  if (folders.length === 0) return ['No folder is allowed, so no file can be used.', []];
  if (missing.length > 0) return ['Some allowed folders do not exist.', missing];
  if (own.length === 0) return null;
  return ['Some allowed folders are inside the data folder, where no file can be used.', own];
}

export async function checkFolders(config: Config, cwd: string, tell: Tell): Promise<void> {
  const name = 'allowed-folders';
  const found = await lookAtFolders(config, cwd);
  const problem = problemOf(found);
  const [message, named] = problem ?? [
    'Files may be read and written in these folders.',
    found.folders,
  ];
  const detail = named.length === 0 ? null : named.map(shownPath).join(', ');
  if (problem === null) {
    tell(fine({ name, message, detail }));
    return;
  }
  const hint = 'Set BULK_ALLOWED_DIRS to the folders that hold your files.';
  tell(warning({ name, message, detail, hint }));
}
