/** Reads the bytes of a file from its beginning, in chunks of one size. */
import { open, type FileHandle } from 'node:fs/promises';
import { fileFailure } from './file-failure.js';

/** The content of a file to write: bytes, or text to be encoded as UTF-8. */
export type FileChunks = AsyncIterable<Uint8Array | string>;

export function bytesOf(chunk: Uint8Array | string): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
}

const CHUNK_BYTES = 64 * 1024;

/** The chunk at that position: shorter at the end of the file, empty behind it. */
async function chunkAt(file: FileHandle, position: number, end: number): Promise<Buffer> {
  const wanted = Math.max(0, Math.min(CHUNK_BYTES, end - position));
  const chunk = Buffer.allocUnsafeSlow(wanted);
  let length = 0;
  while (length < wanted) {
    const { bytesRead } = await file.read(chunk, length, wanted - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return chunk.subarray(0, length);
}

/** Handles a failure of a chunk that is read ahead, so that only the reader of the chunk sees it. */
function ahead(chunk: Promise<Buffer>): Promise<Buffer> {
  chunk.catch(() => undefined);
  return chunk;
}

/** Yields the chunks from `start` to before `end`, and leaves the file open. */
export async function* chunksOf(
  file: FileHandle,
  { start, end }: { start: number; end: number },
): AsyncGenerator<Buffer> {
  let position = start;
  let next = ahead(chunkAt(file, position, end));
  try {
    for (;;) {
      const chunk = await next;
      if (chunk.length === 0) return;
      position += chunk.length;
      next = ahead(chunkAt(file, position, end));
      yield chunk;
    }
  } finally {
    // A file must not be closed during a read.
    await next.catch(() => undefined);
  }
}

async function* chunksOfPath(path: string, bytesMax: number): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    yield* chunksOf(file, { start: 0, end: bytesMax });
  } finally {
    await file.close();
  }
}

/** Yields chunks of the first `bytesMax` bytes; the next one is read while the caller works. */
export async function* readBytes(path: string, bytesMax = Infinity): AsyncGenerator<Buffer> {
  if (bytesMax <= 0) return;
  try {
    yield* chunksOfPath(path, bytesMax);
  } catch (thrown) {
    throw fileFailure(thrown);
  }
}

/** The first `bytesMax` bytes in one piece. */
export async function readFirstBytes(path: string, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of readBytes(path, bytesMax)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
