// The client entries that we ship start what they name.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { connectTo, makeHome } from '../support/stdio-clients.js';

const ROOT = path.resolve(import.meta.dirname, '../..');

const entry = z.looseObject({
  command: z.string(),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
});
const file = z.looseObject({ mcpServers: z.record(z.string(), entry) });

const PATH_LIKE = /(?:folder|path|repo|workspace|root|clone|dir)/i;

/** Placeholders stand for a folder or for a secret, by their name. */
function filled(text: string, folder: string): string {
  return text
    .replaceAll(/\$\{([^}]*)\}/g, (_all, name: string) => (PATH_LIKE.test(name) ? ROOT : 'x'))
    .replaceAll(/\b(?:YOUR|MY)_[A-Z_]+\b/g, 'x')
    .replaceAll(/(?:\/absolute)?\/path\/to\/billy-bulk-mcp/g, ROOT)
    .replaceAll(/(?:\/absolute)?\/path\/to\/[\w./-]+/g, folder);
}

describe('mcp.json', () => {
  it('names servers that start and list their tools', async () => {
    const home = await makeHome();
    onTestFinished(home.remove);
    const text = await readFile(path.join(ROOT, 'mcp.json'), 'utf8');
    const { mcpServers } = file.parse(JSON.parse(text));
    expect(Object.keys(mcpServers)).not.toEqual([]);
    for (const { command, args, env } of Object.values(mcpServers)) {
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
});
