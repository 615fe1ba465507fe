/** Clients and senders as the tests use them; all are closed after each test. */
import { afterEach } from 'vitest';
import { createBillyClient } from '../../../src/billy/http/client.js';
import { Sender, type SenderOptions } from '../../../src/billy/http/sender.js';
import type { BillyClient, ReadOptions, WriteOptions } from '../../../src/billy/types.js';
import { systemClock, type Clock } from '../../../src/core/clock.js';
import { createLog } from '../../../src/core/log.js';
import {
  startScriptedServer,
  type Answer,
  type ScriptedServer,
  type Seen,
} from './scripted-server.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

export const READ: ReadOptions = { priority: 'interactive', patienceMs: 0 };
export const WRITE: WriteOptions = { patienceMs: 0 };
export const TOKEN = 'secret-token';

/** The machine's clock, with every retry wait cut to a few milliseconds. */
export const hastyClock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 5), signal),
};

export async function serve(
  script: (seen: Seen) => Answer | Promise<Answer>,
): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  closing.push(() => server.close());
  return server;
}

/** One answer after another; the last one for ever. */
export function inTurn(...answers: readonly [Answer, ...Answer[]]): () => Answer {
  let next = 0;
  return () => {
    const answer = answers[Math.min(next, answers.length - 1)] ?? answers[0];
    next += 1;
    return answer;
  };
}

const optionsFor = (baseUrl: string, options: Partial<SenderOptions>): SenderOptions => ({
  baseUrl,
  token: TOKEN,
  rateLimit: null,
  maxConcurrent: 4,
  timeoutMs: 2000,
  clock: hastyClock,
  log: createLog({ level: 'silent' }),
  ...options,
});

export function clientFor(baseUrl: string, options: Partial<SenderOptions> = {}): BillyClient {
  const client = createBillyClient(optionsFor(baseUrl, options));
  closing.push(() => client.close());
  return client;
}

export function senderFor(baseUrl: string, options: Partial<SenderOptions> = {}): Sender {
  const sender = new Sender(optionsFor(baseUrl, options));
  closing.push(() => sender.close());
  return sender;
}

export async function drain<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
}
