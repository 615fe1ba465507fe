/** Reads a request body, up to a size. */
import type { IncomingMessage } from 'node:http';

/** A larger body gets the answer 413. */
export const BODY_BYTES_MAX = 5 * 1024 * 1024;

/**
 * The body as text; null if it is too large. The rest of a large body is read and dropped, so that the
 * sender can receive the answer. Rejects if the sender disconnects.
 */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return sizeBytes <= BODY_BYTES_MAX ? Buffer.concat(chunks).toString('utf8') : null;
}
