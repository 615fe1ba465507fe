/** The built server as a process, fed bytes of any kind; its answers by their ids, and what it takes. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { exitOf, MAIN } from './sandbox-process.js';
import type { Env } from './stdio-clients.js';

export interface Answer {
  readonly id?: string | number | null;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: { readonly code?: string; readonly hint?: string };
  };
}

export interface LineClient {
  /** Writes bytes as they are; resolves when the pipe takes more. */
  write(bytes: Buffer | string): Promise<void>;
  /** Sends a request; its id. */
  send(method: string, params: object): number;
  /** The answer to an id, whenever it comes; `null` is the first one without an id that nobody has taken. */
  answerTo(id: string | number | null): Promise<Answer>;
  ask(method: string, params: object): Promise<Answer>;
  call(tool: string, args: unknown): Promise<Answer>;
  /** Asks, and says how long the answer took in milliseconds. */
  timed(method: string, params: object): Promise<number>;
  /** The most that the process has held in memory, MiB. */
  peakMiB(): number;
  /** The exit code; null while it runs. */
  exitCode(): number | null;
  /** Ends its stdin and waits for its exit. */
  end(): Promise<number | null>;
}

const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'by-hand', version: '1' },
};

const ANSWER_MS = 20_000;
/** Ids of this client's own; tests use lower ones. */
const FIRST_ID = 1_000_000;
const KIB_A_MIB = 1024;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
}

class Inbox {
  readonly #answers = new Map<unknown, Answer[]>();
  readonly #waiting = new Map<unknown, Waiting[]>();

  put(line: string): void {
    const answer = JSON.parse(line) as Answer & { method?: string };
    if (answer.method !== undefined) return;
    const { id = null } = answer;
    const next = this.#waiting.get(id)?.shift();
    if (next === undefined) this.#answers.set(id, [...(this.#answers.get(id) ?? []), answer]);
    else next.resolve(answer);
  }

  take(id: string | number | null): Promise<Answer> {
    const known = this.#answers.get(id)?.shift();
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`no answer to ${String(id)} in time`));
      }, ANSWER_MS);
      const waiting = {
        resolve: (answer: Answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
      };
      this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), waiting]);
    });
  }
}

/** Starts the server; it is killed when the test ends, if it still runs then. */
export async function startLineClient(env: Env): Promise<LineClient> {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'] ?? '', BULK_LOG_LEVEL: 'error', ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exitOf(child);
  });
  // A server that has ended is told by the answers that do not come.
  child.stdin.on('error', () => undefined);
  const inbox = new Inbox();
  createInterface({ input: child.stdout }).on('line', (line) => {
    inbox.put(line);
  });
  let lastId = FIRST_ID;
  const write = (bytes: Buffer | string): Promise<void> =>
    new Promise((resolve) => {
      child.stdin.write(bytes, () => {
        resolve();
      });
    });
  const send = (method: string, params: object): number => {
    lastId += 1;
    void write(`${JSON.stringify({ jsonrpc: '2.0', id: lastId, method, params })}\n`);
    return lastId;
  };
  const ask = (method: string, params: object): Promise<Answer> => inbox.take(send(method, params));
  await ask('initialize', INITIALIZE);
  await write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  return {
    write,
    send,
    ask,
    answerTo: (id) => inbox.take(id),
    call: (name, args) => ask('tools/call', { name, arguments: args }),
    timed: async (method, params) => {
      const startedMs = performance.now();
      await ask(method, params);
      return performance.now() - startedMs;
    },
    peakMiB: () => {
      const status = readFileSync(`/proc/${String(child.pid)}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / KIB_A_MIB;
    },
    exitCode: () => child.exitCode,
    end: () => {
      child.stdin.end();
      return exitOf(child);
    },
  };
}

/** The code of a failed call, or of a protocol error; null: the call succeeded. */
export function codeOfAnswer({ result, error }: Answer): string | null {
  if (error !== undefined) return error.data?.code ?? /^[A-Z_]+/.exec(error.message)?.[0] ?? '';
  if (result?.['isError'] !== true) return null;
  const [content] = result['content'] as readonly { text: string }[];
  const failed = JSON.parse(content?.text ?? '{}') as { error?: { code?: string } };
  return failed.error?.code ?? '';
}
