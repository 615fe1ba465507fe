/** The promise in figures: what a dry run foretells of 5,000 mixed rows is what the run does, row by row. */
import { describe, expect, it } from 'vitest';
import { STRATEGIES, type StartOptions } from '../../src/jobs/job/job-options.js';
import type { JobView } from '../../src/jobs/service/job-view.js';
import type { ItemRecord } from '../../src/model/item.js';
import type { JobRecord } from '../../src/model/job.js';
import { calmWorld, type World } from '../support/engine-world.js';
import { mixedCsv, plantFirms } from './support/mixed-account.js';

const [FIRMS, ROWS, SEED] = [800, 5000, 20_260_101];
const LONG_MS = 120_000;
const PATIENCE = 10;

type Strategy = (typeof STRATEGIES)[number];

/** What must be among the rows, each a hundred times, or the proof would be about less than it says. */
const OUTCOMES: Readonly<Record<Strategy, readonly string[]>> = {
  skip: ['created', 'failed', 'skipped'],
  update: ['created', 'failed', 'unchanged', 'updated'],
  merge: ['created', 'failed', 'merged', 'unchanged'],
  create: ['created', 'failed'],
};
const CODES: Readonly<Record<Strategy, readonly string[]>> = {
  skip: ['DUPLICATE_AMBIGUOUS', 'IDENTITY_CHANGED', 'REFERENCE_NOT_FOUND', 'ROW_INVALID'],
  update: [
    ...['DUPLICATE_AMBIGUOUS', 'IDENTITY_CHANGED', 'REFERENCE_NOT_FOUND', 'ROW_INVALID'],
    'VALUE_SUSPECT',
  ],
  merge: ['DUPLICATE_AMBIGUOUS', 'IDENTITY_CHANGED', 'REFERENCE_NOT_FOUND', 'ROW_INVALID'],
  create: ['ROW_INVALID'],
};
const OFTEN = 100;

/** `ended` gives up after 25 seconds; a large job is watched on its way. */
async function finished(world: World, jobId: string): Promise<JobView> {
  for (let tenth = 1; tenth < PATIENCE; tenth += 1) {
    const wanted = (ROWS * tenth) / PATIENCE;
    await world.until(jobId, ({ processedItems }) => processedItems >= wanted);
  }
  return world.ended(jobId);
}

/** How a row ended; the record only where Billy had it before. */
function ending(item: ItemRecord | undefined, foretold: ItemRecord): string {
  const { row, outcome, code, field, message, recordId } = item ?? {};
  const record = foretold.recordId === null ? '' : recordId;
  return `row ${String(row)}: ${[outcome, code, field, message, record].join('|')}`;
}

function differencesOf(foretold: readonly ItemRecord[], done: readonly ItemRecord[]): string[] {
  return foretold.flatMap((item, index) => {
    const [was, is] = [ending(item, item), ending(done[index], item)];
    return was === is ? [] : [`${was} became ${is}`];
  });
}

function often(values: readonly (string | null)[]): string[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  const frequent = [...counts].filter(([, count]) => count >= OFTEN);
  return frequent.map(([value]) => value).sort();
}

function countsOf({ outcomes, duplicates, totalItems }: JobView) {
  return { outcomes, duplicates, totalItems };
}

type StartRun = (
  world: World,
  plan: { csv: string; options: StartOptions; dryId: string },
) => Promise<JobRecord>;

/** The dry run first, which changes nothing, then what `startRun` starts. */
async function proveEqual(strategy: Strategy, startRun: StartRun): Promise<void> {
  const world = await calmWorld();
  const csv = mixedCsv(plantFirms(world, FIRMS, SEED), ROWS, SEED);
  const options: StartOptions = { duplicateStrategy: strategy };
  const before = world.sandbox.control.summary();
  const { id: dryId } = await world.startImport(csv, { ...options, dryRun: true });
  const dry = await finished(world, dryId);
  expect(world.writes()).toEqual([]);
  expect(world.sandbox.control.summary()).toEqual(before);
  const { id } = await startRun(world, { csv, options, dryId });
  const run = await finished(world, id);
  const [foretold, done] = [await world.items(dryId), await world.items(id)];
  expect([foretold.length, done.length]).toEqual([ROWS, ROWS]);
  expect(differencesOf(foretold, done)).toEqual([]);
  expect(countsOf(run)).toEqual(countsOf(dry));
  expect(often(done.map(({ outcome }) => outcome))).toEqual(OUTCOMES[strategy]);
  expect(often(done.map(({ code }) => code))).toEqual(CODES[strategy]);
  expect(world.held('contacts')).toHaveLength(FIRMS + run.outcomes.created);
}

