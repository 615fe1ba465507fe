// Rows of a job, page by page: each once, in the order of the file, also while the job changes.
import { describe, expect, it } from 'vitest';
import { listItems, type ItemView } from '../../../src/jobs/service/list-items.js';
import { calmWorld, type World } from '../../support/engine-world.js';

async function allOf(world: World, jobId: string, limit: number): Promise<ItemView[]> {
  const found: ItemView[] = [];
  let cursor: string | undefined;
  do {
    const page = await listItems(world.parts, jobId, { limit, cursor });
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

describe('the rows of a job', () => {
  it('come each once in the order of the file, whatever the size of the page', async () => {
    const world = await calmWorld();
    const names = Array.from({ length: 25 }, (_, no) => `Kunde ${String(no)}`);
    const job = await world.startImport(['name', ...names].join('\n'));
    await world.ended(job.id);
    const whole = await allOf(world, job.id, 1000);
    expect(whole.map(({ key }) => key)).toEqual(names);
    expect(whole.map(({ row }) => row)).toEqual(names.map((_, no) => no + 2));
    for (const limit of [1, 7, 25]) expect(await allOf(world, job.id, limit)).toEqual(whole);
  });

  it('are none of a job that is not there, and none of a purged one', async () => {
    const world = await calmWorld();
    const unknown = listItems(world.parts, 'ingen', { limit: 1 });
    await expect(unknown).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    const job = await world.startImport('name\nNord');
    await world.ended(job.id);
    const nowMs = world.clock.nowMs();
    await world.store.beginPurge({ jobId: job.id, endedBeforeMs: nowMs, nowMs });
    const purged = listItems(world.parts, job.id, { limit: 1 });
    await expect(purged).rejects.toMatchObject({ code: 'JOB_STATE' });
  });
});
