// The main job under each answer that Billy may give to what nobody knows about it.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { UNKNOWN_VALUES } from '../../src/sandbox/options.js';
import { BAD_ROWS, CUSTOMERS, DEMO_ROWS } from './demo-file.js';
import { openStage, putFile, rollBack, runJob, type Stage } from './stage.js';

const SEEDED = 60;
/** Of the demo file's rows, and how many of these are bad: enough for several batches, and quick. */
const ROWS = 140;
const ROWS_BAD = 1;

const EACH = Object.entries(UNKNOWN_VALUES).flatMap(([name, [, ...alternates]]) =>
  alternates.map((value) => `${name}=${String(value)}`),
);
/** `Retry-After` is only seen where Billy asks for patience. */
const TOO_MANY = ['--every-nth', '120:429'];

async function firstRows(count: number): Promise<string> {
  const lines = (await readFile(CUSTOMERS, 'utf8')).split('\n');
  return `${lines.slice(0, count + 1).join('\n')}\n`;
}

async function playMainJob(stage: Stage, rows: { count: number; bad: number }): Promise<void> {
  const { sandbox, home, connection } = stage;
  const filePath = await putFile(home, 'customers.csv', await firstRows(rows.count));
  const before = await sandbox.state();
  const good = rows.count - rows.bad;
  const imported = await runJob(connection, { filePath });
  expect(imported).toMatchObject({
    status: 'completed',
    failedItems: rows.bad,
    unknownItems: 0,
    outcomes: { created: good },
  });
  expect((await sandbox.summary()).counts['contacts']).toBe(SEEDED + good);

  const exported = `${home.folder}/out.csv`;
  const answer = await connection.callTool('export_customers_csv', { filePath: exported });
  expect(answer.structured).toMatchObject({ success: true, filePath: exported });
  const options = { duplicateStrategy: 'update' };
  const again = await runJob(connection, { filePath: exported, options });
  expect(again.outcomes).toMatchObject({ unchanged: again.totalItems });
  expect(again.totalItems).toBeGreaterThan(good);

  const undone = await rollBack(connection, imported.id);
  expect(undone).toMatchObject({
    status: 'rolled_back',
    rollback: { total: good, reversed: good, kept: 0, errored: 0 },
  });
  expect(await sandbox.state()).toEqual(before);
}

describe('the main job', () => {
  it.each(EACH)('holds with %s', async (unknowns) => {
    const faults = unknowns.startsWith('retryAfter') ? TOO_MANY : [];
    const flags = ['--contacts', String(SEEDED), '--unknowns', unknowns, ...faults];
    await playMainJob(await openStage({ flags }), { count: ROWS, bad: ROWS_BAD });
  });

  it('holds with all alternates together, for the whole file', async () => {
    const flags = ['--contacts', String(SEEDED), '--unknowns', 'alternate'];
    await playMainJob(await openStage({ flags }), { count: DEMO_ROWS, bad: BAD_ROWS });
  }, 60_000);
});
