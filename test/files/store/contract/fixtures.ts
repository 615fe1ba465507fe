/** Stored files as the contract suite uses them, whatever holds them. */
import { afterEach, beforeEach } from 'vitest';
import { systemClock, type Clock } from '../../../../src/core/clock.js';
import type { FileChunks } from '../../../../src/files/disk/file-bytes.js';
import type { FileStore } from '../../../../src/files/store/file-store.js';
import type { StoredName } from '../../../../src/files/store/stored-name.js';

export interface OpenedFileStore {
  readonly files: FileStore;
  /** The number of files that have no name: staged ones, and local ones of readers. */
  readonly unnamedCount: () => Promise<number>;
  readonly cleanup: () => Promise<void>;
}

export type StoreClock = Pick<Clock, 'nowMs' | 'randomHex'>;
export type OpenFileStore = (clock: StoreClock) => Promise<OpenedFileStore>;

export const BYTES_MAX = 10_000_000;
export const HOUR_MS = 3_600_000;

export function nameOf(name: string, more: Partial<StoredName> = {}): StoredName {
  return { organizationId: 'org-1', kind: 'source', name, ...more };
}

export interface FreshFiles {
  readonly files: () => FileStore;
  readonly unnamedCount: () => Promise<number>;
  /** Moves the clock of the store forward. */
  readonly wait: (ms: number) => void;
}

/** A fresh store for each test of the describe it is called in. */
export function freshFiles(open: OpenFileStore): FreshFiles {
  let opened: OpenedFileStore | null = null;
  let laterMs = 0;
  const clock: StoreClock = {
    nowMs: () => systemClock.nowMs() + laterMs,
    randomHex: (bytes) => systemClock.randomHex(bytes),
  };
  beforeEach(async () => {
    laterMs = 0;
    opened = await open(clock);
  });
  afterEach(async () => {
    await opened?.cleanup();
    opened = null;
  });
  const current = (): OpenedFileStore => {
    if (opened === null) throw new Error('The store is open only inside a test.');
    return opened;
  };
  return {
    files: () => current().files,
    unnamedCount: () => current().unnamedCount(),
    wait: (ms) => {
      laterMs += ms;
    },
  };
}

/** The content in chunks of that many bytes. */
export async function* chunked(
  content: string | Buffer,
  size = 1000,
): AsyncGenerator<Uint8Array | string> {
  const bytes = Buffer.from(content);
  for (let start = 0; start < bytes.length; start += size) {
    yield await Promise.resolve(bytes.subarray(start, start + size));
  }
}

/** Stages the content and keeps it under the name. */
export async function put(
  files: FileStore,
  { organizationId, kind, name }: StoredName,
  chunks: FileChunks | string,
): Promise<void> {
  const given = typeof chunks === 'string' ? chunked(chunks) : chunks;
  const staged = await files.stage(kind, given, { bytesMax: BYTES_MAX });
  await staged.keepAs(organizationId, name);
}

/** The bytes of a range, as one text. */
export async function textAt(
  files: FileStore,
  name: StoredName,
  range?: { start?: number; end?: number },
): Promise<string> {
  const file = await files.open(name);
  try {
    return await joined(file.bytes(range));
  } finally {
    await file.close();
  }
}

export async function joined(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The names that the store lists for an organization and a kind, sorted. */
export async function namesIn(
  files: FileStore,
  place: Partial<StoredName> = {},
): Promise<string[]> {
  const { organizationId, kind } = nameOf('any', place);
  const names: string[] = [];
  for await (const { name } of files.list({ organizationId, kind })) names.push(name);
  return names.sort();
}
