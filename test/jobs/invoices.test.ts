/** Invoices: rows that belong together become one draft, once, or nobody sends anything. */
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/core/limits.js';
import {
  ALTERNATE_UNKNOWNS,
  DEFAULT_UNKNOWNS,
  type SandboxUnknowns,
} from '../../src/sandbox/world/options.js';
import type { World, WorldOptions } from '../support/engine-world.js';
import {
  csvOf,
  HEADER,
  invoiced,
  invoicesCsv,
  line,
  linesOf,
  onlyInvoice,
  takenSince,
  withAccount,
} from './support/invoicing.js';
import { stormWorld } from './support/storm.js';

const PROFILES: readonly (readonly [string, SandboxUnknowns])[] = [
  ['default', DEFAULT_UNKNOWNS],
  ['alternate', ALTERNATE_UNKNOWNS],
];

async function accountWorld(options: WorldOptions = {}): Promise<World> {
  return withAccount(await stormWorld(options));
}

describe.each(PROFILES)('in the %s profile', (_name, unknowns) => {
  it('the rows of an invoice become one draft with its lines in order', async () => {
    const world = await accountWorld({ unknowns });
    const csv = csvOf([
      line(1, { description: 'Første', quantity: '2', unitPrice: '12.50' }),
      line(2),
      line(1, { productNo: 'V2', description: 'Anden' }),
    ]);
    const view = await invoiced(world, csv);
    expect(view).toMatchObject({ status: 'completed', totalRows: 3, totalItems: 2 });
    expect(view.outcomes).toMatchObject({ created: 2, failed: 0 });
    const [first] = await world.items(view.id);
    expect(world.held('invoices').map(({ state }) => state)).toEqual(['draft', 'draft']);
    expect(linesOf(world, first?.recordId ?? '')).toMatchObject([
      { description: 'Første', quantity: 2, unitPrice: 12.5 },
      { description: 'Anden', quantity: 1, unitPrice: 100 },
    ]);
  });

  it('a dry run foretells what the run does, and sends nothing', async () => {
    const world = await accountWorld({ unknowns });
    const csv = csvOf([line(1), line(2, { quantity: '0' }), line(1), line(3, { entryDate: '' })]);
    const from = world.requests().length;
    const dry = await invoiced(world, csv, { dryRun: true });
    expect(world.writes(from)).toEqual([]);
    const run = await invoiced(world, { dryRunJobId: dry.id });
    expect(dry.outcomes).toMatchObject({ created: 1, failed: 2 });
    expect(run.outcomes).toEqual(dry.outcomes);
    expect(run.errors).toEqual(dry.errors);
    expect(dry.estimate).toMatchObject({ requests: 1 });
  });
});

