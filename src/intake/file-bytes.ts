/** A file's bytes, from its beginning, in chunks of one size. */
import { createReadStream } from 'node:fs';
import { fileFailure } from './file-failure.js';

const CHUNK_BYTES = 64 * 1024;

/** Chunks of the first `bytesMax` bytes. */
export async function* readBytes(path: string, bytesMax = Infinity): AsyncGenerator<Buffer> {
  if (bytesMax <= 0) return;
  const stream = createReadStream(path, { end: bytesMax - 1, highWaterMark: CHUNK_BYTES });
  try {
    for await (const chunk of stream) yield chunk as Buffer;
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
