// Names that are something else to JavaScript: in files they are columns like any other, and named.
import { describe, expect, it } from 'vitest';
import { bulkUpdateCustomers } from '../../src/tools/bulk-update-customers.js';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { codeOf, openWorkbench } from './support/workbench.js';

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];

/** Objects are as they were. */
function expectUnspoiled(): void {
  const fresh: Record<string, unknown> = {};
  expect(fresh['name']).toBeUndefined();
  expect(Object.keys(Object.getPrototypeOf(fresh) as object)).toEqual([]);
}

describe('names such as __proto__', () => {
  it.each([
    ['csv', `name,${NAMES.join(',')}\nA,${NAMES.map(() => 'x').join(',')}\n`],
    ['json', `[{"name":"A",${NAMES.map((name) => `"${name}":"x"`).join(',')}}]`],
  ])('are unknown columns of a file (%s)', async (ending, content) => {
    const { put, run, ended } = await openWorkbench();
    const filePath = await put(`odd.${ending}`, content);
    const { jobId } = await run(importCustomersCsv, { filePath });
    const job = await ended(jobId);
    expect(job).toMatchObject({ status: 'completed', outcomes: { created: 1 } });
    const told = JSON.stringify(job.warnings);
    for (const name of NAMES) expect(told).toContain(name);
    expectUnspoiled();
  });

  it('holding an object fail the row of a JSON file', async () => {
    const { put, run, ended } = await openWorkbench();
    const content = '[{"name":"A","__proto__":{"email":"a@b.dk","name":"B"}},{"name":"C"}]';
    const { jobId } = await run(importCustomersCsv, { filePath: await put('odd.json', content) });
    const job = await ended(jobId);
    expect(job).toMatchObject({ outcomes: { created: 1, failed: 1 } });
    expect(job.errors).toMatchObject([{ field: '__proto__' }]);
    expectUnspoiled();
  });

  it.each(NAMES.slice(1))('are refused in changes and mappings (%s)', async (name) => {
    const { run } = await openWorkbench();
    const updates = [{ id: 'A', changes: { [name]: 'x' } }];
    expect(await codeOf(run(bulkUpdateCustomers, { updates }))).toBe('INPUT_INVALID');
    for (const columnMapping of [{ [name]: 'email' }, { name }]) {
      const args = { csvContent: 'name\nA', options: { columnMapping } };
      expect(await codeOf(run(importCustomersCsv, args))).toBe('INPUT_INVALID');
    }
  });

  it('in rows are unknown columns', async () => {
    const { run, ended } = await openWorkbench();
    const odd = Object.fromEntries(NAMES.slice(1).map((name) => [name, 'x']));
    const { jobId } = await run(importCustomersCsv, { rows: [{ name: 'A', ...odd }] });
    const job = await ended(jobId);
    for (const name of NAMES.slice(1)) expect(JSON.stringify(job.warnings)).toContain(name);
  });
});
