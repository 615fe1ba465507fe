/** The chain by itself: whatever is changed, the first changed place is named. */
import { describe, expect, it } from 'vitest';
import {
  bodyOf,
  CHAIN_START,
  hashOf,
  sealEntry,
  verifyChain,
} from '../../src/model/journal-chain.js';
import type { JournalEntry, JournalHead } from '../../src/model/journal.js';
import { streamOf } from '../store/contract/journal.js';

function chainOf(count: number): JournalEntry[] {
  const entries: JournalEntry[] = [];
  let head: JournalHead = { entries: 0, lastHash: CHAIN_START };
  for (let index = 0; index < count; index += 1) {
    const whose = { organizationId: 'o', jobId: `j${String(index)}`, actor: 'me' };
    const entry = sealEntry(head, {
      ...{ atMs: 1000 + index, kind: 'tool.call', durationMs: index, body: { index } },
      ...whose,
    });
    entries.push(entry);
    head = { entries: entry.seq, lastHash: entry.hash };
  }
  return entries;
}

function headOf(entries: readonly JournalEntry[]): JournalHead {
  return { entries: entries.length, lastHash: entries.at(-1)?.hash ?? CHAIN_START };
}

const CHAIN = chainOf(5);
const verify = (entries: readonly JournalEntry[]) => verifyChain(streamOf(entries), headOf(CHAIN));

/** The chain with its third entry otherwise. */
const third = (change: Partial<JournalEntry>): JournalEntry[] =>
  CHAIN.map((entry) => (entry.seq === 3 ? { ...entry, ...change } : entry));

describe('a chain', () => {
  it('that is as it was written is whole', async () => {
    expect(await verify(CHAIN)).toEqual({ ok: true, ...headOf(CHAIN) });
  });

  it.each<Partial<JournalEntry>>([
    { atMs: 1 },
    { kind: 'job.end' },
    { organizationId: null },
    { jobId: 'other' },
    { actor: 'you' },
    { durationMs: 99 },
    { body: { index: 99 } },
    { body: bodyOf('{"index":') },
    { hash: 'f'.repeat(64) },
    { prevHash: 'f'.repeat(64) },
  ])('names an entry that was changed (%j)', async (change) => {
    expect(await verify(third(change))).toMatchObject({ ok: false, seq: 3 });
  });

  it('names the entry after one that was changed with a hash to match', async () => {
    const changed = third({ body: { index: 99 } });
    const entries = changed.map((entry) =>
      entry.seq === 3 ? { ...entry, hash: hashOf(entry) } : entry,
    );
    expect(await verify(entries)).toMatchObject({ ok: false, seq: 4 });
  });

  it('names one that is missing, in the middle and at the beginning', async () => {
    expect(await verify(CHAIN.filter(({ seq }) => seq !== 3))).toMatchObject({ ok: false, seq: 3 });
    expect(await verify(CHAIN.slice(1))).toMatchObject({ ok: false, seq: 1 });
  });

  it('names the first of two that changed places', async () => {
    const [one, two, three, four, five] = CHAIN as [
      JournalEntry,
      JournalEntry,
      JournalEntry,
      JournalEntry,
      JournalEntry,
    ];
    const swapped = [one, { ...three, seq: 2 }, { ...two, seq: 3 }, four, five];
    expect(await verify(swapped)).toMatchObject({ ok: false, seq: 2 });
  });

  it('misses its end where the head is left', async () => {
    expect(await verify(CHAIN.slice(0, 4))).toMatchObject({ ok: false, seq: 5 });
    expect(await verify([])).toMatchObject({ ok: false, seq: 1 });
  });

  it('that was written anew from its end backwards is not the one of the head', async () => {
    const again = third({ body: { index: 99 } }).slice(0, 3);
    const last = again.at(-1);
    if (last === undefined) throw new Error('no entry');
    const mended = { ...last, hash: hashOf(last) };
    const head = { entries: 3, lastHash: CHAIN[2]?.hash ?? '' };
    const verdict = await verifyChain(streamOf([...again.slice(0, 2), mended]), head);
    expect(verdict).toMatchObject({ ok: false, seq: 3 });
  });

  it('may have grown since the head was read', async () => {
    const early = headOf(CHAIN.slice(0, 2));
    expect(await verifyChain(streamOf(CHAIN), early)).toEqual({ ok: true, ...headOf(CHAIN) });
  });
});

describe('a hash', () => {
  it('is what another program makes of the exported line', () => {
    const [first] = chainOf(1);
    if (first === undefined) throw new Error('no entry');
    const { hash, ...rest } = first;
    expect(hashOf({ ...rest })).toBe(hash);
    expect(hashOf(Object.fromEntries(Object.entries(rest).reverse()) as typeof rest)).toBe(hash);
  });
});
