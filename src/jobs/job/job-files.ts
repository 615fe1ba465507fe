/** The folders of job files in the data folder, and the service's writes to other folders. */
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../core/errors.js';
import type { AllowedFolders } from '../../files/disk/allowed-paths.js';
import { writeFileWhole, type WriteTarget } from '../../files/disk/atomic-file.js';

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** Reads and writes files that callers name. */
export interface CallerFiles {
  readonly folders: AllowedFolders;
  readonly removeFile: (path: string) => Promise<void>;
  /** The real path of a file to write; throws `PATH_NOT_ALLOWED` or `FILE_EXISTS`. */
  readonly targetFor: (path: string, options: { overwrite: boolean }) => Promise<string>;
  readonly writeTarget: WriteTarget;
}

/** File work of the service, on the folders that the settings allow. */
export function fileWork(folders: AllowedFolders): CallerFiles {
  return {
    folders,
    removeFile: (path) => rm(path, { force: true }),
    async targetFor(path, { overwrite }) {
      const target = await folders.resolveForWrite(path);
      if (overwrite || !(await exists(target))) return target;
      throw new InputError({
        code: 'FILE_EXISTS',
        message: 'A file with that name exists already.',
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

/** The folder of an organization's exports. The id is safe as a folder name (billy-api.md section 6). */
export function exportFolderOf(dataDir: string, organizationId: string): string {
  return join(dataDir, 'exports', organizationId);
}

/** The folder of source copies. */
export function sourceFolderOf(dataDir: string): string {
  return join(dataDir, 'sources');
}
