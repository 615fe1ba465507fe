/** Verifying and exporting: from an existing database alone, and from the export alone. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LIMITS } from '../../src/core/limits.js';
import { exportJournal, verifyJournal, type JournalScope } from '../../src/cli/read-journal.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import { entryOf } from '../store/contract/journal.js';
import { newJob, NOW_MS, ORGANIZATION_ID } from '../store/contract/fixtures.js';
import { makeOldDatabase, tamper, type OldEntry } from '../store/support/old-database.js';
import { temporaryFile } from '../store/support/sqlite-files.js';

const OWN_CHAIN = `organization:${ORGANIZATION_ID}`;

function emptyFolder(): { dataDir: string; file: string } {
  const { file, folder, remove } = temporaryFile();
  onTestFinished(remove);
  return { dataDir: folder, file };
}

/** A data folder whose journal has this many entries of one organization, the first one included. */
async function dataDirWith(count: number): Promise<string> {
  const { dataDir, file } = emptyFolder();
  const store = await openSqliteStore({ path: file });
  const start = { kind: 'job.start', durationMs: null } as const;
  const journal = Array.from({ length: count - 1 }, (_, index) => ({ ...start, body: { index } }));
  await store.createJob({ ...newJob('j1'), journal });
  await store.close();
  return dataDir;
}

const SEALED_IDS = ['o1', 'o2', null, 'o1', 'o2', 'old'];

/** A data folder of an older version that this version has written to, and the old entries. */
async function grownFolder(): Promise<{ dataDir: string; file: string; old: readonly OldEntry[] }> {
  const { dataDir, file } = emptyFolder();
  const old = await makeOldDatabase(file, SEALED_IDS);
  const store = await openSqliteStore({ path: file });
  for (const id of ['o2', 'o1', null, 'o2']) {
    await store.appendJournal({ entry: entryOf(id, `new of ${String(id)}`), nowMs: NOW_MS });
  }
  await store.close();
  return { dataDir, file, old };
}

async function linesOf(scope: JournalScope): Promise<string[]> {
  let text = '';
  await exportJournal(scope, (lines) => {
    text += lines;
    return Promise.resolve();
  });
  return text.split('\n').slice(0, -1);
}

type Line = Readonly<Record<string, unknown>>;

const parsed = (lines: readonly string[]): Line[] => lines.map((line) => JSON.parse(line) as Line);

/** The hash of the line by SHA-256 alone: its keys are in order, so without its hash it is what was hashed. */
function hashOfLine(line: Line): string {
  const hashed = Object.entries(line).filter(([key]) => key !== 'hash');
  return createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(hashed)))
    .digest('hex');
}

describe('an export', () => {
  it('is a chain that a reader checks with nothing but SHA-256', async () => {
    const count = LIMITS.journalPageEntries + 5;
    const dataDir = await dataDirWith(count);
    const lines = parsed(await linesOf({ dataDir }));
    expect(lines).toHaveLength(count);
    let prevHash = '0'.repeat(64);
    for (const [index, line] of lines.entries()) {
      const { seq, hash, chain } = line;
      const made = hashOfLine(line);
      const place = { seq, chain, prevHash: line['prevHash'], hash };
      expect(place).toEqual({ seq: index + 1, chain: OWN_CHAIN, prevHash, hash: made });
      prevHash = made;
    }
    const sealed = { chain: 'sealed', ok: true, entries: 0, lastHash: '0'.repeat(64) };
    const own = { chain: OWN_CHAIN, ok: true, entries: count, lastHash: prevHash };
    expect(await verifyJournal({ dataDir })).toEqual({
      ...{ ok: true, entries: count },
      chains: [sealed, own],
    });
  });

  it('has the sealed chain as the older version exported it, then the chains that begin with its end', async () => {
    const { dataDir, old } = await grownFolder();
    const lines = await linesOf({ dataDir });
    expect(lines.slice(0, old.length)).toEqual(old.map(({ line }) => line));
    const others = parsed(lines.slice(old.length));
    expect(others.map(({ chain, seq }) => [chain, seq])).toEqual([
      ...[1, 2].map((seq) => ['none', seq]),
      ...[1, 2].map((seq) => ['organization:o1', seq]),
      ...[1, 2, 3].map((seq) => ['organization:o2', seq]),
    ]);
    for (const line of parsed(lines)) expect(hashOfLine(line)).toBe(line['hash']);
    const begins = others.filter(({ seq }) => seq === 1);
    expect(begins).toHaveLength(3);
    for (const begin of begins) expect(begin['prevHash']).toBe(old.at(-1)?.hash);
  });

  it('waits for its reader between pages', async () => {
    const dataDir = await dataDirWith(LIMITS.journalPageEntries + 1);
    let writing = 0;
    let pages = 0;
    await exportJournal({ dataDir }, async () => {
      writing += 1;
      expect(writing).toBe(1);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      writing -= 1;
      pages += 1;
    });
    expect(pages).toBe(2);
  });
});

