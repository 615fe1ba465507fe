/** Server-sent events as bytes, each a whole message of the stream. */
import type { JobView } from '../../jobs/service/job-view.js';

const encoder = new TextEncoder();

function messageOf(lines: readonly string[]): Uint8Array {
  return encoder.encode(`${lines.join('\n')}\n\n`);
}

/** The first message. EventSource then reconnects after a second. */
export const OPENING = messageOf(['retry: 1000']);

/** Shows proxies and clients that the stream lives. */
export const COMMENT = messageOf([': alive']);

/** The whole job. Its id is what a client sends back as `Last-Event-ID`. */
export function jobEvent(change: number, job: unknown): Uint8Array {
  return messageOf([`id: ${String(change)}`, 'event: job', `data: ${JSON.stringify(job)}`]);
}

/** The last message of the stream of one job. EventSource drops events without data. */
export function endEvent(change: number, job: Pick<JobView, 'id'>): Uint8Array {
  const data = JSON.stringify({ id: job.id });
  return messageOf([`id: ${String(change)}`, 'event: end', `data: ${data}`]);
}

const NUMBER = /^\d{1,15}$/;

/**
 * The number in a header `Last-Event-ID`; null: there is none. Any other text counts as none, so the stream begins with
 * the state: a refusal would end the reconnecting of EventSource for good.
 */
export function lastEventIdOf(header: string | undefined): number | null {
  return header !== undefined && NUMBER.test(header) ? Number(header) : null;
}
