/** The places of stored files in a folder: `<kind>/<organization>/<name>`, and those of earlier versions. */
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf } from '../disk/file-failure.js';
import type { StoredKind, StoredName } from './stored-name.js';

const FOLDERS: Readonly<Record<StoredKind, string>> = {
  source: 'sources',
  export: 'exports',
  report: 'reports',
  upload: 'uploads',
};

/** No organization has this name: a leading dot is not allowed. */
const STAGING = '.staging';

/** The error codes of file systems that cannot flush a folder. */
const NO_FOLDER_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EPERM', 'EISDIR', 'EACCES']);

export class FolderPlaces {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  ofKind(kind: StoredKind): string {
    return join(this.#root, FOLDERS[kind]);
  }

  /** Beside the files of the kind, since a kind may be moved to another disk and a link put in its place. */
  staging(kind: StoredKind): string {
    return join(this.ofKind(kind), STAGING);
  }

  ofOrganization(organizationId: string, kind: StoredKind): string {
    return join(this.ofKind(kind), organizationId);
  }

  of({ organizationId, kind, name }: StoredName): string {
    return join(this.ofOrganization(organizationId, kind), name);
  }

  /** Earlier versions put all sources into one folder, and reports among the exports. */
  old({ organizationId, kind, name }: StoredName): string | null {
    if (kind === 'source') return join(this.ofKind(kind), name);
    return kind === 'report' ? this.of({ organizationId, kind: 'export', name }) : null;
  }
}

/** Creates the folder for its owner only, so that a crash of the machine does not lose it. */
export async function makeFolder(folder: string): Promise<void> {
  const created = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (created !== undefined) await syncFolder(dirname(created));
}

/** Flushes the names in a folder to the disk, where the system can. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (thrown) {
    if (!NO_FOLDER_SYNC.has(errnoOf(thrown) ?? '')) throw thrown;
  }
}
