/** Rollback: what the job did is taken back, what anybody else did stays, also amid faults and kills. */
import { describe, expect, it } from 'vitest';
import { rollBack } from '../../../src/jobs/rollback/rollback.js';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import { customer } from '../../../src/resources/contact/customer.js';
import {
  ALTERNATE_UNKNOWNS,
  DEFAULT_UNKNOWNS,
  type FaultKind,
  type SandboxUnknowns,
} from '../../../src/sandbox/world/options.js';
import { openWork, type World } from '../../support/engine-world.js';
import { Death, openRival } from '../support/rival.js';
import { customersCsv, every, stormWorld } from '../support/storm.js';

const PROFILES: readonly (readonly [string, SandboxUnknowns])[] = [
  ['default', DEFAULT_UNKNOWNS],
  ['alternate', ALTERNATE_UNKNOWNS],
];
const SLOW = { min: 20, max: 30, tailChance: 0, tailMs: 0 };
const NEVER = new AbortController().signal;

async function ask(world: World, jobId: string): Promise<JobView> {
  return world.service.rollback(jobId, { dryRun: false, reason: 'test', signal: NEVER });
}

async function undone(world: World, jobId: string): Promise<JobView> {
  await ask(world, jobId);
  return world.ended(jobId);
}

async function foretold(world: World, jobId: string): Promise<JobView['rollback']> {
  const view = await world.service.rollback(jobId, {
    dryRun: true,
    reason: null,
    signal: NEVER,
  });
  return view.rollback;
}

