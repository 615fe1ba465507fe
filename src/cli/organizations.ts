/** The commands `organizations add`, `list`, `remove` and `check`: the companies that this server knows. */
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { App } from '../app.js';
import { resolveConfig, type Config, type SettingSources } from '../config.js';
import { isoTime, systemClock } from '../core/clock.js';
import { InputError } from '../core/errors.js';
import type { Caller } from '../organizations/caller.js';
import type { StoredOrganizationsDeps } from '../organizations/stored-organizations.js';
import { countWords } from '../model/words.js';
import { companyWords } from '../tools/job-words.js';
import { openLog, type OpenedLog } from '../wiring/open-log.js';
import { openStore } from '../wiring/open-store.js';
import { storingOf } from '../wiring/storing.js';
import { openDataDir } from '../wiring/state-folder.js';
import { settingFlags, type Flags } from './flags.js';
import type { Host } from './host.js';

const TOKEN_CHARS_MAX = 4096;

/** A person at the terminal may do everything. */
export function commandCaller(): Caller {
  return { actor: `${userInfo().username} (command)`, organizations: 'all', role: 'admin' };
}

function withoutToken(texts: SettingSources['env']): SettingSources['env'] {
  const others = Object.entries(texts).filter(([name]) => !/^billy.access.token/i.test(name));
  return Object.fromEntries(others);
}

/** The settings of these commands. The token of the settings is of one organization, and is left aside. */
function commandConfig(flags: Flags, { env }: Pick<Host, 'env'>): Config {
  return resolveConfig({ flags: withoutToken(settingFlags(flags)), env: withoutToken(env) });
}

function print(flags: Flags, value: unknown, words: string): void {
  process.stdout.write(flags['json'] === true ? `${JSON.stringify(value)}\n` : `${words}\n`);
}

async function withStore<T>(
  { config, log }: OpenedLog,
  work: (deps: StoredOrganizationsDeps) => Promise<T>,
): Promise<T> {
  const store = await openStore(openDataDir(config));
  try {
    return await work(storingOf(config, { store, clock: systemClock, log }));
  } finally {
    await store.close();
  }
}

/** Asks without showing the typed text. */
async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const prompt = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await prompt.question('');
  } finally {
    prompt.close();
    process.stderr.write('\n');
  }
}

async function readStdin(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > TOKEN_CHARS_MAX) throw noToken();
  }
  return text;
}

function noToken(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'There is no access token on stdin.',
    hint: 'Type it at the prompt, or pipe the file that holds it and nothing else: organizations add < token.txt',
  });
}

async function readToken(): Promise<string> {
  const isPerson = process.stdin.isTTY;
  const text = isPerson ? await askHidden("Billy's access token: ") : await readStdin();
  const token = text.trim();
  if (!/^[\x21-\x7e]+$/.test(token) || token.length > TOKEN_CHARS_MAX) throw noToken();
  return token;
}

/** Stores the token from stdin, or from a prompt, with the organization that Billy names for it. */
export async function add(flags: Flags, host: Host): Promise<void> {
  const opened = openLog(commandConfig(flags, host));
  const token = await readToken();
  opened.secrets.add(token);
  const { addOrganization } = await import('../organizations/stored-organizations.js');
  const { isNew, ...organization } = await withStore(opened, (deps) =>
    addOrganization(deps, { token, by: commandCaller().actor }),
  );
  const done = isNew ? 'Added' : 'The token was replaced:';
  print(flags, { ...organization, isNew }, `${done} ${companyWords(organization)}.`);
}

export async function list(flags: Flags, host: Host): Promise<void> {
  const { storedOrganizations } = await import('../organizations/stored-organizations.js');
  const found = await withStore(openLog(commandConfig(flags, host)), storedOrganizations);
  const organizations = found.map(({ addedAtMs, ...each }) => ({
    ...each,
    addedAt: isoTime(addedAtMs),
  }));
  const lines = organizations.map((each) => `${companyWords(each)}, added ${each.addedAt ?? ''}`);
  print(flags, { organizations }, lines.length === 0 ? 'No organization.' : lines.join('\n'));
}

/** Asks Billy about each organization; exit code 1 if one does not answer. */
export async function check(flags: Flags, host: Host): Promise<void> {
  const { checkOrganizations } = await import('../organizations/stored-organizations.js');
  const found = await withStore(openLog(commandConfig(flags, host)), checkOrganizations);
  const organizations = found.map(({ id, name, registrationNo, failure, isResealed }) => {
    const error =
      failure === null
        ? null
        : { code: failure.code, message: failure.message, hint: failure.hint };
    return { id, name, registrationNo, isReachable: error === null, isResealed, error };
  });
  const lines = organizations.map((each) => {
    const resealed = each.isResealed ? ', sealed with the new key' : '';
    if (each.error === null) return `ok: ${companyWords(each)}${resealed}`;
    const { code, message, hint } = each.error;
    return `failed: ${companyWords(each)}${resealed}: ${code}: ${message} ${hint}`;
  });
  print(flags, { organizations }, lines.length === 0 ? 'No organization.' : lines.join('\n'));
  if (organizations.some(({ isReachable }) => !isReachable)) host.setExitCode(1);
}

async function isConfirmed(flags: Flags, question: string): Promise<boolean> {
  if (flags['yes'] === true) return true;
  if (!process.stdin.isTTY) {
    throw new InputError({
      code: 'INPUT_INVALID',
      message: 'The removal needs a confirmation, but stdin is no terminal.',
      hint: 'Pass --yes to remove the organization without being asked.',
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(?:y|yes|j|ja)$/i.test((await prompt.question(question)).trim());
  } finally {
    prompt.close();
  }
}

async function removeFrom(app: App, id: string, flags: Flags): Promise<string> {
  const { checkStored, openJobsOf, removeOrganization } =
    await import('../jobs/admin/remove-organization.js');
  const { store, clock } = app;
  await checkStored({ store }, id);
  const open = (await openJobsOf({ store }, id)).length;
  const jobs =
    open === 0 ? 'It has no unfinished job.' : `${countWords(open, 'job')} will be cancelled.`;
  if (!(await isConfirmed(flags, `Remove organization ${id}? ${jobs} [y/N] `)))
    return 'Nothing was removed.';
  const caller = commandCaller();
  const service = app.serviceFor(caller);
  await removeOrganization({ store, clock, service, by: caller.actor }, id);
  return `Removed ${id}. Its jobs and its journal stay.`;
}

/** Cancels the organization's jobs, waits for their end and erases its token. */
export async function remove(id: string, flags: Flags, host: Host): Promise<void> {
  const { buildApp } = await import('../app.js');
  const app = await buildApp(openLog(commandConfig(flags, host)), process.cwd());
  try {
    const done = await removeFrom(app, id, flags);
    print(flags, { id, message: done }, done);
  } finally {
    await app.close();
  }
}
