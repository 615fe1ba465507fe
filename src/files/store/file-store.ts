/**
 * The port of stored files: copies of sources, exports and reports, each under a name of its organization.
 * Nothing here names a folder, so that a database or an object store can hold them.
 */
import { LIMITS } from '../../core/limits.js';
import type { FileChunks } from '../disk/file-bytes.js';
import type { StoredKind, StoredName } from './stored-name.js';

export interface WriteBounds {
  /** One byte more is refused with `INPUT_TOO_LARGE`. */
  readonly bytesMax: number;
}

/** Half-open: the byte at `end` is not read. */
export interface ByteRange {
  readonly start?: number;
  readonly end?: number;
}

/** The size and hash of a stored file. */
export interface StoredContent {
  readonly sizeBytes: number;
  /** The hash of the bytes, hexadecimal. */
  readonly sha256: string;
}

/** Bytes that are stored and have no name yet. They disappear unless `keepAs` gives them one. */
export interface StagedFile extends StoredContent {
  /** A path on this machine with the bytes; it is valid until `keepAs` or `discard`. */
  localPath(): Promise<string>;
  /** Gives the bytes their name, in one step. A file that has the name is replaced; the last writer wins. */
  keepAs(organizationId: string, name: string): Promise<void>;
  /** Removes the bytes; does nothing after `keepAs`. */
  discard(): Promise<void>;
}

/** A stored file that is open. Its bytes stay the same if the file is replaced or removed meanwhile. */
export interface OpenedStoredFile {
  readonly sizeBytes: number;
  /** Streams the bytes of the range; all bytes by default. */
  bytes(range?: ByteRange): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** A file of this machine with the bytes of a stored file. They stay the same, as above. */
export interface LocalFile {
  /** Valid until `close`. Its folder is private to the server and takes scratch files. */
  readonly path: string;
  close(): Promise<void>;
}

export interface ListedFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

export interface FileStore {
  /**
   * Stores the chunks, whole or not at all, and hashes them on the way. A chunk may be reused by its giver
   * once the next one is asked for. The caller keeps or discards the file.
   */
  stage(kind: StoredKind, chunks: FileChunks, bounds: WriteBounds): Promise<StagedFile>;
  /**
   * Stages the bytes of a stored file under another name to come, without reading them where the place allows it.
   * Rejects with `FILE_NOT_FOUND`. The caller keeps or discards the copy.
   */
  stageCopy(of: StoredName, as: StoredKind, content: StoredContent): Promise<StagedFile>;
  /** Opens a file for reading; rejects with `FILE_NOT_FOUND`. The caller closes it. */
  open(name: StoredName): Promise<OpenedStoredFile>;
  /** The same for readers that need a path, because they jump in the file or read it several times. */
  openLocal(name: StoredName): Promise<LocalFile>;
  /** The size in bytes; null: there is no such file. */
  sizeOf(name: StoredName): Promise<number | null>;
  /** Removes the file; does nothing if there is none. */
  remove(name: StoredName): Promise<void>;
  /** The organizations that may have files of the kind, in no order. */
  listOrganizations(kind: StoredKind): AsyncIterable<string>;
  /** The files of one kind of the organization, in no order. */
  list(place: { organizationId: string; kind: StoredKind }): AsyncIterable<ListedFile>;
  /** Removes what interrupted writers and readers left behind more than a day ago. */
  removeStale(): Promise<void>;
}

/** Stores an export or a report under its name, whole or not at all, at most `LIMITS.storedFileBytesMax`. */
export async function storeFile(
  files: Pick<FileStore, 'stage'>,
  { organizationId, kind, name }: StoredName,
  chunks: FileChunks,
): Promise<void> {
  const staged = await files.stage(kind, chunks, { bytesMax: LIMITS.storedFileBytesMax });
  try {
    await staged.keepAs(organizationId, name);
  } finally {
    await staged.discard();
  }
}
