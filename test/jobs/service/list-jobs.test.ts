// Listing jobs: pages, filters, statistics.
import { describe, expect, it } from 'vitest';
import { calmWorld } from '../../support/engine-world.js';

const CSV = 'name\nA\nB\n';

describe('list', () => {
  it('shows the newest first, a page at a time, with statistics by status', async () => {
    const world = await calmWorld({ isHeld: true });
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1)
      ids.unshift((await world.startImport(CSV, { force: true })).id);
    await world.service.cancel(ids[0] ?? '');
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await world.service.list({ limit: 2, ...(cursor === null ? {} : { cursor }) });
      expect(page.statistics).toEqual({ pending: 4, cancelled: 1 });
      seen.push(...page.jobs.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  it('can be narrowed', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport(CSV, { label: 'Forår' });
    await world.clock.sleep(10);
    await world.startImport('name,unitPrice\nA,1.50\n', {}, { resource: 'product' });
    const counted = async (filter: object): Promise<number> =>
      (await world.service.list({ limit: 10, ...filter })).jobs.length;
    expect(await counted({ label: 'Forår' })).toBe(1);
    expect(await counted({ resourceType: 'product' })).toBe(1);
    expect(await counted({ status: 'completed' })).toBe(0);
    expect(await counted({ operation: 'import' })).toBe(2);
    const [later] = (await world.service.list({ limit: 1 })).jobs;
    const since = later?.createdAt ?? '';
    expect(await counted({ since })).toBe(1);
    const until = new Date(Date.parse(since) - 1).toISOString();
    expect(await counted({ until })).toBe(1);
    expect(await counted({ until: since.slice(0, 10) })).toBe(2);
    const { jobs } = await world.service.list({ limit: 10, label: 'Forår' });
    expect(jobs[0]?.id).toBe(id);
  });

  it('of another organization is refused, and so is a cursor of somebody else', async () => {
    const world = await calmWorld({ isHeld: true });
    const named = world.service.list({ limit: 1, organizationId: 'another' });
    await expect(named).rejects.toMatchObject({ code: 'ORGANIZATION_MISMATCH' });
    await expect(world.service.list({ limit: 1, cursor: 'x' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });
});
