/** The commands of the program and their flags. Each command loads its own parts when it runs. */
import { Command } from 'commander';
import { flagOf, SETTINGS } from '../config.js';
import { AppError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { cleanValue } from '../core/outgoing.js';
import { keepSecrets } from '../core/secrets.js';
import { SANDBOX_FLAGS } from '../sandbox/flags.js';
import type { Flags } from './flags.js';
import type { Host } from './host.js';
import { usageComplaint } from './usage-complaint.js';

const PROBE_HELP =
  'tests how the account handles bulk requests: creates two clearly named contacts, tries a batch that Billy must refuse, deletes the contacts again, and stores the result';

const VERIFY_HELP =
  'checks the chains of hashes: {"ok":true,"entries","chains":[{"chain","entries","lastHash"}]}, or exit code 1 and the chain and first entry that was changed. ' +
  "If entries are cut off at the end and the database's own note of that end is changed to match, or if a whole chain is removed, only a lastHash (and entries) of the chain stored elsewhere shows it";

const EXPORT_HELP =
  'writes every entry as a JSON line on stdout, all its fields in order, chain by chain; an entry without "chain" is of the sealed chain that older versions wrote';

const ORGANIZATION_HELP =
  'only the chain of this organization, and the sealed chain; there, the entries of others show only their hashes';

function addJournal(program: Command, host: Host): void {
  const journal = program.command('journal').description('the log of everything that was done');
  const dataDir = ['--bulk-data-dir <value>', 'as BULK_DATA_DIR'] as const;
  const organization = ['--organization <id>', ORGANIZATION_HELP] as const;
  journal
    .command('verify')
    .description(VERIFY_HELP)
    .option(...dataDir)
    .option(...organization)
    .action(async (flags: Flags) => (await import('./journal.js')).verify(flags, host));
  journal
    .command('export')
    .description(EXPORT_HELP)
    .option(...dataDir)
    .option(...organization)
    .action(async (flags: Flags) => (await import('./journal.js')).exportEntries(flags, host));
}

function addSettings(command: Command): void {
  for (const { name, help } of SETTINGS) command.option(`--${flagOf(name)} <value>`, help);
}

function addDoctor(program: Command, host: Host): void {
  const doctor = program
    .command('doctor')
    .description(
      'checks settings, data folder, token and organization; exit code 1 if anything fails',
    )
    .option('--probe-writes', PROBE_HELP)
    .option('--json', 'one JSON object instead of lines for people')
    .action(async (flags: Flags) => (await import('./doctor.js')).examine(flags, host));
  addSettings(doctor);
}

function addHttp(program: Command, host: Host): void {
  const http = program
    .command('http')
    .description('serve MCP over HTTP at /mcp, for callers with keys or tokens')
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--port <number>', 'the port; 0 takes a free one', '3000')
    .action(async (flags: Flags) => (await import('./serve-http.js')).serveHttp(flags, host));
  addSettings(http);
}

function addOrganizations(program: Command, host: Host): void {
  const organizations = program
    .command('organizations')
    .description('the companies that this server knows, each with its sealed access token');
  const load = () => import('./organizations.js');
  const json = ['--json', 'JSON instead of lines for people'] as const;
  const commands = [
    organizations
      .command('add')
      .description('stores an access token, read from stdin or a prompt, with its company')
      .action(async (flags: Flags) => (await load()).add(flags, host)),
    organizations
      .command('list')
      .description('lists the companies, without asking Billy')
      .action(async (flags: Flags) => (await load()).list(flags, host)),
    organizations
      .command('check')
      .description(
        'asks Billy about each company (exit code 1 if one fails), and seals its token with the first key',
      )
      .action(async (flags: Flags) => (await load()).check(flags, host)),
    organizations
      .command('remove <id>')
      .description("cancels the company's jobs and erases its token; jobs and journal stay")
      .option('--yes', 'does not ask')
      .action(async (id: string, flags: Flags) => (await load()).remove(id, flags, host)),
  ];
  for (const command of commands) addSettings(command.option(...json));
}

const REACH_HELP = 'all, or ids of companies with commas between them';

function addKeys(program: Command, host: Host): void {
  const keys = program.command('keys').description('the keys with which callers sign in over HTTP');
  const load = () => import('./keys.js');
  const json = ['--json', 'JSON instead of lines for people'] as const;
  const commands = [
    keys
      .command('create')
      .description('makes a key and prints it once')
      .requiredOption('--name <name>', 'a name for people; it stands in jobs and in the journal')
      .requiredOption('--role <role>', 'viewer (reads), operator (works) or admin')
      .requiredOption('--organization <ids>', REACH_HELP)
      .option('--expires-days <days>', 'the days after which the key ends')
      .action(async (flags: Flags) => (await load()).create(flags, host)),
    keys
      .command('list')
      .description('lists the keys by their first characters, with their last use')
      .action(async (flags: Flags) => (await load()).list(flags, host)),
    keys
      .command('revoke <id>')
      .description('ends a key at once')
      .action(async (id: string, flags: Flags) => (await load()).revoke(id, flags, host)),
  ];
  for (const command of commands) {
    command.option(...json).option('--bulk-data-dir <value>', 'as BULK_DATA_DIR');
  }
}

function addSandbox(program: Command, host: Host): void {
  const sandbox = program
    .command('sandbox')
    .description('a local Billy to rehearse on; the first line on stdout is JSON {url, token}')
    .action(async (flags: Flags) => (await import('./sandbox.js')).runSandbox(flags, host));
  for (const { name, value, help } of SANDBOX_FLAGS) {
    sandbox.option(value === null ? `--${name}` : `--${name} <${value}>`, help);
  }
}

function createProgram(host: Host): Command {
  const program = new Command('billy-bulk-mcp')
    .description('MCP server with bulk tools for Billy.dk')
    .configureOutput({
      outputError: (text, write) => {
        write(usageComplaint(text));
      },
    })
    .version(host.version);
  const stdio = program
    .command('stdio', { isDefault: true })
    .description('serve MCP on stdin and stdout (the default)')
    .action(async (flags: Flags) => (await import('./serve-stdio.js')).serveStdio(flags, host));
  addSettings(stdio);
  addHttp(program, host);
  addDoctor(program, host);
  addSandbox(program, host);
  addJournal(program, host);
  addOrganizations(program, host);
  addKeys(program, host);
  return program;
}

/** Prints an error as one line of JSON: message and hint, or the stack of a bug. */
function report(error: unknown, { env }: Host): void {
  const line =
    error instanceof AppError
      ? { event: 'failed', code: error.code, message: error.message, hint: error.hint }
      : { event: 'failed', error: error instanceof Error ? error.stack : String(error) };
  const { hush } = keepSecrets([env['BILLY_ACCESS_TOKEN'] ?? '']);
  const cleaned = cleanValue(line, { redact: hush, charsMax: LIMITS.stackCharsMax });
  process.stderr.write(`${JSON.stringify(cleaned)}\n`);
}

/** Runs the command that `host.args` name; an error is printed and ends the process with exit code 1. */
export async function runProgram(host: Host): Promise<void> {
  try {
    await createProgram(host).parseAsync(host.args, { from: 'user' });
  } catch (error) {
    report(error, host);
    host.exit(1);
  }
}
