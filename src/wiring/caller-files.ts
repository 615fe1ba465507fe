/** Chooses the folders whose files a caller may name by `filePath`. */
import { join } from 'node:path';
import { ownPathsOf, type Config } from '../config.js';
import { InputError } from '../core/errors.js';
import {
  listFolders,
  openAllowedFolders,
  openFolders,
  type AllowedFolders,
} from '../files/disk/allowed-paths.js';
import type { Caller } from '../organizations/caller.js';

/** A caller over HTTP is elsewhere: the working directory of the server is none of its business. */
export type Reach = 'machine' | 'network';

function refuse(): Promise<never> {
  return Promise.reject(
    new InputError({
      code: 'PATH_NOT_ALLOWED',
      message: 'filePath names a file of the server, which it does not open over HTTP.',
      hint: 'Upload the file and pass uploadId, or pass rows or csvContent. An admin can open folders with BULK_ALLOWED_DIRS.',
    }),
  );
}

const NO_FOLDERS: AllowedFolders = {
  openForRead: refuse,
  list: () => Promise.resolve([]),
  resolveForWrite: refuse,
  checkFolder: refuse,
};

export interface CallerFolders {
  /** All folders that the settings allow, for the engine. */
  readonly whole: AllowedFolders;
  readonly of: (caller: Caller) => AllowedFolders;
}

/**
 * Over HTTP a caller reaches only the folders named as its organizations inside the allowed ones; an admin of all
 * organizations reaches the whole.
 */
export function callerFolders(config: Config, cwd: string, reach: Reach): CallerFolders {
  const { BULK_ALLOWED_DIRS: setting } = config;
  const own = ownPathsOf(config);
  const whole = openAllowedFolders({ setting, cwd, own });
  if (reach === 'machine') return { whole, of: () => whole };
  if (setting === undefined) return { whole, of: () => NO_FOLDERS };
  const roots = listFolders(setting, cwd);
  const of = ({ organizations, role }: Caller): AllowedFolders => {
    if (organizations === 'all') return role === 'admin' ? whole : NO_FOLDERS;
    return openFolders(
      roots.flatMap((root) => organizations.map((id) => join(root, id))),
      own,
    );
  };
  return { whole, of };
}
