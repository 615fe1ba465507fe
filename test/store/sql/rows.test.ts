import fc from 'fast-check';
import type { Selectable } from 'kysely';
import { describe, expect, it } from 'vitest';
import {
  PLANNED_COLUMNS,
  plannedValues,
  itemOf,
  itemPatchRow,
  jobOf,
  jobPatchRow,
  newItemRow,
  newJobRow,
  PLAIN_COLUMN_COUNT,
} from '../../../src/store/sql/rows.js';
import type { ItemsTable, JobsTable } from '../../../src/store/sql/schema.js';
import { OUTCOMES, type ItemPatch, type NewItem } from '../../../src/model/item.js';
import { JOB_STATUSES, OPERATIONS, type JobPatch, type NewJob } from '../../../src/model/job.js';
import type { Json } from '../../../src/model/record.js';
import { newItems, newJob as newJobOf } from '../contract/fixtures.js';

const time = fc.nat(2 ** 45);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value);
const text = fc.string({ unit: 'grapheme' });
// JSON has no -0: it comes back as 0, which nobody tells apart.
const json = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json);
const names = text.filter((name) => name !== '__proto__');
const problem = fc.record({ code: text, message: text });

const newJob: fc.Arbitrary<NewJob> = fc.record({
  id: text,
  organizationId: text,
  operation: fc.constantFrom(...OPERATIONS),
  resourceType: text,
  lane: text,
  dryRun: fc.boolean(),
  label: maybe(text),
  options: fc.dictionary(names, json, { noNullPrototype: true }),
  source: maybe(fc.record({ name: text, sizeBytes: fc.nat(), sha256: text })),
  sourceSettings: json,
  planOfJobId: maybe(text),
  createdBy: text,
  warnings: fc.array(problem),
  createdAtMs: time,
});

const undo = fc.record({
  status: fc.constant('foretold' as const),
  reason: maybe(text),
  total: fc.nat(),
  reversed: fc.nat(),
  kept: fc.nat(),
  errored: fc.nat(),
  startedAtMs: maybe(time),
  completedAtMs: maybe(time),
});

const jobPatch: fc.Arbitrary<JobPatch> = fc.record(
  {
    status: fc.constantFrom(...JOB_STATUSES),
    phase: fc.constantFrom('scan', 'plan', 'run', 'undo', 'done'),
    sourceSettings: json,
    totalRows: maybe(fc.nat()),
    totalItems: maybe(fc.nat()),
    error: maybe(fc.record({ code: text, message: text, hint: text })),
    warnings: fc.array(problem),
    rollback: maybe(undo),
    result: json,
    startedAtMs: maybe(time),
    completedAtMs: maybe(time),
  },
  { requiredKeys: [] },
);

const scalar = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
const fields = fc.dictionary(names, scalar, { noNullPrototype: true });
const child = fc.record({ id: maybe(text), fields });
const image = fc.record({
  id: text,
  fields,
  children: fc.dictionary(names, fc.array(child, { maxLength: 2 }), { noNullPrototype: true }),
});
const step = fc.record({
  kind: fc.constantFrom('create', 'update', 'remove'),
  collection: text,
  id: maybe(text),
  body: fc.dictionary(names, json, { noNullPrototype: true }),
});
const plan = fc.record({
  outcome: fc.constantFrom(...OUTCOMES),
  steps: fc.array(step, { maxLength: 2 }),
  changes: fc.array(fc.record({ field: text, from: scalar, to: scalar }), { maxLength: 2 }),
});

const itemPatch: fc.Arbitrary<ItemPatch> = fc.record(
  {
    key: text,
    state: fc.constantFrom('read', 'ready', 'waiting', 'sending', 'doubt', 'ended'),
    plan: maybe(plan),
    step: fc.nat(),
    recordId: maybe(text),
    before: maybe(image),
    after: maybe(image),
    hasWritten: fc.boolean(),
    waitsFor: maybe(fc.nat()),
    hasFollowers: fc.boolean(),
    needsPlan: fc.boolean(),
    attempts: fc.nat(),
    intentAtMs: maybe(time),
    lostAtMs: maybe(time),
    lookedAtMs: maybe(time),
    outcome: fc.constantFrom(null, ...OUTCOMES),
    code: maybe(text),
    field: maybe(text),
    message: maybe(text),
    rollbackState: fc.constantFrom(null, 'sending', 'reversed', 'kept', 'errored'),
    rollbackMessage: maybe(text),
  },
  { requiredKeys: [] },
);

const newItem: fc.Arbitrary<NewItem> = fc.record({
  seq: fc.nat(),
  row: fc.nat(),
  cells: fc.array(maybe(text)),
  problem: maybe(problem),
});