/** Contacts by name, with their own persons, without what nobody writes. */
function picture(world: World): unknown[] {
  const persons = world.held('contactPersons');
  return world
    .held('contacts')
    .map(({ id, ...fields }) => ({
      ...fields,
      id,
      persons: persons
        .filter(({ contactId }) => contactId === id)
        .map(({ name, email, isPrimary }) => ({ name, email, isPrimary })),
    }))
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

function idOf(world: World, name: string): string {
  return world.held('contacts').find((record) => record['name'] === name)?.id ?? '';
}

const OLD = [
  { name: 'Gammel 1', contactNo: 'G1', phone: '11111111' },
  { name: 'Gammel 2', contactNo: 'G2' },
  { name: 'Gammel 3', contactNo: 'G3', phone: '33333333' },
];
const PERSON = { name: 'Anna', email: 'anna@ko.example', isPrimary: true };

async function withOldContacts(world: World): Promise<void> {
  for (const [index, fields] of OLD.entries()) {
    const contactPersons = index === 1 ? [] : [PERSON];
    await world.plant('contacts', { ...fields, countryId: 'DK', contactPersons });
  }
}

/** Changes of fields, of an e-mail, an added person, both at once; and new records. */
const MIXED = [
  'contactNo,name,phone,email,city',
  'G1,Gammel 1,12121212,ny1@ko.example,Odense',
  'G2,Gammel 2,22222222,ny2@ko.example,',
  'G3,Gammel 3,,ny3@ko.example,',
  'N1,Ny 1,44444444,n1@ko.example,Aarhus',
  'N2,Ny 2,,,',
  'G1,Gammel 1,13131313,,',
].join('\n');

async function mixedJob(world: World): Promise<{ jobId: string; before: unknown[] }> {
  await withOldContacts(world);
  const before = picture(world);
  const { id: jobId, outcomes } = await world.imported(MIXED, { duplicateStrategy: 'update' });
  expect(outcomes).toMatchObject({ created: 2, updated: 4, failed: 0, unknown: 0 });
  return { jobId, before };
}

describe.each(PROFILES)('in the %s profile', (_name, unknowns) => {
  it('leaves the account as it was: fields, persons, new records', async () => {
    const world = await stormWorld({ unknowns });
    const { jobId, before } = await mixedJob(world);
    expect(await foretold(world, jobId)).toMatchObject({
      status: 'foretold',
      reversed: 6,
      kept: 0,
    });
    const view = await undone(world, jobId);
    expect(view.rollback).toMatchObject({ total: 6, reversed: 6, kept: 0, errored: 0 });
    expect(view.status).toBe('rolled_back');
    expect(picture(world)).toEqual(before);
  });

  const KINDS: readonly FaultKind[] = [
    'reset-before',
    'reset-after',
    'timeout-after',
    '503-before',
    '504-after',
    'truncated',
    'html-200',
    '429',
  ];

  it.each(KINDS)('also with %s on every second write', async (kind) => {
    const world = await stormWorld({ unknowns });
    const { jobId, before } = await mixedJob(world);
    world.sandbox.control.setFaults(every(2, kind));
    const first = await undone(world, jobId);
    expect(first.rollback?.kept).toBe(0);
    // What was saved and only its answer lost is undone, however often that happens.
    if (!kind.endsWith('before') && kind !== 'html-200') {
      expect(first.rollback).toMatchObject({ total: 6, reversed: 6, errored: 0 });
    }
    world.sandbox.control.setFaults(null);
    const view = await undone(world, jobId);
    expect(view.rollback).toMatchObject({ total: 6, reversed: 6, kept: 0, errored: 0 });
    expect(picture(world)).toEqual(before);
  });

  it('leaves prices as they were', async () => {
    const world = await stormWorld({ unknowns });
    const account = world.held('accounts').find(({ natureId }) => natureId === 'revenue');
    const prices = [{ currencyId: 'DKK', unitPrice: 10 }];
    const fields = { accountId: account?.id ?? null, prices };
    await world.plant('products', { name: 'Vare 1', productNo: 'V1', ...fields });
    await world.plant('products', { name: 'Vare 2', productNo: 'V2', ...fields });
    const state = (): unknown => [world.held('products'), world.held('productPrices')];
    const before = state();
    const csv = 'productNo,currency,unitPrice\nV1,DKK,12.5\nV2,EUR,3';
    const { id } = await world.start(
      { csvContent: csv },
      {},
      { resource: 'product', operation: 'update' },
    );
    expect((await world.ended(id)).outcomes.updated).toBe(2);
    expect(state()).not.toEqual(before);
    expect((await undone(world, id)).status).toBe('rolled_back');
    expect(state()).toEqual(before);
  });
});

describe('what somebody did since', () => {
  it('stays, is counted as kept, and is foretold', async () => {
    const world = await stormWorld();
    const rows = Array.from({ length: 8 }, (_, index) => {
      const no = String(index + 1);
      return { contactNo: `K${no}`, name: `Kunde ${no}`, email: `k${no}@ko.example` };
    });
    const { id } = await world.imported(rows);
    const { control } = world.sandbox;
    const one = (no: number): string =>
      world.held('contacts').find(({ contactNo }) => contactNo === `K${String(no)}`)?.id ?? '';
    const kept = [1, 2, 3].map(one);
    control.thirdParty({ action: 'edit', id: one(1), changes: { fax: '99' } });
    control.thirdParty({ action: 'edit-person', id: one(2) });
    control.thirdParty({ action: 'add-invoice', id: one(3) });
    control.thirdParty({ action: 'delete', id: one(4) });
    const stranger = control.thirdParty({ action: 'create-contact' }).id;
    const unchanged = JSON.stringify(world.sandboxState());
    const forecast = await foretold(world, id);
    expect(JSON.stringify(world.sandboxState())).toBe(unchanged);
    expect((await world.service.job(id)).status).toBe('completed');
    const view = await undone(world, id);
    const counts = { total: 8, reversed: 5, kept: 3, errored: 0 };
    expect(forecast).toMatchObject({ status: 'foretold', ...counts });
    expect(view.rollback).toMatchObject({ status: 'done', ...counts });
    expect(view.status).toBe('partially_rolled_back');
    const left = world.held('contacts').map((record) => record.id);
    expect(left.sort()).toEqual([...kept, stranger].sort());
  });

  it('to a record that two of its rows made stays as both left it', async () => {
    const world = await stormWorld();
    const csv = 'contactNo,name,phone\nK1,Alfa,11\nK1,Alfa,22\nK2,Beta,33';
    const { id } = await world.imported(csv, { duplicateStrategy: 'update' });
    const used = world.held('contacts').find(({ contactNo }) => contactNo === 'K1');
    world.sandbox.control.thirdParty({ action: 'add-invoice', id: used?.id ?? '' });
    const counts = { total: 3, reversed: 1, kept: 2, errored: 0 };
    expect(await foretold(world, id)).toMatchObject(counts);
    expect((await undone(world, id)).rollback).toMatchObject(counts);
    expect(world.held('contacts')).toMatchObject([{ id: used?.id, phone: '22' }]);
  });

  it('to a record that was used before does not hold its earlier values back', async () => {
    const world = await stormWorld();
    const old = { name: 'Gammel', contactNo: 'G1', phone: '0', countryId: 'DK', isCustomer: true };
    const contactId = await world.plant('contacts', old);
    world.sandbox.control.thirdParty({ action: 'add-invoice', id: contactId });
    const csv = 'contactNo,name,phone\nG1,Gammel,1';
    const { id } = await world.imported(csv, { duplicateStrategy: 'update' });
    expect((await undone(world, id)).rollback).toMatchObject({ reversed: 1, kept: 0 });
    expect(world.held('contacts')).toMatchObject([{ phone: '0' }]);
  });

  it('that no list shows has the record archived when its deletion is refused', async () => {
    const world = await stormWorld();
    const job = await world.startImport(customersCsv(2));
    await world.ended(job.id);
    const [first] = world.held('contacts');
    world.sandbox.control.thirdParty({ action: 'add-invoice', id: first?.id ?? '' });
    await world.restart({ isHeld: true });
    await ask(world, job.id);
    const resource = { ...customer, uses: [] };
    const context = await openWork(world, job, { resource });
    await rollBack(context);
    const view = await world.service.job(job.id);
    expect(view.rollback).toMatchObject({ reversed: 2, kept: 0, errored: 0 });
    expect(world.held('contacts')).toMatchObject([{ id: first?.id, isArchived: true }]);
    const messages = (await world.items(job.id)).map(
      ({ rollbackMessage }) => rollbackMessage ?? '',
    );
    expect(messages.filter((text) => text.includes('archived'))).toHaveLength(1);
  });

  it('between the look and the deletion: an invoice is found, the customer stays', async () => {
    const world = await stormWorld({ sandbox: { latencyMs: SLOW } });
    const { id } = await world.imported(customersCsv(20));
    // The rollback has looked when its first deletion is on its way; then the invoice is written.
    await ask(world, id);
    await world.until(id, () => world.writes().some(({ method }) => method === 'DELETE'));
    const left = world.held('contacts').find(({ contactNo }) => contactNo === 'K1')?.id ?? '';
    world.sandbox.control.thirdParty({ action: 'add-invoice', id: left });
    const view = await world.ended(id);
    expect(world.held('contacts')).toMatchObject([{ id: left, isArchived: false }]);
    expect(view.rollback).toMatchObject({ reversed: 19, kept: 1 });
  });
});

describe('a rollback amid trouble', () => {
  it.each([1, 2, 3, 4, 5, 6])('that is killed ends the same (part %i)', async (part) => {
    const points = Array.from({ length: 5 }, (_, index) => index * 6 + part);
    await Promise.all(
      points.map(async (at) => {
        const world = await stormWorld({ leaseMs: 4000 });
        const { jobId, before } = await mixedJob(world);
        await world.restart({ isHeld: true });
        await ask(world, jobId);
        const death = new Death(at, at % 4 < 2);
        openRival(world, { gate: death });
        await world.until(jobId, ({ status }) => death.isDead || status !== 'rolling_back');
        openRival(world);
        const view = await world.ended(jobId);
        const message = `killed ${death.where} (${String(at)})`;
        expect(picture(world), message).toEqual(before);
        expect(view.rollback, message).toMatchObject({ reversed: 6, kept: 0, errored: 0 });
      }),
    );
  });

  it('waits for Billy instead of giving records up', async () => {
    const world = await stormWorld();
    const { id } = await world.imported(customersCsv(12));
    world.sandbox.control.setDown(true, '503');
    // The question whether we may roll back needs Billy; the work itself meets the outage.
    await world.store.requestRollback({ jobId: id, from: ['completed'], reason: null, nowMs: 0 });
    const job = await world.store.getJob({ jobId: id });
    if (job !== null) world.engine.enqueue(job);
    await world.clock.sleep(10_000);
    world.sandbox.control.setDown(false);
    const view = await world.ended(id);
    expect(view.rollback).toMatchObject({ reversed: 12, errored: 0 });
    expect(world.held('contacts')).toEqual([]);
  });

  it('waits also when Billy goes away in the middle of it', async () => {
    const world = await stormWorld({ sandbox: { latencyMs: SLOW } });
    const { id } = await world.imported(customersCsv(210));
    await world.restart({ maxConcurrent: 1 });
    await ask(world, id);
    await world.until(id, ({ rollback }) => (rollback?.reversed ?? 0) >= 100);
    world.sandbox.control.setDown(true, 'reset');
    await world.clock.sleep(10_000);
    world.sandbox.control.setDown(false);
    const view = await world.ended(id);
    expect(view.rollback).toMatchObject({ reversed: 210, kept: 0, errored: 0 });
    expect(world.held('contacts')).toEqual([]);
  });

  it('gives up when the token is revoked, and the next one retries what is left alone', async () => {
    const world = await stormWorld({ sandbox: { latencyMs: SLOW } });
    const { id } = await world.imported(customersCsv(210));
    await world.restart({ maxConcurrent: 1 });
    const [edited] = world.held('contacts');
    world.sandbox.control.thirdParty({
      action: 'edit',
      id: edited?.id ?? '',
      changes: { fax: '1' },
    });
    await ask(world, id);
    await world.until(id, ({ rollback }) => (rollback?.reversed ?? 0) >= 100);
    world.sandbox.control.revokeToken();
    const first = await world.ended(id);
    expect(first).toMatchObject({ status: 'partially_rolled_back', error: { code: 'BILLY_AUTH' } });
    expect(first.rollback?.errored).toBeGreaterThan(0);
    world.sandbox.control.revokeToken(false);
    const second = await undone(world, id);
    expect(second.rollback).toMatchObject({ total: 210, reversed: 209, kept: 1, errored: 0 });
    expect(world.held('contacts').map((record) => record.id)).toEqual([edited?.id]);
  });

  it('settles what is unknown first: a record whose answer was lost goes too', async () => {
    const world = await stormWorld();
    world.sandbox.control.setFaults(every(3, 'timeout-after'));
    const job = await world.startImport(customersCsv(12));
    await world.until(job.id, () => world.writes().length >= 4);
    world.sandbox.control.revokeToken();
    const failed = await world.ended(job.id);
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'BILLY_AUTH' } });
    expect(failed.unknownItems).toBeGreaterThan(0);
    world.sandbox.control.setFaults(null);
    world.sandbox.control.revokeToken(false);
    const view = await undone(world, job.id);
    expect(world.held('contacts')).toEqual([]);
    expect(view.status).toBe('rolled_back');
  });

  it('restores the oldest value of a record although an earlier restore is saved late', async () => {
    const world = await stormWorld();
    await world.plant('contacts', { name: 'Gammel', contactNo: 'G1', phone: '0', countryId: 'DK' });
    const before = picture(world);
    const csv = 'contactNo,name,phone\nG1,Gammel,1\nG1,Gammel,2\nG1,Gammel,3';
    // The fourth write, which is the first restore, is saved long after its answer was lost.
    world.sandbox.control.setFaults(every(4, 'reset-late', 120));
    const { id } = await world.imported(csv, { duplicateStrategy: 'update' });
    expect(world.writes()).toHaveLength(1 + 3);
    expect((await undone(world, id)).status).toBe('rolled_back');
    expect(world.writes()).toHaveLength(1 + 3 + 3);
    await world.clock.sleep(8000);
    expect(picture(world)).toEqual(before);
  });
});

describe('a second rollback', () => {
  it('of a job that is rolled back changes nothing', async () => {
    const world = await stormWorld();
    const { id } = await world.imported(customersCsv(3));
    await undone(world, id);
    const writes = world.writes().length;
    expect((await ask(world, id)).status).toBe('rolled_back');
    expect(world.writes()).toHaveLength(writes);
  });

  it('is refused for a dry run, and while the job runs', async () => {
    const world = await stormWorld({ isHeld: true });
    const dry = await world.startImport(customersCsv(2), { dryRun: true });
    const wet = await world.startImport(customersCsv(2));
    for (const { id } of [dry, wet]) {
      await expect(ask(world, id)).rejects.toMatchObject({ code: 'JOB_STATE' });
    }
  });

  it('of a job that wrote nothing is done at once', async () => {
    const world = await stormWorld();
    const { id } = await world.imported('name,country\nAlfa,Langtbortistan');
    const view = await undone(world, id);
    expect(view.status).toBe('rolled_back');
    expect(view.rollback).toMatchObject({ total: 0, reversed: 0, kept: 0, errored: 0 });
    expect(idOf(world, 'Alfa')).toBe('');
  });
});
