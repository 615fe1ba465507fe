/** The requests of a rollback: repeated without harm, refused without loss. */
import { describe, expect, it } from 'vitest';
import { WriteNotes } from '../../src/jobs/journal.js';
import { UndoSender } from '../../src/jobs/undo-send.js';
import { lookUp, type Work } from '../../src/jobs/work.js';
import type { RecordImage } from '../../src/store/types.js';
import { openWork, type World } from '../support/engine-world.js';
import { updateStep } from './support/images.js';
import { customersCsv, every, stormWorld } from './support/storm.js';

interface Ground {
  readonly world: World;
  readonly work: Work;
  readonly sender: UndoSender;
  readonly notes: WriteNotes;
  readonly now: RecordImage;
}

async function ground(uses: 'listed' | 'unlisted' = 'listed'): Promise<Ground> {
  const world = await stormWorld();
  const { id } = await world.imported(customersCsv(1));
  const job = await world.store.getJob({ jobId: id });
  if (job === null) throw new Error('the job is gone');
  const opened = await openWork(world, job);
  const resource = { ...opened.resource, uses: [] };
  const work = uses === 'listed' ? opened : { ...opened, resource };
  const now = await lookUp(work, world.held('contacts')[0]?.id ?? '');
  if (now === null) throw new Error('the record is gone');
  const [item] = await world.items(id);
  if (item === undefined) throw new Error('the item is gone');
  const notes = new WriteNotes(work.clock, item, { isRollback: true });
  return { world, work, sender: new UndoSender(work, item, notes), notes, now };
}

const withInvoice = ({ world, now }: Ground): unknown =>
  world.sandbox.control.thirdParty({ action: 'add-invoice', id: now.id });

describe('a deletion', () => {
  it.each(['reset-before', 'reset-after', 'truncated'] as const)(
    'is repeated after a lost answer only if the record is still there (%s)',
    async (kind) => {
      const { world, sender, now } = await ground();
      world.sandbox.control.setFaults({
        seed: 1,
        rates: {},
        everyNthWrite: [{ n: 2, kind }],
        lateMs: 0,
      });
      // The first write of this plan passes; it is somebody else's.
      await world.plant('contacts', { name: 'Andre', countryId: 'DK' });
      const from = world.requests().length;
      expect(await sender.delete(now)).toMatchObject({ state: 'reversed', message: null });
      expect(world.writes(from)).toHaveLength(kind === 'reset-before' ? 2 : 1);
      expect(world.held('contacts')).toMatchObject([{ name: 'Andre' }]);
    },
  );

  it('of a record that is used since is kept', async () => {
    const on = await ground();
    withInvoice(on);
    expect(await on.sender.delete(on.now)).toMatchObject({ state: 'kept', image: on.now });
    expect(on.world.held('contacts')).toMatchObject([{ isArchived: false }]);
  });

  it('that is refused without a use becomes an archiving, and the image says so', async () => {
    const on = await ground('unlisted');
    withInvoice(on);
    const result = await on.sender.delete(on.now);
    expect(result).toMatchObject({ state: 'reversed', image: { fields: { isArchived: true } } });
    expect(on.world.held('contacts')).toMatchObject([{ isArchived: true }]);
  });

  it('that never happens is given up, and said so', async () => {
    const on = await ground();
    on.world.sandbox.control.setFaults(every(1, 'reset-before'));
    expect(await on.sender.delete(on.now)).toMatchObject({ state: 'errored' });
    expect(on.world.held('contacts')).toHaveLength(1);
  });

  it('waits out an outage: nothing is decided', async () => {
    const on = await ground();
    on.world.sandbox.control.setDown(true, '503');
    await expect(on.sender.delete(on.now)).rejects.toMatchObject({ retry: 'wait' });
    on.world.sandbox.control.setDown(false);
    expect(on.world.held('contacts')).toHaveLength(1);
  });

  it('stops the whole rollback when the token is refused', async () => {
    const on = await ground();
    on.world.sandbox.control.revokeToken();
    await expect(on.sender.delete(on.now)).rejects.toMatchObject({ code: 'BILLY_AUTH' });
  });
});

describe('a restore', () => {
  it('that Billy refuses is errored, in its words', async () => {
    const { world, sender, now } = await ground();
    const before = world.held('contacts');
    const step = updateStep(now.id, { name: '' });
    const result = await sender.restore([step], now);
    expect(result).toMatchObject({ state: 'errored', image: null });
    expect(result.message).not.toBe('');
    expect(world.held('contacts')).toEqual(before);
  });

  it('whose answer is lost goes again, and tells until when the first may be saved', async () => {
    const { world, work, sender, now } = await ground();
    world.sandbox.control.setFaults(every(2, 'reset-late', 50));
    await world.plant('contacts', { name: 'Andre', countryId: 'DK' });
    const { timeoutMs, settleMs } = work.settings;
    const startMs = work.clock.nowMs();
    const result = await sender.restore([updateStep(now.id, { phone: '11' })], now);
    expect(result.state).toBe('reversed');
    expect(result.lateUntilMs).toBeGreaterThanOrEqual(startMs + timeoutMs + settleMs);
    expect(world.held('contacts').find(({ id }) => id === now.id)).toMatchObject({ phone: '11' });
  });
});

describe('a record made anew whose answer is lost', () => {
  it.each([
    ['nothing', 0, { state: 'reversed', message: 'made anew' }],
    ['an equal one', 1, { state: 'errored', image: null }],
  ] as const)('beside %s is known or left alone', async (_title, equalCount, result) => {
    const { world, work, sender, now } = await ground();
    world.sandbox.control.thirdParty({ action: 'delete', id: now.id });
    const { name, contactNo, countryId } = now.fields;
    for (let count = 0; count < equalCount; count += 1) {
      await world.plant('contacts', { name, contactNo, countryId, isCustomer: true });
    }
    const from = world.requests().length;
    world.sandbox.control.setFaults(every(1, 'reset-after'));
    expect(await sender.recreate(now, work.clock.monotonicMs())).toMatchObject(result);
    expect(world.writes(from)).toHaveLength(1);
    expect(world.held('contacts')).toHaveLength(1 + equalCount);
  });
});
