/** A server that has just been started, spoken to line by line: a client library would be measured too. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { MAIN } from '../../test/support/sandbox-process.js';
import { memoryMiBOf } from './process-cost.js';

export interface Started {
  /** Milliseconds from the start of the process to the answer of `initialize`. */
  readonly initializeMs: number;
  /** Milliseconds from the start of the process to the answer of `tools/list`, asked for after that. */
  readonly toolsMs: number;
  memoryMiB(): number;
  readonly close: () => Promise<void>;
}

const INITIALIZE = {
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  },
};

/** An account that is never asked for anything: the port is closed. */
const ACCOUNT = {
  BILLY_API_BASE_URL: 'http://127.0.0.1:9',
  BILLY_ACCESS_TOKEN: 'token-of-the-bench',
};

/** Starts the server on that data folder. */
export async function startOn(dataDir: string): Promise<Started> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...ACCOUNT,
      BULK_DATA_DIR: dataDir,
      BULK_LOG_LEVEL: 'warn',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const answers: AsyncIterator<string, undefined> = lines[Symbol.asyncIterator]();
  const say = (message: object): void => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  const answered = async (): Promise<number> => {
    const { value = '' } = await answers.next();
    if (!value.includes('"result"')) throw new Error(`no result: ${value}`);
    return performance.now() - startedMs;
  };
  say(INITIALIZE);
  const initializeMs = await answered();
  say({ method: 'notifications/initialized' });
  say({ id: 2, method: 'tools/list' });
  const toolsMs = await answered();
  return {
    initializeMs,
    toolsMs,
    memoryMiB: () => memoryMiBOf(child.pid ?? 0),
    close: async () => {
      const exited = once(child, 'exit');
      child.stdin.end();
      await exited;
    },
  };
}
