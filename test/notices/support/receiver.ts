/** A receiver of webhooks on this machine: it keeps each request, checks its signature, and answers as it is asked to. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly id: string;
  readonly path: string;
  readonly body: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** The answer of one request: a status, or nothing at all. */
export type Answer = number | 'hang' | 'cut' | ((response: ServerResponse) => void);

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** The answers of the next requests, then 204. */
  readonly answers: Answer[];
  /** Checks every signature from now on. */
  trust(secret: string): void;
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/** True if the reference library makes the same signature. The clock of a test may be any. */
function signs(secret: string, headers: Received['headers'], body: string): boolean {
  const { 'webhook-id': id = '', 'webhook-timestamp': seconds, ...rest } = headers;
  const at = new Date(Number(seconds) * 1000);
  return new Webhook(secret).sign(id, at, body) === rest['webhook-signature'];
}

function answer(how: Answer, message: IncomingMessage, response: ServerResponse): void {
  if (how === 'hang') return;
  if (how === 'cut') message.socket.destroy();
  else if (typeof how === 'number') response.writeHead(how).end();
  else how(response);
}

/** Closed when the test ends. `answerTo` decides where no answer is queued. */
export async function openReceiver(
  answerTo: (received: Received) => Answer = () => 204,
): Promise<Receiver> {
  const received: Received[] = [];
  const answers: Answer[] = [];
  const secrets: string[] = [];
  const server = createServer((message, response) => {
    void bodyOf(message).then((body) => {
      const headers = message.headers as Record<string, string>;
      const isTrusted =
        secrets.length === 0 || secrets.some((secret) => signs(secret, headers, body));
      if (!isTrusted) {
        response.writeHead(401).end('bad signature');
        return;
      }
      const { type, data } = JSON.parse(body) as Pick<Received, 'type' | 'data'>;
      const id = headers['webhook-id'] ?? '';
      const one = { id, path: message.url ?? '', body, type, data, headers };
      received.push(one);
      answer(answers.shift() ?? answerTo(one), message, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`,
    received,
    answers,
    trust: (secret) => {
      secrets.push(secret);
    },
  };
}
