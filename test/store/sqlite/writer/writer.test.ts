/** A thread that stores plain batches, as it is built (src/store/sqlite/writer/writer.ts). */
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../../../src/core/clock.js';
import type { JobStore } from '../../../../src/store/job-store.js';
import type { PlainBatch } from '../../../../src/store/sqlite/writer/uniform-batch.js';
import { hasWriterThread } from '../../../../src/store/sqlite/writer/writer.js';
import { openSqliteStore } from '../../../../src/store/sqlite/sqlite-store.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { claimedJob, NOW_MS, type Claimed } from '../../contract/fixtures.js';
import { builtWriter } from '../../support/built-store.js';
import { temporaryFile, type Folder } from '../../support/sqlite-files.js';

let place: Folder;
let store: JobStore;
let at: Claimed;
beforeEach(async () => {
  place = temporaryFile();
  store = await openSqliteStore({ path: place.file });
  at = await claimedJob(store, 'j1');
  return async () => {
    await store.close();
    place.remove();
  };
});

async function openWriter(clock: Clock = systemClock) {
  const { PlainWriter } = await builtWriter();
  return new PlainWriter({ path: place.file, clock });
}

function batch(firstSeq: number, count: number, more: Partial<PlainBatch> = {}): PlainBatch {
  const seqs = Array.from({ length: count }, (_row, index) => firstSeq + index);
  const plan = { outcome: 'created', steps: [], changes: [] } as const;
  return {
    ...at,
    nowMs: NOW_MS,
    patch: { state: 'ended', outcome: 'created', plan },
    firstSeq,
    rows: seqs.map((seq) => seq + 1),
    cells: seqs.map((seq) => [`Kunde ${String(seq)}`, null]),
    keys: seqs.map(String),
    ...more,
  };
}

const storedCount = (): Promise<number> => store.countItems({ jobId: 'j1', states: ['ended'] });

describe('PlainWriter', () => {
  it('is for programs that are built, not for their sources', async () => {
    expect(hasWriterThread()).toBe(false);
    expect((await builtWriter()).hasWriterThread()).toBe(true);
  });

  it('resolves when the batch is committed, each in its turn', async () => {
    const writer = await openWriter();
    const counts: Promise<number>[] = [];
    const written = [1, 11, 21].map(async (firstSeq) => {
      await writer.write(batch(firstSeq, 10));
      counts.push(storedCount());
    });
    await Promise.all(written);
    const seen = await Promise.all(counts);
    expect(seen.every((count, index) => count >= 10 * (index + 1))).toBe(true);
    const [item] = await store.listItems({ jobId: 'j1', afterSeq: 20, limit: 1 });
    expect(item).toMatchObject({
      seq: 21,
      row: 22,
      cells: ['Kunde 21', null],
      key: '21',
      outcome: 'created',
    });
    await writer.close();
  });

  it('stores nothing behind a batch that it could not store, and begins anew with the next', async () => {
    const writer = await openWriter();
    const lease = { ...at.lease, owner: 'another' };
    const outcomes = await Promise.allSettled([
      writer.write(batch(1, 5)),
      writer.write(batch(6, 5, { lease })),
      writer.write(batch(11, 5)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    const [, refused] = outcomes as PromiseRejectedResult[];
    expect(refused?.reason).toMatchObject({ name: 'StoreError', code: 'LEASE_LOST' });
    expect(await storedCount()).toBe(5);
    await writer.write(batch(6, 5));
    expect(await storedCount()).toBe(10);
    await writer.close();
  });

  it('says what the driver says, and that there is no database', async () => {
    const writer = await openWriter();
    await writer.write(batch(1, 5));
    await expect(writer.write(batch(1, 5))).rejects.toThrow('UNIQUE');
    const { PlainWriter } = await builtWriter();
    const elsewhere = new PlainWriter({ path: `${place.folder}/no/such/file`, clock: systemClock });
    await expect(elsewhere.write(batch(6, 5))).rejects.toThrow('directory does not exist');
    await Promise.all([writer.close(), elsewhere.close()]);
  });

  it('keeps batches of another worker apart from those before them', async () => {
    const writer = await openWriter();
    const other = await claimedJob(store, 'j2');
    await Promise.all([
      writer.write(batch(1, 5)),
      writer.write(batch(1, 7, { ...other })),
      writer.write(batch(6, 5)),
    ]);
    expect(await storedCount()).toBe(10);
    expect((await store.getJob({ jobId: 'j2' }))?.outcomes.created).toBe(7);
    await writer.close();
  });

  it('waits while somebody else writes', async () => {
    const writer = await openWriter();
    await writer.write(batch(1, 1));
    const database = new Database(place.file);
    database.exec('BEGIN IMMEDIATE');
    const written = writer.write(batch(2, 1));
    await systemClock.sleep(50);
    expect(await storedCount()).toBe(1);
    database.exec('COMMIT');
    await written;
    expect(await storedCount()).toBe(2);
    database.close();
    await writer.close();
  });

  it('tells those who wait when it is closed, and takes no more; it may be closed twice', async () => {
    const writer = await openWriter();
    const written = writer.write(batch(1, 5));
    await Promise.all([expect(written).rejects.toThrow('has ended'), writer.close()]);
    await expect(writer.write(batch(1, 5))).rejects.toThrow('closed');
    expect(await storedCount()).toBe(0);
    await writer.close();
  });

  it('ends its thread when it is given nothing for two seconds', async () => {
    const clock = new FakeClock();
    const writer = await openWriter(clock);
    await writer.write(batch(1, 5));
    const threads = (): number => clock.pendingCount;
    expect(threads()).toBe(1);
    await clock.advance(2000);
    // It was given something since the last look.
    expect(threads()).toBe(1);
    await clock.advance(2000);
    expect(threads()).toBe(0);
    await writer.write(batch(6, 5));
    expect(await storedCount()).toBe(10);
    await writer.close();
  });
});
