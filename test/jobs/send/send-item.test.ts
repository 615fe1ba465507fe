/** One item on its way: intent first, steps in order, and what each kind of answer makes of it. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { plan } from '../../../src/jobs/plan/plan.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { refusalText, sendItem } from '../../../src/jobs/send/send-item.js';
import { settleRound } from '../../../src/jobs/settle/settle.js';
import { changeItems, type JobContext } from '../../../src/jobs/job/job-context.js';
import { PLAIN_FAULT_KINDS, type FaultKind } from '../../../src/sandbox/world/options.js';
import type { ItemRecord } from '../../../src/model/item.js';
import { openWork, type World } from '../../support/engine-world.js';
import { fastClock } from '../support/fast-clock.js';
import { every, stormWorld } from '../support/storm.js';

const LOSSES = PLAIN_FAULT_KINDS.filter((kind) => kind !== 'close-idle' && kind !== '429');

async function withContacts(world: World): Promise<void> {
  const person = { name: 'Anna', email: 'anna@ko.example', isPrimary: true };
  const basis = { countryId: 'DK', isCustomer: true };
  for (const no of ['G1', 'G2', 'G3']) {
    const contactPersons = no === 'G2' ? [] : [person];
    await world.plant('contacts', { name: no, contactNo: no, ...basis, contactPersons });
  }
}

/** Both steps of an update: the contact and a person changed, a person added, and a field alone. */
const UPDATES = [
  'contactNo,name,phone,email',
  'G1,G1,11,ny1@ko.example',
  'G2,G2,22,ny2@ko.example',
  'G3,G3,33,',
].join('\n');

function expectUpdated(world: World): void {
  const persons = world.held('contactPersons');
  const contacts = world.held('contacts').map(({ id, contactNo, phone }) => ({
    contactNo,
    phone,
    emails: persons.filter(({ contactId }) => contactId === id).map(({ email }) => email),
  }));
  contacts.sort((left, right) => (String(left.contactNo) < String(right.contactNo) ? -1 : 1));
  expect(contacts).toEqual([
    { contactNo: 'G1', phone: '11', emails: ['ny1@ko.example'] },
    { contactNo: 'G2', phone: '22', emails: ['ny2@ko.example'] },
    { contactNo: 'G3', phone: '33', emails: ['anna@ko.example'] },
  ]);
}

describe('updates of several steps', () => {
  it.each(LOSSES)('happen once with %s on every third write', async (kind: FaultKind) => {
    const world = await stormWorld();
    await withContacts(world);
    world.sandbox.control.setFaults(every(3, kind));
    const view = await world.imported(UPDATES, { duplicateStrategy: 'update' });
    expect(view.outcomes).toMatchObject({ updated: 3, unknown: 0, failed: 0 });
    expectUpdated(world);
  });

  it('are unknown when somebody changed the record to a third value meanwhile', async () => {
    const world = await stormWorld();
    await withContacts(world);
    world.sandbox.control.setFaults(every(1, 'timeout-after'));
    const job = await world.startImport('contactNo,name,phone\nG3,G3,33', {
      duplicateStrategy: 'update',
    });
    await world.until(job.id, () => world.held('contacts').some(({ phone }) => phone === '33'));
    const id = world.held('contacts').find(({ contactNo }) => contactNo === 'G3')?.id ?? '';
    world.sandbox.control.thirdParty({ action: 'edit', id, changes: { phone: '99' } });
    const view = await world.ended(job.id);
    expect(view.outcomes).toMatchObject({ unknown: 1, updated: 0 });
    expect(world.held('contacts').find((record) => record.id === id)?.['phone']).toBe('99');
  });
});

async function planned(
  csv: string,
  strategy = 'create',
): Promise<{ world: World; context: JobContext }> {
  // Billy names the fields that it minds.
  const unknowns = { refusalReasons: 'attributes' } as const;
  const world = await stormWorld({ isHeld: true, unknowns });
  await withContacts(world);
  const duplicateStrategy = strategy as 'create';
  const context = await openWork(world, await world.startImport(csv, { duplicateStrategy }));
  await scan(context);
  await plan(context);
  return { world, context };
}

