/** The promise in figures, on a fast clock: each 429 asks for a second of peace. */
import { describe, expect, it } from 'vitest';
import { customersCsv, expectExact, stormWorld } from './support/storm.js';

const ROWS = 2000;
const PATIENCE = 8;

describe('2,000 rows, every 7th answer lost and every 10th write refused with 429', () => {
  it('are 2,000 records, at 1.3 requests a row or less', { timeout: 150_000 }, async () => {
    const world = await stormWorld();
    const everyNthWrite = [
      { n: 7, kind: 'reset-after' as const },
      { n: 10, kind: '429' as const },
    ];
    world.sandbox.control.setFaults({ seed: 1, rates: {}, everyNthWrite, lateMs: 0 });
    const csv = customersCsv(ROWS, { numbers: false });
    const { id } = await world.startImport(csv, { duplicateStrategy: 'create' });
    for (let quarter = 1; quarter < PATIENCE; quarter += 1) {
      const wanted = (ROWS * quarter) / PATIENCE;
      await world.until(id, ({ processedItems }) => processedItems >= wanted);
    }
    const view = await world.ended(id);
    expect(view.outcomes).toMatchObject({ created: ROWS, failed: 0, unknown: 0 });
    await expectExact(world, id);
    const requests = world.requests();
    const first = requests.findIndex(({ method }) => method === 'POST');
    expect((requests.length - first) / ROWS).toBeLessThanOrEqual(1.3);
  });
});
