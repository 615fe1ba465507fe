/**
 * Refuses a request during its body. A socket that is closed while bytes arrive is reset, and the
 * sender may lose the answer. So the answer goes out at once, and the rest of the body is read and dropped for a while.
 */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../core/clock.js';
import { LIMITS } from '../../core/limits.js';

/** True if bytes of the body may still come. */
function isArriving(incoming: IncomingMessage): boolean {
  return !incoming.complete && !incoming.destroyed;
}

/** Reads on until the body ends, but not for long. */
async function drain(incoming: IncomingMessage, clock: Pick<Clock, 'sleep'>): Promise<void> {
  const over = new AbortController();
  for (const event of ['end', 'close', 'error']) {
    incoming.once(event, () => {
      over.abort();
    });
  }
  // The reader of the body has given up.
  incoming.removeAllListeners('readable');
  incoming.resume();
  await clock.sleep(LIMITS.lingerMs, over.signal);
}

/** The same answer, whose end waits for the rest of the body. */
export async function lingering(
  answer: Response,
  incoming: IncomingMessage,
  clock: Pick<Clock, 'sleep'>,
): Promise<Response> {
  if (!isArriving(incoming)) return answer;
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const headers = new Headers(answer.headers);
  headers.set('content-length', String(bytes.length));
  headers.set('connection', 'close');
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        controller.enqueue(bytes);
      },
      pull: async (controller) => {
        await drain(incoming, clock);
        controller.close();
      },
    },
    { highWaterMark: 1 },
  );
  return new Response(body, { status: answer.status, headers });
}
