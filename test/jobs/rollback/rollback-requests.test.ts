/** The requests of a rollback: sent once, refused without loss. */
import { describe, expect, it } from 'vitest';
import { PendingJournalEntries } from '../../../src/jobs/job/journal-notes.js';
import { Recreation, RefusedNames } from '../../../src/jobs/rollback/recreate.js';
import { RollbackRequests } from '../../../src/jobs/rollback/rollback-requests.js';
import { USED_REASON } from '../../../src/jobs/rollback/decide-rollback.js';
import { changeItems, lookUp, type JobContext } from '../../../src/jobs/job/job-context.js';
import type { RecordImage } from '../../../src/model/record.js';
import type { WriteMoment } from '../../../src/sandbox/world/options.js';
import {
  json,
  refusal,
  validation,
  type Answer,
  type Seen,
} from '../../billy/support/scripted-server.js';
import { openWork, type World } from '../../support/engine-world.js';
import { deleted, plantCustomers, undone } from '../support/deletions.js';
import { frontOf } from '../support/front.js';
import { updateStep } from '../support/images.js';
import { customersCsv, every, stormWorld } from '../support/storm.js';

interface Ground {
  readonly world: World;
  readonly context: JobContext;
  readonly sender: RollbackRequests;
  readonly notes: PendingJournalEntries;
  readonly now: RecordImage;
}

async function ground(uses: 'listed' | 'unlisted' = 'listed'): Promise<Ground> {
  const world = await stormWorld();
  const { id } = await world.imported(customersCsv(1));
  const job = await world.store.getJob({ jobId: id });
  if (job === null) throw new Error('the job is gone');
  const opened = await openWork(world, job);
  const resource = { ...opened.resource, uses: [] };
  const context = uses === 'listed' ? opened : { ...opened, resource };
  const now = await lookUp(context, world.held('contacts')[0]?.id ?? '');
  if (now === null) throw new Error('the record is gone');
  const [item] = await world.items(id);
  if (item === undefined) throw new Error('the item is gone');
  const notes = new PendingJournalEntries(context.clock, item, { isRollback: true });
  return { world, context, sender: new RollbackRequests(context, item, { notes }), notes, now };
}

const isDeletion = ({ method }: Seen): boolean => method === 'DELETE';

async function senderIn(on: Ground, context: JobContext): Promise<RollbackRequests> {
  const [item] = await on.world.items(context.jobId);
  if (item === undefined) throw new Error('the item is gone');
  return new RollbackRequests(context, item, { notes: on.notes });
}

/** A sender whose requests of a kind are answered in Billy's place. */
async function sentPast(
  on: Ground,
  isMeant: (seen: Seen) => boolean,
  answer: () => Answer,
): Promise<RollbackRequests> {
  const { billy } = await frontOf(on.world, (seen) => (isMeant(seen) ? answer() : null));
  return senderIn(on, { ...on.context, billy });
}

const withInvoice = ({ world, now }: Ground): unknown =>
  world.sandbox.control.thirdParty({ action: 'add-invoice', id: now.id });

