// A row that a filter has chosen, against its record as it is now.
import { describe, expect, it } from 'vitest';
import { checkChosen } from '../../../src/jobs/plan/check-chosen.js';
import type { Rules } from '../../../src/jobs/plan/decision.js';
import { entryOf } from '../../../src/jobs/snapshot/snapshot.js';
import { product } from '../../../src/resources/product/product.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { lookupsWith } from '../../resources/support/account.js';

const RULES: Rules = {
  resource: product,
  lookups: lookupsWith(),
  operation: 'update',
  strategy: 'skip',
  matchOrder: product.matchOrder,
  archivesIfInUse: false,
};

const HEADERS = ['id', 'unit', 'unitPrice before', 'unitPrice'];

/** The filter found 100 kroner an hour, and the formula makes `fresh` of them. */
function checked(fresh: string, now: { unitPrice: number; unit?: string }) {
  const { unitPrice, unit = 'time' } = now;
  const prices = [{ id: 'a', currencyId: 'DKK', unitPrice }];
  const image = imageOf({ id: 'p1', name: 'Vare', unit, prices }, product);
  const chosen = {
    rowCount: 1,
    currency: 'DKK',
    held: { unit: 1, unitPrice: 2 },
    computed: ['unitPrice'],
  };
  const sourceSettings = {
    ...{ fileName: 'where', columnMapping: {}, headers: HEADERS, filter: { chosen } },
    columns: ['id', null, null, 'unitPrice'],
  };
  const texts = ['p1', 'time', '100', fresh];
  const row = { row: 2, cells: { id: 'p1', unitPrice: fresh }, texts, sourceSettings };
  const values = fresh === '' ? {} : { unitPrice: fresh };
  return checkChosen({ row, entry: entryOf(product, image), values }, RULES);
}

describe('a chosen row', () => {
  it('is written where the record holds what it held', () => {
    expect(checked('104', { unitPrice: 100 })).toEqual({
      kind: 'kept',
      values: { unitPrice: '104' },
    });
  });

  it.each([
    ['the new price', '104', 104],
    ['the new price as Billy rounds it', '103.9896', 103.99],
  ])('is done where the record holds %s', (_name, fresh, unitPrice) => {
    const moved = { unitPrice, unit: 'stk' };
    expect(checked(fresh, moved)).toEqual({ kind: 'kept', values: {} });
  });

  it('is written where the old price is the new one rounded', () => {
    expect(checked('100.4', { unitPrice: 100 })).toMatchObject({ values: { unitPrice: '100.4' } });
  });

  it.each([
    ['another price', { unitPrice: 101 }, 'unitPrice'],
    ['another unit than the filter asked for', { unitPrice: 100, unit: 'stk' }, 'unit'],
  ])('is stale where the record holds %s', (_name, now, field) => {
    const action = { outcome: 'failed', code: 'PLAN_STALE', field };
    expect(checked('104', now)).toMatchObject({ kind: 'refused', action });
  });

  it('fails where there was nothing to compute with', () => {
    const action = { code: 'ROW_INVALID', field: 'unitPrice' };
    expect(checked('', { unitPrice: 100 })).toMatchObject({ kind: 'refused', action });
  });

  it('of any other source is taken as it is', () => {
    const image = imageOf({ id: 'p1', name: 'Vare', prices: [] }, product);
    const row = { row: 2, cells: { id: 'p1' } };
    const values = { unit: 'stk' };
    expect(checkChosen({ row, entry: entryOf(product, image), values }, RULES)).toEqual({
      kind: 'kept',
      values,
    });
  });
});
