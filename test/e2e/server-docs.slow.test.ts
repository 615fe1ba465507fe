// docs/server.md stays true: the blocks that it marks are run, in their order, with the built program.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { frontOf } from '../support/office.js';
import { openSandbox, tempRoot } from '../tools/support/workbench.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const BLOCK = /<!-- tested(?:: ([^>]+?))? -->\s+```\w+\n([\s\S]*?)```/g;

interface Block {
  /** How it is run; empty: as commands. */
  readonly kind: string;
  readonly text: string;
}

interface Ground {
  readonly root: string;
  /** What the page writes for something that only the reader knows, and what it is here. */
  readonly known: Map<string, string>;
}

function filled(text: string, { known }: Ground): string {
  return [...known].reduce((out, [from, to]) => out.replaceAll(from, to), text);
}

/** As the page says: with the settings of its file. */
function script(ground: Ground, text: string): string[] {
  const load = filled('set -euo pipefail; set -a; . /etc/billy-bulk/env; set +a', ground);
  return ['-c', `${load}\n${filled(text, ground)}`];
}

async function run(ground: Ground, text: string): Promise<string> {
  const { PATH = '' } = process.env;
  const options = { cwd: ground.root, env: { PATH } };
  const { stdout } = await promisify(execFile)('bash', script(ground, text), options);
  return stdout;
}

/** Starts the server of the block; returns the function that stops it. */
async function start(ground: Ground, text: string): Promise<() => Promise<void>> {
  const { PATH = '' } = process.env;
  const child = spawn('bash', script(ground, `exec ${text}`), {
    cwd: ground.root,
    env: { PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  for await (const line of createInterface({ input: child.stderr })) {
    if (line.includes('"event":"listening"')) break;
  }
  child.stderr.resume();
  return async () => {
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  };
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

/** Two companies, and the files that the reader has by then: their tokens, and the clone. */
async function prepare(): Promise<Ground> {
  const root = await tempRoot();
  const [alfa, beta] = [await openSandbox({ seed: 11 }), await openSandbox({ seed: 12 })];
  await mkdir(path.join(root, 'etc'));
  await mkdir(path.join(root, 'lib'));
  await writeFile(path.join(root, 'alfa.token'), alfa.token);
  await writeFile(path.join(root, 'beta.token'), `${beta.token}\n`);
  for (const part of ['dist', 'node_modules', 'package.json']) {
    await symlink(path.join(ROOT, part), path.join(root, part));
  }
  const idOf = (sandbox: typeof alfa): string =>
    sandbox.control.state().records['organizations']?.[0]?.id ?? '';
  return {
    root,
    known: new Map([
      ['/etc/billy-bulk', path.join(root, 'etc')],
      ['/var/lib', path.join(root, 'lib')],
      ['3000', await freePort()],
      ['ID_OF_ALFA', idOf(alfa)],
      ['ID_OF_BETA', idOf(beta)],
      ['BULK_DATA_DIR=', `BILLY_API_BASE_URL=${await frontOf([alfa, beta])}\nBULK_DATA_DIR=`],
    ]),
  };
}

/** Runs the block; returns what it prints. */
async function follow(ground: Ground, { kind, text }: Block): Promise<string> {
  if (kind.startsWith('file ')) {
    await writeFile(filled(kind.slice('file '.length), ground), filled(text, ground));
    return '';
  }
  // A stream does not end by itself: 28 is curl's word for a time that is over.
  const isStream = kind === 'stream';
  const printed = await run(ground, isStream ? `${text.trim()} || test $? = 28` : text);
  const [key] = /bbk_\S{32,}/.exec(printed) ?? [];
  if (key !== undefined) ground.known.set('bbk_your-key', key);
  const [, jobId] = /"jobId":"(\w+)"/.exec(printed) ?? [];
  if (jobId !== undefined) ground.known.set('JOB_ID', jobId);
  return printed;
}

async function readBlocks(): Promise<Block[]> {
  const page = await readFile(path.join(ROOT, 'docs/server.md'), 'utf8');
  return [...page.matchAll(BLOCK)].map(([, kind = '', text = '']) => ({ kind, text }));
}

/** The first output in which the words stand. */
function shown(outputs: readonly string[], words: RegExp): string {
  const found = outputs.find((output) => words.test(output));
  if (found === undefined) throw new Error(`no command printed ${String(words)}`);
  return found;
}

it('docs/server.md leads to a server with two companies, and through its care', async () => {
  const ground = await prepare();
  const outputs: string[] = [];
  let stop: (() => Promise<void>) | null = null;
  let command = '';
  for (const block of await readBlocks()) {
    if (block.kind === 'unit') {
      // The service starts what was tried by hand.
      expect(block.text).toContain(`ExecStart=/usr/bin/${command}\n`);
    } else if (block.kind === 'server') {
      command = block.text.trim();
      stop = await start(ground, command);
    } else {
      if (block.kind === 'stopped') await stop?.();
      outputs.push(await follow(ground, block));
    }
  }
  expect(stop).not.toBeNull();
  const added = shown(outputs, /^Added/m);
  expect(added.match(/^Added .*CVR/gm)).toHaveLength(2);
  expect(added.match(/^ok: /gm)).toHaveLength(2);
  expect(shown(outputs, /last used/).match(/, valid, last used/g)).toHaveLength(2);
  expect(shown(outputs, /"ready"/)).toContain('{"status":"ok"}');
  const reached = shown(outputs, /"jsonrpc"/);
  expect(reached).toContain(ground.known.get('ID_OF_ALFA'));
  expect(reached).toContain(ground.known.get('ID_OF_BETA'));
  const followed = shown(outputs, /"nextCursor"|"items":/);
  expect(followed).toContain('"status":"completed"');
  expect(followed).toContain('"outcome":"created"');
  expect(shown(outputs, /"reason":"a try"/)).toContain('"status":"rolled_back"');
  expect(
    shown(outputs, /"uploadId"/).match(/"fileName":"kunder.csv","sizeBytes":36/g),
  ).toHaveLength(2);
  expect(shown(outputs, /^# HELP/m)).toContain('billy_bulk_store_up 1');
  const streamed = shown(outputs, /^retry: 1000/);
  expect(streamed).toMatch(/^retry: 1000\n\nid: \d+\nevent: job\ndata: \{/);
  expect(streamed).toContain('"status":"rolled_back"');
  expect(shown(outputs, /"lastHash"/)).toContain('"ok":true');
  expect(shown(outputs, /sealed with the new key/).match(/^ok: .*sealed with/gm)).toHaveLength(2);
  expect(shown(outputs, /secret\.key/)).toContain('billy-bulk/jobs.sqlite');
  const check = await run(ground, 'node dist/main.js organizations check');
  expect(check.match(/^ok: /gm)).toHaveLength(2);
});
