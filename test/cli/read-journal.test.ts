/** Verifying and exporting: from an existing database alone, and from the export alone. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LIMITS } from '../../src/core/limits.js';
import { exportJournal, verifyJournal } from '../../src/cli/read-journal.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import { looseEntry } from '../store/contract/journal.js';
import { newJob, NOW_MS } from '../store/contract/fixtures.js';
import { temporaryFile } from '../store/support/sqlite-files.js';

/** A data folder whose journal holds so many entries. */
async function dataDirWith(count: number): Promise<string> {
  const { file, folder, remove } = temporaryFile();
  onTestFinished(remove);
  const store = await openSqliteStore({ path: file });
  const start = { kind: 'job.start', durationMs: null } as const;
  const journal = Array.from({ length: count }, (_, index) => ({ ...start, body: { index } }));
  await store.createJob({ ...newJob('j1'), journal });
  await store.appendJournal({ entry: looseEntry('last'), nowMs: NOW_MS });
  await store.close();
  return folder;
}

async function linesOf(dataDir: string): Promise<string[]> {
  let text = '';
  await exportJournal(dataDir, (lines) => {
    text += lines;
    return Promise.resolve();
  });
  return text.split('\n').slice(0, -1);
}

describe('an export', () => {
  it('is a chain that a reader checks with nothing but SHA-256', async () => {
    const count = LIMITS.journalPageEntries + 5;
    const dataDir = await dataDirWith(count - 1);
    const lines = await linesOf(dataDir);
    expect(lines).toHaveLength(count);
    let prevHash = '0'.repeat(64);
    for (const [index, line] of lines.entries()) {
      const { hash, ...entry } = JSON.parse(line) as Record<string, unknown>;
      // The line is in order of its keys already: without its hash it is what was hashed.
      const made = createHash('sha256').update(JSON.stringify(entry)).digest('hex');
      expect({ seq: entry['seq'], prevHash: entry['prevHash'], hash }).toEqual({
        seq: index + 1,
        prevHash,
        hash: made,
      });
      prevHash = made;
    }
    expect(await verifyJournal(dataDir)).toEqual({ ok: true, entries: count, lastHash: prevHash });
  });

  it('waits for its reader between pages', async () => {
    const dataDir = await dataDirWith(LIMITS.journalPageEntries + 1);
    let writing = 0;
    let pages = 0;
    await exportJournal(dataDir, async () => {
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

describe('a data folder without a database', () => {
  it.each([verifyJournal, (dataDir: string) => exportJournal(dataDir, () => Promise.resolve())])(
    'is named, and stays as it is',
    async (act) => {
      const { file, folder, remove } = temporaryFile();
      onTestFinished(remove);
      await expect(act(folder)).rejects.toMatchObject({
        code: 'FILE_NOT_FOUND',
        hint: expect.stringContaining('BULK_DATA_DIR') as string,
      });
      expect(existsSync(file)).toBe(false);
    },
  );
});
