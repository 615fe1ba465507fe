// The start prints a link that signs a browser in, only where there is no key yet and only this machine is served.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { MAIN } from '../support/sandbox-process.js';
import { makeHome } from '../support/stdio-clients.js';

const KEY = 'a-key-of-this-test-0123456789-0123456789';

interface Line {
  readonly event: string;
  readonly url: string;
}

type Settings = Readonly<Record<string, string>>;

/** All that the start prints until `use` is done with the server, and the server has ended. */
async function printed(
  settings: Settings,
  use: (line: Line, stop: () => void) => Promise<void>,
): Promise<string[]> {
  const args = [MAIN, 'http', '--port', '0'];
  const env = { BULK_LOG_LEVEL: 'silent', ...settings };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const events: string[] = [];
  for await (const text of createInterface({ input: child.stderr })) {
    const line = JSON.parse(text) as Line;
    events.push(line.event);
    await use(line, () => child.kill('SIGTERM'));
  }
  await ended;
  return events;
}

async function home(): Promise<string> {
  const { dataDir, remove } = await makeHome();
  onTestFinished(remove);
  return dataDir;
}

async function makeKey(settings: Settings): Promise<void> {
  const args = [
    MAIN,
    'keys',
    'create',
    '--name',
    'Nora',
    '--role',
    'viewer',
    '--organization',
    'all',
  ];
  const child = spawn(process.execPath, args, { env: { ...settings }, stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([0, null]);
}

it('signs in as admin, once', async () => {
  const answers: unknown[] = [];
  const events = await printed({ BULK_DATA_DIR: await home() }, async ({ event, url }, stop) => {
    if (event !== 'login-link') return;
    const opened = await fetch(url, { redirect: 'manual' });
    const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const session = await fetch(new URL('/api/v1/session', url), { headers: { cookie } });
    answers.push(opened.status, await session.json(), (await fetch(url)).status);
    stop();
  });
  expect(events).toEqual(['listening', 'login-link']);
  expect(answers).toMatchObject([303, { session: { role: 'admin', organizations: 'all' } }, 401]);
});

it('is not printed where there is a key, or where other machines are served', async () => {
  const dataDir = await home();
  await makeKey({ BULK_DATA_DIR: dataDir });
  const served = [
    { BULK_DATA_DIR: dataDir },
    { BULK_DATA_DIR: await home(), BULK_API_KEY: KEY },
    { BULK_DATA_DIR: await home(), BULK_PUBLIC_URL: 'https://bulk.example.dk' },
  ];
  for (const settings of served) {
    const events = await printed(settings, (_line, stop) => {
      stop();
      return Promise.resolve();
    });
    expect(events).toEqual(['listening']);
  }
});
