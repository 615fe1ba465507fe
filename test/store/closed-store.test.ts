/** The store in place of one that could not be opened. */
import { expect, it } from 'vitest';
import { StoreError } from '../../src/core/errors.js';
import { closedStore } from '../../src/store/closed-store.js';

const failure = new StoreError({ code: 'STORE_FAILED', message: 'The file is damaged.' });

it('answers every operation with the failure, and may be closed', async () => {
  const store = closedStore(failure);
  await expect(store.getJob({ jobId: 'a' })).rejects.toBe(failure);
  await expect(store.listJournalChains()).rejects.toBe(failure);
  await expect(store.close()).resolves.toBeUndefined();
});

it('may itself be waited for', async () => {
  const store = closedStore(failure);
  expect(await Promise.resolve(store)).toBe(store);
});
