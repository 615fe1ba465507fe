/** Chooses the folders whose files a caller may name by `filePath`. */
import { join } from 'node:path';
import { ownPathsOf, type Config } from '../config.js';
import { AppError, InputError } from '../core/errors.js';
import {
  listFolders,
  openAllowedFolders,
  openFolders,
  type AllowedFolders,
} from '../files/disk/allowed-paths.js';
import { isStoredPart } from '../files/store/stored-name.js';
import { hasRole, mayReach, type Caller } from '../organizations/caller.js';

/** A caller over HTTP is elsewhere: the working directory of the server is none of its business. */
export type Reach = 'machine' | 'network';

function notOpened(): AppError {
  return new InputError({
    code: 'PATH_NOT_ALLOWED',
    message: 'filePath names a file of the server, which it does not open over HTTP.',
    hint: 'Upload the file and pass uploadId, or pass rows or csvContent. An admin can open folders with BULK_ALLOWED_DIRS.',
  });
}

function noneNamed(): AppError {
  return new InputError({
    code: 'PATH_NOT_ALLOWED',
    message: 'filePath reaches the folder of one organization, and this call names none.',
    hint: 'Pass organizationId, or upload the file and pass uploadId.',
  });
}

function mayOnlyRead(): AppError {
  return new AppError({
    code: 'FORBIDDEN',
    message: 'A file of the server needs the role operator; this key or token has the role viewer.',
    hint: 'Leave filePath out: the answer names the report by its resourceUri.',
  });
}

/** No folder: each path is refused. */
function noFolders(refusal: () => AppError): AllowedFolders {
  const refuse = (): Promise<never> => Promise.reject(refusal());
  return {
    openForRead: refuse,
    list: () => Promise.resolve([]),
    resolveForWrite: refuse,
    checkFolder: refuse,
  };
}

export interface CallerFolders {
  /** All folders that the settings allow, for the engine. */
  readonly whole: AllowedFolders;
  readonly of: (caller: Caller) => AllowedFolders;
  /** Those of the caller in a call about one organization. Absent: the organization makes no difference. */
  readonly within?: (caller: Caller, organizationId: string) => AllowedFolders;
}

function isOverAll({ organizations, role }: Caller): boolean {
  return organizations === 'all' && role === 'admin';
}

/**
 * Over HTTP a caller reaches only the folders named as its organizations inside the allowed ones, and in a call about
 * one organization only the folder of that one; an admin of all organizations reaches the whole, and a viewer nothing:
 * it would only write.
 */
export function callerFolders(config: Config, cwd: string, reach: Reach): CallerFolders {
  const { BULK_ALLOWED_DIRS: setting } = config;
  const own = ownPathsOf(config);
  const whole = openAllowedFolders({ setting, cwd, own });
  if (reach === 'machine') return { whole, of: () => whole };
  const roots = setting === undefined ? [] : listFolders(setting, cwd);
  const of = (caller: Caller): AllowedFolders => {
    const { organizations, role } = caller;
    if (!hasRole({ role }, 'operator')) return noFolders(mayOnlyRead);
    if (roots.length === 0) return noFolders(notOpened);
    if (organizations === 'all') return isOverAll(caller) ? whole : noFolders(noneNamed);
    // The ids of a token's claim are not checked elsewhere: an empty one would name the whole.
    const names = organizations.filter(isStoredPart);
    return openFolders(
      roots.flatMap((root) => names.map((name) => join(root, name))),
      own,
    );
  };
  return {
    whole,
    of,
    within: (caller, id) => {
      if (isOverAll(caller)) return of(caller);
      return of({ ...caller, organizations: mayReach(caller, id) ? [id] : [] });
    },
  };
}
