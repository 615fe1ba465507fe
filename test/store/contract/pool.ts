/** The pool: the records a plan meets, in layers over the listing. */
import { describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import type { MatchKey, SnapshotEntry, SnapshotLayer } from '../../../src/model/snapshot.js';
import { claimedJob, entry, freshStore, image, type Claimed, type OpenStore } from './fixtures.js';

const key = (value: string, name = 'email'): MatchKey => ({ key: name, value });
const jobId = 'j1';

async function put(
  store: JobStore,
  claimed: Claimed,
  layers: Partial<Record<SnapshotLayer, SnapshotEntry[]>>,
): Promise<void> {
  for (const [layer, entries] of Object.entries(layers)) {
    await store.putSnapshot({ ...claimed, layer: layer as SnapshotLayer, entries });
  }
}

async function found(
  store: JobStore,
  layer: SnapshotLayer,
  keys: readonly MatchKey[],
): Promise<string[]> {
  const entries = await store.findInSnapshot({ jobId, layer, keys });
  return entries.map(({ recordId }) => recordId).sort();
}

function describeKeys(open: OpenStore): void {
  const store = freshStore(open);

  it('finds entries by any of the keys, each once', async () => {
    const claimed = await claimedJob(store(), jobId);
    const a = entry('a', { keys: [key('x@y.dk'), key('A1', 'contactNo')] });
    await put(store(), claimed, {
      before: [a, entry('b', { keys: [key('x@y.dk')] }), entry('c', { keys: [key('A1', 'ean')] })],
    });
    expect(await found(store(), 'before', [key('x@y.dk')])).toEqual(['a', 'b']);
    expect(await found(store(), 'before', [key('x@y.dk'), key('A1', 'contactNo')])).toEqual([
      'a',
      'b',
    ]);
    expect(await found(store(), 'before', [key('A1', 'contactNo')])).toEqual(['a']);
    expect(await found(store(), 'before', [key('x@y.dk', 'contactNo')])).toEqual([]);
    expect(await found(store(), 'before', [])).toEqual([]);
    const [first] = await store().findInSnapshot({
      jobId,
      layer: 'before',
      keys: [key('A1', 'contactNo')],
    });
    expect(first).toEqual(a);
  });

  it('takes a record that carries one key twice', async () => {
    const claimed = await claimedJob(store(), jobId);
    const twice = entry('a', { keys: [key('x@y.dk'), key('x@y.dk')] });
    await put(store(), claimed, { before: [twice] });
    expect(await found(store(), 'before', [key('x@y.dk')])).toEqual(['a']);
  });

  it('holds the records of one job', async () => {
    const claimed = await claimedJob(store(), jobId);
    const other = await claimedJob(store(), 'j2');
    await put(store(), claimed, { before: [entry('a', { keys: [key('x')] })] });
    await put(store(), other, { before: [entry('b', { keys: [key('x')] })] });
    expect(await found(store(), 'before', [key('x')])).toEqual(['a']);
    const got = await store().getFromSnapshot({ jobId, layer: 'before', recordIds: ['a', 'b'] });
    expect([...got.keys()]).toEqual(['a']);
  });
}

function describeMasses(open: OpenStore): void {
  const store = freshStore(open);

  it('takes and finds whole pages', async () => {
    const claimed = await claimedJob(store(), jobId);
    const ids = Array.from({ length: 1000 }, (_, index) => `r${String(index)}`);
    const entries = ids.map((id) => entry(id, { keys: [key(id), key('all', 'name')] }));
    await put(store(), claimed, { before: entries });
    expect(await found(store(), 'before', [key('all', 'name')])).toHaveLength(1000);
    const wanted = ids.slice(0, 500).map((id) => key(id));
    expect(await found(store(), 'before', wanted)).toHaveLength(500);
  });

  it('finds a key that more records carry than a statement has parameters', async () => {
    const claimed = await claimedJob(store(), jobId);
    const COUNT = 33_000;
    for (let start = 0; start < COUNT; start += 1000) {
      const ids = Array.from({ length: 1000 }, (_, index) => `r${String(start + index)}`);
      const entries = ids.map((id) => entry(id, { keys: [key('same')] }));
      await put(store(), claimed, { before: entries });
    }
    expect(await found(store(), 'before', [key('same')])).toHaveLength(COUNT);
  });
}

function describeLayers(open: OpenStore): void {
  const store = freshStore(open);
  const get = async (layer: SnapshotLayer, recordIds = ['a', 'b']): Promise<SnapshotEntry[]> => {
    const entries = await store().getFromSnapshot({ jobId, layer, recordIds });
    return [...entries.values()].sort((left, right) => (left.recordId < right.recordId ? -1 : 1));
  };
  const before = entry('a', { image: image('a', { name: 'old' }), keys: [key('old')] });
  const after = entry('a', {
    image: image('a', { name: 'new' }),
    keys: [key('new')],
    changedByRow: 4,
  });
  const other = entry('b', { image: image('b'), keys: [key('b')] });

  it.each(['planned', 'done'] as const)('%s lies over the listing', async (layer) => {
    const claimed = await claimedJob(store(), jobId);
    await put(store(), claimed, { [layer]: [after], before: [before, other] });
    expect(await get(layer)).toEqual([after, other]);
    expect(await get('before')).toEqual([before, other]);
    expect(await get(layer === 'done' ? 'planned' : 'done')).toEqual([before, other]);
  });

  it('undo stands alone', async () => {
    const claimed = await claimedJob(store(), jobId);
    await put(store(), claimed, { before: [before, other], done: [after] });
    expect(await get('undo')).toEqual([]);
    await put(store(), claimed, { undo: [other] });
    expect(await get('undo')).toEqual([other]);
    expect(await found(store(), 'undo', [key('old'), key('new')])).toEqual([]);
  });

  it('a gained key is found in its layer, and shows the entry of that layer', async () => {
    const claimed = await claimedJob(store(), jobId);
    await put(store(), claimed, { before: [before], planned: [after] });
    const keys = [key('new')];
    expect(await store().findInSnapshot({ jobId, layer: 'planned', keys })).toEqual([after]);
    expect(await store().findInSnapshot({ jobId, layer: 'before', keys })).toEqual([]);
  });

  it('a lost key never brings the entry as it was', async () => {
    const claimed = await claimedJob(store(), jobId);
    await put(store(), claimed, { before: [before], planned: [after] });
    const hits = await store().findInSnapshot({ jobId, layer: 'planned', keys: [key('old')] });
    for (const hit of hits) expect(hit).toEqual(after);
  });

  it('a new record is there in its layer only', async () => {
    const claimed = await claimedJob(store(), jobId);
    const made = entry('row:7', { keys: [key('made')], changedByRow: 7 });
    await put(store(), claimed, { planned: [made] });
    expect(await get('planned', ['row:7'])).toEqual([made]);
    expect(await get('before', ['row:7'])).toEqual([]);
    expect(await store().getFromSnapshot({ jobId, layer: 'planned', recordIds: [] })).toEqual(
      new Map(),
    );
  });
}

function describeNews(open: OpenStore): void {
  const store = freshStore(open);

  it('hides a record in its layer, whatever lies under it, until it is put again', async () => {
    const claimed = await claimedJob(store(), jobId);
    const a = entry('a', { keys: [key('x@y.dk')] });
    await put(store(), claimed, { before: [a], done: [a] });
    await store().hideInSnapshot({ ...claimed, layer: 'done', recordIds: ['a', 'b'] });
    await store().hideInSnapshot({ ...claimed, layer: 'done', recordIds: [] });
    expect(await found(store(), 'done', [key('x@y.dk')])).toEqual([]);
    expect([
      ...(await store().getFromSnapshot({ jobId, layer: 'done', recordIds: ['a'] })),
    ]).toEqual([]);
    expect(await found(store(), 'planned', [key('x@y.dk')])).toEqual(['a']);
    await put(store(), claimed, { done: [a] });
    expect(await found(store(), 'done', [key('x@y.dk')])).toEqual(['a']);
    await store().hideInSnapshot({ ...claimed, layer: 'before', recordIds: ['a'] });
    expect(await found(store(), 'planned', [key('x@y.dk')])).toEqual([]);
  });

  it('lists the ids of one layer in order, a page at a time', async () => {
    const claimed = await claimedJob(store(), jobId);
    await put(store(), claimed, {
      before: ['c', 'a', 'b'].map((id) => entry(id)),
      done: [entry('d')],
    });
    const page = (afterId: string) =>
      store().listSnapshotIds({ jobId, layer: 'before', afterId, limit: 2 });
    expect(await page('')).toEqual(['a', 'b']);
    expect(await page('b')).toEqual(['c']);
    expect(await page('c')).toEqual([]);
  });

  it('counts the records of layers of one job', async () => {
    const claimed = await claimedJob(store(), jobId);
    const other = await claimedJob(store(), 'j2');
    await put(store(), claimed, { before: [entry('a'), entry('b')], done: [entry('b')] });
    await store().putSnapshot({ ...other, layer: 'before', entries: [entry('z')] });
    const counted = (...layers: SnapshotLayer[]) => store().countSnapshot({ jobId, layers });
    expect(await Promise.all([counted('before'), counted('before', 'done')])).toEqual([2, 3]);
    expect(await counted('planned')).toBe(0);
  });
}

function describeWriting(open: OpenStore): void {
  const store = freshStore(open);
  const first = entry('a', { keys: [key('one'), key('shared')] });
  const second = entry('a', {
    image: image('a', { name: 'b' }),
    keys: [key('two')],
    changedByRow: 2,
  });

  it('replaces an entry, which the keys that it had go on finding', async () => {
    const claimed = await claimedJob(store(), jobId);
    await put(store(), claimed, { done: [first, entry('b', { keys: [key('shared')] })] });
    await put(store(), claimed, { done: [second] });
    expect(await found(store(), 'done', [key('shared')])).toEqual(['a', 'b']);
    for (const name of ['one', 'two']) {
      const entries = await store().findInSnapshot({ jobId, layer: 'done', keys: [key(name)] });
      expect(entries).toEqual([second]);
    }
  });

  it('finds an entry by the keys that it is told it had', async () => {
    const claimed = await claimedJob(store(), jobId);
    await put(store(), claimed, { planned: [{ ...second, formerKeys: [key('one')] }] });
    const entries = await store().findInSnapshot({ jobId, layer: 'planned', keys: [key('one')] });
    expect(entries).toEqual([second]);
  });

  it('clears the layers that are named', async () => {
    const claimed = await claimedJob(store(), jobId);
    await put(store(), claimed, { before: [first], planned: [second], done: [second] });
    await store().clearSnapshot({ ...claimed, layers: ['planned', 'before'] });
    expect(await found(store(), 'before', [key('one')])).toEqual([]);
    expect(await found(store(), 'planned', [key('two')])).toEqual([]);
    expect(await found(store(), 'done', [key('two')])).toEqual(['a']);
    const got = await store().getFromSnapshot({ jobId, layer: 'done', recordIds: ['a'] });
    expect(got.get('a')).toEqual(second);
  });

  it('clears the pool of one job', async () => {
    const claimed = await claimedJob(store(), jobId);
    const other = await claimedJob(store(), 'j2');
    await put(store(), claimed, { before: [first] });
    await store().clearSnapshot({ ...other, layers: ['before', 'planned', 'done', 'undo'] });
    expect(await found(store(), 'before', [key('one')])).toEqual(['a']);
  });
}

export function describePool(open: OpenStore): void {
  describe('the pool', () => {
    describeKeys(open);
    describeMasses(open);
    describeNews(open);
    describeWriting(open);
  });
  describe('a layer of the pool', () => {
    describeLayers(open);
  });
}
