/** Rows to items, batch by batch, on a real store. */
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import type { SourceRow } from '../../../src/files/cells/source-row.js';
import { groupRows, type Grouped, type RowAbove } from '../../../src/jobs/scan/group-rows.js';
import type { SourceSettings } from '../../../src/jobs/job/source-settings.js';
import type { JobContext } from '../../../src/jobs/job/job-context.js';
import { calmWorld, openWork, type World } from '../../support/engine-world.js';
import { HEADER, line } from '../support/invoicing.js';

const READING: SourceSettings = {
  path: 'none',
  fileName: 'fakturaer.csv',
  columnMapping: {},
  headers: ['invoiceRef', 'invoiceNo', 'text'],
  columns: ['invoiceRef', 'invoiceNo', null],
  numberStyles: {},
};

function row(number: number, ref: string, no = ''): SourceRow {
  return { row: number, cells: [ref, no, `linje ${String(number)}`], problem: null };
}

interface Ground {
  readonly world: World;
  readonly context: JobContext;
  take(rows: readonly SourceRow[]): Promise<Grouped>;
}

/** `take` stores each batch as the scan does. */
async function ground(resource: 'invoice' | 'customer' = 'invoice'): Promise<Ground> {
  const world = await calmWorld({ isHeld: true });
  const csvContent = resource === 'invoice' ? `${HEADER}\n${line(1)}` : 'name\nA';
  const job = await world.start({ csvContent }, {}, { resource });
  const context = await openWork(world, job);
  const { store, jobId, lease } = context;
  let lastSeq = 0;
  let above: RowAbove | null = null;
  const take = async (rows: readonly SourceRow[]): Promise<Grouped> => {
    const grouped = await groupRows(context, rows, {
      sourceSettings: READING,
      lastSeq,
      above,
      operation: 'import',
    });
    await store.addItems({ jobId, lease, items: grouped.items });
    await store.addLines({ jobId, lease, additions: grouped.additions });
    above = grouped.above;
    lastSeq += grouped.items.length;
    return grouped;
  };
  return { world, context, take };
}

/** The row numbers of each item, in order. */
async function rowsOf({ world, context }: Ground): Promise<number[][]> {
  const items = await world.items(context.jobId);
  return items.map((item) => [item.row, ...item.lines.map((each) => each.row)]);
}

describe('rows of one key', () => {
  it('become one item, in the order of the file, wherever they stand', async () => {
    const on = await ground();
    await on.take([row(2, 'A'), row(3, 'B'), row(4, 'A')]);
    await on.take([row(5, 'C'), row(6, 'B'), row(7, 'A'), row(8, 'B')]);
    await on.take([row(9, 'A')]);
    expect(await rowsOf(on)).toEqual([[2, 4, 7, 9], [3, 6, 8], [5]]);
    const seqs = (await on.world.items(on.context.jobId)).map(({ seq }) => seq);
    expect(seqs).toEqual([1, 2, 3]);
  });

  it('are told by the reference before the number, and never mixed up with it', async () => {
    const on = await ground();
    await on.take([row(2, 'A', '1'), row(3, '1'), row(4, '', '2'), row(5, 'A', '1')]);
    expect(await rowsOf(on)).toEqual([[2, 5], [3], [4]]);
  });

  it('are known by a hash alone once they are stored', async () => {
    const on = await ground();
    await on.take([row(2, 'Hemmelig-ref')]);
    const [item] = await on.world.items(on.context.jobId);
    expect(item?.groupKey).toMatch(/^[0-9a-f]{64}$/);
  });

  it('keep what intake found wrong with each', async () => {
    const on = await ground();
    const problem = { code: 'CSV_MALFORMED', message: 'ragged', field: null } as const;
    await on.take([row(2, 'A'), { ...row(3, 'A'), problem }]);
    const [item] = await on.world.items(on.context.jobId);
    expect(item).toMatchObject({ problem: null, lines: [{ row: 3, problem }] });
  });

  it('without a key stand for themselves above the first invoice', async () => {
    const on = await ground();
    const { items } = await on.take([row(2, ''), row(3, ''), row(4, 'A')]);
    expect(items.map(({ groupKey }) => groupKey === null)).toEqual([true, true, false]);
    expect(await rowsOf(on)).toEqual([[2], [3], [4]]);
  });
});

describe('a row that names its invoice only in part, or not at all', () => {
  it.each([1, 2, 9])('belongs to the one above, over batches of %i too', async (size) => {
    const on = await ground();
    const rows = [
      ...[row(2, 'A', '1'), row(3, ''), row(4, '', '1'), row(5, 'A')],
      ...[row(6, 'B'), row(7, ''), row(8, '', '3'), row(9, 'C', '3'), row(10, 'C'), row(11, '')],
    ];
    for (let start = 0; start < rows.length; start += size)
      await on.take(rows.slice(start, start + size));
    expect(await rowsOf(on)).toEqual([
      [2, 3, 4, 5],
      [6, 7],
      [8, 9, 10, 11],
    ]);
  });

  it('is another invoice where a name contradicts', async () => {
    const on = await ground();
    await on.take([row(2, 'A', '1'), row(3, '', '2'), row(4, 'B', '2'), row(5, 'D', '2')]);
    expect(await rowsOf(on)).toEqual([[2], [3, 4], [5]]);
  });

  it('is no line of totals, which belongs to none', async () => {
    const on = await ground();
    const totals = { code: 'TOTALS_ROW', message: 'looks like totals', field: null } as const;
    await on.take([row(2, 'A'), { ...row(3, ''), problem: totals }, row(4, '')]);
    expect(await rowsOf(on)).toEqual([[2, 4], [3]]);
  });
});

describe('more rows than belong together', () => {
  it.each([7, 251, 500])('say so, and none is lost (batches of %i)', async (size) => {
    const on = await ground();
    const count = LIMITS.groupLinesMax + 3;
    const rows = Array.from({ length: count }, (_, index) => row(index + 2, 'A'));
    for (let start = 0; start < count; start += size)
      await on.take(rows.slice(start, start + size));
    const [whole, ...others] = await on.world.items(on.context.jobId);
    expect(whole?.lines).toHaveLength(LIMITS.groupLinesMax);
    const problems = whole?.lines.map(({ problem }) => problem?.code ?? null) ?? [];
    expect(problems.lastIndexOf(null)).toBe(LIMITS.groupLinesMax - 2);
    expect(problems.at(-1)).toBe('ROW_INVALID');
    expect(others.map((item) => [item.row, item.problem?.code, item.groupKey])).toEqual([
      [count, 'ROW_INVALID', null],
      [count + 1, 'ROW_INVALID', null],
    ]);
  });
});

describe('a resource without groups', () => {
  it('makes every row an item', async () => {
    const on = await ground('customer');
    await on.take([row(2, 'A'), row(3, 'A')]);
    await on.take([row(4, 'A')]);
    expect(await rowsOf(on)).toEqual([[2], [3], [4]]);
  });
});
