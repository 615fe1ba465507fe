/** Lists the entries of the journal a page at a time: chain by chain, each from its beginning. */
import { cursorOf, positionIn } from '../../model/cursor.js';
import { chainName } from '../../model/journal-chain.js';
import type { JournalChain, JournalEntry } from '../../model/journal.js';
import { mayReach } from '../../organizations/caller.js';
import type { AdminDeps } from './admin-deps.js';

export interface JournalPageFilter {
  readonly organizationId?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface JournalPage {
  readonly entries: readonly JournalEntry[];
  readonly nextCursor: string | null;
}

type JournalDeps = Pick<AdminDeps, 'store' | 'organizations' | 'caller'>;

/**
 * The chains that the caller may read. Only an admin of all organizations reads those that name several: the sealed
 * one, and that of no organization.
 */
async function chainsFor(
  { store, organizations, caller }: JournalDeps,
  organizationId: string | undefined,
): Promise<JournalChain[]> {
  const chains = await store.listJournalChains();
  const own = chains.filter((chain) => {
    const id = chain === 'sealed' ? null : chain.organizationId;
    return id === null ? caller.organizations === 'all' : mayReach(caller, id);
  });
  if (organizationId === undefined) return own;
  const named = own.filter(
    (chain) => chain !== 'sealed' && chain.organizationId === organizationId,
  );
  // Refuses an id that is unknown or not the caller's, in the words of every other call.
  if (named.length === 0) await organizations.idsFor(caller, organizationId);
  return named;
}

/** `<seq> <name of the chain>`: the last entry of a page. */
function placeOf(entry: JournalEntry): string {
  return `${String(entry.seq)} ${entry.chain ?? 'sealed'}`;
}

interface Place {
  readonly chains: readonly JournalChain[];
  readonly afterSeq: number;
}

/** The chains that are left, the first of them after an entry. */
function placeIn(
  chains: readonly JournalChain[],
  { list, cursor }: { list: string; cursor: string | undefined },
): Place {
  if (cursor === undefined) return { chains, afterSeq: 0 };
  const [seq = '', ...name] = positionIn(list, cursor).split(' ');
  const index = chains.findIndex((chain) => chainName(chain) === name.join(' '));
  // The chain is no longer the caller's.
  if (index === -1) return { chains: [], afterSeq: 0 };
  return { chains: chains.slice(index), afterSeq: Number(seq) };
}

/** Throws `ORGANIZATION_REQUIRED` for an organization that is not the caller's. */
export async function journalPage(
  deps: JournalDeps,
  { organizationId, cursor, limit }: JournalPageFilter,
): Promise<JournalPage> {
  const list = `journal ${organizationId ?? ''}`;
  const all = await chainsFor(deps, organizationId);
  const { chains, afterSeq } = placeIn(all, { list, cursor });
  const found: JournalEntry[] = [];
  for (const [nth, chain] of chains.entries()) {
    const after = { chain, afterSeq: nth === 0 ? afterSeq : 0 };
    found.push(...(await deps.store.readJournal({ ...after, limit: limit + 1 - found.length })));
    if (found.length > limit) break;
  }
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return { entries, nextCursor: hasMore ? cursorOf(list, placeOf(last)) : null };
}
