/** Reads the journal of an existing database for `journal verify` and `journal export`; needs no token. */
import { existsSync } from 'node:fs';
import { databaseOf } from '../config.js';
import { InputError } from '../core/errors.js';
import { canonicalJson } from '../core/hash.js';
import { LIMITS } from '../core/limits.js';
import { checkFolderOwner } from '../store/folder-owner.js';
import { verifyChain, type ChainVerdict } from '../model/journal-chain.js';
import type { JobStore } from '../store/job-store.js';
import type { JournalPort } from '../store/ports/journal.js';
import { openStore } from '../wiring/open-store.js';
import type { JournalEntry } from '../model/journal.js';

async function* pagesOf(store: JournalPort): AsyncGenerator<JournalEntry[]> {
  let afterSeq = 0;
  for (;;) {
    const entries = await store.readJournal({ afterSeq, limit: LIMITS.journalPageEntries });
    const last = entries.at(-1);
    if (last === undefined) return;
    afterSeq = last.seq;
    yield entries;
  }
}

async function* entriesOf(store: JournalPort): AsyncGenerator<JournalEntry> {
  for await (const page of pagesOf(store)) yield* page;
}

async function withStore<T>(dataDir: string, act: (store: JobStore) => Promise<T>): Promise<T> {
  if (!existsSync(databaseOf(dataDir))) {
    throw new InputError({
      code: 'FILE_NOT_FOUND',
      message: 'There is no job database in the data folder.',
      hint: 'Set BULK_DATA_DIR (or --bulk-data-dir) to the folder that the server uses.',
    });
  }
  checkFolderOwner(dataDir);
  const store = await openStore(dataDir);
  try {
    return await act(store);
  } finally {
    await store.close();
  }
}

/**
 * Checks the whole chain. Rejects with `FILE_NOT_FOUND` if there is no database, and with `STORE_FAILED` if it
 * belongs to another user: opening it would leave files there that lock its owner out.
 */
export function verifyJournal(dataDir: string): Promise<ChainVerdict> {
  return withStore(dataDir, async (store) => {
    // The head is read first: entries appended meanwhile come after it.
    const head = await store.readJournalHead();
    return verifyChain(entriesOf(store), head);
  });
}

/** Passes the entries to `write` as JSON lines, and waits for it, so that memory stays flat. */
export function exportJournal(
  dataDir: string,
  write: (lines: string) => Promise<void>,
): Promise<void> {
  return withStore(dataDir, async (store) => {
    for await (const page of pagesOf(store)) {
      await write(page.map((entry) => `${canonicalJson(entry)}\n`).join(''));
    }
  });
}
