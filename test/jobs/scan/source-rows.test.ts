// The rows of a judged source: from the first, or from behind those that are stored.
import { describe, expect, it } from 'vitest';
import {
  itemsToCome,
  kindReader,
  rowsOfFile,
  storeRest,
} from '../../../src/jobs/scan/source-rows.js';
import { sourceOf, sourceSettingsOf } from '../../../src/jobs/job/source-settings.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { readJob, type JobContext } from '../../../src/jobs/job/job-context.js';
import type { UndecidedItem } from '../../../src/model/item.js';
import { calmWorld, openWork, type StartMore } from '../../support/engine-world.js';

const CSV = 'navn;pris\nA;1,50\n\nB;2,25\nC;3\n';
const PRODUCT: StartMore = { resource: 'product' };

async function judged(content = CSV, more: StartMore = PRODUCT): Promise<JobContext> {
  const world = await calmWorld({ isHeld: true });
  const context = await openWork(world, await world.startImport(content, {}, more));
  await scan(context);
  return context;
}

async function toCome(context: JobContext): Promise<UndecidedItem[]> {
  const items: UndecidedItem[] = [];
  for await (const batch of itemsToCome(context)) items.push(...batch);
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
    const context = await judged();
    const { store, jobId, lease } = context;
    await store.addItems({ jobId, lease, items: (await toCome(context)).slice(0, 2) });
    expect((await toCome(context)).map(({ seq, row }) => [seq, row])).toEqual([[3, 5]]);
  });

  it('are none where rows that belong together are stored by the scan', async () => {
    const invoice: StartMore = { resource: 'invoice' };
    const lines =
      'invoiceRef,customer,entryDate,productNo,description,quantity,unitPrice\n1,7,2026-01-02,V1,a,1,10\n1,7,2026-01-02,V1,b,1,20\n';
    const context = await judged(lines, invoice);
    expect(await toCome(context)).toEqual([]);
    expect(await context.store.countItems({ jobId: context.jobId, states: ['read'] })).toBe(1);
  });
});

describe('the rest', () => {
  it('is stored undecided, once however often it is asked for', async () => {
    const context = await judged();
    await storeRest(context);
    await storeRest(context);
    const items = await context.store.listItems({ jobId: context.jobId, limit: 9 });
    expect(items.map(({ seq, state, outcome }) => [seq, state, outcome])).toEqual([
      [1, 'read', null],
      [2, 'read', null],
      [3, 'read', null],
    ]);
  });
});

it('rows stop when the work does', async () => {
  const context = await judged();
  const stop = AbortSignal.abort(new DOMException('stop', 'AbortError'));
  const rows = rowsOfFile({ ...context, stop }, sourceOf(await readJob(context)));
  await expect(rows.next()).rejects.toMatchObject({ name: 'AbortError' });
});

it('a column of amounts is told by its header, in either language', async () => {
  const context = await judged();
  const kindOf = kindReader(context, sourceSettingsOf((await readJob(context)).sourceSettings));
  expect(['Pris', 'unitPrice', 'navn', 'ukendt'].map(kindOf)).toEqual([
    'amount',
    'amount',
    'code',
    null,
  ]);
});
