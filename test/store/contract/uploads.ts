/** Uploads: found by their organization until they expire, and one-time addresses that one sender gets. */
import { describe, expect, it } from 'vitest';
import type { Upload } from '../../../src/model/web-file.js';
import { freshStore, NOW_MS, ORGANIZATION_ID, type OpenStore } from './fixtures.js';

const RECEIVED = { sizeBytes: 3_000_000_000, sha256: 'h' };

function upload(id: string, changes: Partial<Upload> = {}): Upload {
  return {
    id,
    organizationId: ORGANIZATION_ID,
    fileName: 'kunder æ.csv',
    received: RECEIVED,
    expectedBytes: null,
    createdBy: 'Nora',
    createdAtMs: NOW_MS,
    expiresAtMs: NOW_MS + 10,
    ...changes,
  };
}

const address = (id: string, changes: Partial<Upload> = {}) => ({
  ...upload(id, { received: null, expectedBytes: 5, ...changes }),
  secretHash: `hash of ${id}`,
});

function describeFiles(open: OpenStore): void {
  const store = freshStore(open);

  it('is found by its organization until it expires', async () => {
    await store().createUpload({ ...upload('u1'), secretHash: null });
    await store().createUpload({ ...upload('u2'), secretHash: null });
    const find = (id: string, organizationIds: string[], nowMs = NOW_MS) =>
      store().findUpload({ id, organizationIds, nowMs });
    expect(await find('u1', ['other', ORGANIZATION_ID])).toEqual(upload('u1'));
    expect(await find('u1', ['other'])).toBeNull();
    expect(await find('u1', [])).toBeNull();
    expect(await find('u9', [ORGANIZATION_ID])).toBeNull();
    expect(await find('u1', [ORGANIZATION_ID], NOW_MS + 10)).toBeNull();
  });

  it('is listed once it has expired, and an address without a file later', async () => {
    await store().createUpload({ ...upload('u1'), secretHash: null });
    await store().createUpload({ ...upload('u2', { expiresAtMs: NOW_MS + 30 }), secretHash: null });
    await store().createUpload(address('u3'));
    const expired = async (nowMs: number, unsentBeforeMs: number): Promise<string[]> =>
      (await store().listExpiredUploads({ nowMs, unsentBeforeMs })).map(({ id }) => id).sort();
    expect(await expired(NOW_MS + 9, NOW_MS)).toEqual([]);
    expect(await expired(NOW_MS + 20, NOW_MS + 9)).toEqual(['u1']);
    expect(await expired(NOW_MS + 20, NOW_MS + 10)).toEqual(['u1', 'u3']);
    await store().removeUpload({ id: 'u1' });
    expect([await store().isUpload({ id: 'u1' }), await store().isUpload({ id: 'u3' })]).toEqual([
      false,
      true,
    ]);
  });
}

function describeAddresses(open: OpenStore): void {
  const store = freshStore(open);
  const secretHash = 'hash of u1';
  const claim = (nowMs = NOW_MS) => store().claimUpload({ secretHash, nowMs });

  it('goes to one sender, who may give it back', async () => {
    await store().createUpload(address('u1'));
    const claims = await Promise.all([claim(), claim(), claim()]);
    expect(claims.filter((each) => each !== null)).toEqual([
      upload('u1', { received: null, expectedBytes: 5 }),
    ]);
    await store().releaseUpload({ id: 'u1' });
    expect(await claim()).not.toBeNull();
  });

  it('ends with its time, and with its file', async () => {
    await store().createUpload(address('u1'));
    expect(await claim(NOW_MS + 10)).toBeNull();
    expect(await store().claimUpload({ secretHash: 'another', nowMs: NOW_MS })).toBeNull();
    await claim();
    const done = { id: 'u1', fileName: 'b.csv', expiresAtMs: NOW_MS + 90, received: RECEIVED };
    expect(await store().completeUpload(done)).toBe(true);
    await store().releaseUpload({ id: 'u1' });
    expect(await claim()).toBeNull();
    const found = { id: 'u1', organizationIds: [ORGANIZATION_ID], nowMs: NOW_MS + 89 };
    expect(await store().findUpload(found)).toMatchObject({ ...done, createdBy: 'Nora' });
    expect(await store().completeUpload({ ...done, id: 'u9' })).toBe(false);
  });
}

export function describeUploads(open: OpenStore): void {
  describe('an upload', () => {
    describeFiles(open);
  });
  describe('a one-time address', () => {
    describeAddresses(open);
  });
}
