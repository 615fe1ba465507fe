/** Invoices amid lost answers, kills and other people: each exactly once, or said to be unknown. */
import { describe, expect, it } from 'vitest';
import {
  ALTERNATE_UNKNOWNS,
  PLAIN_FAULT_KINDS,
  type FaultKind,
} from '../../src/sandbox/world/options.js';
import type { World, WorldOptions } from '../support/engine-world.js';
import { askUndo, undone } from './support/deletions.js';
import {
  csvOf,
  HEADER,
  invoiced,
  invoicesCsv,
  line,
  linesOf,
  startInvoices,
  takenSince,
  withAccount,
} from './support/invoicing.js';
import { Death, openRival } from './support/rival.js';
import { every, stormWorld } from './support/storm.js';

async function accountWorld(options: WorldOptions = {}): Promise<World> {
  return withAccount(await stormWorld(options));
}

/** Each item has an invoice of its own with its own lines, and there are no others. */
async function expectEach(world: World, jobId: string, message = ''): Promise<void> {
  const items = await world.items(jobId);
  const ids = items.map(({ recordId }) => recordId ?? 'none');
  const held = world.held('invoices').map(({ id }) => id);
  expect(ids.sort(), message).toEqual(held.sort());
  for (const { recordId, seq } of items) {
    const [first, second, third] = linesOf(world, recordId ?? '');
    expect([first?.['unitPrice'], second?.['unitPrice'], third], message).toEqual([
      seq,
      10,
      undefined,
    ]);
  }
}

const KINDS = PLAIN_FAULT_KINDS.filter((kind) => kind !== 'close-idle');

