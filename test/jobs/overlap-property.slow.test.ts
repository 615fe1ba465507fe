// Random small files whose keys repeat all the time: what a dry run foretells is what a run does that
// sends each batch before the next is decided, is killed in between, or decides all first.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STRATEGIES, type StartOptions } from '../../src/jobs/job/job-options.js';
import type { ItemRecord } from '../../src/model/item.js';
import { calmWorld, type World } from '../support/engine-world.js';
import { csvOf, cvrOf, phoneOf } from '../support/made-up.js';
import { slowPlanning, useSmallBatches, type SlowPlanning } from './support/slow-planning.js';

const ALL = Number.MAX_SAFE_INTEGER;
const BATCH = 2;
/** Each share of the cases has an account of its own; one that grows too long takes its time to list. */
const SHARES = [
  [1, { bulkSave: false }, 48],
  [2, { bulkSave: false }, 48],
  [3, { bulkSave: false }, 48],
  [4, { bulkSave: false }, 48],
  [5, { bulkSave: true }, 8],
] as const;
const LONG_MS = 120_000;
useSmallBatches(BATCH);

const COLUMNS = ['id', 'contactNo', 'vatNo', 'email', 'phone', 'name', 'city'] as const;
type Column = (typeof COLUMNS)[number];
/** Numbers that stand for values of their column; 0 is a blank cell. */
type Cells = Readonly<Record<Column, number>>;

interface Case {
  readonly account: readonly Cells[];
  readonly rows: readonly Cells[];
  readonly options: StartOptions;
  /** Rows behind this one are decided when all before them have ended. */
  readonly heldAt: number;
  readonly isKilled: boolean;
}

const BLANK: Cells = { id: 0, contactNo: 0, vatNo: 0, email: 0, phone: 0, name: 0, city: 0 };

function oftenBlank(max: number): fc.Arbitrary<number> {
  return fc.oneof(fc.constant(0), fc.integer({ min: 1, max }));
}

const cells = fc.record({
  id: fc.constant(0),
  contactNo: oftenBlank(3),
  vatNo: oftenBlank(2),
  email: oftenBlank(3),
  phone: oftenBlank(2),
  name: fc.integer({ min: 1, max: 4 }),
  city: fc.nat(2),
});
const row = fc
  .tuple(cells, fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 4 })))
  .map(([each, id]) => ({ ...each, id }));

const MATCH_BY = fc.oneof(
  { weight: 3, arbitrary: fc.constant<string[]>(['contactNo', 'ean', 'vatNo', 'email']) },
  fc.constant<string[]>(['email']),
  fc.constant<string[]>(['vatNo', 'email']),
  fc.constant<string[]>(['name']),
  fc.constant<string[]>(['phone', 'contactNo']),
);

const CASE: fc.Arbitrary<Case> = fc
  .record({
    account: fc.array(cells, { maxLength: 3 }),
    rows: fc.array(row, { minLength: 2, maxLength: 12 }),
    options: fc.record({
      duplicateStrategy: fc.constantFrom(...STRATEGIES),
      matchBy: MATCH_BY,
    }),
    heldAt: fc.integer({ min: 1, max: 3 }).map((batch) => batch * BATCH),
    isKilled: fc.boolean(),
    /** No key comes twice until after the next batch, so that a killed process has kept none of them. */
    isSpread: fc.boolean(),
  })
  .map(({ isSpread, rows, ...each }) => {
    const apart = isSpread ? each.heldAt + BATCH : 0;
    const spread = rows.map((cell, index) => {
      return index < apart ? { ...BLANK, contactNo: index + 1, name: index + 1 } : cell;
    });
    return { ...each, rows: spread };
  });

/** Every value that a cell may have. */
const VALUES = [1, 2, 3, 4, 5, 6, 7, 8];

/** Cases share an account, each with values of its own: `mark` tells them apart. */
function textOf(column: Column, value: number, mark: number): string {
  const own = mark * 10 + value;
  if (column === 'vatNo') return cvrOf(own);
  if (column === 'phone') return phoneOf(own);
  return column === 'email' ? `a${String(own)}@a.example` : `${column}${String(own)}`;
}

function textsOf(each: Cells, mark: number): Record<Column, string> {
  const texts = COLUMNS.map((column) => {
    return [column, each[column] === 0 ? '' : textOf(column, each[column], mark)] as const;
  });
  return Object.fromEntries(texts) as Record<Column, string>;
}

function plant(world: World, each: Cells, mark: number): string {
  const { contactNo, vatNo, email, phone, name, city } = textsOf(each, mark);
  const persons = email === '' ? [] : [{ name, email, isPrimary: true }];
  const changes = {
    ...{ name, countryId: 'DK', type: 'company', isCustomer: true },
    ...{ contactNo, phone, registrationNo: vatNo, cityText: city, contactPersons: persons },
  };
  return world.sandbox.control.thirdParty({ action: 'create-contact', changes }).id;
}

