// The main job with each kind of client: in, out, in again, and taken back.
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLIENT_KINDS, type Progress } from '../support/stdio-clients.js';
import { jobAtEnd, openStage, rollBack, runJob, startJob } from './stage.js';
import { BAD_ROWS, CUSTOMERS, DEMO_ROWS } from './demo-file.js';

const SEEDED = 120;

function expectGrowing(heard: readonly Progress[]): void {
  expect(heard.length).toBeGreaterThan(1);
  const values = heard.map(({ progress }) => progress);
  expect(values).toEqual([...new Set(values)].sort((left, right) => left - right));
}

describe.each(CLIENT_KINDS)('with the %s', (kind) => {
  it('imports, exports, imports again unchanged and rolls back to the same state', async () => {
    const { sandbox, home, connection } = await openStage({
      kind,
      flags: ['--contacts', String(SEEDED)],
    });
    const filePath = path.join(home.folder, 'customers.csv');
    await copyFile(CUSTOMERS, filePath);
    const before = await sandbox.state();

    const heard: Progress[] = [];
    const jobId = await startJob(connection, { filePath });
    const imported = await jobAtEnd(connection, jobId, (progress) => heard.push(progress));
    expect(imported).toMatchObject({
      status: 'completed',
      totalItems: DEMO_ROWS,
      processedItems: DEMO_ROWS,
      successfulItems: DEMO_ROWS - BAD_ROWS,
      failedItems: BAD_ROWS,
      skippedItems: 0,
      outcomes: { created: DEMO_ROWS - BAD_ROWS },
    });
    expectGrowing(heard);
    const { counts } = await sandbox.summary();
    expect(counts['contacts']).toBe(SEEDED + DEMO_ROWS - BAD_ROWS);

    const exportedTo = path.join(home.folder, 'out.csv');
    const exported = await connection.callTool('export_customers_csv', { filePath: exportedTo });
    const customersBefore = before.records['contacts']?.filter((one) => one['isCustomer'] === true);
    expect(exported.structured).toMatchObject({
      success: true,
      totalCustomers: (customersBefore ?? []).length + DEMO_ROWS - BAD_ROWS,
      filePath: exportedTo,
    });
    expect(await readFile(exportedTo, 'utf8')).toContain('bogholderi@petersen-baek-soen.example');

    const afterImport = await sandbox.summary();
    const update = { duplicateStrategy: 'update' };
    const same = await runJob(connection, { filePath, options: update });
    expect(same).toMatchObject({
      status: 'completed',
      failedItems: BAD_ROWS,
      outcomes: { unchanged: DEMO_ROWS - BAD_ROWS, updated: 0, created: 0 },
    });
    const again = await runJob(connection, { filePath: exportedTo, options: update });
    expect(again).toMatchObject({
      status: 'completed',
      failedItems: 0,
      outcomes: { unchanged: again.totalItems },
    });
    expect(await sandbox.summary()).toEqual(afterImport);

    const undone = await rollBack(connection, jobId);
    const written = DEMO_ROWS - BAD_ROWS;
    expect(undone).toMatchObject({
      status: 'rolled_back',
      rollback: { total: written, reversed: written, kept: 0, errored: 0 },
    });
    expect(await sandbox.state()).toEqual(before);
  }, 60_000);
});
