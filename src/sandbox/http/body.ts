/** Reads a request body, up to a size. */
import type { IncomingMessage } from 'node:http';

/** Larger bodies answer 413. */
export const BODY_BYTES_MAX = 5 * 1024 * 1024;

/**
 * The body as text; null when it is too large. The rest is read and thrown away, so that the
 * sender gets to see the answer. Rejects when the sender goes away.
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