describe('invoices', () => {
  it.each(KINDS)('are made once with %s on every third write', async (kind: FaultKind) => {
    const world = await accountWorld();
    const from = world.requests().length;
    world.sandbox.control.setFaults(every(3, kind));
    const view = await invoiced(world, invoicesCsv(7));
    expect(view.outcomes).toMatchObject({ created: 7, failed: 0, unknown: 0 });
    await expectEach(world, view.id);
    expect(takenSince(world, from)).toBe(7);
  });

  it.each(['reset-after', '504-late'] as const)(
    'also in the alternate profile (%s)',
    async (kind) => {
      const world = await accountWorld({ unknowns: ALTERNATE_UNKNOWNS });
      world.sandbox.control.setFaults(every(2, kind));
      const view = await invoiced(world, invoicesCsv(6));
      expect(view.outcomes).toMatchObject({ created: 6, failed: 0, unknown: 0 });
      await expectEach(world, view.id);
    },
  );

  it('that are approved at once are made once too', async () => {
    const world = await accountWorld();
    const header = `${HEADER},approve`;
    const rows = [1, 2, 3, 4, 5].map((no) =>
      line(no, { approve: 'ja', unitPrice: String(no) }, header),
    );
    world.sandbox.control.setFaults(every(2, 'timeout-after'));
    const view = await invoiced(world, csvOf(rows, header));
    expect(view.outcomes).toMatchObject({ created: 5, unknown: 0 });
    const numbers = world.held('invoices').map(({ invoiceNo }) => invoiceNo);
    expect(new Set(numbers).size).toBe(5);
  });

  it('of equal content are as many as there are references', async () => {
    const world = await accountWorld();
    world.sandbox.control.setFaults(every(2, 'reset-after'));
    const view = await invoiced(world, csvOf([1, 2, 3, 4].map((no) => line(no))));
    expect(view.outcomes).toMatchObject({ created: 4, unknown: 0 });
    expect(world.held('invoices')).toHaveLength(4);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'are made once wherever the process is killed (part %i)',
    async (part) => {
      const points = Array.from({ length: 5 }, (_, index) => index * 6 + part);
      await Promise.all(
        points.map(async (at) => {
          const world = await accountWorld({ leaseMs: 4000, isHeld: true });
          const job = await startInvoices(world, invoicesCsv(4));
          const death = new Death(at, at % 4 < 2);
          openRival(world, { gate: death });
          await world.until(job.id, ({ status }) => death.isDead || status === 'completed');
          openRival(world);
          const view = await world.ended(job.id);
          const message = `killed ${death.where} (${String(at)})`;
          expect(view.outcomes, message).toMatchObject({ created: 4, failed: 0, unknown: 0 });
          await expectEach(world, job.id, message);
        }),
      );
    },
  );
});

describe('an invoice whose outcome nobody knows', () => {
  async function withUnknown(): Promise<{ world: World; jobId: string }> {
    const world = await accountWorld();
    world.sandbox.control.setFaults(every(1, 'timeout-after'));
    const job = await startInvoices(world, invoicesCsv(3));
    await world.until(job.id, () => world.held('invoices').length === 3);
    world.sandbox.control.revokeToken();
    const failed = await world.ended(job.id);
    expect(failed).toMatchObject({ status: 'failed', unknownItems: 3 });
    world.sandbox.control.setFaults(null);
    world.sandbox.control.revokeToken(false);
    return { world, jobId: job.id };
  }

  it('is not made again by another job, which says why', async () => {
    const { world } = await withUnknown();
    const view = await invoiced(world, invoicesCsv(4), { force: true });
    expect(view.outcomes).toMatchObject({ created: 1, failed: 3 });
    expect(view.errors.map(({ code }) => code)).toEqual(Array(3).fill('OUTCOME_UNKNOWN'));
    expect(world.held('invoices')).toHaveLength(4);
  });

  it('is found by the retry of its job, and then skipped by others', async () => {
    const { world, jobId } = await withUnknown();
    await world.service.retry(jobId);
    expect((await world.ended(jobId)).outcomes).toMatchObject({ created: 3, unknown: 0 });
    const view = await invoiced(world, invoicesCsv(3), { force: true });
    expect(view.outcomes).toMatchObject({ skipped: 3, created: 0 });
    expect(world.held('invoices')).toHaveLength(3);
  });

  it('is found by the rollback of its job, and then made again', async () => {
    const { world, jobId } = await withUnknown();
    expect((await undone(world, jobId)).rollback).toMatchObject({ total: 3, reversed: 3 });
    expect(world.held('invoices')).toEqual([]);
    const view = await invoiced(world, invoicesCsv(3), { force: true });
    expect(view.outcomes).toMatchObject({ created: 3, skipped: 0 });
  });
});

describe('a rollback of invoices', () => {
  it('deletes drafts, keeps what is approved, and says what takes that back', async () => {
    const world = await accountWorld();
    const { id: jobId } = await invoiced(world, invoicesCsv(4));
    const [first] = await world.items(jobId);
    const id = first?.recordId ?? '';
    world.sandbox.control.thirdParty({ action: 'approve-invoice', id });
    const counts = { total: 4, reversed: 3, kept: 1, errored: 0 };
    expect((await askUndo(world, jobId, true)).rollback).toMatchObject(counts);
    const view = await undone(world, jobId);
    expect(view).toMatchObject({ status: 'partially_rolled_back', rollback: counts });
    expect(world.held('invoices')).toMatchObject([{ id, state: 'approved' }]);
    expect(await world.service.reportText(jobId, 'all')).toContain('credit note');
    const again = await invoiced(world, invoicesCsv(4), { force: true });
    expect(again.outcomes).toMatchObject({ created: 3, skipped: 1 });
  });

  it.each(['reset-after', 'timeout-before', '500-after'] as const)(
    'ends the same with %s on every second write',
    async (kind) => {
      const world = await accountWorld();
      const { id } = await invoiced(world, invoicesCsv(5));
      world.sandbox.control.setFaults(every(2, kind));
      const view = await undone(world, id);
      expect(view.rollback).toMatchObject({ total: 5, reversed: 5, kept: 0, errored: 0 });
      expect(world.held('invoices')).toEqual([]);
      expect(world.held('invoiceLines')).toEqual([]);
    },
  );

  it('keeps a draft that somebody changed since', async () => {
    const world = await accountWorld();
    const { id } = await invoiced(world, invoicesCsv(2));
    const [first] = await world.items(id);
    const recordId = first?.recordId ?? '';
    const changes = { contactMessage: 'Ring først' };
    const edit = { action: 'edit', collection: 'invoices', id: recordId, changes } as const;
    world.sandbox.control.thirdParty(edit);
    expect((await undone(world, id)).rollback).toMatchObject({ reversed: 1, kept: 1 });
    expect(world.held('invoices')).toMatchObject([{ id: recordId }]);
  });
});
