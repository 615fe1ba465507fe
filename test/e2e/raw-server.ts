/** The server as a bare process: what it writes line by line, how it ends, and requests by hand. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { exitOf, MAIN } from '../support/sandbox-process.js';
import type { Env } from '../support/stdio-clients.js';
import { eventually } from './stage.js';

export interface RawServer {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly stdoutLines: readonly string[];
  readonly stderrLines: readonly string[];
  /** Writes a line as it is. */
  write(line: string): void;
  notify(method: string, params: object): void;
  /** Sends without waiting; the answer is its id. */
  send(method: string, params: object): number;
  /** The result; rejects with the text of a protocol error. */
  request(method: string, params: object): Promise<Record<string, unknown>>;
  /** The structured content of a tool's result. */
  callTool(name: string, args: object): Promise<Record<string, unknown>>;
}

interface Message {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: object;
}

function messageOf(line: string): Message | null {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return null;
  }
}

function linesOf(input: Readable): string[] {
  const lines: string[] = [];
  createInterface({ input }).on('line', (line) => lines.push(line));
  return lines;
}

const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'by-hand', version: '1' },
};

/** Starts the server; it is killed when the test ends, if it still runs then. */
export async function startRawServer(env: Env, args: readonly string[] = []): Promise<RawServer> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exitOf(child);
  });
  const stdoutLines = linesOf(child.stdout);
  const stderrLines = linesOf(child.stderr);
  let lastId = 0;
  const write = (line: string): void => {
    child.stdin.write(`${line}\n`);
  };
  const send = (method: string, params: object): number => {
    lastId += 1;
    write(JSON.stringify({ jsonrpc: '2.0', id: lastId, method, params }));
    return lastId;
  };
  const request = async (method: string, params: object): Promise<Record<string, unknown>> => {
    const id = send(method, params);
    const answer = await eventually(`the answer to ${method}`, () => {
      return stdoutLines.map(messageOf).find((message) => message?.id === id) ?? null;
    });
    if (answer.result === undefined) throw new Error(JSON.stringify(answer.error));
    return answer.result;
  };
  const notify = (method: string, params: object): void => {
    write(JSON.stringify({ jsonrpc: '2.0', method, params }));
  };
  const callTool = async (name: string, args: object): Promise<Record<string, unknown>> => {
    const result = await request('tools/call', { name, arguments: args });
    return result['structuredContent'] as Record<string, unknown>;
  };
  await request('initialize', INITIALIZE);
  notify('notifications/initialized', {});
  return { child, stdoutLines, stderrLines, write, notify, send, request, callTool };
}
