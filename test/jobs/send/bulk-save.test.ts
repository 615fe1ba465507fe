/** Rows saved many at a time, against every way in which Billy may answer that: exact, and in few requests. */
import { describe, expect, it } from 'vitest';
import type { StartOptions } from '../../../src/jobs/job/job-options.js';
import {
  ALTERNATE_UNKNOWNS,
  DEFAULT_UNKNOWNS,
  type SandboxUnknowns,
} from '../../../src/sandbox/world/options.js';
import type { ItemRecord } from '../../../src/model/item.js';
import { bulkWorld, countWrites, importExactly } from '../support/bulk.js';
import { NextWrite, actedBeforeRun, plantCustomers, plantProducts } from '../support/deletions.js';
import { expectExact, twinsCsv } from '../support/storm.js';

const codes = ({ warnings }: { warnings: readonly { code: string }[] }): string[] =>
  warnings.map(({ code }) => code);

/** What a row says of its end. */
const ending = ({ row, outcome, code, field, message }: ItemRecord): unknown => ({
  ...{ row, outcome, code, field, message },
});

describe('bulk save', () => {
  it('makes 1,000 rows in ten writes, each with its person', async () => {
    const world = await bulkWorld();
    const { view, writes } = await importExactly(world, { rows: 1000 });
    expect(view.outcomes.created).toBe(1000);
    expect(writes).toEqual({ PATCH: 10 });
    const byContact = new Map(
      world.held('contactPersons').map((each) => [each['contactId'], each]),
    );
    for (const { key, recordId, after } of await world.items(view.id)) {
      const person = byContact.get(recordId ?? '');
      expect(person?.['email']).toBe(`${key.replace('Kunde ', 'k')}@ko.example`);
      // Known by its id, so that a rollback or a later row can name it.
      expect(after?.children['contactPersons']?.[0]?.id).toBe(person?.id);
    }
    expect(codes(view)).toEqual([]);
  });

  it.each<[string, StartOptions]>([
    ['continueOnError false', { continueOnError: false }],
    ['rollbackOnError', { rollbackOnError: true }],
    ['batchSize 1', { batchSize: 1 }],
  ])('is left alone with %s', async (_name, options) => {
    const world = await bulkWorld();
    const { writes } = await importExactly(world, { rows: 6, options });
    expect(writes).toEqual({ POST: 6 });
  });

  it('is off unless the setting says otherwise', async () => {
    const world = await bulkWorld({ bulkSave: false });
    expect((await importExactly(world, { rows: 3 })).writes).toEqual({ POST: 3 });
  });

  it('sends as many at once as batchSize says', async () => {
    const world = await bulkWorld();
    const { writes } = await importExactly(world, { rows: 50, options: { batchSize: 7 } });
    // The last one has nobody to go with.
    expect(writes).toEqual({ PATCH: 7, POST: 1 });
  });

  it('updates in bulk, each kind of record by itself, and one record never twice at once', async () => {
    const world = await bulkWorld();
    const ids = await plantCustomers(world, 30);
    const planted = world.writes().length;
    const lines = ids.map((id, index) => `${id},Ny ${String(index)},ny${String(index)}@ko.example`);
    const twice = `${ids[0] ?? ''},Allernyest,`;
    const csv = ['id,name,email', ...lines, twice].join('\n');
    const view = await world.imported(csv, { duplicateStrategy: 'update' });
    expect(view.outcomes.updated).toBe(31);
    const paths = world
      .writes()
      .slice(planted)
      .map(({ method, path }) => `${method} ${path}`);
    expect(paths).toEqual([
      expect.stringMatching(/^PATCH .*contacts$/),
      expect.stringMatching(/^PATCH .*contactPersons$/),
      expect.stringMatching(/^PUT .*contacts\//),
    ]);
    const names = new Map(world.held('contacts').map((each) => [each.id, each['name']]));
    expect(ids.map((id) => names.get(id))).toEqual([
      'Allernyest',
      ...ids.slice(1).map((_, index) => `Ny ${String(index + 1)}`),
    ]);
    const emails = world.held('contactPersons').map(({ email }) => email);
    expect(emails.sort()).toEqual(ids.map((_, index) => `ny${String(index)}@ko.example`).sort());
    expect(new Set(world.held('contactPersons').map(({ id }) => id)).size).toBe(30);
  });

  it('sends a price list as prices, and adds those that are missing', async () => {
    const world = await bulkWorld({ unknowns: { echoClientId: 'omit', bulkOrder: 'shuffled' } });
    await plantProducts(world, 20);
    const planted = world.writes().length;
    const rows = Array.from({ length: 20 }, (_, index) => {
      const currency = index < 10 ? 'EUR' : 'USD';
      return `V${String(index + 1)},${currency},${String(index + 100)}.50`;
    });
    const csv = ['productNo,currency,unitPrice', ...rows].join('\n');
    const options = { duplicateStrategy: 'update' } as const;
    const operation = 'update' as const;
    const view = await world.imported(csv, options, { resource: 'product', operation });
    expect(view.outcomes.updated).toBe(20);
    expect(world.writes().slice(planted)).toHaveLength(1);
    const items = await world.items(view.id);
    const held = world.held('productPrices');
    for (const { recordId, seq, after } of items) {
      const currencyId = seq <= 10 ? 'EUR' : 'USD';
      const own = held.filter((each) => each['productId'] === recordId);
      expect(own).toHaveLength(seq <= 10 ? 2 : 3);
      const price = own.find((each) => each['currencyId'] === currencyId);
      expect(Number(price?.['unitPrice'])).toBe(seq + 99.5);
      const known = after?.children['prices']?.find(
        ({ fields }) => fields['currencyId'] === currencyId,
      );
      expect(known?.id).toBe(price?.id);
    }
  });

  it('keeps rows apart that say the same', async () => {
    for (const echoClientId of ['echo', 'omit'] as const) {
      const world = await bulkWorld({ unknowns: { echoClientId, bulkOrder: 'shuffled' } });
      const { id } = await world.imported(twinsCsv(40), { duplicateStrategy: 'create' });
      const view = await expectExact(world, id);
      expect(view.outcomes.created).toBe(40);
      expect(countWrites(world)).toEqual({ PATCH: 1 });
    }
  });

  it('lets rows that wait for another go on with what it left', async () => {
    const world = await bulkWorld();
    const lines = Array.from({ length: 20 }, (_, index) => {
      const no = String((index % 10) + 1);
      return `K${no},Kunde ${no},${index < 10 ? '' : `Vej ${no}`}`;
    });
    const csv = ['contactNo,name,address', ...lines].join('\n');
    const view = await world.imported(csv, { duplicateStrategy: 'update' });
    expect(view.outcomes).toMatchObject({ created: 10, updated: 10 });
    const streets = world.held('contacts').map(({ name, street }) => [name, street]);
    expect(streets).toHaveLength(10);
    for (const [name, street] of streets) {
      expect(street).toBe(String(name).replace('Kunde', 'Vej'));
    }
  });

  it('leaves invoices alone', async () => {
    const world = await bulkWorld();
    const [contactId] = await plantCustomers(world, 1);
    await plantProducts(world, 1);
    const planted = world.writes().length;
    expect(contactId).toBeDefined();
    const rows = [1, 2, 3].map((no) => ({
      ...{ invoiceRef: `F${String(no)}`, customer: 'K1', entryDate: '2026-01-31' },
      ...{ taxMode: 'excl', productNo: 'V1', quantity: '1', unitPrice: '100' },
    }));
    const view = await world.imported(rows, {}, { resource: 'invoice' });
    expect(view.outcomes.created).toBe(3);
    expect(
      new Set(
        world
          .writes()
          .slice(planted)
          .map(({ method }) => method),
      ),
    ).toEqual(new Set(['POST']));
  });

  it('can be taken back whole', async () => {
    const world = await bulkWorld();
    const { view } = await importExactly(world, { rows: 30 });
    const signal = new AbortController().signal;
    await world.service.rollback(view.id, { dryRun: false, reason: null, signal });
    const undone = await world.ended(view.id);
    expect(undone.rollback).toMatchObject({ total: 30, reversed: 30 });
    expect(world.held('contacts')).toEqual([]);
  });
});

const KEYED: readonly Partial<SandboxUnknowns>[] = [
  { bulkErrors: 'clientId' },
  { bulkErrors: 'omit' },
  { bulkErrors: 'index' },
  { bulkErrors: 'clientId', echoClientId: 'omit', validationKey: 'omit' },
  { bulkErrors: 'clientId', echoClientId: 'omit', validationKey: 'singular' },
];
const PROFILES = [DEFAULT_UNKNOWNS, { ...ALTERNATE_UNKNOWNS, bulkSave: 'patch' } as const];

describe('a bulk save with rows that Billy refuses', () => {
  const cases = PROFILES.flatMap((profile) =>
    KEYED.flatMap((keyed) =>
      (['allOrNothing', 'partial', 'silentPartial'] as const).map((bulkSaveRefused) => {
        const { nulls } = profile;
        return [
          { nulls, ...keyed, bulkSaveRefused },
          { ...profile, ...keyed, bulkSaveRefused },
        ] as const;
      }),
    ),
  );

  it.each(cases)(
    'fails those rows alone, with the words of single sends (%j)',
    async (_name, unknowns) => {
      const asked = { rows: 60, bad: [7, 23, 24] };
      const enforced = { ...unknowns, uniqueNumbers: 'enforce' } as const;
      const world = await bulkWorld({ unknowns: enforced });
      const { view, writes } = await importExactly(world, asked);
      expect(view.outcomes).toMatchObject({ created: 57, failed: 3, unknown: 0 });
      const single = await bulkWorld({ unknowns: enforced, bulkSave: false });
      const alone = await importExactly(single, asked);
      const [ours, theirs] = [await world.items(view.id), await single.items(alone.view.id)];
      expect(ours.map(ending)).toEqual(theirs.map(ending));
      const total = Object.values(writes).reduce((sum, count) => sum + count, 0);
      if (unknowns.bulkSaveRefused !== 'allOrNothing') {
        expect(codes(view)).toContain('BULK_SAVE_PARTIAL');
        return;
      }
      expect(codes(view)).not.toContain('BULK_SAVE_PARTIAL');
      const isNamed = unknowns.bulkErrors === 'clientId' && unknowns.echoClientId === 'echo';
      // Three bad rows of sixty: by name one request more, else the halves of the way to each.
      expect(total).toBeLessThanOrEqual(isNamed ? 2 : 3 * 2 * Math.ceil(Math.log2(60)));
      if (isNamed) expect(writes).toEqual({ PATCH: 2 });
    },
  );

  it('looks at Billy once, however many are refused', async () => {
    const world = await bulkWorld({ unknowns: { uniqueNumbers: 'enforce' }, maxConcurrent: 1 });
    const from = world.requests().length;
    const bad = [5, 105, 205, 305, 405];
    await importExactly(world, { rows: 500, bad });
    const lists = world
      .requests(from)
      .filter(({ method, path }) => method === 'GET' && path.includes('/contacts?'));
    // One for the plan, one for the look.
    expect(lists).toHaveLength(2);
  });

  it('is about a record that is gone: the row hears what it hears alone', async () => {
    const next = new NextWrite();
    const { onWrite } = next;
    const world = await bulkWorld({ isHeld: true, sandbox: { onWrite } });
    const ids = await plantCustomers(world, 12);
    const lines = ids.map((id, index) => `${id},Ny ${String(index)}`);
    const job = await world.startImport(['id,name', ...lines].join('\n'), {
      duplicateStrategy: 'update',
    });
    const gone = ids[4] ?? '';
    const view = await actedBeforeRun(world, job, () => {
      next.brings(() => world.sandbox.control.thirdParty({ action: 'delete', id: gone }));
    });
    expect(view.outcomes).toMatchObject({ updated: 11, failed: 1 });
    const item = (await world.items(view.id)).find(({ recordId }) => recordId === gone);
    expect(item).toMatchObject({ outcome: 'failed', code: 'RECORD_NOT_FOUND' });
  });
});

describe('a bulk save that is too large', () => {
  it.each([
    [50, 100],
    [10, 100],
  ] as const)('learns that Billy takes %i', async (bulkSaveMax, batchSize) => {
    const world = await bulkWorld({ unknowns: { bulkSaveMax }, maxConcurrent: 1 });
    const { view, writes } = await importExactly(world, { rows: 400, options: { batchSize } });
    expect(view.outcomes.created).toBe(400);
    expect(codes(view)).toEqual([]);
    // Learned once, in a few refusals: the rest goes in the size that was found, half of the true one at worst.
    const [found, refusals] = bulkSaveMax === 50 ? [49, 2] : [6, 32];
    const { PATCH = 0, POST = 0 } = writes;
    // One goes alone, in case it is about what every create has; and what a request of the size that
    // was found leaves over of a part that was refused before.
    const alone = 1 + Math.ceil(400 / 100);
    expect(PATCH + POST).toBeLessThanOrEqual(Math.ceil(400 / found) + refusals + alone);
    expect(POST).toBeLessThanOrEqual(alone);
  });

  it('and holds bad rows as well, at a Billy that saves the others without a word', async () => {
    const unknowns: Partial<SandboxUnknowns> = {
      bulkSaveMax: 10,
      bulkSaveRefused: 'silentPartial',
      bulkErrors: 'omit',
      uniqueNumbers: 'enforce',
    };
    const world = await bulkWorld({ unknowns });
    const { view } = await importExactly(world, { rows: 120, bad: [1, 33, 77, 120] });
    expect(view.outcomes).toMatchObject({ created: 116, failed: 4 });
  });
});

describe('an account without bulk save', () => {
  it('gets its rows one by one, said once', async () => {
    const world = await bulkWorld({ unknowns: { bulkSave: 'none' } });
    const { view, writes } = await importExactly(world, { rows: 250 });
    expect(view.outcomes.created).toBe(250);
    expect(codes(view)).toEqual(['BULK_SAVE_UNSUPPORTED']);
    expect(writes['POST']).toBe(250);
    // Those that were on their way when the first answer came.
    expect(writes['PATCH']).toBeLessThanOrEqual(3);
  });
});
