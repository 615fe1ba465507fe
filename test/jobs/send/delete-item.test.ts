/** Deletions: each record goes once, whatever happens on the way, and the counts say what happened. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StartOptions } from '../../../src/jobs/job/job-options.js';
import { plan } from '../../../src/jobs/plan/plan.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { removalOf, sendDeletion } from '../../../src/jobs/send/delete-item.js';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import {
  ALTERNATE_UNKNOWNS,
  DEFAULT_UNKNOWNS,
  PLAIN_FAULT_KINDS,
  type FaultKind,
  type SandboxUnknowns,
} from '../../../src/sandbox/world/options.js';
import {
  json,
  refusal,
  startScriptedServer,
  type Answer,
} from '../../billy/support/scripted-server.js';
import { clientAt } from '../../resources/support/account.js';
import { openWork, type World } from '../../support/engine-world.js';
import {
  NextWrite,
  actedBeforeRun,
  deleted,
  idsOf,
  plantCustomers,
  plantDraft,
  plantProducts,
  startDeletion,
  undone,
} from '../support/deletions.js';
import { Death, openRival } from '../support/rival.js';
import { every, stormWorld } from '../support/storm.js';
import { committed, expectEachWriteTold, toldBy, withResult } from '../support/told.js';

const PROFILES: readonly (readonly [string, SandboxUnknowns])[] = [
  ['default', DEFAULT_UNKNOWNS],
  ['alternate', ALTERNATE_UNKNOWNS],
];
const ARCHIVES: StartOptions = { archiveIfInUse: true };

async function outcomesOf(world: World, { id }: Pick<JobView, 'id'>) {
  return (await world.items(id)).map(({ outcome }) => outcome);
}

/** An approved invoice keeps its customer and its product in either profile. */
async function useOf(world: World, contactId: string): Promise<string> {
  const [productId = ''] = await plantProducts(world, 1);
  await plantDraft(world, { contactId, productId, more: { state: 'approved' } });
  return productId;
}

describe.each(PROFILES)('in the %s profile a deletion', (_name, unknowns) => {
  it('takes what is free, fails what is used, skips what is not there', async () => {
    const world = await stormWorld({ unknowns });
    const [first = '', used = '', third = ''] = await plantCustomers(world, 3);
    await useOf(world, used);
    const view = await deleted(world, [first, used, 'unknown', third, first]);
    expect(view).toMatchObject({ status: 'completed', successfulItems: 2, processedItems: 5 });
    expect(view.outcomes).toMatchObject({ deleted: 2, failed: 1, skipped: 2, archived: 0 });
    const outcomes = ['deleted', 'failed', 'skipped', 'deleted', 'skipped'];
    expect(await outcomesOf(world, view)).toEqual(outcomes);
    expect(world.held('contacts')).toMatchObject([{ id: used, isArchived: false }]);
    expect(world.held('contactPersons')).toHaveLength(1);
  });

  it('archives what is used when it is told so, and nothing else', async () => {
    const world = await stormWorld({ unknowns });
    const [used = '', free = ''] = await plantCustomers(world, 2);
    const productId = await useOf(world, used);
    const customers = await deleted(world, [used, free], { options: ARCHIVES });
    expect(customers.outcomes).toMatchObject({ archived: 1, deleted: 1, failed: 0 });
    const more = { resource: 'product', options: ARCHIVES };
    expect((await deleted(world, [productId], more)).outcomes.archived).toBe(1);
    expect((await deleted(world, [productId], { resource: 'product' })).outcomes.failed).toBe(1);
    const again = { resource: 'product', options: { ...ARCHIVES, force: true } };
    expect((await deleted(world, [productId], again)).outcomes.unchanged).toBe(1);
    expect(world.held('contacts')).toMatchObject([{ id: used, isArchived: true }]);
    expect(world.held('products')).toMatchObject([{ id: productId, isArchived: true }]);
  });

  it('of invoices takes drafts with their lines, and never an approved one', async () => {
    const world = await stormWorld({ unknowns });
    const [contactId = ''] = await plantCustomers(world, 1);
    const [productId = ''] = await plantProducts(world, 1);
    const on = { contactId, productId };
    const draft = await plantDraft(world, on);
    const approved = await plantDraft(world, { ...on, more: { state: 'approved' } });
    const more = { resource: 'invoice', options: ARCHIVES };
    const view = await deleted(world, [draft, approved], more);
    expect(view.outcomes).toMatchObject({ deleted: 1, failed: 1, archived: 0 });
    expect(view.errors).toMatchObject([{ row: 3, code: 'BILLY_VALIDATION' }]);
    expect(view.errors[0]?.message).toContain('credit note');
    expect(idsOf(world, 'invoices')).toEqual([approved]);
    expect(world.held('invoiceLines').map(({ invoiceId }) => invoiceId)).toEqual([
      approved,
      approved,
    ]);
  });

  it('by a file finds records by their keys, an ambiguous one fails', async () => {
    const world = await stormWorld({ unknowns });
    await plantCustomers(world, 3, (no) => ({ registrationNo: no === 3 ? null : '13748136' }));
    const csv = 'contactNo,vatNo\nK3,\n,13748136\nK9,\n';
    const view = await deleted(world, { csvContent: csv });
    expect(await outcomesOf(world, view)).toEqual(['deleted', 'failed', 'skipped']);
    expect(view.errors).toMatchObject([{ code: 'DUPLICATE_AMBIGUOUS' }]);
    expect(
      world
        .held('contacts')
        .map(({ contactNo }) => contactNo)
        .sort(),
    ).toEqual(['K1', 'K2']);
  });
});

