/** What Billy holds while a job is taken back. */
import { describe, expect, it } from 'vitest';
import { takePicture } from '../../src/jobs/undo-picture.js';
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
