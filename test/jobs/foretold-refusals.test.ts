// What Billy would refuse for the account's sake, and a dry run foretells: closed periods, countries that it lacks.
import { describe, expect, it } from 'vitest';
import { calmWorld } from '../support/engine-world.js';
import { csvOf, HEADER, invoiced, line, withAccount } from './support/invoicing.js';

const APPROVED = `${HEADER},approve`;
const LOCK = { action: 'set-locking-date', changes: { date: '2025-12-31' } } as const;
const SETTLE = { action: 'settle-return', changes: { date: '2025-11-05' } } as const;

describe.each([
  ['books that are locked', LOCK, '2025-12-31'],
  ['a settled VAT return', SETTLE, '2025-10-01'],
] as const)('an approval in %s', (_what, action, closed) => {
  const open = '2026-01-01';
  const csv = csvOf(
    [
      line(1, { entryDate: closed, approve: 'ja' }, APPROVED),
      line(2, { entryDate: open, approve: 'ja' }, APPROVED),
      line(3, { entryDate: closed }, APPROVED),
    ],
    APPROVED,
  );

  it('fails in the dry run as in the run, where drafts are warned of', async () => {
    const world = await withAccount(await calmWorld());
    world.sandbox.control.thirdParty(action);
    const dry = await invoiced(world, csv, { dryRun: true });
    const from = world.requests().length;
    const run = await invoiced(world, csv);
    expect(dry.outcomes).toMatchObject({ created: 2, failed: 1 });
    expect(run.outcomes).toEqual(dry.outcomes);
    expect(run.errors).toEqual(dry.errors);
    expect(run.errors).toMatchObject([{ row: 2, code: 'ROW_INVALID', field: 'entryDate' }]);
    expect(world.writes(from)).toHaveLength(2);
    for (const { warnings } of [dry, run]) {
      expect(warnings.filter(({ code }) => code === 'VALUE_SUSPECT')).toHaveLength(1);
    }
    const held = world.held('invoices').map(({ entryDate, state }) => [entryDate, state]);
    expect(held.sort()).toEqual([
      [closed, 'draft'],
      [open, 'approved'],
    ]);
  });
});

it('a country that Billy lacks fails in the dry run as in the run, and is not sent', async () => {
  const world = await calmWorld({ unknowns: { countries: 'fewer' } });
  const csv = 'name,country\nEn,DK\nTo,AX\nTre,Curaçao';
  const dry = await world.imported(csv, { dryRun: true });
  const from = world.requests().length;
  const run = await world.imported(csv);
  expect(dry.outcomes).toMatchObject({ created: 1, failed: 2 });
  expect(run.outcomes).toEqual(dry.outcomes);
  expect(run.errors).toEqual(dry.errors);
  expect(run.errors).toMatchObject([
    { row: 3, code: 'ROW_INVALID', field: 'country' },
    { row: 4, code: 'ROW_INVALID', field: 'country' },
  ]);
  expect(world.writes(from)).toHaveLength(1);
});
