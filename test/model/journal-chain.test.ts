/** The chain by itself: whatever is changed, the first changed place is named. */
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.js';
import {
  beginEntry,
  bodyOf,
  CHAIN_START,
  chainName,
  EMPTY_HEAD,
  hashOf,
  linkOf,
  sealEntry,
  startAfter,
  verifyChain,
} from '../../src/model/journal-chain.js';
import type { JournalEntry, JournalHead } from '../../src/model/journal.js';
import { streamOf } from '../store/contract/journal.js';

function chainOf(count: number, organizationId = 'o'): JournalEntry[] {
  const entries: JournalEntry[] = [];
  let head = EMPTY_HEAD;
  for (let index = 0; index < count; index += 1) {
    const whose = { organizationId, jobId: `j${String(index)}`, actor: 'me' };
    const loose = { kind: 'tool.call', durationMs: index, body: { index }, ...whose } as const;
    const { entry } = sealEntry(head, loose, 1000 + index);
    entries.push(entry);
    head = { entries: entry.seq, lastHash: entry.hash };
  }
  return entries;
}

function headOf(entries: readonly JournalEntry[]): JournalHead {
  return { entries: entries.length, lastHash: entries.at(-1)?.hash ?? CHAIN_START };
}

const CHAIN = chainOf(5);

/** Verifies the entries, with the heads that are noted before and after they are read. */
function verify(
  entries: readonly JournalEntry[],
  head: JournalHead | null = headOf(CHAIN),
  headAfter: JournalHead | null = head,
) {
  const heads = [head, headAfter];
  const readHead = () => Promise.resolve(heads.shift() ?? null);
  return verifyChain(streamOf(entries), { start: EMPTY_HEAD, readHead });
}

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
    expect(await verify([...again.slice(0, 2), mended], head)).toMatchObject({ ok: false, seq: 3 });
  });

  it('may have grown since the head was read', async () => {
    const early = headOf(CHAIN.slice(0, 2));
    expect(await verify(CHAIN, early, headOf(CHAIN))).toEqual({ ok: true, ...headOf(CHAIN) });
  });

  it('has more entries than a head that was set back', async () => {
    const early = headOf(CHAIN.slice(0, 2));
    expect(await verify(CHAIN, early)).toMatchObject({ ok: false, seq: 3 });
  });

  it('is not whole without its head, or with the head of another', async () => {
    expect(await verify(CHAIN, null)).toMatchObject({ ok: false, seq: 6 });
    expect(await verify(CHAIN, headOf(CHAIN), null)).toMatchObject({ ok: false, seq: 6 });
    const other = { entries: 5, lastHash: 'f'.repeat(64) };
    expect(await verify(CHAIN, other)).toMatchObject({ ok: false, seq: 5 });
    expect(await verify([], { ...other, entries: 0 })).toMatchObject({ ok: false, seq: 1 });
  });

  it('does not take an entry of another chain', async () => {
    const foreign = chainOf(5, 'p')[2];
    if (foreign === undefined) throw new Error('no entry');
    const mixed = CHAIN.map((entry) => (entry.seq === 3 ? foreign : entry));
    expect(await verify(mixed)).toMatchObject({ ok: false, seq: 3 });
  });
});

describe('the beginning of a chain', () => {
  const sealed = headOf(CHAIN);
  const at = { organizationId: 'o', atMs: 7 };

  it('names the end of the sealed chain and carries its hash', async () => {
    const { entry, bodyText } = beginEntry(sealed, at);
    expect(entry).toMatchObject({ seq: 1, prevHash: sealed.lastHash, chain: 'organization:o' });
    expect(JSON.parse(bodyText)).toEqual({ sealedEntries: 5, sealedLastHash: sealed.lastHash });
    const readHead = () => Promise.resolve(headOf([entry]));
    const whole = await verifyChain(streamOf([entry]), { start: startAfter(sealed), readHead });
    expect(whole).toEqual({ ok: true, ...headOf([entry]) });
  });

  it('does not fit a sealed chain that was written anew', async () => {
    const { entry } = beginEntry(sealed, at);
    const start = startAfter(headOf(chainOf(5, 'p')));
    const readHead = () => Promise.resolve(headOf([entry]));
    const verdict = await verifyChain(streamOf([entry]), { start, readHead });
    expect(verdict).toMatchObject({ ok: false, seq: 1 });
  });
});

describe('the name of a chain', () => {
  it('is another for each chain', () => {
    const ids = ['sealed', 'none', '', 'o'].map((organizationId) => ({ organizationId }));
    const names = ['sealed' as const, { organizationId: null }, ...ids].map(chainName);
    expect(names).toEqual([
      ...['sealed', 'none', 'organization:sealed', 'organization:none'],
      ...['organization:', 'organization:o'],
    ]);
  });
});

describe('a link', () => {
  it('has nothing of its entry but the place and the hashes', () => {
    const [, second] = CHAIN;
    if (second === undefined) throw new Error('no entry');
    const { seq, prevHash, hash } = second;
    expect(linkOf(second)).toEqual({ seq, prevHash, hash });
  });
});

describe('a hash', () => {
  it('is what another program makes of the exported line', () => {
    const [first] = chainOf(1);
    if (first === undefined) throw new Error('no entry');
    const { hash, ...rest } = first;
    const sorted = Object.fromEntries(
      Object.entries(rest).sort(([left], [right]) => (left < right ? -1 : 1)),
    );
    expect(sha256(JSON.stringify(sorted))).toBe(hash);
    expect(hashOf({ ...rest })).toBe(hash);
    expect(hashOf(Object.fromEntries(Object.entries(rest).reverse()) as typeof rest)).toBe(hash);
  });

  it('of an entry of the sealed chain is what older versions made', () => {
    // Written by the version before each organization had its own chain.
    const entry = {
      ...{ seq: 1, atMs: 1767225600000, kind: 'tool.call', organizationId: null, jobId: null },
      ...{
        actor: 'me ø "',
        durationMs: 3,
        body: { tool: 'one', success: true, nested: [1, { b: 2, a: null }] },
      },
      prevHash: CHAIN_START,
    };
    expect(hashOf(entry)).toBe('0c951b7ba47743c2646f4ba38b29a5d118f8b53fd1ef5969fa7200fcead29d46');
  });
});
