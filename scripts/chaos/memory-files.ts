/**
 * Files of the simulation, in memory: real file work would end in another order each time, and the
 * same seed must be the same story. Paths elsewhere are none of its business.
 */
import files, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { Stats } from 'node:fs';
import { createHash } from 'node:crypto';
import { bytesOf, type FileChunks } from '../../src/files/disk/file-bytes.js';
import type { FileStore, StagedFile } from '../../src/files/store/file-store.js';

const FOLDER = '/simulated/';
const contents = new Map<string, Buffer>();

export interface MemoryFolder {
  readonly path: (name: string) => string;
  readonly write: (name: string, content: string | Buffer) => void;
  readonly read: (name: string) => Buffer;
  readonly forget: (name: string) => void;
  /** Forgets the folder's files. */
  readonly remove: () => void;
}

export function memoryFolder(name: string): MemoryFolder {
  const root = `${FOLDER}${name}/`;
  const names: string[] = [];
  return {
    path: (file) => root + file,
    write: (file, content) => {
      names.push(root + file);
      contents.set(root + file, Buffer.from(content));
    },
    read: (file) => contentAt(root + file) ?? Buffer.alloc(0),
    forget: (file) => contents.delete(root + file),
    remove: () => {
      for (const path of names) contents.delete(path);
    },
  };
}

async function staged(folder: MemoryFolder, chunks: FileChunks): Promise<StagedFile> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(bytesOf(chunk)));
  const content = Buffer.concat(parts);
  return {
    sizeBytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    localPath: () => Promise.reject(new Error('the simulation has no path for it')),
    keepAs: (_organizationId, name) => {
      folder.write(name, content);
      return Promise.resolve();
    },
    discard: () => Promise.resolve(),
  };
}

async function* only(content: Buffer): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield content;
}

/** As much of a file store as jobs use that read sources, and that choose rows by a filter. */
export function memoryFileStore(folder: MemoryFolder): FileStore {
  const none = (): never => {
    throw new Error('the simulation writes no such files');
  };
  return {
    openLocal: ({ name }) =>
      Promise.resolve({ path: folder.path(name), close: () => Promise.resolve() }),
    stage: (_kind, chunks) => staged(folder, chunks),
    open: ({ name }) => {
      const content = folder.read(name);
      const bytes = (): AsyncIterable<Uint8Array> => only(content);
      return Promise.resolve({ sizeBytes: content.length, bytes, close: () => Promise.resolve() });
    },
    remove: ({ name }) => {
      folder.forget(name);
      return Promise.resolve();
    },
    ...{ stageCopy: none, sizeOf: none, listOrganizations: none, list: none, removeStale: none },
  };
}

function contentAt(path: unknown): Buffer | null {
  if (typeof path !== 'string' || !path.startsWith(FOLDER)) return null;
  const content = contents.get(path);
  if (content === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  return content;
}

/** As much of a file handle as readers of a whole file use. */
function handleOf(content: Buffer): FileHandle {
  let next = 0;
  const read = (
    ...[buffer, offset, length, position]: [Buffer, number, number, number | null]
  ): Promise<{ bytesRead: number; buffer: Buffer }> => {
    const from = position ?? next;
    const bytesRead = content.copy(buffer, offset, from, from + length);
    next = from + bytesRead;
    return Promise.resolve({ bytesRead, buffer });
  };
  const stat = (): Promise<Pick<Stats, 'size'>> => Promise.resolve({ size: content.length });
  return { read, stat, close: () => Promise.resolve() } as unknown as FileHandle;
}

const { open, stat } = files;
files.open = async (path, ...rest) => {
  const content = contentAt(path);
  return content === null ? open(path, ...rest) : handleOf(content);
};
files.stat = (async (path: string, ...rest: []) => {
  const content = contentAt(path);
  return content === null ? stat(path, ...rest) : { size: content.length, isFile: () => true };
}) as typeof files.stat;
syncBuiltinESMExports();
