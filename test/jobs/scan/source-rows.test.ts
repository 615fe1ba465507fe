// The rows of a judged source: from the first, or from behind those that are stored.
import { describe, expect, it } from 'vitest';
import {
  itemsToCome,
  kindReader,
  rowsOfFile,
  storeRest,
} from '../../../src/jobs/scan/source-rows.js';
import { readingOf } from '../../../src/jobs/job/source-settings.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { readJob, type Work } from '../../../src/jobs/job/job-context.js';
import type { UndecidedItem } from '../../../src/model/item.js';
import { calmWorld, openWork, type StartMore } from '../../support/engine-world.js';

const CSV = 'navn;pris\nA;1,50\n\nB;2,25\nC;3\n';
const PRODUCT: StartMore = { resource: 'product' };

async function judged(content = CSV, more: StartMore = PRODUCT): Promise<Work> {
  const world = await calmWorld({ isHeld: true });
  const work = await openWork(world, await world.startImport(content, {}, more));
  await scan(work);
  return work;
}

async function toCome(work: Work): Promise<UndecidedItem[]> {
  const items: UndecidedItem[] = [];
  for await (const batch of itemsToCome(work)) items.push(...batch);
  return items;
}

describe('items to come', () => {
  it('are all rows, each an item of its own with the number that a spreadsheet shows', async () => {
    const items = await toCome(await judged());
    expect(items.map(({ seq, row, cells }) => [seq, row, cells])).toEqual([
      [1, 2, ['A', '1,50']],
      [2, 4, ['B', '2,25']],
      [3, 5, ['C', '3']],
    ]);
  });

  it('are only those behind the stored ones', async () => {
    const work = await judged();
    const { store, jobId, lease } = work;
    await store.addItems({ jobId, lease, items: (await toCome(work)).slice(0, 2) });
    expect((await toCome(work)).map(({ seq, row }) => [seq, row])).toEqual([[3, 5]]);
  });

  it('are none where rows that belong together are stored by the scan', async () => {
    const invoice: StartMore = { resource: 'invoice' };
    const lines =
      'invoiceRef,customer,entryDate,productNo,description,quantity,unitPrice\n1,7,2026-01-02,V1,a,1,10\n1,7,2026-01-02,V1,b,1,20\n';
    const work = await judged(lines, invoice);
    expect(await toCome(work)).toEqual([]);
    expect(await work.store.countItems({ jobId: work.jobId, states: ['read'] })).toBe(1);
  });
});

describe('the rest', () => {
  it('is stored undecided, once however often it is asked for', async () => {
    const work = await judged();
    await storeRest(work);
    await storeRest(work);
    const items = await work.store.listItems({ jobId: work.jobId, limit: 9 });
    expect(items.map(({ seq, state, outcome }) => [seq, state, outcome])).toEqual([
      [1, 'read', null],
      [2, 'read', null],
      [3, 'read', null],
    ]);
  });
});

it('rows stop when the work does', async () => {
  const work = await judged();
  const stop = AbortSignal.abort(new DOMException('stop', 'AbortError'));
  const reading = readingOf((await readJob(work)).reading);
  const rows = rowsOfFile({ ...work, stop }, reading);
  await expect(rows.next()).rejects.toMatchObject({ name: 'AbortError' });
});

it('a column of amounts is told by its header, in either language', async () => {
  const work = await judged();
  const kindOf = kindReader(work, readingOf((await readJob(work)).reading));
  expect(['Pris', 'unitPrice', 'navn', 'ukendt'].map(kindOf)).toEqual([
    'amount',
    'amount',
    null,
    null,
  ]);
});
