// The stored rows of a filter: what they keep of a record, and that any text survives.
import { describe, expect, it } from 'vitest';
import { chosenRows, layoutOf, lineOf } from '../../../src/jobs/filter/chosen-rows.js';
import { readQuestion } from '../../../src/jobs/filter/question.js';
import { storeFile } from '../../../src/files/store/file-store.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { product } from '../../../src/resources/product/product.js';
import { testWorld } from '../../support/engine-world.js';

describe('the layout', () => {
  it('of a changed price shows the record, then before and after, with the currency', () => {
    const set = { unitPrice: { multiplyBy: '1.04' } };
    const layout = layoutOf(
      product,
      readQuestion(product, 'update', { where: { unit: 'h' }, set }),
    );
    const { headers, columns, held } = layout;
    expect(headers).toEqual([
      'name',
      'productNo',
      'id',
      'unit',
      'unitPrice before',
      'unitPrice',
      'currency',
    ]);
    expect(columns).toEqual([null, null, 'id', null, null, 'unitPrice', 'currency']);
    expect(held).toEqual({ unit: 3, unitPrice: 4 });
  });

  it('of a deletion keeps what the filter asked for', () => {
    const layout = layoutOf(customer, readQuestion(customer, 'delete', { where: { vatNo: null } }));
    expect(layout.headers).toEqual(['name', 'contactNo', 'vatNo', 'id']);
    expect(layout.held).toEqual({ vatNo: 2 });
  });
});

describe('stored rows', () => {
  it('come back as they were, in order, whatever their texts hold', async () => {
    const world = await testWorld();
    const { files } = world.parts;
    const name = { organizationId: 'o1', kind: 'source', name: 'j1-rows' } as const;
    const odd = ['a\nb', '"', '\u0000', '\u2028', 'S\ufffdren', '=1+1', null];
    const rows = [odd, ...Array.from({ length: 450 }, (_, no) => [String(no), 'æøå'])];
    const lines = (async function* () {
      for (const row of rows) yield await Promise.resolve(lineOf(row));
    })();
    await storeFile(files, name, lines);
    const read: unknown[] = [];
    const numbers: number[] = [];
    for await (const batch of chosenRows(files, name, new AbortController().signal)) {
      expect(batch.length).toBeLessThanOrEqual(200);
      read.push(...batch.map(({ cells }) => cells));
      numbers.push(...batch.map(({ row }) => row));
    }
    expect(read).toEqual(rows);
    expect([numbers[0], numbers.at(-1)]).toEqual([2, 452]);
  });
});
