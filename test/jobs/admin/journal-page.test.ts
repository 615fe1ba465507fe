// The journal page by page: chain by chain, each entry once, and only the caller's chains.
import { describe, expect, it } from 'vitest';
import { journalPage, type JournalPageFilter } from '../../../src/jobs/admin/journal-page.js';
import { hashOf } from '../../../src/model/journal-chain.js';
import type { JournalEntry } from '../../../src/model/journal.js';
import type { Caller } from '../../../src/organizations/caller.js';
import { openOffice } from '../../support/office.js';

const SIZE = 7;

async function openJournal() {
  const { app, alfa, beta } = await openOffice();
  const { store, organizations } = app;
  const ids = [alfa.organizationId, beta.organizationId] as const;
  await alfa.service.organizations({});
  await beta.service.organizations({});
  for (const organizationId of [...ids, null, ids[0]]) {
    for (let no = 0; no < SIZE; no += 1) {
      const about = { kind: 'tool.call', jobId: null, actor: 'Nora', durationMs: 1 } as const;
      const entry = { ...about, organizationId, body: { no } };
      await store.appendJournal({ entry, nowMs: no });
    }
  }
  const depsFor = (reach: Caller['organizations']) => ({
    ...{ store, organizations },
    caller: { actor: 'Carla', organizations: reach, role: 'admin' } as const,
  });
  const all = async (reach: Caller['organizations'], filter: JournalPageFilter) => {
    const found: JournalEntry[] = [];
    let cursor: string | undefined;
    do {
      const page = await journalPage(depsFor(reach), { ...filter, cursor });
      expect(page.entries.length).toBeLessThanOrEqual(filter.limit);
      found.push(...page.entries);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return found;
  };
  return { ids, all, depsFor };
}

const placeOf = ({ chain, seq }: JournalEntry): string => `${chain ?? 'sealed'} ${String(seq)}`;

describe('the journal', () => {
  it('is read whole whatever the size of the page, each entry as it was hashed', async () => {
    const { all } = await openJournal();
    const whole = await all('all', { limit: 1000 });
    // Each chain begins with an entry of its own.
    expect(whole).toHaveLength(4 * SIZE + 3);
    expect(new Set(whole.map(placeOf)).size).toBe(whole.length);
    for (const limit of [1, SIZE, SIZE + 1]) {
      expect((await all('all', { limit })).map(placeOf)).toEqual(whole.map(placeOf));
    }
    for (const { hash, ...entry } of whole) expect(hashOf(entry)).toBe(hash);
  });

  it('of an organization is that of its chain', async () => {
    const { all, ids } = await openJournal();
    const own = await all('all', { limit: 10, organizationId: ids[0] });
    expect(new Set(own.map((entry) => entry.organizationId))).toEqual(new Set([ids[0]]));
    expect(own).toHaveLength(2 * SIZE + 1);
    expect((await all([ids[0]], { limit: 3 })).map(placeOf)).toEqual(own.map(placeOf));
  });

  it('of others is refused, and their cursors lead nowhere', async () => {
    const { ids, depsFor } = await openJournal();
    const foreign = { limit: 1, organizationId: ids[1] };
    const refused = { code: 'ORGANIZATION_REQUIRED' };
    await expect(journalPage(depsFor([ids[0]]), foreign)).rejects.toMatchObject(refused);
    const { nextCursor } = await journalPage(depsFor([ids[1]]), { limit: 1 });
    const cursor = nextCursor ?? '';
    const page = await journalPage(depsFor([ids[0]]), { limit: 1, cursor });
    expect(page).toEqual({ entries: [], nextCursor: null });
    const made = journalPage(depsFor('all'), { limit: 1, cursor: 'x' });
    await expect(made).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