describe('foretold and done, 5,000 mixed rows', () => {
  it.each(STRATEGIES)(
    'are equal for %s',
    (strategy) =>
      proveEqual(strategy, (world, { csv, options }) => world.startImport(csv, options)),
    LONG_MS,
  );

  it(
    'are equal for merge by dryRunJobId',
    () => proveEqual('merge', (world, { dryId }) => world.start({ dryRunJobId: dryId })),
    LONG_MS,
  );
});

/** Both ways one after another: how each row ends in the dry run, and in the run. */
async function bothWays(
  world: World,
  csv: string,
  how: { options: StartOptions; resource: 'customer' | 'product' },
): Promise<{ foretold: string[]; done: string[] }> {
  const { options, resource } = how;
  const dry = await world.imported(csv, { ...options, dryRun: true }, { resource });
  const run = await world.imported(csv, options, { resource });
  const [foretold, done] = [await world.items(dry.id), await world.items(run.id)];
  const outcomes = (items: readonly ItemRecord[]): string[] =>
    items.map(({ row, outcome, code }) => [row, outcome, code ?? ''].join(' ').trim());
  return { foretold: outcomes(foretold), done: outcomes(done) };
}

describe('a row whose key a later row gives to another record', () => {
  // A and B are the ids of two contacts with the numbers 1 and 2.
  it.each([
    [
      'after rows for the same record',
      ['B,F2,,X', ',F2,2,Y', ',F2,2,Q', 'A,F1,2,', 'A,F1,,Z'],
      // The second row for a record overwrites what the first wrote, and is warned of.
      [
        ...['2 updated', '3 updated VALUE_SUSPECT', '4 updated VALUE_SUSPECT'],
        ...['5 updated', '6 updated'],
      ],
    ],
    [
      'after the row that creates its record',
      [',N,9,X', ',N,9,Y', ',N,9,Z', 'A,F1,9,', 'A,F1,9,P'],
      [
        ...['2 created', '3 updated VALUE_SUSPECT', '4 updated VALUE_SUSPECT'],
        ...['5 updated', '6 updated'],
      ],
    ],
    [
      'and that a still later row takes away again',
      ['B,F2,,X', 'B,F2,,Y', 'A,F1,2,', ',F2,2,Q', 'A,F1,3,', 'A,F1,,Z'],
      [
        ...['2 updated', '3 updated', '4 updated', '5 failed DUPLICATE_AMBIGUOUS'],
        ...['6 updated', '7 updated'],
      ],
    ],
  ])('ends as in the order of the file: %s', async (_title, rows, outcomes) => {
    const world = await calmWorld();
    const contact = { countryId: 'DK', isCustomer: true };
    const a = await world.plant('contacts', { ...contact, name: 'F1', contactNo: '1' });
    const b = await world.plant('contacts', { ...contact, name: 'F2', contactNo: '2' });
    const named = rows.map((row) => row.replace(/^A/, a).replace(/^B/, b));
    const csv = ['id,name,contactNo,city', ...named].join('\n');
    const how = { options: { duplicateStrategy: 'update' }, resource: 'customer' } as const;
    const { foretold, done } = await bothWays(world, csv, how);
    expect(foretold).toEqual(outcomes);
    expect(done).toEqual(outcomes);
  });
});

describe('a second row about what Billy fills in by itself', () => {
  it.each([
    ['customer', 'contactNo,name,isArchived', '1,A,', '1,A,ja'],
    ['product', 'productNo,name,unitPrice,isArchived', '1,A,10,', '1,A,10,ja'],
    ['product', 'productNo,name,unitPrice,accountNo', '1,A,10,', '1,A,10,1110'],
    ['product', 'productNo,name,unitPrice,salesTaxRuleset', '1,A,10,', '1,A,10,vat0'],
  ] as const)('ends as foretold: %s %s', async (resource, ...lines) => {
    for (const duplicateStrategy of ['update', 'merge'] as const) {
      const world = await calmWorld();
      const how = { options: { duplicateStrategy }, resource };
      const { foretold, done } = await bothWays(world, lines.join('\n'), how);
      expect(done).toEqual(foretold);
    }
  });
});