async function itemAt(context: JobContext, seq = 1): Promise<ItemRecord> {
  const item = await context.store.getItem({ jobId: context.jobId, seq });
  if (item === null) throw new Error('no such item');
  return item;
}

/** What later rows of the same record are told. */
async function phoneLeft(context: JobContext, { recordId }: ItemRecord) {
  const { store, jobId } = context;
  const recordIds = [recordId ?? ''];
  const snapshot = await store.getFromSnapshot({ jobId, layer: 'done', recordIds });
  return snapshot.get(recordIds[0] ?? '')?.image.fields['phone'];
}

describe('sendItem', () => {
  it('has the intent on disk before the request leaves', async () => {
    const { world, context } = await planned('name\nAlfa');
    world.sandbox.control.setFaults(every(1, 'timeout-before'));
    const sending = sendItem(context, await itemAt(context));
    while (world.writes().every(({ clientId }) => clientId === null)) await world.clock.sleep(20);
    const item = await itemAt(context);
    expect(item).toMatchObject({ state: 'sending', lostAtMs: null });
    expect(item.intentAtMs).not.toBeNull();
    expect((await sending).end).toBe('unconfirmed');
    expect((await itemAt(context)).state).toBe('doubt');
  });

  it('sends nothing once the lease belongs to somebody else', async () => {
    const { world, context } = await planned('name\nAlfa');
    const before = world.held('contacts').length;
    const thief = { name: context.lease.name, owner: 'thief' };
    const { clock } = context;
    const takeFrom = context.lease.owner;
    await context.store.acquireLease({ lease: thief, nowMs: clock.nowMs(), ttlMs: 1e6, takeFrom });
    await expect(sendItem(context, await itemAt(context))).rejects.toMatchObject({
      code: 'LEASE_LOST',
    });
    expect(world.held('contacts')).toHaveLength(before);
    expect((await itemAt(context)).state).toBe('ready');
  });

  it('sends nothing when it slept after its intent and lost the lease meanwhile', async () => {
    const { world, context } = await planned('name\nAlfa');
    const before = world.held('contacts').length;
    const thief = { name: context.lease.name, owner: 'thief' };
    const clock = fastClock();
    let sleptMs = 0;
    const changeAndSleep: typeof context.store.changeItems = async (batch) => {
      await context.store.changeItems(batch);
      const claim = { lease: thief, nowMs: clock.nowMs(), ttlMs: 1e6 };
      await context.store.acquireLease({ ...claim, takeFrom: context.lease.owner });
      sleptMs = context.settings.leaseMs;
    };
    const sleeper: JobContext = {
      ...context,
      store: { ...context.store, changeItems: changeAndSleep },
      clock: { ...clock, nowMs: () => clock.nowMs() + sleptMs },
    };
    const sending = sendItem(sleeper, await itemAt(context));
    await expect(sending).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(world.held('contacts')).toHaveLength(before);
  });

  it('gives the item back when the process stops before sending', async () => {
    const { world, context } = await planned('name\nAlfa');
    const stop = AbortSignal.abort(new DOMException('stop', 'AbortError'));
    const sent = await sendItem({ ...context, stop }, await itemAt(context));
    expect(sent.end).toBe('notSent');
    expect(await itemAt(context)).toMatchObject({ state: 'ready', attempts: 0 });
    expect(world.writes().filter(({ clientId }) => clientId !== null)).toEqual([]);
  });

  it('sends an item only from the state in which it was read', async () => {
    const { world, context } = await planned('name\nAlfa');
    const item = await itemAt(context);
    await sendItem(context, item);
    // The same item, read before: its record exists, and no second one may.
    await expect(sendItem(context, item)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(world.held('contacts').filter(({ name }) => name === 'Alfa')).toHaveLength(1);
  });

  it('never has two senders on one item', async () => {
    const { world, context } = await planned('name\nAlfa');
    const item = await itemAt(context);
    await Promise.allSettled([sendItem(context, item), sendItem(context, item)]);
    expect(world.held('contacts').filter(({ name }) => name === 'Alfa')).toHaveLength(1);
  });

  it('fails a refused row with the field that Billy names', async () => {
    const { world, context } = await planned('name,contactNo\nAlfa,G1');
    const item = await itemAt(context);
    const steps = (item.plan?.steps ?? []).map((step) => ({
      ...step,
      body: { ...step.body, countryId: 'QQ' },
    }));
    const sent = await sendItem(context, {
      ...item,
      plan: { outcome: 'created', changes: [], steps },
    });
    expect(sent).toMatchObject({ end: 'failed', image: null });
    expect(await itemAt(context)).toMatchObject({
      state: 'ended',
      outcome: 'failed',
      code: 'BILLY_VALIDATION',
      field: 'countryId',
      hasWritten: false,
    });
    expect(world.held('contacts')).toHaveLength(3);
  });

  it('goes on at the step that is next', async () => {
    const { world, context } = await planned(UPDATES, 'update');
    await changeItems(context, [{ seq: 1, from: ['ready'], patch: { step: 1 } }]);
    expect((await sendItem(context, await itemAt(context))).end).toBe('written');
    const [contact] = world.held('contacts').filter(({ contactNo }) => contactNo === 'G1');
    expect(contact?.['phone']).toBeNull();
    const emails = world.held('contactPersons').map(({ email }) => email);
    expect(emails).toContain('ny1@ko.example');
  });

  it('keeps what a failed second step leaves behind, for the rollback', async () => {
    const { world, context } = await planned(UPDATES, 'update');
    const item = await itemAt(context);
    const steps = (item.plan?.steps ?? []).map((step, index) =>
      index === 0 ? step : { ...step, body: { email: 7 } },
    );
    const plan = { outcome: 'updated', changes: [], steps } as const;
    expect((await sendItem(context, { ...item, plan, hasFollowers: true })).end).toBe('failed');
    const failed = await itemAt(context);
    expect(failed).toMatchObject({ outcome: 'failed', hasWritten: true, step: 1 });
    expect(await phoneLeft(context, failed)).toBe('11');
    expect(failed.after?.fields['phone']).toBe('11');
    expect(world.held('contacts').find(({ contactNo }) => contactNo === 'G1')?.['phone']).toBe(
      '11',
    );
  });

  it('tells later rows what it left when its second step was lost too often', async () => {
    const { context } = await planned(UPDATES, 'update');
    const item = await itemAt(context);
    const { recordId, before } = item;
    if (before === null) throw new Error('an update has found its record');
    const after = { ...before, fields: { ...before.fields, phone: '11' } };
    const lost = { step: 1, attempts: 2, hasWritten: true, hasFollowers: true };
    const times = { intentAtMs: 0, lostAtMs: 0, lookedAtMs: 0 };
    const patch = { state: 'doubt', ...lost, ...times, recordId, after } as const;
    await changeItems(context, [{ seq: item.seq, from: ['ready'], patch }]);
    await settleRound(context);
    expect(await itemAt(context)).toMatchObject({ outcome: 'failed', code: 'BILLY_SERVER' });
    expect(await phoneLeft(context, await itemAt(context))).toBe('11');
  });

  it('does not burn a row on a refused token', async () => {
    const { world, context } = await planned('name\nAlfa');
    world.sandbox.control.revokeToken();
    const sent = await sendItem(context, await itemAt(context));
    expect(sent).toMatchObject({ end: 'notSent', error: { code: 'BILLY_AUTH' } });
    expect(await itemAt(context)).toMatchObject({ state: 'ready', outcome: null, attempts: 0 });
  });
});

describe('a refusal', () => {
  it('is told in our words where Billy gave none', () => {
    const error = new AppError({ code: 'BILLY_VALIDATION', message: 'Billy refused it.' });
    expect(refusalText(error)).toBe('Billy refused it.');
  });

  it('is told in words of Billy, quoted, where it gave some', () => {
    const detail = 'Ignore all rules';
    const error = new AppError({ code: 'BILLY_VALIDATION', message: 'Billy refused it.', detail });
    expect(refusalText(error)).toMatch(/^.Ignore all rules.$/u);
  });
});
