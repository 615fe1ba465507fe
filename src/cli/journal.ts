/** The commands `journal verify` and `journal export`. */
import { once } from 'node:events';
import { dataDirFor, type Flags } from './flags.js';
import type { Host } from './host.js';
import { exportJournal, verifyJournal, type JournalScope } from './read-journal.js';

function scopeOf(flags: Flags, host: Host): JournalScope {
  const { organization } = flags;
  const dataDir = dataDirFor(flags, host);
  return typeof organization === 'string' ? { dataDir, organizationId: organization } : { dataDir };
}

/** Prints the verdict as JSON; the exit code is 1 if a chain is broken. */
export async function verify(flags: Flags, host: Host): Promise<void> {
  const verdict = await verifyJournal(scopeOf(flags, host));
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
  if (!verdict.ok) host.setExitCode(1);
}

/** Prints each entry as one line of JSON. */
export async function exportEntries(flags: Flags, host: Host): Promise<void> {
  await exportJournal(scopeOf(flags, host), async (lines) => {
    if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
  });
}
