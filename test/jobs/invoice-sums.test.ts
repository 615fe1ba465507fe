/** The sums of an invoice job, against the amounts that Billy computes, and approvals far from today. */
import { describe, expect, it } from 'vitest';
import { isoTime } from '../../src/core/clock.js';
import type { World } from '../support/engine-world.js';
import { csvOf, HEADER, invoiced, line, withAccount } from './support/invoicing.js';
import { stormWorld } from './support/storm.js';

const MS_A_DAY = 86_400_000;
const HEAD = `${HEADER},approve`;

function dayIn(world: World, days: number): string {
  return (isoTime(world.clock.nowMs() + days * MS_A_DAY) ?? '').slice(0, 10);
}

function cents(values: readonly unknown[]): string {
  return values.reduce<number>((sum, value) => sum + Number(value), 0).toFixed(2);
}

describe('the sums of a job', () => {
  it.each(['excl', 'incl'])('are those of Billy, foretold and done, for %s', async (taxMode) => {
    const world = await withAccount(await stormWorld());
    const entryDate = dayIn(world, 0);
    const head = { taxMode, entryDate };
    const csv = csvOf(
      [
        line(1, { ...head, quantity: '3', unitPrice: '33.35', approve: 'ja' }, HEAD),
        line(1, { ...head, quantity: '0.5', unitPrice: '0.07' }, HEAD),
        line(2, { ...head, unitPrice: '12.55' }, HEAD),
      ],
      HEAD,
    );
    const dry = await invoiced(world, csv, { dryRun: true });
    const run = await invoiced(world, { dryRunJobId: dry.id });
    const held = world.held('invoices');
    const net = cents(held.map(({ amount }) => amount));
    const gross = cents(held.map(({ amount, tax }) => Number(amount) + Number(tax)));
    expect(dry.money).toEqual({ final: 1, totals: [{ currency: 'DKK', net, gross }] });
    expect(run.money).toEqual(dry.money);
    for (const { warnings } of [dry, run]) {
      const [told] = warnings.filter(({ code }) => code === 'APPROVAL_FINAL');
      expect(told?.message).toMatch(/^Approves 1 invoice\. That is final/);
    }
  });

  it('are none for other records', async () => {
    const world = await withAccount(await stormWorld());
    expect((await world.imported('name\nA')).money).toBeNull();
  });
});

it.each([
  [61, 'draft'],
  [60, 'approved'],
  [-800, 'draft'],
])('an approval %i days from today is made as %s', async (days, state) => {
  const world = await withAccount(await stormWorld());
  const cells = { entryDate: dayIn(world, days), approve: 'ja' };
  const view = await invoiced(world, csvOf([line(1, cells, HEAD)], HEAD));
  expect(world.held('invoices').map((each) => each['state'])).toEqual([state]);
  const isFar = state === 'draft';
  expect(view.warnings.some(({ code }) => code === 'DATE_FAR')).toBe(isFar);
  expect(view.money?.final).toBe(isFar ? 0 : 1);
});
