/** Sends a file as it is read. A browser saves it, and shows nothing of it as a page of this server. */
import { create } from 'content-disposition';
import { messageOf } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { Download } from '../../jobs/service/download.js';
import type { WebRoute } from '../web-route.js';

const ENCODER = new TextEncoder();

function bytesOf(chunk: Uint8Array | string): Uint8Array {
  return typeof chunk === 'string' ? ENCODER.encode(chunk) : chunk;
}

/** A failure breaks the connection off, so that no client takes half a file for a whole one. */
function bodyOf(
  { chunks }: Download,
  { web, log }: { readonly web: WebRoute; readonly log: Log },
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await chunks.next();
          if (next.done === true) controller.close();
          else controller.enqueue(bytesOf(next.value));
        } catch (error) {
          log.error({ event: 'download.broken', error: messageOf(error) });
          web.env.outgoing.destroy();
          controller.close();
        }
      },
      async cancel() {
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

export function sendDownload(
  download: Download,
  parts: { readonly web: WebRoute; readonly log: Log },
): Response {
  const { filename, contentType, sizeBytes } = download;
  return new Response(bodyOf(download, parts), {
    status: 200,
    headers: {
      'content-type': contentType,
      'content-disposition': create(filename, { type: 'attachment' }),
      ...(sizeBytes === null ? {} : { 'content-length': String(sizeBytes) }),
      'x-content-type-options': 'nosniff',
      'content-security-policy': 'sandbox',
      'cache-control': 'no-store',
    },
  });
}
