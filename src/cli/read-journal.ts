/** Reads the journal of an existing database for `journal verify` and `journal export`; needs no token. */
import { existsSync } from 'node:fs';
import { databaseOf } from '../config.js';
import { InputError } from '../core/errors.js';
import { canonicalJson } from '../core/hash.js';
import { LIMITS } from '../core/limits.js';
import { checkFolderOwner } from '../store/folder-owner.js';
import {
  chainName,
  EMPTY_HEAD,
  linkOf,
  startAfter,
  verifyChain,
  type ChainVerdict,
} from '../model/journal-chain.js';
import type { JobStore } from '../store/job-store.js';
import type { JournalPort } from '../store/ports/journal.js';
import { openStore } from '../wiring/open-store.js';
import type { EntryLink, JournalChain, JournalEntry } from '../model/journal.js';

export interface JournalScope {
  readonly dataDir: string;
  /** Only the chain of this organization, and the sealed chain, which it rests on. */
  readonly organizationId?: string | undefined;
}

export type NamedVerdict = { readonly chain: string } & ChainVerdict;

/** `entries` counts all chains. `ok: false` names the first bad entry; `chains` has the verdict of each chain. */
export type JournalVerdict =
  | { readonly ok: true; readonly entries: number; readonly chains: readonly NamedVerdict[] }
  | {
      readonly ok: false;
      readonly chain: string;
      readonly seq: number;
      readonly why: string;
      readonly chains: readonly NamedVerdict[];
    };

async function* pagesOf(
  store: JournalPort,
  chain: JournalChain,
): AsyncGenerator<readonly JournalEntry[]> {
  let afterSeq = 0;
  for (;;) {
    const entries = await store.readJournal({ chain, afterSeq, limit: LIMITS.journalPageEntries });
    const last = entries.at(-1);
    if (last === undefined) return;
    afterSeq = last.seq;
    yield entries;
  }
}

async function* entriesOf(store: JournalPort, chain: JournalChain): AsyncGenerator<JournalEntry> {
  for await (const page of pagesOf(store, chain)) yield* page;
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

/** The sealed chain, and the chains of the scope. Rejects with `INPUT_INVALID` if its organization has no entry. */
async function chainsIn(
  store: JournalPort,
  organizationId: string | undefined,
): Promise<JournalChain[]> {
  const chains = await store.listJournalChains();
  if (organizationId === undefined) return chains;
  if (!(await store.isInJournal({ organizationId }))) {
    throw new InputError({
      code: 'INPUT_INVALID',
      message: 'The journal has no entry of this organization.',
      hint: '`journal verify` without --organization lists the chains, and so the organizations.',
    });
  }
  return chains.filter((chain) => chain === 'sealed' || chain.organizationId === organizationId);
}

function summaryOf(chains: readonly NamedVerdict[]): JournalVerdict {
  let entries = 0;
  for (const verdict of chains) {
    if (!verdict.ok) return { ...verdict, chains };
    entries += verdict.entries;
  }
  return { ok: true, entries, chains };
}

/**
 * Checks each chain of the scope from its first entry to its end. Rejects with `FILE_NOT_FOUND` if there is
 * no database, with `STORE_FAILED` if it belongs to another user (opening it would leave files there that
 * lock its owner out), and with `INPUT_INVALID` if the journal has no entry of the organization.
 */
export function verifyJournal({ dataDir, organizationId }: JournalScope): Promise<JournalVerdict> {
  return withStore(dataDir, async (store) => {
    const sealed = (await store.readJournalHead({ chain: 'sealed' })) ?? EMPTY_HEAD;
    const chains: NamedVerdict[] = [];
    for (const chain of await chainsIn(store, organizationId)) {
      const verdict = await verifyChain(entriesOf(store, chain), {
        start: chain === 'sealed' ? EMPTY_HEAD : startAfter(sealed),
        readHead: () => store.readJournalHead({ chain }),
      });
      chains.push({ chain: chainName(chain), ...verdict });
    }
    return summaryOf(chains);
  });
}

/** Entries of other organizations are in the sealed chain only. Their links keep the chain whole. */
function shownTo(
  organizationId: string | undefined,
  entry: JournalEntry,
): JournalEntry | EntryLink {
  const isShown = organizationId === undefined || entry.organizationId === organizationId;
  return isShown ? entry : linkOf(entry);
}

/**
 * Passes the entries of the scope to `write` as JSON lines, chain by chain, and waits for it, so that memory
 * stays flat. Rejects as `verifyJournal` does.
 */
export function exportJournal(
  { dataDir, organizationId }: JournalScope,
  write: (lines: string) => Promise<void>,
): Promise<void> {
  return withStore(dataDir, async (store) => {
    for (const chain of await chainsIn(store, organizationId)) {
      for await (const page of pagesOf(store, chain)) {
        const shown = page.map((entry) => shownTo(organizationId, entry));
        await write(shown.map((entry) => `${canonicalJson(entry)}\n`).join(''));
      }
    }
  });
}