const ITEM_DEFAULTS: Partial<Selectable<ItemsTable>> = {
  plan: null,
  record_id: null,
  before: null,
  after: null,
  waits_for: null,
  intent_at_ms: null,
  lost_at_ms: null,
  looked_at_ms: null,
  outcome: null,
  code: null,
  field: null,
  message: null,
  undo_state: null,
  undo_message: null,
};

// What the database fills in, and what an update lays over a row.
const jobRow = (...parts: object[]): Selectable<JobsTable> =>
  Object.assign({}, ...parts) as Selectable<JobsTable>;
const itemRow = (...parts: object[]): Selectable<ItemsTable> =>
  Object.assign({ ...ITEM_DEFAULTS }, ...parts) as Selectable<ItemsTable>;

describe('a job', () => {
  it('comes back from its row as it went in', () => {
    fc.assert(
      fc.property(newJob, (job) => {
        expect(jobOf(jobRow(newJobRow(job)))).toMatchObject(job);
      }),
    );
  });

  it('shows each field of a patch and keeps the others', () => {
    fc.assert(
      fc.property(newJob, jobPatch, (job, patch) => {
        const before = jobOf(jobRow(newJobRow(job)));
        const after = jobOf(jobRow(newJobRow(job), jobPatchRow(patch)));
        expect(after).toEqual({ ...before, ...patch });
      }),
    );
  });

  it('counts a running rollback by its items, and a forecast by its own figures', () => {
    const counted = { undo_reversed: 3, undo_kept: 2, undo_errored: 1 };
    const stored = {
      reason: null,
      total: 9,
      reversed: 0,
      kept: 0,
      errored: 0,
      startedAtMs: 1,
      completedAtMs: null,
    };
    const shown = (status: 'running' | 'done' | 'foretold') =>
      jobOf(
        jobRow(newJobRow(newJobOf('j1')), counted, { undo: JSON.stringify({ ...stored, status }) }),
      ).rollback;
    const figures = { reversed: 3, kept: 2, errored: 1 };
    expect(shown('running')).toEqual({ ...stored, ...figures, status: 'running' });
    expect(shown('done')).toEqual({ ...stored, ...figures, status: 'done' });
    expect(shown('foretold')).toEqual({ ...stored, status: 'foretold' });
  });

  it('whose patch is empty changes nothing', () => {
    expect(jobPatchRow({})).toEqual({});
  });
});

describe('an item', () => {
  it('comes back from its row as it went in', () => {
    fc.assert(
      fc.property(newItem, text, (item, jobId) => {
        const shown = itemOf(itemRow(newItemRow(jobId, item)));
        expect(shown).toMatchObject({ ...item, jobId, state: 'read', hasWritten: false });
      }),
    );
  });

  it('shows each field of a patch and keeps the others', () => {
    fc.assert(
      fc.property(newItem, itemPatch, (item, patch) => {
        const before = itemOf(itemRow(newItemRow('j', item)));
        const after = itemOf(itemRow(newItemRow('j', item), itemPatchRow(patch)));
        expect(after).toEqual({ ...before, ...patch });
      }),
    );
  });

  it('whose patch is empty changes nothing', () => {
    expect(itemPatchRow({})).toEqual({});
  });
});

describe('decidedValues', () => {
  const [item] = newItems(1);
  const valueCount = (patch: ItemPatch): number =>
    item === undefined ? 0 : plannedValues({ item, patch }).length;
  const PLAIN: ItemPatch = { key: 'A', state: 'ended', outcome: 'created', plan: null };
  const image = { id: 'r1', fields: {}, children: {} };

  it('are few for what says no more than every item, nothing said outright included', () => {
    expect(valueCount(PLAIN)).toBe(PLAIN_COLUMN_COUNT);
    const nothing = { recordId: null, before: null, hasWritten: false, waitsFor: null };
    expect(valueCount({ ...PLAIN, ...nothing })).toBe(PLAIN_COLUMN_COUNT);
  });

  it.each([
    { step: 1 },
    { recordId: 'r1' },
    { before: image },
    { after: image },
    { hasWritten: true },
    { waitsFor: 0 },
    { hasFollowers: true },
    { needsPlan: true },
    { attempts: 1 },
    { code: 'ROW_INVALID' },
    { field: 'name' },
    { message: 'm' },
  ] satisfies ItemPatch[])('are all of them where %j is said', (further) => {
    expect(valueCount({ ...PLAIN, ...further })).toBe(PLANNED_COLUMNS.length);
  });
});