describe('a deletion amid faults', () => {
  const KINDS = PLAIN_FAULT_KINDS.filter((kind) => kind !== 'close-idle');

  it.each(KINDS)(
    'takes each record once with %s on every second write',
    async (kind: FaultKind) => {
      const world = await stormWorld();
      const ids = await plantCustomers(world, 8);
      world.sandbox.control.setFaults(every(2, kind));
      // The first write of the plan passes: somebody else's.
      const [stranger] = await plantCustomers(world, 1, () => ({ name: 'Fremmed' }));
      const from = world.requests().length;
      const view = await deleted(world, ids);
      expect(view.outcomes).toMatchObject({ deleted: 8, skipped: 0, failed: 0, unknown: 0 });
      expect(idsOf(world, 'contacts')).toEqual([stranger]);
      expect(committed(world, from)).toBe(8);
      world.sandbox.control.setFaults(null);
    },
  );

  it('tells the journal of each write once, also of those whose answer was lost', async () => {
    const world = await stormWorld();
    const job = await world.startImport('name\nA\nB\nC\nD\nE\nF');
    await world.ended(job.id);
    world.sandbox.control.setFaults(every(1, 'reset-after'));
    const view = await deleted(world, idsOf(world, 'contacts'));
    expect(view.outcomes.deleted).toBe(6);
    const told = await toldBy(world);
    expect(withResult(told, 'lost').length).toBeGreaterThan(0);
    expectEachWriteTold(world, told);
  });

  it('archives once what is used, when its answers are lost too', async () => {
    const world = await stormWorld();
    const [used = ''] = await plantCustomers(world, 1);
    await useOf(world, used);
    world.sandbox.control.setFaults(every(2, 'timeout-after'));
    const view = await deleted(world, [used], { options: ARCHIVES });
    expect(view.outcomes).toMatchObject({ archived: 1, failed: 0, unknown: 0 });
    expect(world.held('contacts')).toMatchObject([{ id: used, isArchived: true }]);
  });

  it('gives a record up that Billy never deletes, and says so', async () => {
    const world = await stormWorld();
    const ids = await plantCustomers(world, 2);
    world.sandbox.control.setFaults(every(1, '500-before'));
    const view = await deleted(world, ids);
    expect(view).toMatchObject({ status: 'completed', outcomes: { failed: 2, deleted: 0 } });
    expect(view.errors).toMatchObject([{ code: 'BILLY_SERVER' }, { code: 'BILLY_SERVER' }]);
    expect(idsOf(world, 'contacts')).toEqual(ids.sort());
    world.sandbox.control.setFaults(null);
    await world.service.retry(view.id);
    expect((await world.ended(view.id)).outcomes).toMatchObject({ deleted: 2, failed: 0 });
    expect(idsOf(world, 'contacts')).toEqual([]);
  });

  it('that the token stops is unknown where answers were lost, and settled by the retry', async () => {
    const world = await stormWorld();
    const ids = await plantCustomers(world, 12);
    world.sandbox.control.setFaults(every(1, 'timeout-after'));
    const job = await startDeletion(world, ids);
    await world.until(job.id, () => idsOf(world, 'contacts').length === 0);
    world.sandbox.control.revokeToken();
    const failed = await world.ended(job.id);
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'BILLY_AUTH' } });
    expect(failed.unknownItems).toBe(12);
    world.sandbox.control.setFaults(null);
    world.sandbox.control.revokeToken(false);
    await world.service.retry(job.id);
    const view = await world.ended(job.id);
    expect(view).toMatchObject({ status: 'completed', outcomes: { deleted: 12, skipped: 0 } });
    expect(idsOf(world, 'contacts')).toEqual([]);
  });
});

