/** One item of a rollback: a lost answer is looked for, a record that a list shows too old is read by its id. */
import { describe, expect, it } from 'vitest';
import { ItemRollback } from '../../../src/jobs/rollback/rollback-item.js';
import { LostWrites } from '../../../src/jobs/rollback/lost-writes.js';
import { RollbackListing } from '../../../src/jobs/rollback/rollback-listing.js';
import type { JobContext } from '../../../src/jobs/job/job-context.js';
import type { ItemRecord } from '../../../src/model/item.js';
import { openWork, type World } from '../../support/engine-world.js';
import { askUndo } from '../support/deletions.js';
import { customersCsv, every, stormWorld } from '../support/storm.js';

interface Ground {
  readonly world: World;
  readonly context: JobContext;
  readonly item: ItemRecord;
  readonly lost: LostWrites;
  readonly single: ItemRollback;
  readonly from: number;
}

const SURE = { isSure: true };
const UNSURE = { isSure: false };

/** One customer that a job has created, or whose phone it has changed, about to be taken back. */
async function ground(
  kind: 'created' | 'changed',
  billyOf?: (context: JobContext) => JobContext['billy'],
) {
  const world = await stormWorld();
  if (kind === 'changed') {
    const fields = { name: 'Kunde 1', contactNo: 'K1', phone: '0', countryId: 'DK' };
    await world.plant('contacts', { ...fields, isCustomer: true });
  }
  const csv = kind === 'created' ? customersCsv(1) : 'contactNo,name,phone\nK1,Kunde 1,1';
  const { id: jobId } = await world.imported(csv, { duplicateStrategy: 'update' });
  await world.restart({ isHeld: true });
  await askUndo(world, jobId);
  const job = await world.store.getJob({ jobId });
  const [item] = await world.items(jobId);
  if (job === null || item === undefined) throw new Error('the job is gone');
  const opened = await openWork(world, job);
  const context = billyOf === undefined ? opened : { ...opened, billy: billyOf(opened) };
  const lost = new LostWrites(context);
  const single = new ItemRollback(context, { listing: new RollbackListing(context), lost });
  return { world, context, item, lost, single, from: world.requests().length } satisfies Ground;
}

const stateOf = async ({ world, context }: Ground) => {
  const [item] = await world.items(context.jobId);
  return [item?.rollbackState, item?.rollbackMessage];
};

/** Lists show the contacts as they were before the job wrote; reads by id do not lag. */
function lagging(
  contacts: readonly Record<string, unknown>[],
): (context: JobContext) => JobContext['billy'] {
  return ({ billy }) =>
    Object.assign(Object.create(billy) as JobContext['billy'], {
      get: billy.get.bind(billy),
      update: billy.update.bind(billy),
      remove: billy.remove.bind(billy),
      async *listAll(collection: string) {
        await Promise.resolve();
        if (collection === 'contacts') yield contacts;
      },
    });
}

describe('a lost answer', () => {
  it.each([
    ['reset-before', 2],
    ['reset-after', 1],
  ] as const)(
    'to a deletion costs a look, and a second one where it is there (%s)',
    async (kind, sent) => {
      const on = await ground('created');
      on.world.sandbox.control.setFaults(every(2, kind));
      // The first write of this plan passes; it is somebody else's, and so is its record.
      const stranger = await on.world.plant('contacts', { name: 'Andre', countryId: 'DK' });
      const from = on.world.requests().length;
      expect(await on.single.rollBack(on.item, SURE)).toBe('reversed');
      expect(on.world.writes(from)).toHaveLength(sent);
      expect(on.world.held('contacts').map(({ id }) => id)).toEqual([stranger]);
      expect(await stateOf(on)).toEqual(['reversed', null]);
    },
  );

  it('to a restore that is not there yet has the item wait, and then go again', async () => {
    const on = await ground('changed');
    on.world.sandbox.control.setFaults(every(1, 'reset-before'));
    expect(await on.single.rollBack(on.item, SURE)).toBe('waits');
    expect(await stateOf(on)).toEqual(['sending', null]);
    on.world.sandbox.control.setFaults(null);
    expect(await on.single.rollBack(on.item, SURE)).toBe('waits');
    expect(on.world.writes(on.from)).toHaveLength(1);
    const lost = on.lost.of(on.item);
    await on.context.clock.sleep(lost === null ? 0 : on.lost.waitMs(lost));
    expect(await on.single.rollBack(on.item, SURE)).toBe('reversed');
    expect(on.world.writes(on.from)).toHaveLength(2);
    expect(on.world.held('contacts')).toMatchObject([{ phone: '0' }]);
    expect(on.lost.of(on.item)).toBeNull();
  });

  it('to a restore that comes again and again ends it', async () => {
    const on = await ground('changed');
    on.world.sandbox.control.setFaults(every(1, 'reset-before'));
    while ((await on.single.rollBack(on.item, SURE)) === 'waits') {
      const lost = on.lost.of(on.item);
      await on.context.clock.sleep(lost === null ? 0 : on.lost.waitMs(lost));
    }
    expect(on.world.writes(on.from)).toHaveLength(3);
    expect(await stateOf(on)).toEqual(['errored', 'Billy failed at each attempt']);
  });

  it('to an archiving is found, and is no change of somebody else', async () => {
    const on = await ground('created');
    const [contact] = on.world.held('contacts');
    on.world.sandbox.control.thirdParty({
      action: 'edit',
      id: contact?.id ?? '',
      changes: { isArchived: true },
    });
    const item = { ...on.item, rollbackState: 'sending' } as const;
    expect(await on.single.rollBack(item, SURE)).toBe('reversed');
    expect(await stateOf(on)).toEqual(['reversed', 'archived, since Billy refused to delete it']);
  });
});

describe('a list that lags', () => {
  it('is not believed that a record is as it was before', async () => {
    const old = { id: 'x', name: 'Kunde 1', contactNo: 'K1', phone: '0', countryId: 'DK' };
    const contacts = [{ ...old, isCustomer: true, type: 'company' }];
    const on = await ground('changed', lagging(contacts));
    contacts[0] = {
      ...(on.item.before?.fields as typeof old),
      id: on.item.recordId ?? '',
    } as never;
    expect(await on.single.rollBack(on.item, UNSURE)).toBe('reversed');
    expect(on.world.held('contacts')).toMatchObject([{ phone: '0' }]);
    expect(on.world.writes(on.from)).toHaveLength(1);
    expect(await stateOf(on)).toEqual(['reversed', null]);
  });
});
