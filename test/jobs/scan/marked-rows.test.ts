// A list of deletions with a column that says which rows are meant: nothing is deleted against it.
import { describe, expect, it } from 'vitest';
import { markedRowFinder } from '../../../src/jobs/scan/marked-rows.js';
import { calmWorld } from '../../support/engine-world.js';
import { deleted } from '../support/deletions.js';

const LIST = 'kundenr;Slettes\n1;ja\n2;nej\n3;JA\n4;\n5;måske\n';

async function accountOfFive() {
  const world = await calmWorld();
  for (const contactNo of ['1', '2', '3', '4', '5']) {
    const firm = { name: `Firma ${contactNo}`, contactNo, countryId: 'DK', isCustomer: true };
    await world.plant('contacts', firm);
  }
  return world;
}

describe('a list of deletions', () => {
  it('deletes what it marks, and says of each other row that it stays', async () => {
    const world = await accountOfFive();
    const job = await deleted(world, { csvContent: LIST });
    expect(
      world
        .held('contacts')
        .map(({ contactNo }) => contactNo)
        .sort(),
    ).toEqual(['2', '4', '5']);
    expect(job.outcomes).toMatchObject({ deleted: 2, skipped: 2, failed: 1 });
    const reasons = (await world.items(job.id)).map(({ code, message }) => [code, message]);
    expect(reasons).toEqual([
      [null, null],
      ['ROW_EXCLUDED', '"Slettes" is "nej", so the row was left out.'],
      [null, null],
      ['ROW_EXCLUDED', '"Slettes" is blank, so the row was left out.'],
      [
        'ROW_INVALID',
        '"Slettes" is "måske", which is neither yes nor no, so the row is not deleted; write yes or no.',
      ],
    ]);
    expect(job.warnings.map(({ code }) => code)).toEqual(['ROW_EXCLUDED', 'ROW_EXCLUDED']);
  });

  it('deletes every row if its column is left out by a mapping', async () => {
    const world = await accountOfFive();
    const options = { columnMapping: { Slettes: '' } };
    const job = await deleted(world, { csvContent: LIST }, { options });
    expect(job.outcomes).toMatchObject({ deleted: 5 });
  });

  it('reads truth values of a call', async () => {
    const world = await accountOfFive();
    const rows = [
      { contactNo: '1', delete: false },
      { contactNo: '2', delete: true },
    ];
    const job = await deleted(world, { rows });
    expect(job.outcomes).toMatchObject({ deleted: 1, skipped: 1 });
    expect(world.held('contacts').some(({ contactNo }) => contactNo === '1')).toBe(true);
  });
});

describe('a mark', () => {
  const codeOf = (says: 'delete' | 'keep', cell: string | null): string | null => {
    const find = markedRowFinder({ headers: ['Nr', 'Mærke'], marks: [null, says] });
    return find?.({ row: 2, cells: ['1', cell], problem: null }).problem?.code ?? null;
  };

  it.each<[string | null, string | null, string | null]>([
    ['ja', null, 'ROW_EXCLUDED'],
    ['x', null, 'ROW_EXCLUDED'],
    ['true', null, 'ROW_EXCLUDED'],
    ['nej', 'ROW_EXCLUDED', null],
    ['0', 'ROW_EXCLUDED', null],
    ['', 'ROW_EXCLUDED', null],
    [null, 'ROW_EXCLUDED', null],
    ['01-01-2026', 'ROW_INVALID', 'ROW_INVALID'],
  ])('of %j', (cell, toDelete, toKeep) => {
    expect([codeOf('delete', cell), codeOf('keep', cell)]).toEqual([toDelete, toKeep]);
  });

  it('leaves the fault of a row as it is', () => {
    const problem = { code: 'CSV_MALFORMED', message: 'x', field: null } as const;
    const find = markedRowFinder({ headers: ['Slet'], marks: ['delete'] });
    expect(find?.({ row: 2, cells: ['nej'], problem }).problem).toBe(problem);
    expect(markedRowFinder({ headers: ['Nr'] })).toBeNull();
  });
});
