/** What Billy holds while a job is taken back. */
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/core/limits.js';
import { isUsedSince, Pictures, takePicture } from '../../src/jobs/undo-picture.js';
import type { Work } from '../../src/jobs/work.js';
import { FakeClock } from '../support/fake-clock.js';
import { contactImage, createStep, itemOf } from './support/images.js';
import { usedWorld } from './support/used.js';

describe('the uses of records', () => {
  it('are not taken for none when Billy refuses the token', async () => {
    const [world, work] = await usedWorld();
    world.sandbox.control.revokeToken();
    await expect(takePicture(work)).rejects.toMatchObject({ code: 'BILLY_AUTH' });
  });

  it('come with the records as they are now', async () => {
    const [world, work, used] = await usedWorld();
    const gone = world.held('contacts')[0]?.id ?? '';
    world.sandbox.control.thirdParty({ action: 'delete', id: gone });
    const { usedIds } = await takePicture(work);
    const [jobId, layer] = [work.jobId, 'undo'] as const;
    const pool = await work.store.getPool({ jobId, layer, recordIds: [used, gone] });
    expect([...usedIds]).toEqual([used]);
    expect([...pool.keys()]).toEqual([used]);
  });
});

describe('pictures', () => {
  const reads = (world: { requests(from?: number): readonly { path: string }[] }): number =>
    world.requests().filter(({ path }) => path.startsWith('/v2/contacts?')).length;

  it('are shared, and taken anew when they are too old', async () => {
    const [world, opened] = await usedWorld();
    const clock = new FakeClock();
    const pictures = new Pictures({ ...opened, clock });
    const from = reads(world);
    expect(pictures.isFresh).toBe(false);
    const [one, other] = await Promise.all([pictures.current(), pictures.current()]);
    expect(one).toBe(other);
    expect(reads(world) - from).toBe(1);
    await clock.advance(LIMITS.rollbackPictureMsMax - 1);
    expect(await pictures.current()).toBe(one);
    await clock.advance(1);
    expect(pictures.isFresh).toBe(false);
    expect(await pictures.current()).not.toBe(one);
    expect(reads(world) - from).toBe(2);
  });

  it('that took longer to take than they last serve a while all the same', async () => {
    const [, opened] = await usedWorld();
    const clock = new FakeClock();
    const billy = { ...opened.billy };
    const slow: Work['billy'] = Object.assign(Object.create(opened.billy) as Work['billy'], billy, {
      listAll: (...asked: Parameters<Work['billy']['listAll']>) => {
        void clock.advance(LIMITS.rollbackPictureMsMax);
        return opened.billy.listAll(...asked);
      },
    });
    const pictures = new Pictures({ ...opened, clock, billy: slow });
    const first = await pictures.current();
    expect(pictures.isFresh).toBe(true);
    await clock.advance(LIMITS.rollbackPictureUseMs - 1);
    expect(await pictures.current()).toBe(first);
    await clock.advance(1);
    expect(pictures.isFresh).toBe(false);
  });
});

describe('a use of a record', () => {
  it('counts when the job has made the record, or began to use it since', async () => {
    const [world, work, used] = await usedWorld();
    const usedIds = new Set([used]);
    const items = await world.items(work.jobId);
    const found = await Promise.all(items.map((item) => isUsedSince(work, item, usedIds)));
    expect(found).toEqual([false, true, false]);
    const before = contactImage(used);
    const changed = itemOf([createStep({})], { recordId: used, before });
    const other = { ...work, jobId: 'another' };
    expect(await isUsedSince(other, changed, usedIds)).toBe(false);
  });
});