/** The case's records in the account, and its file. */
function prepare(world: World, { account, rows }: Case, mark: number) {
  const ids = account.map((each) => plant(world, each, mark));
  const lines = rows.map((each) => {
    // One more than there are: an id that nobody has.
    const id = each.id === 0 ? '' : (ids[each.id - 1] ?? 'nobody');
    return { ...textsOf(each, mark), id };
  });
  return { ids, csv: csvOf(COLUMNS, lines) };
}

/** Without what tells one marking from another. */
function plain(value: unknown, mark: number, ids: readonly string[]): string {
  let text = JSON.stringify(value);
  for (const [index, id] of ids.entries()) text = text.replaceAll(id, `#${String(index)}`);
  for (const column of COLUMNS) {
    for (const each of VALUES) {
      text = text.replaceAll(textOf(column, each, mark), `${column}-${String(each)}`);
    }
  }
  return text;
}

function endings(items: readonly ItemRecord[], mark: number, ids: readonly string[]): string[] {
  return items.map(({ row: line, outcome, code, field, message, recordId }) => {
    const record = recordId !== null && ids.includes(recordId) ? recordId : null;
    return plain({ line, outcome, code, field, message, record }, mark, ids);
  });
}

/** What the case has in Billy. */
function leftBy(world: World, mark: number, ids: readonly string[]): string[] {
  const persons = world.held('contactPersons');
  const own = world.held('contacts').filter(({ name }) => {
    return VALUES.some((each) => textOf('name', each, mark) === name);
  });
  const shown = own.map(({ id, name, contactNo, registrationNo, phone, cityText }) => {
    const emails = persons.filter(({ contactId }) => contactId === id).map(({ email }) => email);
    const record = ids.includes(id) ? id : null;
    const fields = { record, name, contactNo, registrationNo, phone, cityText, emails };
    return plain(fields, mark, ids);
  });
  return shown.sort();
}

/** Until nothing of what is decided is left to send. */
async function sentSoFar(world: World, jobId: string, count: number): Promise<void> {
  const { store } = world;
  const open = ['ready', 'sending', 'doubt'] as const;
  for (;;) {
    const job = await store.getJob({ jobId });
    const stored = await store.countItems({ jobId, states: ['waiting', 'ended', ...open] });
    if (job?.phase === 'done') return;
    if (stored >= count && (await store.countItems({ jobId, states: open })) === 0) return;
    await world.clock.sleep(2);
  }
}

interface Told {
  readonly items: readonly string[];
  readonly duplicates: unknown;
}

async function told(world: World, id: string, at: { mark: number; ids: string[] }): Promise<Told> {
  const { duplicates, status } = await world.ended(id);
  expect(status).toBe('completed');
  return { items: endings(await world.items(id), at.mark, at.ids), duplicates };
}

interface Stage {
  readonly world: World;
  readonly planning: SlowPlanning;
}

/** The dry run's word and the run's, which is held, and perhaps killed, in the middle. */
async function foretoldAndDone({ world, planning }: Stage, each: Case, mark: number) {
  const { ids, csv } = prepare(world, each, mark);
  const at = { mark, ids };
  planning.letUntil(ALL);
  const dry = await world.startImport(csv, { ...each.options, dryRun: true });
  const foretold = await told(world, dry.id, at);
  planning.letUntil(each.heldAt);
  const { id } = await world.startImport(csv, each.options);
  await sentSoFar(world, id, Math.min(each.heldAt, each.rows.length));
  if (each.isKilled) {
    planning.lose();
    await world.restart();
  }
  planning.letUntil(ALL);
  const done = await told(world, id, at);
  return { foretold, done, left: leftBy(world, mark, ids) };
}

async function allFirst({ world, planning }: Stage, each: Case, mark: number) {
  const { ids, csv } = prepare(world, each, mark);
  planning.letUntil(ALL);
  const { id } = await world.startImport(csv, { ...each.options, validateBeforeCreate: true });
  const done = await told(world, id, { mark, ids });
  return { done, left: leftBy(world, mark, ids) };
}

describe('files whose keys repeat', () => {
  it.each(SHARES)(
    'end as foretold, sent by the batch, killed in between, or decided first (seed %i, %j)',
    async (seed, settings, numRuns) => {
      const world = await calmWorld(settings);
      const stage = { world, planning: slowPlanning(world.store, ALL) };
      let mark = 0;
      const property = fc.asyncProperty(CASE, async (each) => {
        mark += 2;
        const { foretold, done, left } = await foretoldAndDone(stage, each, mark);
        expect(done.items).toEqual(foretold.items);
        expect(done.duplicates).toEqual(foretold.duplicates);
        if (foretold.items.some((item) => item.includes('"failed"'))) return;
        const first = await allFirst(stage, each, mark + 1);
        expect(first.done).toEqual(done);
        expect(first.left).toEqual(left);
      });
      // Shrinking takes minutes, and the case that failed is small.
      await fc.assert(property, { numRuns, seed, endOnFailure: true });
    },
    LONG_MS,
  );
});
