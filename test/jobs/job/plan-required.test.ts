// Starts that need a plan which was looked at, and a server that may only read.
import { describe, expect, it } from 'vitest';
import { testWorld } from '../../support/engine-world.js';
import { askUndo, deleted, idsOf, plantCustomers, startDeletion } from '../support/deletions.js';

const DELETION = { resource: 'customer', operation: 'delete' } as const;

function refusedAs(code: string): Error {
  return expect.objectContaining({ code }) as Error;
}

describe('a deletion of more than 20 records', () => {
  it('is refused in the call that names their ids, and 20 are not', async () => {
    const world = await testWorld();
    const ids = await plantCustomers(world, 21);
    await expect(world.start({ ids }, {}, DELETION)).rejects.toThrow(refusedAs('PLAN_REQUIRED'));
    expect(idsOf(world, 'contacts')).toHaveLength(21);
    // The same id twice is one record.
    const twenty = [...ids.slice(1), ids[1] ?? ''];
    const { id } = await world.start({ ids: twenty }, {}, DELETION);
    expect((await world.ended(id)).outcomes.deleted).toBe(20);
  });

  it.each([
    ['a filter', { where: { name: { startsWith: 'Kunde' } } }],
    [
      'a file',
      {
        csvContent: [
          'contactNo',
          ...Array.from({ length: 21 }, (_, no) => `K${String(no + 1)}`),
        ].join('\n'),
      },
    ],
  ])('by %s plans, sends nothing, and its plan can be run', async (_name, source) => {
    const world = await testWorld();
    await plantCustomers(world, 21);
    const refused = await deleted(world, source);
    expect(refused).toMatchObject({ status: 'failed', notAttemptedItems: 21 });
    expect(refused.error).toMatchObject({
      code: 'PLAN_REQUIRED',
      message: 'This would write 21 records. More than 20 need a plan first, so nothing was sent.',
      hint: expect.stringContaining(`dryRunJobId ${refused.id}`) as string,
    });
    // A retry is no way around it.
    await world.service.retry(refused.id);
    expect((await world.ended(refused.id)).error?.code).toBe('PLAN_REQUIRED');
    expect(idsOf(world, 'contacts')).toHaveLength(21);
    const run = await deleted(world, { dryRunJobId: refused.id });
    expect(run).toMatchObject({ status: 'completed', outcomes: { deleted: 21 } });
  });
});

it('what a deletion has written counts with what its retry would write', async () => {
  const world = await testWorld();
  const twins: string[] = [];
  for (let no = 1; no <= 21; no += 1) {
    const held = { name: `Kunde ${String(no)}`, countryId: 'DK', contactNo: `K${String(no)}` };
    await world.plant('contacts', { ...held, isCustomer: true });
    if (no > 1) twins.push(await world.plant('contacts', { ...held, isCustomer: true }));
  }
  const rows = Array.from({ length: 21 }, (_, index) => `K${String(index + 1)}`);
  const first = await deleted(world, { csvContent: ['contactNo', ...rows].join('\n') });
  expect(first.outcomes).toMatchObject({ deleted: 1, failed: 20 });
  // Somebody tidies up, so that each row means one record now.
  for (const id of twins) world.sandbox.control.thirdParty({ action: 'delete', id });
  await world.service.retry(first.id);
  const retried = await world.ended(first.id);
  expect(retried.error?.code).toBe('PLAN_REQUIRED');
  expect(idsOf(world, 'contacts')).toHaveLength(20);
});

describe('BULK_PLAN_REQUIRED_ROWS', () => {
  it('asks for a plan of any start that writes more', async () => {
    const world = await testWorld({ planRequiredRows: 2 });
    const rows = [{ name: 'A' }, { name: 'B' }, { name: 'C' }];
    await expect(world.start({ rows })).rejects.toThrow(refusedAs('PLAN_REQUIRED'));
    const csvContent = 'name\nA\nB\nC';
    const refused = await world.imported(csvContent);
    expect(refused.error?.code).toBe('PLAN_REQUIRED');
    const run = await world.start({ dryRunJobId: refused.id });
    expect((await world.ended(run.id)).outcomes.created).toBe(3);
    // All of them are there now, so that only one is written.
    const more = await world.imported('contactNo,name\nN1,D');
    expect(more.outcomes.created).toBe(1);
  });
});

describe('BULK_READ_ONLY', () => {
  it('refuses what writes, and lets dry runs and previews of rollbacks pass', async () => {
    const world = await testWorld();
    const done = await world.imported('name\nA');
    await world.restart({ isReadOnly: true });
    const refusal = refusedAs('READ_ONLY');
    await expect(world.startImport('name\nB')).rejects.toThrow(refusal);
    await expect(startDeletion(world, idsOf(world, 'contacts'))).rejects.toThrow(refusal);
    await expect(world.service.retry(done.id)).rejects.toThrow(refusal);
    await expect(askUndo(world, done.id)).rejects.toThrow(refusal);
    const plan = await world.imported('name\nB', { dryRun: true });
    expect(plan.status).toBe('completed');
    const run = world.start({ dryRunJobId: plan.id }, { dryRun: true });
    await expect(run).rejects.toThrow(refusal);
    expect((await askUndo(world, done.id, true)).rollback?.status).toBe('foretold');
    expect(world.held('contacts')).toHaveLength(1);
  });
});
