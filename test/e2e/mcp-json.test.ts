// The client entries that we ship start what they name.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { exitOf } from '../support/sandbox-process.js';
import { connectTo, makeHome } from '../support/stdio-clients.js';

const ROOT = path.resolve(import.meta.dirname, '../..');

const entry = z.looseObject({
  command: z.string(),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
});
const httpEntry = z.looseObject({
  type: z.literal('http'),
  url: z.url(),
  headers: z.record(z.string(), z.string()),
});
const file = z.looseObject({ mcpServers: z.record(z.string(), z.union([entry, httpEntry])) });

type Entry = z.output<typeof entry>;
type HttpEntry = z.output<typeof httpEntry>;

const isHttp = (one: Entry | HttpEntry): one is HttpEntry => 'url' in one;

async function readEntries(): Promise<(Entry | HttpEntry)[]> {
  const text = await readFile(path.join(ROOT, 'mcp.json'), 'utf8');
  return Object.values(file.parse(JSON.parse(text)).mcpServers);
}

const PATH_LIKE = /(?:folder|path|repo|workspace|root|clone|dir)/i;

/** Placeholders stand for a folder or for a secret, by their name. */
function filled(text: string, folder: string): string {
  return text
    .replaceAll(/\$\{([^}]*)\}/g, (_all, name: string) => (PATH_LIKE.test(name) ? ROOT : 'x'))
    .replaceAll(/\b(?:YOUR|MY)_[A-Z_]+\b/g, 'x')
    .replaceAll(/(?:\/absolute)?\/path\/to\/billy-bulk-mcp/g, ROOT)
    .replaceAll(/(?:\/absolute)?\/path\/to\/[\w./-]+/g, folder);
}

/** Starts the program as the page on servers says, on a free port; resolves with its address. */
async function serveHttp(dataDir: string, key: string): Promise<string> {
  const child = spawn(process.execPath, ['dist/main.js', 'http', '--port', '0'], {
    cwd: ROOT,
    env: { BULK_DATA_DIR: dataDir, BULK_API_KEY: key },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await exitOf(child);
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const { event, url } = JSON.parse(line) as { event?: string; url?: string };
    if (event === 'listening' && url !== undefined) return url;
  }
  throw new Error('the server has ended');
}

describe('mcp.json', () => {
  it('names servers that start and list their tools', async () => {
    const home = await makeHome();
    onTestFinished(home.remove);
    const entries = (await readEntries()).filter((one): one is Entry => !isHttp(one));
    expect(entries).not.toEqual([]);
    for (const { command, args, env } of entries) {
      const settings = Object.entries(env).map(([name, value]) => [
        name,
        filled(value, home.folder),
      ]);
      const server = {
        command: command === 'node' ? process.execPath : filled(command, home.folder),
        args: args.map((argument) => filled(argument, home.folder)),
        env: { ...(Object.fromEntries(settings) as typeof env), BULK_DATA_DIR: home.dataDir },
        cwd: ROOT,
      };
      const connection = await connectTo(server, 'v1 SDK');
      const tools = await connection.listTools();
      await connection.close();
      expect(tools.map(({ name }) => name)).toContain('import_customers_csv');
    }
  });

  it('names the address at which the server listens, and how a key is sent', async () => {
    const home = await makeHome();
    onTestFinished(home.remove);
    const key = 'a-key-of-this-test-0123456789-0123456789';
    const served = await serveHttp(home.dataDir, key);
    const entries = (await readEntries()).filter(isHttp);
    expect(entries.map(({ url }) => url)).toEqual(['http://127.0.0.1:3000/mcp']);
    for (const { url, headers } of entries) {
      // Another program may have the usual port.
      const address = new URL(new URL(url).pathname, served);
      const filledHeaders = Object.entries(headers).map(([name, value]) => [
        name,
        value.replaceAll(/\$\{[^}]*\}/g, key),
      ]);
      const client = new Client({ name: 'mcp.json', version: '1' });
      const requestInit = { headers: Object.fromEntries(filledHeaders) as typeof headers };
      await client.connect(new StreamableHTTPClientTransport(address, { requestInit }));
      const { tools } = await client.listTools();
      await client.close();
      expect(tools.map(({ name }) => name)).toContain('import_customers_csv');
    }
  });
});
