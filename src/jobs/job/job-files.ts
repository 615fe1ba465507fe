/** The files that callers name, in the folders that the settings allow. */
import { access } from 'node:fs/promises';
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
  /** The real path of a file to write; throws `PATH_NOT_ALLOWED` or `FILE_EXISTS`. */
  readonly targetFor: (path: string, options: { overwrite: boolean }) => Promise<string>;
  readonly writeTarget: WriteTarget;
}

/** File work of the service, on the folders that the settings allow. */
export function fileWork(folders: AllowedFolders): CallerFiles {
  return {
    folders,
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
