/** What a rollback tells of its items: all of one step or nothing. */
import { describe, expect, it } from 'vitest';
import { PendingJournalEntries } from '../../../src/jobs/job/journal-notes.js';
import {
  storeRollbackResults,
  type RolledBackItem,
} from '../../../src/jobs/rollback/store-results.js';
import { openWork } from '../../support/engine-world.js';
import { customersCsv, stormWorld } from '../support/storm.js';
import { toldBy } from '../support/told.js';

describe('the end of items', () => {
  it('is stored for all of them with their notes, and moves ids that are new', async () => {
    const world = await stormWorld();
    const { id: jobId } = await world.imported(customersCsv(3));
    const job = await world.store.getJob({ jobId });
    if (job === null) throw new Error('the job is gone');
    const context = await openWork(world, job);
    const write = { kind: 'remove', collection: 'contacts', body: {} } as const;
    const undone = (await world.items(jobId)).map((item, index): RolledBackItem => {
      const notes = new PendingJournalEntries(context.clock, item, { isRollback: true });
      notes.saved({ ...write, id: item.recordId }, item.recordId);
      const recordId = index === 1 ? { recordId: 'NEW' } : {};
      const state = index === 2 ? 'kept' : 'reversed';
      return { item, notes, result: { state, message: 'so', image: null, ...recordId } };
    });
    const before = (await toldBy(world)).writes.length;
    await storeRollbackResults(context, undone);
    const items = await world.items(jobId);
    expect(items.map(({ rollbackState }) => rollbackState)).toEqual([
      'reversed',
      'reversed',
      'kept',
    ]);
    expect(items.map(({ rollbackMessage }) => rollbackMessage)).toEqual(['so', 'so', 'so']);
    expect(items[1]?.recordId).toBe('NEW');
    expect((await toldBy(world)).writes).toHaveLength(before + 3);
    await storeRollbackResults(context, []);
    // One that another has ended meanwhile takes the others along.
    const gone = undone.map((one) => ({ ...one, item: { ...one.item, state: 'ready' as const } }));
    await expect(storeRollbackResults(context, gone)).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });
  });
});
