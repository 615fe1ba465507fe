/** The commands of the program and their flags. Each command loads its own parts when it runs. */
import { Command } from 'commander';
import { flagOf, SETTINGS } from '../config.js';
import { AppError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { cleanValue } from '../core/outgoing.js';
import { keepSecrets } from '../core/secrets.js';
import { SANDBOX_FLAGS } from '../sandbox/command.js';
import { examine } from './doctor.js';
import type { Flags } from './flags.js';
import type { Host } from './host.js';
import { exportEntries, verify } from './journal.js';
import { runSandbox } from './sandbox.js';
import { serveStdio } from './serve-stdio.js';
import { usageComplaint } from './usage-complaint.js';

const PROBE_HELP =
  'finds out what the account does with bulk requests: makes two clearly named contacts, tries a batch that Billy must refuse, deletes all of it again, and remembers';

const VERIFY_HELP =
  'follows the chain of hashes: {"ok":true,"entries","lastHash"}, or exit code 1 and the first entry that is not as written. ' +
  'Entries cut off at the end, by somebody who also mends what the database says of its end, show only against a lastHash (and entries) kept elsewhere';

function addJournal(program: Command, host: Host): void {
  const journal = program.command('journal').description('the record of what was done');
  const dataDir = ['--bulk-data-dir <value>', 'as BULK_DATA_DIR'] as const;
  journal
    .command('verify')
    .description(VERIFY_HELP)
    .option(...dataDir)
    .action((flags: Flags) => verify(flags, host));
  journal
    .command('export')
    .description('writes every entry as a JSON line on stdout, all its fields in order')
    .option(...dataDir)
    .action((flags: Flags) => exportEntries(flags, host));
}

function addSettings(command: Command): void {
  for (const { name, help } of SETTINGS) command.option(`--${flagOf(name)} <value>`, help);
}

function addDoctor(program: Command, host: Host): void {
  const doctor = program
    .command('doctor')
    .description(
      'looks at settings, data folder, token, organization; exit code 1 if anything fails',
    )
    .option('--probe-writes', PROBE_HELP)
    .option('--json', 'one JSON object instead of lines for people')
    .action((flags: Flags) => examine(flags, host));
  addSettings(doctor);
}

function addSandbox(program: Command, host: Host): void {
  const sandbox = program
    .command('sandbox')
    .description('a local Billy to rehearse on; the first line on stdout is JSON {url, token}')
    .action((flags: Flags) => runSandbox(flags, host));
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
    .action((flags: Flags) => serveStdio(flags, host));
  addSettings(stdio);
  addDoctor(program, host);
  addSandbox(program, host);
  addJournal(program, host);
  return program;
}

/** Prints an error that a person can act on as one line of JSON; a bug keeps its stack. */
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
