/**
 * 3,000 invoice rows in 900 invoices with 5 unknown references: nothing sent, all 5 named; corrected,
 * 900 drafts; the same file again, all skipped; rolled back, none left.
 */
import { expect, it } from 'vitest';
import type { JobView } from '../../src/jobs/service/job-view.js';
import { calmWorld, type World } from '../support/engine-world.js';
import { plantCustomers, undone } from './support/deletions.js';
import { csvOf, invoiced, line, takenSince, withAccount } from './support/invoicing.js';

const INVOICES = 900;
const ROWS = 3000;
const UNKNOWN = ['K901', 'K902', 'V901', 'V902', 'ny@kunde.example'];

/** The lines of one invoice stand far apart: row n belongs to invoice n modulo 900. */
function rows(): string[] {
  return Array.from({ length: ROWS }, (_, index) => {
    const no = index % INVOICES;
    const productNo = `V${String((index % 3) + 1)}`;
    const customer = `K${String((no % 3) + 1)}`;
    return line(no, { customer, productNo, quantity: String(1 + Math.floor(index / INVOICES)) });
  });
}

/** Two customers, two products and an e-mail that nobody has, each in one invoice. */
function withUnknown(): string {
  const all = rows();
  const wrong = (no: number, column: 'customer' | 'productNo', text = ''): void => {
    for (let index = no; index < ROWS; index += INVOICES) {
      const productNo = `V${String((index % 3) + 1)}`;
      const customer = `K${String((no % 3) + 1)}`;
      const isOnly = column === 'productNo' && index !== no;
      all[index] = line(no, { customer, productNo, ...(isOnly ? {} : { [column]: text }) });
    }
  };
  wrong(10, 'customer', UNKNOWN[0]);
  wrong(200, 'customer', UNKNOWN[1]);
  wrong(450, 'productNo', UNKNOWN[2]);
  wrong(600, 'productNo', UNKNOWN[3]);
  wrong(899, 'customer', UNKNOWN[4]);
  return csvOf(all);
}

async function expectNamed(world: World, view: JobView): Promise<void> {
  expect(view).toMatchObject({ status: 'failed', totalRows: ROWS, totalItems: INVOICES });
  expect(view.error?.code).toBe('REFERENCE_NOT_FOUND');
  const warned = view.warnings.map(({ message }) => message).join('\n');
  const report = await world.service.reportText(view.id, 'failed');
  for (const text of UNKNOWN) {
    expect(warned).toContain(text);
    expect(report).toContain(text);
  }
}

it('the measured line of the issue holds', async () => {
  const world = await withAccount(await calmWorld());
  await plantCustomers(world, 1, () => ({ name: 'Fremmed', contactNo: null }));
  const before = JSON.stringify(world.sandboxState());
  const from = world.requests().length;

  const failed = await invoiced(world, withUnknown());
  await expectNamed(world, failed);
  expect(world.writes(from)).toEqual([]);
  expect(JSON.stringify(world.sandboxState())).toBe(before);

  const made = await invoiced(world, csvOf(rows()));
  expect(made).toMatchObject({ status: 'completed', outcomes: { created: INVOICES, failed: 0 } });
  expect(world.held('invoices').filter(({ state }) => state === 'draft')).toHaveLength(INVOICES);
  expect(world.held('invoiceLines')).toHaveLength(ROWS);
  expect(takenSince(world, from)).toBe(INVOICES);

  const again = await invoiced(world, csvOf(rows()), { force: true });
  expect(again).toMatchObject({ status: 'completed', outcomes: { created: 0, skipped: INVOICES } });
  expect(takenSince(world, from)).toBe(INVOICES);

  const { rollback, status } = await undone(world, made.id);
  expect(status).toBe('rolled_back');
  expect(rollback).toMatchObject({ total: INVOICES, reversed: INVOICES, kept: 0, errored: 0 });
  expect(world.held('invoices')).toEqual([]);
  expect(world.held('invoiceLines')).toEqual([]);
  expect(JSON.stringify(world.held('contacts'))).toBe(
    JSON.stringify((JSON.parse(before) as ReturnType<World['sandboxState']>).records['contacts']),
  );
}, 60_000);