describe('a deletion', () => {
  it.each(['reset-before', 'reset-after', 'truncated'] as const)(
    'whose answer is lost is sent once, and says when it left (%s)',
    async (kind) => {
      const { world, context, sender, now } = await ground();
      world.sandbox.control.setFaults(every(1, kind));
      const from = world.requests().length;
      const startMs = context.clock.monotonicMs();
      const end = await sender.delete(now);
      expect(end).toMatchObject({ state: 'lost', isNew: true, step: { id: now.id } });
      expect(end.state === 'lost' && end.leftMs).toBeGreaterThanOrEqual(startMs);
      expect(world.writes(from)).toHaveLength(1);
    },
  );

  it('that Billy refuses does not end while an earlier one may still be carried out', async () => {
    const on = await ground('unlisted');
    withInvoice(on);
    const [item] = await on.world.items(on.context.jobId);
    if (item === undefined) throw new Error('the item is gone');
    const before = { notes: on.notes, leftMs: 5 };
    const end = await new RollbackRequests(on.context, item, before).delete(on.now);
    expect(end).toMatchObject({ state: 'lost', isNew: false, leftMs: 5 });
    expect(on.world.held('contacts')).toMatchObject([{ isArchived: false }]);
  });

  it('of a record that somebody has edited since keeps it, where Billy refuses', async () => {
    const on = await ground('unlisted');
    withInvoice(on);
    const changes = { fax: '1' };
    on.world.sandbox.control.thirdParty({ action: 'edit', id: on.now.id, changes });
    expect(await on.sender.delete(on.now)).toMatchObject({
      state: 'kept',
      message: 'the record was changed after the job',
    });
    expect(on.world.held('contacts')).toMatchObject([{ isArchived: false }]);
  });

  it('of a record that is used since is kept', async () => {
    const on = await ground();
    withInvoice(on);
    expect(await on.sender.delete(on.now)).toMatchObject({ state: 'kept', image: on.now });
    expect(on.world.held('contacts')).toMatchObject([{ isArchived: false }]);
  });

  it('of a used record without an archive is kept as well: the reason counts first', async () => {
    const on = await ground();
    withInvoice(on);
    const fields = on.context.resource.fields.filter((field) => field !== 'isArchived');
    const context = { ...on.context, resource: { ...on.context.resource, fields } };
    const [item] = await on.world.items(context.jobId);
    if (item === undefined) expect.fail('the item is gone');
    const sender = new RollbackRequests(context, item, { notes: on.notes });
    expect(await sender.delete(on.now)).toMatchObject({ state: 'kept', message: USED_REASON });
  });

  it('that is refused without a use becomes an archiving, and the image says so', async () => {
    const on = await ground('unlisted');
    withInvoice(on);
    const result = await on.sender.delete(on.now);
    expect(result).toMatchObject({ state: 'reversed', image: { fields: { isArchived: true } } });
    expect(on.world.held('contacts')).toMatchObject([{ isArchived: true }]);
  });

  it('that Billy answers without deleting counts as lost: 200 proves nothing', async () => {
    const on = await ground();
    const nothing = json(200, { meta: { statusCode: 200, success: true } });
    const end = await (await sentPast(on, isDeletion, () => nothing)).delete(on.now);
    expect(end).toMatchObject({ state: 'lost', isNew: true, step: { kind: 'remove' } });
    expect(on.world.held('contacts')).toHaveLength(1);
  });

  it.each([
    ['not found', refusal(404, 'RECORD_NOT_FOUND')],
    ['not to be deleted', validation({ contact: { message: 'is in use' } })],
  ])('of a record that is gone by now ends as reversed, called %s', async (_why, answer) => {
    const on = await ground();
    const sender = await sentPast(on, isDeletion, () => {
      on.world.sandbox.control.thirdParty({ action: 'delete', id: on.now.id });
      return answer;
    });
    expect(await sender.delete(on.now)).toEqual({ state: 'reversed', message: null, image: null });
  });

  it('of a record that Billy calls gone, and shows all the same, is errored', async () => {
    const on = await ground();
    const answer = refusal(404, 'RECORD_NOT_FOUND');
    const sender = await sentPast(on, isDeletion, () => answer);
    expect(await sender.delete(on.now)).toMatchObject({ state: 'errored', image: null });
  });

  it('that is refused is errored where the records have no archive', async () => {
    const on = await ground('unlisted');
    withInvoice(on);
    const fields = on.context.resource.fields.filter((field) => field !== 'isArchived');
    const context = { ...on.context, resource: { ...on.context.resource, fields } };
    const end = await (await senderIn(on, context)).delete(on.now);
    expect(end).toMatchObject({ state: 'errored', image: null });
    expect(on.world.held('contacts')).toMatchObject([{ isArchived: false }]);
  });

  it('whose archiving is lost ends there, with the archiving as what may still be saved', async () => {
    const on = await ground('unlisted');
    withInvoice(on);
    on.world.sandbox.control.setFaults(every(2, 'reset-after'));
    const step = { kind: 'update', id: on.now.id, body: { isArchived: true } };
    expect(await on.sender.delete(on.now)).toMatchObject({ state: 'lost', isNew: true, step });
  });

  it('whose archiving Billy refuses as well is errored, in its words', async () => {
    const on = await ground('unlisted');
    withInvoice(on);
    const answer = validation({ contact: { message: 'no archive today' } });
    const sender = await sentPast(
      on,
      ({ method }) => method === 'PUT',
      () => answer,
    );
    const message = expect.stringContaining('no archive today') as string;
    expect(await sender.delete(on.now)).toMatchObject({ state: 'errored', message });
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
    expect(result).not.toMatchObject({ message: '' });
    expect(world.held('contacts')).toEqual(before);
  });

  it('whose answer is lost ends there, and says which step it was', async () => {
    const { world, sender, now } = await ground();
    world.sandbox.control.setFaults(every(2, 'reset-before'));
    await world.plant('contacts', { name: 'Andre', countryId: 'DK' });
    const from = world.requests().length;
    const steps = ['11', '22'].map((phone) => updateStep(now.id, { phone }));
    expect(await sender.restore(steps, now)).toMatchObject({ state: 'lost', step: steps[0] });
    expect(world.writes(from)).toHaveLength(1);
  });
});