describe('a deletion that is killed', () => {
  it.each([1, 2, 3, 4, 5, 6])('ends the same wherever that happens (part %i)', async (part) => {
    const points = Array.from({ length: 6 }, (_, index) => index * 6 + part);
    await Promise.all(
      points.map(async (at) => {
        const world = await stormWorld({ leaseMs: 4000, isHeld: true });
        const ids = await plantCustomers(world, 5);
        const [used = ''] = ids;
        await useOf(world, used);
        const from = world.requests().length;
        const job = await startDeletion(world, [...ids, 'unknown'], { options: ARCHIVES });
        const death = new Death(at, at % 4 < 2);
        openRival(world, { gate: death });
        await world.until(job.id, ({ status }) => death.isDead || status === 'completed');
        openRival(world);
        const view = await world.ended(job.id);
        const message = `killed ${death.where} (${String(at)})`;
        const outcomes = { deleted: 4, archived: 1, skipped: 1, failed: 0, unknown: 0 };
        expect(view.outcomes, message).toMatchObject(outcomes);
        expect(world.held('contacts'), message).toMatchObject([{ id: used, isArchived: true }]);
        expect(committed(world, from), message).toBe(5);
      }),
    );
  });
});

describe('somebody else at work', () => {
  // It was there when the job was planned, Billy took our deletion, and it is gone: nobody can tell the two apart.
  it('who deleted the record meanwhile: counted as deleted, and taken back', async () => {
    const next = new NextWrite();
    const { onWrite } = next;
    const world = await stormWorld({ isHeld: true, sandbox: { onWrite } });
    const [first = '', second = ''] = await plantCustomers(world, 2);
    const job = await startDeletion(world, [first, second]);
    const view = await actedBeforeRun(world, job, () => {
      next.brings(() => world.sandbox.control.thirdParty({ action: 'delete', id: first }));
    });
    expect(await outcomesOf(world, view)).toEqual(['deleted', 'deleted']);
    expect((await undone(world, job.id)).rollback).toMatchObject({ total: 2, reversed: 2 });
    expect(
      world
        .held('contacts')
        .map(({ contactNo }) => contactNo)
        .sort(),
    ).toEqual(['K1', 'K2']);
  });

  it.each([
    ['fails', {}, { failed: 1, archived: 0 }],
    ['is archived', ARCHIVES, { failed: 0, archived: 1 }],
  ])('who used the record meanwhile: it %s', async (_name, options, counts) => {
    const world = await stormWorld({ isHeld: true });
    const [first = '', second = ''] = await plantCustomers(world, 2);
    const job = await startDeletion(world, [first, second], { options });
    const view = await actedBeforeRun(world, job, () =>
      world.sandbox.control.thirdParty({ action: 'add-invoice', id: first }),
    );
    expect(view.outcomes).toMatchObject({ deleted: 1, skipped: 0, ...counts });
    expect(world.held('contacts')).toMatchObject([
      { id: first, isArchived: counts.archived === 1 },
    ]);
  });

  it('who approved the draft meanwhile: it stays', async () => {
    const world = await stormWorld({ isHeld: true });
    const [contactId = ''] = await plantCustomers(world, 1);
    const [productId = ''] = await plantProducts(world, 1);
    const id = await plantDraft(world, { contactId, productId });
    const job = await startDeletion(world, [id], { resource: 'invoice', options: ARCHIVES });
    const view = await actedBeforeRun(world, job, () =>
      world.sandbox.control.thirdParty({ action: 'approve-invoice', id }),
    );
    expect(view.outcomes).toMatchObject({ failed: 1, deleted: 0, archived: 0 });
    expect(world.held('invoices')).toMatchObject([{ id, state: 'approved' }]);
  });

  it.each([403, 422] as const)(
    'who locked the account ends the job, no row is burnt (%i)',
    async (lockedStatus) => {
      const unknowns = { lockedStatus };
      const world = await stormWorld({ isHeld: true, maxConcurrent: 1, unknowns });
      const ids = await plantCustomers(world, 30);
      const job = await startDeletion(world, ids, { options: ARCHIVES });
      const view = await actedBeforeRun(world, job, () => {
        world.sandbox.control.lock(true);
      });
      expect(view).toMatchObject({ status: 'failed', error: { code: 'ORGANIZATION_LOCKED' } });
      expect(view.outcomes.failed).toBeLessThan(15);
      expect(idsOf(world, 'contacts')).toEqual(ids.sort());
    },
  );
});

