// Files of invoice lines, the account that they refer to, and what Billy holds of them.
import type { StartOptions } from '../../../src/jobs/job/job-options.js';
import type { SourceInput } from '../../../src/jobs/service/take-source.js';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import type { DumpedRecord } from '../../../src/sandbox/api/dump.js';
import type { JobRecord } from '../../../src/model/job.js';
import type { World } from '../../support/engine-world.js';
import { plantCustomers, plantProducts } from './deletions.js';

export const HEADER =
  'invoiceRef,customer,entryDate,taxMode,productNo,description,quantity,unitPrice';

/** A line of invoice F-`no` for customer K1; what is given stands in place of that. */
export function line(
  no: number | string,
  cells: Readonly<Record<string, string>> = {},
  header = HEADER,
): string {
  const basis: Readonly<Record<string, string>> = {
    invoiceRef: `F-${String(no)}`,
    customer: 'K1',
    entryDate: '2026-01-31',
    taxMode: 'excl',
    productNo: 'V1',
    description: '',
    quantity: '1',
    unitPrice: '100',
  };
  const all = { ...basis, ...cells };
  return header
    .split(',')
    .map((column) => all[column as keyof typeof all] ?? '')
    .join(',');
}

export function csvOf(lines: readonly string[], header = HEADER): string {
  return [header, ...lines].join('\n');
}

/** `count` invoices of two lines each. */
export function invoicesCsv(count: number): string {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return csvOf(
    numbers.flatMap((no) => [
      line(no, { unitPrice: String(no) }),
      line(no, { productNo: 'V2', quantity: '2', unitPrice: '10' }),
    ]),
  );
}

export function startInvoices(
  world: World,
  source: string | SourceInput,
  options: StartOptions = {},
): Promise<JobRecord> {
  const input = typeof source === 'string' ? { csvContent: source } : source;
  return world.start(input, options, { resource: 'invoice' });
}

export async function invoiced(
  world: World,
  source: string | SourceInput,
  options: StartOptions = {},
): Promise<JobView> {
  return world.ended((await startInvoices(world, source, options)).id);
}

/** Customers K1 to K3 and products V1 to V3. */
export async function withAccount(world: World): Promise<World> {
  await plantCustomers(world, 3);
  await plantProducts(world, 3);
  return world;
}

/** Lines of an invoice in their order. */
export function linesOf(world: World, invoiceId: string): readonly DumpedRecord[] {
  return world
    .held('invoiceLines')
    .filter((each) => each['invoiceId'] === invoiceId)
    .sort((left, right) => Number(left['priority']) - Number(right['priority']));
}

export function onlyInvoice(world: World): DumpedRecord {
  const [invoice, second] = world.held('invoices');
  if (invoice === undefined || second !== undefined) throw new Error('not exactly one invoice');
  return invoice;
}

/** Writes that reached the account since the request. */
export function takenSince(world: World, from: number): number {
  return world.writes(from).filter(({ committed }) => committed).length;
}
