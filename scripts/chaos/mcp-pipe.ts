/** An MCP client on the pipes of a process that we started ourselves, and may kill. */
import type { ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { Client, type JSONRPCMessage, type Transport } from '@modelcontextprotocol/client';

export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

class Pipe implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #child: Child;

  constructor(child: Child) {
    this.#child = child;
  }

  start(): Promise<void> {
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.onmessage?.(JSON.parse(line) as JSONRPCMessage);
    });
    this.#child.once('exit', () => this.onclose?.());
    return Promise.resolve();
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#child.stdin.write(`${JSON.stringify(message)}\n`, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const CALL_MS = 60_000;

/** Connects; rejects when the process dies first. */
export async function connect(child: Child): Promise<Client> {
  const client = new Client({ name: 'chaos', version: '1' });
  await client.connect(new Pipe(child), { timeout: CALL_MS });
  return client;
}

/** The structured content of a tool's result; rejects with the tool's own words. */
export async function callTool(
  client: Client,
  name: string,
  args: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const answer = await client.callTool({ name, arguments: args }, { timeout: CALL_MS });
  if (answer.isError === true) throw new Error(`${name}: ${JSON.stringify(answer.content)}`);
  return answer.structuredContent as Record<string, unknown>;
}