describe('the export of one organization', () => {
  it.each(['o1', 'o2', 'old'])('has no content of another (%s)', async (organizationId) => {
    const { dataDir, old } = await grownFolder();
    const lines = parsed(await linesOf({ dataDir, organizationId }));
    const shown = lines.filter((line) => 'kind' in line);
    expect(new Set(shown.map((line) => line['organizationId']))).toEqual(new Set([organizationId]));
    const links = lines.filter((line) => !('kind' in line));
    const foreign = old.filter((entry) => entry.organizationId !== organizationId);
    expect(links).toEqual(
      foreign.map(({ line }) => {
        const { seq, prevHash, hash } = JSON.parse(line) as Line;
        return { hash, prevHash, seq };
      }),
    );
    expect(shown.every((line) => hashOfLine(line) === line['hash'])).toBe(true);
  });

  it('links its own chain to the whole sealed one', async () => {
    const { dataDir } = await grownFolder();
    const lines = parsed(await linesOf({ dataDir, organizationId: 'o1' }));
    expect(lines).toHaveLength(SEALED_IDS.length + 2);
    let prevHash: unknown = '0'.repeat(64);
    for (const line of lines) {
      expect(line['prevHash']).toBe(prevHash);
      prevHash = line['hash'];
    }
  });
});

describe('a verification', () => {
  it('of one organization has its chain and the sealed one', async () => {
    const { dataDir } = await grownFolder();
    const verdict = await verifyJournal({ dataDir, organizationId: 'o2' });
    expect(verdict).toMatchObject({ ok: true, entries: SEALED_IDS.length + 3 });
    const names = verdict.chains.map(({ chain }) => chain);
    expect(names).toEqual(['sealed', 'organization:o2']);
  });

  it('of an organization with old entries alone has the sealed chain', async () => {
    const { dataDir } = await grownFolder();
    const verdict = await verifyJournal({ dataDir, organizationId: 'old' });
    expect(verdict.chains).toMatchObject([{ chain: 'sealed', ok: true }]);
  });

  it('names the first chain and entry that were changed, and every other one', async () => {
    const { dataDir, file } = await grownFolder();
    tamper(file, [
      "UPDATE journal_entries SET actor = 'you' WHERE organization_id <> '' AND seq = 2",
    ]);
    const why = 'its content does not have its hash';
    const of = (id: string) => ({ chain: `organization:${id}`, ok: false, seq: 2, why });
    const verdict = await verifyJournal({ dataDir });
    expect(verdict).toMatchObject(of('o1'));
    const sealed = { chain: 'sealed', ok: true };
    const none = { chain: 'none', ok: true };
    expect(verdict.chains).toMatchObject([sealed, none, of('o1'), of('o2')]);
  });

  it('of one organization does not look at the chain of another, but at the sealed one', async () => {
    const { dataDir, file } = await grownFolder();
    tamper(file, ["UPDATE journal_entries SET actor = 'you' WHERE organization_id = 'o2'"]);
    expect(await verifyJournal({ dataDir, organizationId: 'o1' })).toMatchObject({ ok: true });
    tamper(file, ["UPDATE journal SET actor = 'you' WHERE organization_id = 'o2' AND seq = 5"]);
    expect(await verifyJournal({ dataDir, organizationId: 'o1' })).toMatchObject({
      ...{ ok: false, chain: 'sealed', seq: 5 },
    });
  });
});

const ACTIONS = [
  verifyJournal,
  (scope: JournalScope) => exportJournal(scope, () => Promise.resolve()),
];

describe('a journal without an entry of the organization', () => {
  it.each(ACTIONS)('is an error (%#)', async (act) => {
    const { dataDir } = await grownFolder();
    const refused = act({ dataDir, organizationId: 'o' });
    await expect(refused).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});

describe('a data folder without a database', () => {
  it.each(ACTIONS)('is named, and stays as it is (%#)', async (act) => {
    const { dataDir } = emptyFolder();
    await expect(act({ dataDir })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      hint: expect.stringContaining('BULK_DATA_DIR') as string,
    });
    expect(existsSync(path.join(dataDir, 'jobs.sqlite'))).toBe(false);
  });
});