describe('rows of one invoice', () => {
  it('may stand more than a batch apart', async () => {
    const world = await accountWorld();
    const between = Array.from({ length: LIMITS.storeBatchRows + 20 }, (_, index) =>
      line(`x${String(Math.floor(index / 100))}`),
    );
    const csv = csvOf([
      line(1),
      ...between,
      line(1, { productNo: 'V3' }),
      line(1, { quantity: '7' }),
    ]);
    const view = await invoiced(world, csv);
    const others = Math.ceil(between.length / 100);
    expect(view.outcomes).toMatchObject({ created: 1 + others, failed: 0 });
    const [first] = await world.items(view.id);
    const later = 3 + between.length;
    expect(first).toMatchObject({ row: 2, lines: [{ row: later }, { row: later + 1 }] });
    expect(linesOf(world, first?.recordId ?? '').map(({ quantity }) => quantity)).toEqual([
      1, 1, 7,
    ]);
    const all = world.held('invoices').flatMap(({ id }) => linesOf(world, id));
    expect(all).toHaveLength(between.length + 3);
  });

  it('that disagree in their head fail that invoice, with the row', async () => {
    const world = await accountWorld();
    const csv = csvOf([line(1), line(1, { entryDate: '2026-02-01' }), line(2)]);
    const view = await invoiced(world, csv);
    expect(view.outcomes).toMatchObject({ created: 1, failed: 1 });
    const [error] = view.errors;
    expect(error).toMatchObject({ row: 2, code: 'ROW_INVALID', field: 'entryDate' });
    expect(error?.message).toContain('row 3');
    expect(onlyInvoice(world)['entryDate']).toBe('2026-01-31');
  });

  it('may leave the head to one of them, the first or another', async () => {
    const world = await accountWorld();
    const blank = { customer: '', entryDate: '', taxMode: '' };
    const view = await invoiced(world, csvOf([line(1), line(1, blank), line(2, blank), line(2)]));
    expect(view.outcomes).toMatchObject({ created: 2, failed: 0 });
    expect(view.warnings).toEqual([]);
  });

  it('that name none belong to the one above; without one above they fail', async () => {
    const world = await accountWorld();
    const none = line(0, { invoiceRef: '' });
    const view = await invoiced(world, csvOf([none, line(1), none, line(1)]));
    expect(view.outcomes).toMatchObject({ created: 1, failed: 1 });
    expect(view.errors).toMatchObject([{ row: 2, code: 'ROW_INVALID', field: 'invoiceRef' }]);
    expect(linesOf(world, onlyInvoice(world).id)).toHaveLength(3);
  });

  it('that are too many fail it, and so does a ragged one', async () => {
    const world = await accountWorld();
    const many = Array.from({ length: LIMITS.groupLinesMax + 3 }, () => line('many'));
    const full = Array.from({ length: LIMITS.groupLinesMax }, () => line('full'));
    const view = await invoiced(world, csvOf([...many, ...full, line(3), `${line(3)},one,more`]));
    // The rows that find no place fail by themselves, so that the report lacks none.
    expect(view).toMatchObject({ totalItems: 5, outcomes: { created: 1, failed: 4 } });
    const last = LIMITS.groupLinesMax + 3;
    expect(view.errors.map(({ row, code }) => [row, code])).toEqual([
      [2, 'ROW_INVALID'],
      [last, 'ROW_INVALID'],
      [last + 1, 'ROW_INVALID'],
      [LIMITS.groupLinesMax + last + 2, 'CSV_MALFORMED'],
    ]);
    const report = await world.service.report(view.id, { scope: 'failed' });
    expect(report.totalRows).toBe(many.length + 2);
    expect(view.errors[0]?.message).toContain(`more than ${String(LIMITS.groupLinesMax)}`);
    expect(linesOf(world, onlyInvoice(world).id)).toHaveLength(LIMITS.groupLinesMax);
  });

  it('under two references but one number: the second fails', async () => {
    const world = await accountWorld();
    const header = `${HEADER},invoiceNo`;
    const rows = [1, 2].map((no) => line(no, { invoiceNo: '7001' }, header));
    const view = await invoiced(world, csvOf(rows, header));
    expect(view.outcomes).toMatchObject({ created: 1, failed: 1 });
    expect(view.errors).toMatchObject([{ row: 3, code: 'ROW_INVALID', field: 'invoiceNo' }]);
  });

  it('are all in the report, each with the invoice that they became', async () => {
    const world = await accountWorld();
    const { id } = await invoiced(world, csvOf([line(1), line(2), line(1)]));
    const report = (await world.service.reportText(id, 'all')).trim().split(/\r?\n/);
    const [one] = await world.items(id);
    const ofFirst = report.filter((row) => row.includes(one?.recordId ?? 'none'));
    expect(report).toHaveLength(4);
    expect(ofFirst).toHaveLength(2);
  });
});

describe('what a row leaves out', () => {
  it('taxMode is the organization’s, and a warning says so once', async () => {
    const world = await accountWorld();
    const view = await invoiced(world, csvOf([1, 2].map((no) => line(no, { taxMode: '' }))));
    const mode = 'excl';
    expect(view.warnings.map(({ code }) => code)).toEqual(['TAX_MODE']);
    expect(view.warnings[0]?.message).toContain(mode);
    expect(world.held('invoices').map(({ taxMode }) => taxMode)).toEqual([mode, mode]);
  });

  it('price and description come from the product, in the currency of the invoice', async () => {
    const world = await accountWorld();
    const header = `${HEADER},currency`;
    const bare = { description: '', unitPrice: '', quantity: '' };
    const csv = csvOf(
      [
        line(1, { ...bare, currency: 'EUR', productNo: 'V2' }, header),
        line(2, { ...bare, productNo: 'V2' }, header),
        line(3, { ...bare, currency: 'SEK' }, header),
      ],
      header,
    );
    const view = await invoiced(world, csv);
    expect(view.errors).toMatchObject([{ row: 4, code: 'ROW_INVALID', field: 'unitPrice' }]);
    const [euro, krone] = await world.items(view.id);
    const priced = (id: string | null | undefined) => linesOf(world, id ?? '');
    expect(priced(euro?.recordId)).toMatchObject([
      { unitPrice: 2, quantity: 1, description: 'God' },
    ]);
    expect(priced(krone?.recordId)).toMatchObject([{ unitPrice: 20, description: 'God' }]);
    expect(
      world
        .held('invoices')
        .map(({ currencyId }) => currencyId)
        .sort(),
    ).toEqual(['DKK', 'EUR']);
  });

  it('days become terms, and approve an approved invoice', async () => {
    const world = await accountWorld();
    const header = `${HEADER},paymentTermsDays,approve`;
    const csv = csvOf([line(1, { paymentTermsDays: '14', approve: 'ja' }, header)], header);
    await invoiced(world, csv);
    expect(onlyInvoice(world)).toMatchObject({
      state: 'approved',
      paymentTermsMode: 'net',
      paymentTermsDays: 14,
      dueDate: '2026-02-14',
    });
    expect(onlyInvoice(world)['invoiceNo']).not.toBeNull();
  });
});

