/** Stored files in a folder of this machine, or on a disk that several machines share. */
import { opendir, rm, stat } from 'node:fs/promises';
import type { Dirent, Stats } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.js';
import { InputError } from '../../core/errors.js';
import type { FileChunks } from '../disk/file-bytes.js';
import { errnoOf, fileFailure } from '../disk/file-failure.js';
import type {
  FileStore,
  ListedFile,
  LocalFile,
  OpenedStoredFile,
  StagedFile,
  StoredContent,
  WriteBounds,
} from './file-store.js';
import { FolderPlaces } from './folder-places.js';
import { openInFolder, openLocally } from './opened-folder-file.js';
import { stageInFolder, stagedFile } from './staged-folder-file.js';
import { removeIfStale, removeStaleFiles } from './stale-files.js';
import { checkStoredName, isStoredPart, type StoredKind, type StoredName } from './stored-name.js';

export interface FolderFileStoreOptions {
  /** The folder; its permissions keep other users out. It is created with the first file. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'nowMs' | 'randomHex'>;
  /**
   * The organization of a source that an earlier version stored, by its name; null: unknown. Such a source
   * lies in no organization's folder, so that its owner must be asked for.
   */
  readonly ownerOfOldSource: (name: string) => Promise<string | null>;
}

const RANDOM_BYTES = 12;

export class FolderFileStore implements FileStore {
  readonly #options: FolderFileStoreOptions;
  readonly #places: FolderPlaces;

  constructor(options: FolderFileStoreOptions) {
    this.#options = options;
    this.#places = new FolderPlaces(options.folder);
  }

  stage(kind: StoredKind, chunks: FileChunks, bounds: WriteBounds): Promise<StagedFile> {
    const temporary = `${this.#options.clock.randomHex(RANDOM_BYTES)}.part`;
    return stageInFolder({ places: this.#places, kind, temporary }, chunks, bounds);
  }

  async stageCopy(of: StoredName, as: StoredKind, content: StoredContent): Promise<StagedFile> {
    const from = await this.#pathOf(of);
    const temporary = `${this.#options.clock.randomHex(RANDOM_BYTES)}.part`;
    const path = join(this.#places.staging(as), temporary);
    await openLocally(from, path);
    const { sizeBytes, sha256 } = content;
    return stagedFile({ places: this.#places, kind: as }, path, { sizeBytes, sha256 });
  }

  async open(name: StoredName): Promise<OpenedStoredFile> {
    return openInFolder(await this.#pathOf(name));
  }

  async openLocal(name: StoredName): Promise<LocalFile> {
    const path = await this.#pathOf(name);
    const temporary = `${this.#options.clock.randomHex(RANDOM_BYTES)}.local`;
    return openLocally(path, join(this.#places.staging(name.kind), temporary));
  }

  async sizeOf(name: StoredName): Promise<number | null> {
    return (await this.#find(name))?.stats.size ?? null;
  }

  async remove(name: StoredName): Promise<void> {
    checkStoredName(name);
    try {
      // The older place first: a removal that was cut off between the two is repeated whole.
      const old = await this.#findOld(name);
      if (old !== null) await rm(old.path, { force: true });
      await rm(this.#places.of(name), { force: true });
    } catch (thrown) {
      throw fileFailure(thrown);
    }
  }

  async *listOrganizations(kind: StoredKind): AsyncGenerator<string> {
    for await (const entry of entriesOf(this.#places.ofKind(kind))) {
      if (entry.isDirectory() && isStoredPart(entry.name)) yield entry.name;
    }
  }

  async *list(place: { organizationId: string; kind: StoredKind }): AsyncGenerator<ListedFile> {
    checkStoredName({ ...place, name: 'any' });
    const { organizationId, kind } = place;
    yield* this.#listFolder(this.#places.ofOrganization(organizationId, kind));
    if (kind !== 'source') return;
    for await (const file of this.#listFolder(this.#places.ofKind(kind))) {
      if ((await this.#options.ownerOfOldSource(file.name)) === organizationId) yield file;
    }
  }

  async removeStale(): Promise<void> {
    const { clock, ownerOfOldSource } = this.#options;
    await removeStaleFiles(this.#places, clock.nowMs());
    const folder = this.#places.ofKind('source');
    for await (const { name } of this.#listFolder(folder)) {
      // Its start was cut off. No organization owns it, so that none would list it for removal.
      const isLost = (await ownerOfOldSource(name)) === null;
      if (isLost) await removeIfStale(join(folder, name), clock.nowMs());
    }
  }

  async *#listFolder(folder: string): AsyncGenerator<ListedFile> {
    for await (const { name } of entriesOf(folder)) {
      const stats = isStoredPart(name) ? await fileAt(join(folder, name)) : null;
      if (stats !== null) yield { name, sizeBytes: stats.size, modifiedAtMs: stats.mtimeMs };
    }
  }

  async #pathOf(name: StoredName): Promise<string> {
    const found = await this.#find(name);
    if (found === null) throw notFound();
    return found.path;
  }

  async #find(name: StoredName): Promise<FoundFile | null> {
    checkStoredName(name);
    const path = this.#places.of(name);
    const stats = await fileAt(path);
    return stats === null ? this.#findOld(name) : { path, stats };
  }

  async #findOld(name: StoredName): Promise<FoundFile | null> {
    const path = this.#places.old(name);
    const stats = path === null ? null : await fileAt(path);
    if (path === null || stats === null) return null;
    const owner =
      name.kind === 'source'
        ? await this.#options.ownerOfOldSource(name.name)
        : name.organizationId;
    return owner === name.organizationId ? { path, stats } : null;
  }
}

interface FoundFile {
  readonly path: string;
  readonly stats: Stats;
}

/** The stats of a regular file; null if there is none. */
async function fileAt(path: string): Promise<Stats | null> {
  try {
    const stats = await stat(path);
    return stats.isFile() ? stats : null;
  } catch (thrown) {
    if (isMissing(thrown)) return null;
    throw fileFailure(thrown);
  }
}

/** The entries of a folder; none if the folder does not exist. */
async function* entriesOf(folder: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(folder);
  } catch (thrown) {
    if (!isMissing(thrown)) throw fileFailure(thrown);
  }
}

function isMissing(thrown: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errnoOf(thrown) ?? '');
}

function notFound(): InputError {
  return new InputError({
    code: 'FILE_NOT_FOUND',
    message: 'The stored file does not exist.',
    hint: 'Stored files are removed after BULK_RETENTION_DAYS; one may also have been deleted in the data folder.',
  });
}
