#!/usr/bin/env node
/** The process: argv, environment, signals and the exit code; everything else is below. */
import { allowNursery } from './core/small-heap.js';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import type { App } from './app.js';
import { dataDirOf, flagOf, resolveConfig, secretFlags, SETTINGS } from './config.js';
import { systemClock } from './core/clock.js';
import { AppError } from './core/errors.js';
import { LIMITS } from './core/limits.js';
import { cleanValue, type Hush } from './core/outgoing.js';
import { keepSecrets } from './core/secrets.js';
import type { ProbeOrder } from './doctor/probe-order.js';
import { parseSandboxOptions, SANDBOX_FLAGS } from './sandbox/command.js';

// Each command loads its own parts when it runs: a server needs no sandbox in its memory, and what is
// loaded after the heap was told to stay small makes it grow by less.

type Flags = Readonly<Record<string, string | boolean | undefined>>;

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** commander gives camelCase; settings are named in kebab-case. */
function settingFlags(flags: Flags): Record<string, string | undefined> {
  const entries = SETTINGS.map(({ name }) => {
    const flag = flagOf(name);
    const key = flag.replaceAll(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase());
    const value = flags[key];
    return [flag, typeof value === 'string' ? value : undefined] as const;
  });
  return Object.fromEntries(entries);
}

/** Runs `stop` once, at the first of: SIGTERM, SIGINT, the end of stdin. */
function onStop(stop: () => Promise<void>): () => void {
  let isStopping = false;
  const once = (): void => {
    if (isStopping) return;
    isStopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${JSON.stringify({ event: 'stop-failed', error: String(error) })}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', once);
  process.on('SIGINT', once);
  return once;
}

async function runStdio(flags: Flags): Promise<void> {
  const sources = { flags: settingFlags(flags), env: process.env };
  const config = resolveConfig(sources);
  const { createApp } = await import('./app.js');
  const { serveOnStdio } = await import('./server/stdio.js');
  const app: App = await createApp(config, process.cwd());
  const server = serveOnStdio({ ...app, version: readVersion() });
  const stop = onStop(async () => {
    await app.close();
    await server.close();
  });
  process.stdin.on('end', stop);
  process.stdin.on('close', stop);
  allowNursery();
  for (const setting of secretFlags(sources)) {
    app.log.warn({ event: 'secret.on-command-line', setting, hint: SECRET_FLAG_HINT });
  }
  app.log.info({ event: 'started', transport: 'stdio' });
}

async function runSandbox(flags: Flags): Promise<void> {
  const { startSandbox } = await import('./sandbox/sandbox.js');
  const sandbox = await startSandbox(parseSandboxOptions(flags, systemClock));
  onStop(() => sandbox.close());
  process.stdout.write(`${JSON.stringify({ url: sandbox.url, token: sandbox.token })}\n`);
}

/** Only the data folder matters here; a setting that makes no sense elsewhere is in nobody's way. */
function dataDirFor(flags: Flags): string {
  const { BULK_DATA_DIR: folder } = process.env;
  return dataDirOf(resolveConfig({ flags: settingFlags(flags), env: { BULK_DATA_DIR: folder } }));
}

async function runVerify(flags: Flags): Promise<void> {
  const { verifyJournal } = await import('./journal-command.js');
  const verdict = await verifyJournal(dataDirFor(flags));
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
  if (!verdict.ok) process.exitCode = 1;
}

async function runExport(flags: Flags): Promise<void> {
  const { exportJournal } = await import('./journal-command.js');
  await exportJournal(dataDirFor(flags), async (lines) => {
    if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
  });
}

/** True for a typed `yes`; at the end of input and with Ctrl-C it is no. */
function askPerson(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    terminal.once('close', () => {
      resolve(false);
    });
    terminal.question(`${question}\nType yes to go on: `, (answer) => {
      resolve(answer.trim() === 'yes');
      terminal.close();
    });
  });
}

/** Aborts at the first SIGINT or SIGTERM; a second one ends the process as usual. */
function firstStop(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      stopping.abort();
    });
  }
  return stopping.signal;
}

/** The flag is the consent; a person at a terminal is asked besides. */
function probeOrder(): ProbeOrder {
  const hasPerson = process.stdin.isTTY && process.stdout.isTTY;
  return {
    confirm: (question) => (hasPerson ? askPerson(question) : Promise.resolve(true)),
    signal: firstStop(),
  };
}

