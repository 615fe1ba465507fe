// Uploads as use-cases: their time, their owner, and what is left when something fails midway.
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/core/clock.js';
import { sha256 } from '../../../src/core/hash.js';
import {
  receiveAtAddress,
  receiveUpload,
  requestUpload,
} from '../../../src/jobs/upload/receive-upload.js';
import { purgeUploads, removeLostUploads } from '../../../src/jobs/upload/purge-uploads.js';
import { takeUpload } from '../../../src/jobs/upload/take-upload.js';
import type { ArrivingFile, UploadParts } from '../../../src/jobs/upload/upload-parts.js';
import { storeFile } from '../../../src/files/store/file-store.js';
import { calmWorld, type World } from '../../support/engine-world.js';
import { storedFiles } from '../../support/stored-files.js';
import { SOMEBODY } from '../../tools/support/workbench.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const NEVER = new AbortController().signal;

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

function arriving(text: string, more: Partial<ArrivingFile> = {}) {
  const file = { fileName: 'a.csv', chunks: bytes(text), end: () => Promise.resolve(), ...more };
  return { declaredBytes: null, take: () => Promise.resolve(file) };
}

interface Ground {
  readonly world: World;
  readonly parts: UploadParts;
  /** The same, so many milliseconds later. */
  readonly later: (ms: number) => UploadParts;
  readonly left: () => string[];
}

async function openGround(): Promise<Ground> {
  const world = await calmWorld();
  const { store, clock } = world;
  const { files, organizations } = world.parts;
  const parts = { store, clock, files, organizations, caller: SOMEBODY, fileBytesMax: 100 };
  const later = (ms: number): UploadParts => {
    const then: Clock = { ...clock, nowMs: () => clock.nowMs() + ms };
    return { ...parts, clock: { ...then, randomHex: (count) => clock.randomHex(count) } };
  };
  return { world, parts, later, left: () => storedFiles(world.dataDir, 'uploads') };
}

async function takenBy(parts: UploadParts, id: string): Promise<string> {
  const organizationIds = await parts.organizations.idsFor(parts.caller, undefined);
  try {
    const { copy } = await takeUpload(parts, { id, organizationIds });
    await copy.discard();
    return 'taken';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('an upload', () => {
  it('can be taken for 24 hours, and is gone with the next purge', async () => {
    const { parts, later, left } = await openGround();
    const { uploadId } = await receiveUpload(parts, arriving('name\n'));
    expect(await takenBy(later(DAY_MS - MINUTE_MS), uploadId)).toBe('taken');
    expect(await takenBy(later(DAY_MS + MINUTE_MS), uploadId)).toBe('UPLOAD_NOT_FOUND');
    expect(await purgeUploads(later(DAY_MS - MINUTE_MS), NEVER)).toBe(0);
    expect(left()).toHaveLength(1);
    expect(await purgeUploads(later(DAY_MS + MINUTE_MS), NEVER)).toBe(1);
    expect(left()).toEqual([]);
  });

  it('leaves nothing where it is refused at the end, or cannot be noted', async () => {
    const { parts, left } = await openGround();
    const broken = new Error('broken');
    const end = (): Promise<never> => Promise.reject(broken);
    await expect(receiveUpload(parts, arriving('name\n', { end }))).rejects.toBe(broken);
    const store = { ...parts.store, createUpload: end };
    await expect(receiveUpload({ ...parts, store }, arriving('name\n'))).rejects.toBe(broken);
    expect(left()).toEqual([]);
  });

  it('is known by its hash before it is kept', async () => {
    const { parts, left } = await openGround();
    const hashes: string[] = [];
    const identify = (hash: string): Promise<void> => {
      hashes.push(hash);
      return left().some((name) => !name.endsWith('.part'))
        ? Promise.reject(new Error('kept already'))
        : Promise.resolve();
    };
    const view = await receiveUpload(parts, { ...arriving('name\n'), identify });
    expect(hashes).toEqual([view.sha256]);
    const repeated = new Error('repeated');
    const refuse = (): Promise<never> => Promise.reject(repeated);
    const again = receiveUpload(parts, { ...arriving('name\n'), identify: refuse });
    await expect(again).rejects.toBe(repeated);
    expect(left()).toHaveLength(1);
  });

  it('is refused by its declared size before it is begun', async () => {
    const { parts } = await openGround();
    const take = (): Promise<never> => Promise.reject(new Error('begun'));
    const refused = receiveUpload(parts, { declaredBytes: 101, take });
    await expect(refused).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
  });

  it('is not found where its bytes are gone', async () => {
    const { parts } = await openGround();
    const { uploadId } = await receiveUpload(parts, arriving('name\n'));
    const [organizationId = ''] = await parts.organizations.idsFor(parts.caller, undefined);
    await parts.files.remove({ organizationId, kind: 'upload', name: uploadId });
    expect(await takenBy(parts, uploadId)).toBe('UPLOAD_NOT_FOUND');
  });

  it('without a record goes after a day, one with a record does not', async () => {
    const { parts, later, left } = await openGround();
    await receiveUpload(parts, arriving('name\n'));
    const [organizationId = ''] = await parts.organizations.idsFor(parts.caller, undefined);
    await storeFile(parts.files, { organizationId, kind: 'upload', name: 'lost' }, bytes('x'));
    await removeLostUploads(later(DAY_MS - MINUTE_MS), NEVER);
    expect(left()).toHaveLength(2);
    await removeLostUploads(later(DAY_MS + MINUTE_MS), NEVER);
    expect(left()).toHaveLength(1);
  });
});

describe('a one-time address', () => {
  it('ends after 15 minutes, in the words for one that never was', async () => {
    const { parts, later } = await openGround();
    const { secret } = await requestUpload(parts, {});
    const put = (at: UploadParts, text: string): Promise<unknown> =>
      receiveAtAddress(at, { secret: text, ...arriving('name\n') }).catch(
        (error: unknown) => error,
      );
    const late = await put(later(15 * MINUTE_MS), secret);
    expect(late).toMatchObject({ code: 'UPLOAD_NOT_FOUND' });
    expect(late).toEqual(await put(parts, 'x'));
    expect(await put(later(14 * MINUTE_MS), secret)).toMatchObject({ createdBy: SOMEBODY.actor });
  });

  it('has 256 bits, of which only the hash is stored', async () => {
    const { parts, world } = await openGround();
    const { secret, uploadId } = await requestUpload(parts, {});
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    const claimed = await world.store.claimUpload({ secretHash: sha256(secret), nowMs: 0 });
    expect(claimed?.id).toBe(uploadId);
  });

  it('stays good while no whole file has come', async () => {
    const { parts, left } = await openGround();
    const { secret } = await requestUpload(parts, { sizeBytes: 5 });
    const put = (text: string, declaredBytes: number | null = null): Promise<unknown> =>
      receiveAtAddress(parts, { secret, ...arriving(text), declaredBytes }).catch(
        (error: unknown) => (error as { code: string }).code,
      );
    expect(await put('name')).toBe('INPUT_INVALID');
    expect(await put('name\n', 6)).toBe('INPUT_INVALID');
    expect(await put('x'.repeat(101))).toBe('INPUT_TOO_LARGE');
    expect(left()).toEqual([]);
    expect(await put('name\n')).toMatchObject({ view: { sizeBytes: 5 } });
    expect(await put('name\n')).toBe('UPLOAD_NOT_FOUND');
  });
});
