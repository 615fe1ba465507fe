/** Bulk saves whose answers are lost, jobs that are stopped in the middle of them, and retries (src/jobs/send/bulk-save.ts). */
import { describe, expect, it } from 'vitest';
import type { World } from '../support/engine-world.js';
import { bulkWorld, customersCsv, occupy } from './support/bulk.js';
import { plantCustomers } from './support/deletions.js';
import { every, expectExact, stormWorld } from './support/storm.js';

describe('an answer that is lost', () => {
  const KINDS = [
    'reset-before',
    'reset-after',
    'reset-late',
    'timeout-before',
    'timeout-after',
    'timeout-late',
    '500-after',
    '503-before',
    'truncated',
    'prefixed',
    'html-200',
    '429',
  ] as const;
  const SAVED: readonly string[] = KINDS.filter((kind) => /after|late|cated|fixed|429/.test(kind));
  const twins = `${customersCsv(30)}\n${'K,Tvilling,\n'.repeat(12)}`.trimEnd();

  it.each(KINDS)('costs and doubles no row: %s on every third write', async (kind) => {
    for (const more of [{}, { echoClientId: 'omit', bulkOrder: 'shuffled' } as const]) {
      const world = await stormWorld({ bulkSave: true, unknowns: more });
      world.sandbox.control.setFaults(every(3, kind));
      const options = { duplicateStrategy: 'create', batchSize: 6 } as const;
      const { id } = await world.imported(twins, options);
      const view = await expectExact(world, id);
      // A row that met the fault at each of its attempts has failed, and is not in Billy.
      expect(view.outcomes.created + view.outcomes.failed).toBe(42);
      if (SAVED.includes(kind)) expect(view.outcomes.created).toBe(42);
    }
  });
});

describe('a job that is stopped while many are on their way', () => {
  const SLOW = { min: 40, max: 60, tailChance: 0, tailMs: 0 };

  async function begun(): Promise<{ world: World; id: string }> {
    const world = await bulkWorld({ sandbox: { latencyMs: SLOW }, maxConcurrent: 2 });
    const options = { batchSize: 10, duplicateStrategy: 'create' } as const;
    const { id } = await world.startImport(customersCsv(200), options);
    await world.until(id, ({ processedItems }) => processedItems > 0);
    return { world, id };
  }

  it('keeps what is saved and attempts no more: cancel', async () => {
    const { world, id } = await begun();
    await world.service.cancel(id);
    const view = await world.ended(id);
    expect(view.status).toBe('cancelled');
    await expectExact(world, id);
    expect(view.notAttemptedItems).toBeGreaterThan(0);
    expect(view.unknownItems).toBe(0);
  });

  it('leaves no row half done, in no more than a request a batch: cancel', async () => {
    // Every request waits its turn, so that the cancel comes before the second one of the first batch.
    const rateLimit = { count: 2, windowMs: 1000 };
    const world = await bulkWorld({ rateLimit, maxConcurrent: 2 });
    const ids = await plantCustomers(world, 60);
    const planted = world.writes().length;
    const lines = ids.map((id, index) => `${id},Ny ${String(index)},ny${String(index)}@ko.example`);
    const options = { duplicateStrategy: 'update', batchSize: 10 } as const;
    const { id } = await world.startImport(['id,name,email', ...lines].join('\n'), options);
    await world.until(id, () => world.writes().length > planted);
    await world.service.cancel(id);
    const view = await world.ended(id);
    expect([view.status, view.unknownItems]).toEqual(['cancelled', 0]);
    expect(view.notAttemptedItems).toBeGreaterThan(0);
    expect(
      new Set(
        world
          .writes(0)
          .slice(planted)
          .map(({ method }) => method),
      ),
    ).toEqual(new Set(['PATCH']));
    const emails = new Map(world.held('contactPersons').map((each) => [each['contactId'], each]));
    for (const contact of world.held('contacts')) {
      const isNew = String(contact['name']).startsWith('Ny');
      expect(String(emails.get(contact.id)?.['email']).startsWith('ny')).toBe(isNew);
    }
  });

  it('goes on where it was: restart', async () => {
    const { world, id } = await begun();
    await world.restart();
    const view = await world.ended(id);
    expect(view.outcomes.created).toBe(200);
    await expectExact(world, id);
  });
});

describe('a retry', () => {
  it('sends failed rows again, and no other', async () => {
    const world = await bulkWorld({ unknowns: { uniqueNumbers: 'enforce' } });
    const before = await occupy(world, [3, 4]);
    const view = await world.imported(customersCsv(20), { duplicateStrategy: 'create' });
    expect(view.outcomes).toMatchObject({ created: 18, failed: 2 });
    for (const id of before) {
      await fetch(`${world.sandbox.url}/contacts/${id}`, {
        method: 'DELETE',
        headers: { 'x-access-token': world.sandbox.token },
      });
    }
    const planted = world.writes().length;
    await world.service.retry(view.id);
    const again = await world.ended(view.id);
    expect(again.outcomes).toMatchObject({ created: 20, failed: 0 });
    expect(world.writes().slice(planted)).toHaveLength(1);
    await expectExact(world, view.id);
  });
});