async function examine(flags: Flags): Promise<void> {
  const isJson = flags['json'] === true;
  const { runDoctor } = await import('./doctor/doctor.js');
  const { isWell, json } = await runDoctor({
    sources: { flags: settingFlags(flags), env: process.env },
    cwd: process.cwd(),
    clock: systemClock,
    actor: `${userInfo().username} via doctor`,
    probe: flags['probeWrites'] === true ? probeOrder() : null,
    print: (line) => {
      if (!isJson) process.stdout.write(`${line}\n`);
    },
  });
  if (isJson) process.stdout.write(`${json}\n`);
  if (!isWell) process.exitCode = 1;
}

const PROBE_HELP =
  'finds out what the account does with bulk requests: makes two clearly named contacts, tries a batch that Billy must refuse, deletes all of it again, and remembers';

const VERIFY_HELP =
  'follows the chain of hashes: {"ok":true,"entries","lastHash"}, or exit code 1 and the first entry that is not as written. ' +
  'Entries cut off at the end, by somebody who also mends what the database says of its end, show only against a lastHash (and entries) kept elsewhere';

const SECRET_FLAG_HINT =
  'Every user of this machine can read the command line. Set the environment variable or BILLY_ACCESS_TOKEN_FILE instead.';

/** Complaints that hold nothing of what was typed, in a form of ours: the flag is one that we know. */
const HARMLESS = /^error: option '--[a-z-]+ <[a-z-]+>' argument missing\s*$/;
const COMPLAINT = /^error: (unknown option|unknown command|too many arguments)/;
const SUGGESTION = /\(Did you mean (?:one of )?[a-z-]+(?:, [a-z-]+)*\?\)\s*$/;

/** Commander's complaint without what was typed: a flag with a slip in its name may carry a token. */
function usageComplaint(text: string): string {
  if (HARMLESS.test(text)) return text;
  const [, complaint = 'the arguments are not understood'] = COMPLAINT.exec(text) ?? [];
  const [suggestion] = SUGGESTION.exec(text) ?? ['See --help.'];
  return `error: ${complaint} (not shown, since it may hold a secret)\n${suggestion.trim()}\n`;
}

function addJournal(program: Command): void {
  const journal = program.command('journal').description('the record of what was done');
  const dataDir = ['--bulk-data-dir <value>', 'as BULK_DATA_DIR'] as const;
  journal
    .command('verify')
    .description(VERIFY_HELP)
    .option(...dataDir)
    .action(runVerify);
  journal
    .command('export')
    .description('writes every entry as a JSON line on stdout, all its fields in order')
    .option(...dataDir)
    .action(runExport);
}

function addSettings(command: Command): void {
  for (const { name, help } of SETTINGS) command.option(`--${flagOf(name)} <value>`, help);
}

function addDoctor(program: Command): void {
  const doctor = program
    .command('doctor')
    .description(
      'looks at settings, data folder, token, organization; exit code 1 if anything fails',
    )
    .option('--probe-writes', PROBE_HELP)
    .option('--json', 'one JSON object instead of lines for people')
    .action(examine);
  addSettings(doctor);
}

function createProgram(): Command {
  const program = new Command('billy-bulk-mcp')
    .description('MCP server with bulk tools for Billy.dk')
    .configureOutput({
      outputError: (text, write) => {
        write(usageComplaint(text));
      },
    })
    .version(readVersion());
  const stdio = program
    .command('stdio', { isDefault: true })
    .description('serve MCP on stdin and stdout (the default)')
    .action(runStdio);
  addSettings(stdio);
  addDoctor(program);
  const sandbox = program
    .command('sandbox')
    .description('a local Billy to rehearse on; the first line on stdout is JSON {url, token}')
    .action(runSandbox);
  for (const { name, value, help } of SANDBOX_FLAGS) {
    sandbox.option(value === null ? `--${name}` : `--${name} <${value}>`, help);
  }
  addJournal(program);
  return program;
}

/** Errors that people can mend are one JSON line; bugs keep their stack. */
function report(error: unknown): void {
  const line =
    error instanceof AppError
      ? { event: 'failed', code: error.code, message: error.message, hint: error.hint }
      : { event: 'failed', error: error instanceof Error ? error.stack : String(error) };
  const cleaning = { hush: hushEnvironment(), charsMax: LIMITS.stackCharsMax };
  process.stderr.write(`${JSON.stringify(cleanValue(line, cleaning))}\n`);
}

/** Whatever went wrong: the token that was given is not told. */
function hushEnvironment(): Hush {
  return keepSecrets([process.env['BILLY_ACCESS_TOKEN'] ?? '']).hush;
}

createProgram()
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    report(error);
    process.exit(1);
  });
