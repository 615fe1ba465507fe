// Lists that never end, and pages that are too large: each is given up, or read in smaller pieces.
import { describe, expect, it } from 'vitest';
import type { Page } from '../../src/billy/http/envelope.js';
import { oversizedAnswer } from '../../src/billy/failure.js';
import { createLister, type ListSource } from '../../src/billy/http/listing.js';
import { LIMITS } from '../../src/core/limits.js';
import { hastyClock } from './support/test-client.js';

const SOURCE = { collection: 'contacts', query: {} } as const;

const idsFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `R${String(first + index).padStart(6, '0')}`);

describe('a list that has no end', () => {
  const TOLD = { total: 1_000_000_000, pageCount: 1_000_000, pageSize: 1000 };
  const UNTOLD = { total: null, pageCount: null, pageSize: null };

  /** What the list shows before it is given up, and why. */
  async function readOf(pageOf: (page: number) => Page, list = createLister(hastyClock)) {
    let requests = 0;
    let records = 0;
    const ask: ListSource['ask'] = (query) => {
      requests += 1;
      return Promise.resolve(pageOf(Number(query['page'])));
    };
    const reading = async (): Promise<unknown> => {
      for await (const batch of list({ ...SOURCE, ask })) records += batch.length;
      return null;
    };
    const failure = await reading().catch((error: unknown) => error);
    return { failure, requests, records };
  }

  it.each([
    ['full', 1000],
    ['short', 3],
  ])('repeats one %s page, and is given up', async (_what, count) => {
    const records = idsFrom(0, count).map((id) => ({ id }));
    const { failure, requests } = await readOf(() => ({ records, ...TOLD }));
    expect(failure).toMatchObject({ code: 'BILLY_SERVER', retry: 'never' });
    expect(requests).toBeLessThan(20);
  });

  it.each([
    ['told of', TOLD],
    ['untold', UNTOLD],
    ['whose count grows', null],
  ])('of small pages, %s, is given up', async (_what, told) => {
    const { failure, requests } = await readOf((page) => ({
      records: idsFrom(page * 3, 3).map((id) => ({ id })),
      ...(told ?? { total: page * 3 + 3, pageCount: page + 1, pageSize: 3 }),
    }));
    expect(failure).toMatchObject({ code: 'BILLY_SERVER', retry: 'never' });
    expect(requests).toBeLessThan(300);
  });

  it('of far more records than Billy counts is given up', async () => {
    const { failure, records } = await readOf((page) => ({
      records: idsFrom(page * 1000, 1000).map((id) => ({ id })),
      ...{ total: 500, pageCount: 1_000_000, pageSize: 1000 },
    }));
    expect(failure).toMatchObject({ code: 'BILLY_SERVER', retry: 'never' });
    expect(records).toBeLessThan(13_000);
  });

  it('of full pages is given up when there are more than an account can hold', async () => {
    const page = idsFrom(0, 1000);
    const { failure, records } = await readOf((number) => ({
      records: page.map((id) => ({ id: `${id}-${String(number)}` })),
      ...UNTOLD,
    }));
    expect(failure).toMatchObject({ code: 'BILLY_SERVER', retry: 'never' });
    expect(records).toBe(LIMITS.listRecordsMax);
  });
});

describe('a page that is too large to be read', () => {
  const ALL = idsFrom(0, 2500);

  /** Pages of these records, of which one is as large as many. */
  const tooLargeAbove =
    (pageSizeMax: number, largeAt: number): ListSource['ask'] =>
    (query) => {
      const [page, pageSize] = [Number(query['page']), Number(query['pageSize'])];
      const start = (page - 1) * pageSize;
      const isIn = largeAt >= start && largeAt < start + pageSize;
      if (isIn && pageSize > pageSizeMax) {
        return Promise.reject(oversizedAnswer(200, { isWrite: false }));
      }
      const told = { total: ALL.length, pageCount: Math.ceil(ALL.length / pageSize), pageSize };
      const records = ALL.slice(start, start + pageSize).map((id) => ({ id }));
      return Promise.resolve({ ...told, records });
    };

  it.each([0, 1500, 2499])('is asked for in smaller pages (record %i)', async (largeAt) => {
    const ids: string[] = [];
    const source = { ...SOURCE, ask: tooLargeAbove(10, largeAt) };
    for await (const batch of createLister(hastyClock)(source)) {
      ids.push(...batch.map(({ id }) => id));
    }
    expect(ids).toEqual(ALL);
  });

  it('is given up when a single record is too large', async () => {
    const source = { ...SOURCE, ask: tooLargeAbove(0, 0) };
    await expect(createLister(hastyClock)(source).next()).rejects.toMatchObject({
      ...{ code: 'BILLY_SERVER', retry: 'never', isOversized: true },
    });
  });
});