describe('a recreated record whose answer is lost', () => {
  it.each([
    ['nothing', 0, { state: 'reversed', message: 'recreated under a new id' }],
    ['an equal one', 1, { state: 'errored', image: null }],
  ] as const)('beside %s is known or left alone', async (_title, equalCount, result) => {
    const { world, context, sender, now } = await ground();
    world.sandbox.control.thirdParty({ action: 'delete', id: now.id });
    const { name, contactNo, countryId } = now.fields;
    for (let count = 0; count < equalCount; count += 1) {
      await world.plant('contacts', { name, contactNo, countryId, isCustomer: true });
    }
    // Without what no page names: Billy would refuse that, and nobody would hear of it.
    const { id, fields, children } = now;
    const recreation = new Recreation(
      { id, fields, children },
      context.resource,
      new RefusedNames(),
    );
    const from = world.requests().length;
    world.sandbox.control.setFaults(every(1, 'reset-after'));
    expect(await sender.recreate(recreation, { beganMs: 0 })).toMatchObject(result);
    expect(world.writes(from)).toHaveLength(1);
    expect(world.held('contacts')).toHaveLength(1 + equalCount);
  });
});

describe('an item that a killed rollback left behind', () => {
  it('is open again once Billy was looked at and refuses the account', async () => {
    const { world, context, notes, now } = await ground();
    const { jobId, resource } = context;
    world.sandbox.control.thirdParty({ action: 'delete', id: now.id });
    const patch = { rollbackState: 'sending' } as const;
    await changeItems(context, [{ seq: 1, from: ['ended'], patch }]);
    const [item] = await world.items(jobId);
    if (item === undefined) throw new Error('the item is gone');
    const sender = new RollbackRequests(context, item, { notes });
    world.sandbox.control.lock(true);
    const { id, fields, children } = now;
    const recreation = new Recreation({ id, fields, children }, resource, new RefusedNames());
    const ended = sender.recreate(recreation, { beganMs: context.clock.monotonicMs() });
    await expect(ended).rejects.toMatchObject({ code: 'BILLY_AUTH' });
    expect(await world.items(jobId)).toMatchObject([{ rollbackState: null }]);
    expect(world.held('contacts')).toEqual([]);
  });
});

describe('a record that Billy takes back without a property', () => {
  /** A rollback at a Billy that has dropped `externalId`; `onSaved` comes when the record is there again. */
  async function recreatedWithout(onSaved: (world: World) => void): Promise<World> {
    let isArmed = false;
    const onWrite = (moment: WriteMoment): void => {
      if (isArmed && moment === 'saved') onSaved(world);
    };
    const world = await stormWorld({
      unknowns: { undocumentedFields: 'writable' },
      sandbox: { onWrite },
    });
    const { id } = await deleted(
      world,
      await plantCustomers(world, 1, () => ({ externalId: 'E1' })),
    );
    world.sandbox.control.setUnknowns({ undocumentedFields: 'refuse', unknownProperties: 'drop' });
    isArmed = true;
    expect(await undone(world, id)).toMatchObject({ status: 'rolled_back' });
    expect(await world.items(id)).toMatchObject([
      { rollbackMessage: 'recreated under a new id; Billy did not take back: externalId' },
    ]);
    return world;
  }

  it('says which one, by a read of the record', async () => {
    const world = await recreatedWithout(() => undefined);
    expect(world.held('contacts')).toMatchObject([{ name: 'Kunde 1' }]);
  });

  it('says so by the answer where Billy cannot be asked any more', async () => {
    await recreatedWithout(({ sandbox }) => {
      sandbox.control.revokeToken();
    });
  });
});
