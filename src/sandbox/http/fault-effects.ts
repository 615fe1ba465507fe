/** Sends answers with fault effects: none, cut off, garbled, or replaced by an error page. */
import type { ServerResponse } from 'node:http';
import { failure, type Occasion, type Reply } from '../api/envelope.js';
import { TEXT } from '../world/texts.js';

const HTML_HEADERS = { 'content-type': 'text/html; charset=utf-8' } as const;

/** Bytes that the real host once sent before its JSON (billy-api.md section 1). */
const PREFIX = '\ufeff\nNotice: undefined index on line 12\n';

const TITLES: ReadonlyMap<number, string> = new Map([
  [200, 'Just a moment'],
  [403, '403 Forbidden'],
  [404, '404 Not Found'],
]);

function htmlPage(status: number): Reply {
  const title = TITLES.get(status) ?? `${String(status)} Bad Gateway`;
  const body = `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
  return { status, headers: HTML_HEADERS, body };
}

/** An error answer as the gateway (`isHtml`) or Billy itself would send it. */
export function errorReply(status: number, isHtml: boolean, occasion: Occasion): Reply {
  if (isHtml) return htmlPage(status);
  return failure([status, 'SERVER_ERROR'], TEXT.serverFailed, occasion);
}

/** Sends a whole answer. */
export function send(response: ServerResponse, reply: Reply): void {
  const { status, headers, body } = reply;
  const bytes = Buffer.from(body, 'utf8');
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.end(bytes);
}

/** Breaks the connection with a TCP reset, as a crashed peer or a firewall does. */
export function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

/** Sends half the JSON: as a complete answer, or (`isCutOff`) with the connection broken in its middle. */
export function sendTruncated(response: ServerResponse, reply: Reply, isCutOff: boolean): void {
  const bytes = Buffer.from(reply.body, 'utf8');
  const half = bytes.subarray(0, Math.floor(bytes.length / 2));
  const promised = isCutOff ? bytes.length : half.length;
  response.writeHead(reply.status, { ...reply.headers, 'content-length': promised });
  if (!isCutOff) {
    response.end(half);
    return;
  }
  response.write(half, () => {
    response.destroy();
  });
}

/** A whole answer with a prefix or a wrong content type. */
export function garbled(reply: Reply, how: 'prefixed' | 'wrong-content-type'): Reply {
  return how === 'prefixed'
    ? { ...reply, body: PREFIX + reply.body }
    : { ...reply, headers: HTML_HEADERS };
}

/** Sends a whole answer, then closes the kept-alive connection without notice. */
export function sendAndClose(response: ServerResponse, reply: Reply): void {
  const { socket } = response;
  response.once('finish', () => {
    socket?.end();
  });
  send(response, reply);
}
