/** Reads the bytes of a file from its beginning, in chunks of one size. */
import { open, type FileHandle } from 'node:fs/promises';
import { fileFailure } from './file-failure.js';

const CHUNK_BYTES = 64 * 1024;

/** The chunk at that position: shorter at the end of the file, empty behind it. */
async function chunkAt(file: FileHandle, position: number, bytesMax: number): Promise<Buffer> {
  const wanted = Math.min(CHUNK_BYTES, bytesMax - position);
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

async function* chunksOf(file: FileHandle, bytesMax: number): AsyncGenerator<Buffer> {
  let position = 0;
  let next = ahead(chunkAt(file, position, bytesMax));
  try {
    for (;;) {
      const chunk = await next;
      if (chunk.length === 0) return;
      position += chunk.length;
      next = ahead(chunkAt(file, position, bytesMax));
      yield chunk;
    }
  } finally {
    // A file must not be closed during a read.
    await next.catch(() => undefined);
    await file.close();
  }
}

/** Yields chunks of the first `bytesMax` bytes; the next one is read while the caller works. */
export async function* readBytes(path: string, bytesMax = Infinity): AsyncGenerator<Buffer> {
  if (bytesMax <= 0) return;
  try {
    yield* chunksOf(await open(path), bytesMax);
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
