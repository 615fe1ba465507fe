// Pages.
import { describe, expect, it } from 'vitest';
import { createContact, listValue, startDriver, value } from '../support/driver.js';

describe('pages', () => {
  it('have all eight paging keys, with absolute URLs that keep the query', async () => {
    const driver = await startDriver({ contacts: 5, unknowns: { pagingKeys: 8 } });
    const { url } = driver.sandbox;
    const answer = await driver.get('/contacts?pageSize=2&page=2&sortProperty=name');
    const pageUrl = (page: number) => `${url}/contacts?pageSize=2&page=${page}&sortProperty=name`;
    expect(value(answer, 'meta.paging')).toEqual({
      page: 2,
      pageCount: 3,
      pageSize: 2,
      total: 5,
      firstUrl: pageUrl(1),
      previousUrl: pageUrl(1),
      nextUrl: pageUrl(3),
      lastUrl: pageUrl(3),
    });
  });

  it('have null at their ends', async () => {
    const driver = await startDriver({ contacts: 3, unknowns: { pagingKeys: 8 } });
    const first = await driver.get('/contacts?pageSize=2');
    const last = await driver.get('/contacts?pageSize=2&page=2');
    expect(value(first, 'meta.paging.previousUrl')).toBeNull();
    expect(value(first, 'meta.paging.nextUrl')).not.toBeNull();
    expect(value(last, 'meta.paging.nextUrl')).toBeNull();
    expect(listValue(last, 'contacts')).toHaveLength(1);
  });

  it('are empty past the end, with 200', async () => {
    const driver = await startDriver({ contacts: 1, unknowns: { pagingKeys: 8 } });
    const answer = await driver.get('/contacts?page=9');
    expect(answer.status).toBe(200);
    expect(listValue(answer, 'contacts')).toEqual([]);
    expect(value(answer, 'meta.paging.total')).toBe(1);
    const empty = await driver.get('/products');
    expect(value(empty, 'meta.paging')).toMatchObject({ pageCount: 1, total: 0, nextUrl: null });
  });

  it('hold 1000 records unless said', async () => {
    const driver = await startDriver({ contacts: 1001 });
    const answer = await driver.get('/contacts');
    expect(listValue(answer, 'contacts')).toHaveLength(1000);
    expect(value(answer, 'meta.paging.pageCount')).toBe(2);
  });

  it('shift when a record arrives or goes between two calls', async () => {
    const driver = await startDriver({ contacts: 4, unknowns: { listOrder: 'insertion' } });
    const before = listValue(await driver.get('/contacts?pageSize=2&page=2'), 'contacts');
    const first = listValue(await driver.get('/contacts?pageSize=2'), 'contacts')[0];
    await driver.remove(`/contacts/${String(first?.['id'])}`);
    await createContact(driver, { name: 'Ny' });
    const after = listValue(await driver.get('/contacts?pageSize=2&page=2'), 'contacts');
    expect(after[0]?.['id']).toBe(before[1]?.['id']);
    expect(after[1]?.['name']).toBe('Ny');
  });

  it('refuse a page or size that is no positive number', async () => {
    const driver = await startDriver();
    for (const query of ['page=0', 'page=-1', 'page=x', 'pageSize=0', 'pageSize=1.5']) {
      expect((await driver.get(`/contacts?${query}`)).status).toBe(400);
    }
  });

  it('hide a sideloaded record of the same collection behind the list', async () => {
    const driver = await startDriver();
    const answer = await driver.get('/invoices?include=invoice.creditedInvoice');
    expect(listValue(answer, 'invoices')).toEqual([]);
  });
});

describe('unknown: a page size above the cap', () => {
  it('is clamped to 1000, or refused', async () => {
    const clamping = await startDriver({ unknowns: { pageSizeOverCap: 'clamp' } });
    const clamped = await clamping.get('/contacts?pageSize=5000');
    expect(value(clamped, 'meta.paging.pageSize')).toBe(1000);
    const refusing = await startDriver({ unknowns: { pageSizeOverCap: 'refuse' } });
    expect((await refusing.get('/contacts?pageSize=5000')).status).toBe(422);
    expect((await refusing.get('/contacts?pageSize=1000')).status).toBe(200);
  });
});