describe('a customer', () => {
  it.each([
    ['contactNo', 'K2'],
    ['ean', '5790000000005'],
    ['vatNo', 'DK 13 74 81 36'],
    ['email', 'K3@KO.example'],
  ])('is found by %s', async (key, customer) => {
    const world = await accountWorld();
    const basis = { name: 'Søgt', countryId: 'DK', isCustomer: true };
    const by = { ean: { ean: '5790000000005' }, vatNo: { registrationNo: '13748136' } };
    const planted =
      key === 'ean' || key === 'vatNo'
        ? await world.plant('contacts', { ...basis, ...by[key] })
        : null;
    const { outcomes } = await invoiced(world, csvOf([line(1, { customer })]));
    expect(outcomes.created).toBe(1);
    const no = key === 'contactNo' ? 'K2' : 'K3';
    const wanted = planted ?? world.held('contacts').find(({ contactNo }) => contactNo === no)?.id;
    expect(onlyInvoice(world)['contactId']).toBe(wanted);
  });

  it('by a number goes before one by another key of the same text', async () => {
    const world = await accountWorld();
    const basis = { name: 'Søgt', countryId: 'DK', isCustomer: true };
    await world.plant('contacts', { ...basis, registrationNo: '13748136' });
    const id = await world.plant('contacts', { ...basis, contactNo: '13748136' });
    await invoiced(world, csvOf([line(1, { customer: '13748136' })]));
    expect(onlyInvoice(world)['contactId']).toBe(id);
  });

  it('that fits several ends the job, nothing sent', async () => {
    const world = await accountWorld();
    for (const no of ['1', '2']) {
      const person = { name: 'R', email: 'fælles@revisor.example', isPrimary: true };
      const basis = { name: `Fælles ${no}`, countryId: 'DK', isCustomer: true };
      await world.plant('contacts', { ...basis, contactPersons: [person] });
    }
    const csv = csvOf([line(1), line(2, { customer: 'fælles@revisor.example' })]);
    const view = await invoiced(world, csv);
    expect(view).toMatchObject({ status: 'failed', error: { code: 'REFERENCE_NOT_FOUND' } });
    expect(view.warnings[0]?.message).toContain('matches several');
    expect(world.held('invoices')).toEqual([]);
  });
});

describe('what exists already', () => {
  it('an invoiceNo that Billy has is skipped, whatever else its rows say', async () => {
    const world = await accountWorld();
    const header = `${HEADER},invoiceNo`;
    const rows = [line(1, { invoiceNo: '7001' }, header), line(2, { invoiceNo: '7002' }, header)];
    await invoiced(world, csvOf(rows, header));
    const from = world.requests().length;
    const again = [
      line('A', { invoiceNo: '7001', customer: 'ukendt' }, header),
      line('B', { invoiceNo: '7003' }, header),
    ];
    const view = await invoiced(world, csvOf(again, header));
    expect(view.outcomes).toMatchObject({ skipped: 1, created: 1 });
    expect(takenSince(world, from)).toBe(1);
  });

  it('an invoiceRef of an earlier job is skipped until that is rolled back', async () => {
    const world = await accountWorld();
    const csv = invoicesCsv(3);
    const first = await invoiced(world, csv);
    expect((await invoiced(world, csv)).id).toBe(first.id);
    const second = await invoiced(world, csv, { force: true });
    expect(second.outcomes).toMatchObject({ created: 0, skipped: 3 });
    const ids = (await world.items(first.id)).map(({ recordId }) => recordId);
    expect((await world.items(second.id)).map(({ recordId }) => recordId)).toEqual(ids);
    const signal = new AbortController().signal;
    await world.service.rollback(first.id, { dryRun: false, reason: null, signal });
    expect((await world.ended(first.id)).rollback).toMatchObject({ reversed: 3, kept: 0 });
    expect(world.held('invoices')).toEqual([]);
    const third = await invoiced(world, csv, { force: true });
    expect(third.outcomes).toMatchObject({ created: 3, skipped: 0 });
    expect(world.held('invoices')).toHaveLength(3);
  });

  it('drafts that a deletion by number took away are made again', async () => {
    const world = await accountWorld();
    const header = `${HEADER},invoiceNo`;
    const draft = { customer: 'K1', entryDate: '2026-01-31' };
    const contactId = world.held('contacts')[0]?.id ?? '';
    const productId = world.held('products')[0]?.id ?? '';
    const lines = [{ productId, unitPrice: 1 }];
    const fields = { contactId, entryDate: draft.entryDate, invoiceNo: '7001', lines };
    await world.plant('invoices', fields);
    const more = { resource: 'invoice', operation: 'delete' } as const;
    const { id } = await world.start({ csvContent: 'invoiceNo\n7001' }, {}, more);
    expect((await world.ended(id)).outcomes.deleted).toBe(1);
    const csv = csvOf([line(1, { invoiceRef: '', invoiceNo: '7001' }, header)], header);
    expect((await invoiced(world, csv)).outcomes).toMatchObject({ created: 1, skipped: 0 });
    expect(onlyInvoice(world)['invoiceNo']).toBe('7001');
  });
});