const META = { meta: { statusCode: 200, success: true } };
const MISSING = refusal(404, 'RECORD_NOT_FOUND');

interface Answers {
  readonly deletion: Answer;
  readonly look: (id: string) => Answer;
}

/** One deletion of one customer, answered as the script says; `attempts` were lost before it. */
async function answered(attempts: number, { deletion, look }: Answers) {
  const world = await stormWorld({ isHeld: true });
  const [id = ''] = await plantCustomers(world, 1);
  const job = await startDeletion(world, [id]);
  const context = await openWork(world, job);
  await scan(context);
  await plan(context);
  const server = await startScriptedServer(({ method }) =>
    method === 'DELETE' ? deletion : look(id),
  );
  onTestFinished(() => server.close());
  const [item] = await world.items(job.id);
  const step = item === undefined ? null : removalOf(context, item);
  if (item === undefined || step === null) throw new Error('nothing to delete');
  const billy = clientAt(server.baseUrl, 'x');
  await sendDeletion({ ...context, billy }, { ...item, attempts }, { step, archives: false });
  return (await world.items(job.id))[0];
}

describe('an answer that lists no deletion', () => {
  const deletedOne = { state: 'ended', outcome: 'deleted', hasWritten: true };
  const skipped = { state: 'ended', outcome: 'skipped', hasWritten: false };

  it.each([0, 1])(
    'where the record is gone: it was this job (%i lost attempts)',
    async (attempts) => {
      const gone = { deletion: json(200, META), look: () => MISSING };
      expect(await answered(attempts, gone)).toMatchObject(deletedOne);
    },
  );

  it.each([
    ['nobody is known to have deleted it', 0, skipped],
    ['an earlier attempt may have', 1, deletedOne],
  ])('but refuses, since there is no such record, where %s', async (_name, attempts, outcome) => {
    const refused = { deletion: MISSING, look: () => MISSING };
    expect(await answered(attempts, refused)).toMatchObject(outcome);
  });

  it('while the record is there decides nothing', async () => {
    const look = (id: string) => json(200, { ...META, contact: { id } });
    const there = await answered(0, { deletion: json(200, META), look });
    expect(there).toMatchObject({ state: 'doubt', outcome: null, hasWritten: false });
  });
});

describe('a lane', () => {
  it('has customers and suppliers take turns: they are the same records', async () => {
    const world = await stormWorld({ isHeld: true });
    const [id = ''] = await plantCustomers(world, 1);
    const first = await startDeletion(world, [id]);
    const second = await startDeletion(world, [id], { resource: 'supplier' });
    expect(second.lane).toBe(first.lane);
    await openWork(world, first);
    await expect(openWork(world, second)).rejects.toThrow('taken');
  });
});
