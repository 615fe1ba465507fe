// An export that failed, or holds less than it should, is no measurement.
import { expect, it } from 'vitest';
import { customersAmong, runExport } from '../../scripts/bench/server.js';
import { calmWorld } from '../support/engine-world.js';

const asked = { tool: 'export_customers_csv', args: {}, say: () => undefined };

/** A server that answers the export so, and its job so. */
function serverThat(answer: Record<string, unknown>, job: Record<string, unknown> = {}) {
  const call = (tool: string) =>
    Promise.resolve(tool === 'get_bulk_job_status' ? { success: true, job } : answer);
  return { call, cpuMs: () => 0, peakMiB: () => 0 };
}

it.each([
  ['at once', serverThat({ totalCustomers: 7 })],
  ['as a job', serverThat({ jobId: 'x' }, { status: 'completed', totalItems: 7 })],
])('a whole export that is done %s is measured', async (_name, server) => {
  expect(await runExport(server, asked, 7)).toMatchObject({ cpuMs: 0 });
});

it.each([
  ['holds fewer records', serverThat({ totalCustomers: 6 }), 'exported 6 of 7 records'],
  ['failed', serverThat({ jobId: 'x' }, { status: 'failed' }), 'exported failed of 7 records'],
])('an export that %s is refused', async (_name, server, message) => {
  await expect(runExport(server, asked, 7)).rejects.toThrow(message);
});

it('counts the customers that the sandbox seeds', async () => {
  const world = await calmWorld({ isHeld: true, sandbox: { contacts: 40 } });
  const customers = world.held('contacts').filter(({ isCustomer }) => isCustomer === true);
  expect(customersAmong(40)).toBe(customers.length);
  expect([0, 4, 5, 1000].map(customersAmong)).toEqual([0, 4, 4, 933]);
});
