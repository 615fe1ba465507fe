/** The field cases: each file as it came, started by its path, against what a careful bookkeeper expects. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobView } from '../../src/jobs/service/job-view.js';
import { calmWorld, type World, type WorldOptions } from '../support/engine-world.js';
import { INVOICE, ROWS, UPDATE, type Case } from './support/field-cases.js';
import { exportedTo } from './support/exported.js';
import { linesOf } from './support/invoicing.js';

const FILES = join(import.meta.dirname, '../fixtures/field-cases');

/** Files that a start refuses, with what it says. */
const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  ['html-table.xls', 'INPUT_ENCODING', /web page.*Save the table as XLSX/],
  ['lines-wholly-quoted.csv', 'CSV_MALFORMED', /Each line of the file is one quoted cell/],
];

/** Files whose case has a test of its own below. */
const APART = ['billy-reason-hidden.csv', 'customer-by-name.csv'];

/** The account of the README, with what a case changes of it. */
async function office(options: WorldOptions = {}): Promise<World> {
  const world = await calmWorld(options);
  const customers = [
    { contactNo: '10001', name: 'Gammel Kunde 1 ÆØÅ', registrationNo: '30000412', mail: 'kunde1' },
    { contactNo: '10002', name: 'Gammel Kunde 2', mail: 'kunde2' },
    { contactNo: '10004', name: 'Gammel Kunde 4' },
    { contactNo: '10005', name: 'Gammel Kunde 5' },
  ];
  for (const { mail, ...fields } of customers) {
    const person = { name: 'P', email: `${mail ?? ''}@example.dk`, isPrimary: true };
    const contactPersons = mail === undefined ? [] : [person];
    const basis = { type: 'company', countryId: 'DK', isCustomer: true };
    await world.plant('contacts', { ...basis, ...fields, contactPersons });
  }
  for (const no of [0, 1, 2, 3, 4]) {
    const prices = [{ currencyId: 'DKK', unitPrice: 10 }];
    await world.plant('products', {
      name: `Vare ${String(no)}`,
      productNo: `P100${String(no)}`,
      prices,
    });
  }
  return world;
}

function contactLines(world: World): string[] {
  const persons = world.held('contactPersons');
  return world.held('contacts').map((contact) => {
    const mails = persons.filter(({ contactId }) => contactId === contact.id);
    const facts = [
      ...['countryId', 'registrationNo', 'cityText', 'street', 'phone'].map((key) => contact[key]),
      ...mails.map(({ email }) => email).sort(),
      contact['isSupplier'] === true ? 'supplier' : '',
    ];
    const name = [contact['contactNo'], contact['name']].filter(Boolean).join(' ');
    return ['contact ' + name, ...facts.filter(Boolean)].join(', ');
  });
}

/** One line for each contact, product and invoice that Billy holds. */
function heldLines(world: World): string[] {
  const prices = world.held('productPrices');
  const products = world.held('products').map(({ id, productNo, name }) => {
    const own = prices.filter(({ productId }) => productId === id);
    const amounts = own.map(({ currencyId, unitPrice }) => [currencyId, unitPrice].join(' '));
    return `product ${[productNo, name].join(' ')}: ${amounts.join(', ')}`;
  });
  const contacts = world.held('contacts');
  const invoices = world.held('invoices').map(({ id, contactId, entryDate, state, amount }) => {
    const customer = contacts.find((contact) => contact.id === contactId)?.['contactNo'];
    const lines = linesOf(world, id).map((line) =>
      [line['quantity'], line['unitPrice']].join(' x '),
    );
    return `invoice ${[customer, entryDate, state, amount].join(' ')}: ${lines.join(', ')}`;
  });
  return [...contactLines(world), ...products, ...invoices];
}

/** The lines of `after` that are new; with a `-` those of `before` that are gone and not replaced. */
function changesOf(
  before: readonly string[],
  after: readonly string[],
  isDeletion: boolean,
): string[] {
  const gone = isDeletion ? before.filter((line) => !after.includes(line)) : [];
  return [
    ...after.filter((line) => !before.includes(line)),
    ...gone.map((line) => `-${line}`),
  ].sort();
}

function saidBy(view: JobView): string {
  const errors = view.errors.map(({ row, code, message }) => `${String(row)} ${code} ${message}`);
  const warnings = view.warnings.map(({ code, message }) => `${code} ${message}`);
  const failure = view.error === null ? [] : [Object.values(view.error).join(' ')];
  const { inFile, inBilly } = view.duplicates;
  return [
    ...errors,
    ...warnings,
    ...failure,
    `duplicates ${String(inFile)} ${String(inBilly)}`,
  ].join('\n');
}

async function rowsOf(world: World, { id }: JobView): Promise<string[]> {
  const items = await world.items(id);
  return items.map(({ row, outcome, code }) =>
    [row, outcome, code].filter((part) => part !== null).join(' '),
  );
}

/** Starts the file by its path, as it is or with a text in place of its own. */
async function ended(
  world: World,
  { file, more, options }: Pick<Case, 'file' | 'more' | 'options'>,
  text?: string,
): Promise<JobView> {
  const filePath = join(world.folder, file);
  writeFileSync(filePath, text ?? readFileSync(join(FILES, file)));
  return world.ended((await world.start({ filePath }, options, more)).id);
}

it('every file has its case', () => {
  const cases = [...ROWS.map(({ file }) => file), ...REFUSED.map(([file]) => file), ...APART];
  const files = readdirSync(FILES).filter((name) => !name.startsWith('.'));
  expect(files.sort()).toEqual([...new Set(cases)].sort());
});

describe('a file of the field', () => {
  it.each(ROWS)('$file $options', async (each) => {
    const world = await office();
    const before = heldLines(world);
    const from = world.requests().length;
    const dry = await ended(world, { ...each, options: { ...each.options, dryRun: true } });
    expect(await rowsOf(world, dry)).toEqual(each.rows);
    for (const words of each.says) expect(saidBy(dry)).toMatch(words);
    expect(world.writes(from)).toEqual([]);
    const run = await ended(world, each);
    expect(await rowsOf(world, run)).toEqual(each.rows);
    for (const words of each.says) expect(saidBy(run)).toMatch(words);
    const isDeletion = each.more?.operation === 'delete';
    expect(changesOf(before, heldLines(world), isDeletion)).toEqual([...each.made].sort());
  });

  it.each(REFUSED)('%s is refused at once', async (file, code, words) => {
    const world = await office();
    const refusal = await ended(world, { file }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code });
    const { message, hint } = refusal as { message: string; hint: string };
    expect(`${message} ${hint}`).toMatch(words);
    expect(world.writes()).toHaveLength(9);
  });
});

it('customer-by-name.csv is refused with the keys that find a customer', async () => {
  const world = await office();
  const from = world.requests().length;
  const view = await ended(world, { file: 'customer-by-name.csv', more: INVOICE });
  expect(view).toMatchObject({ status: 'failed', error: { code: 'REFERENCE_NOT_FOUND' } });
  expect(saidBy(view)).toContain(
    'kunde "Gammel Kunde 1 ÆØÅ" was not found by contactNo, ean, vatNo or email',
  );
  expect(world.writes(from)).toEqual([]);
});

it('invoice-line-without-ref.csv: mended and imported again, nothing is made twice', async () => {
  const world = await office();
  const file = 'invoice-line-without-ref.csv';
  await ended(world, { file, more: INVOICE });
  const made = heldLines(world);
  const mended = readFileSync(join(FILES, file), 'utf8').replace('\n;', '\nF1;');
  const again = await ended(world, { file, more: INVOICE }, mended);
  expect(again.outcomes).toMatchObject({ created: 0, skipped: 2 });
  expect(heldLines(world)).toEqual(made);
});

describe('billy-reason-hidden.csv', () => {
  const file = 'billy-reason-hidden.csv';
  const textMax = { 'contact.name': 100, 'contact.street': 100 };
  const short = { unknowns: { textMax, countries: 'fewer' } } as const;

  it.each([
    ['message', /2 BILLY_VALIDATION .name must have at most 100/, [null, null]],
    ['attributes', /2 BILLY_VALIDATION .must have at most 100/, ['name', 'street']],
  ] as const)('tells for each row what Billy says, in its %s', async (...told) => {
    const [refusalReasons, words, fields] = told;
    const world = await office({ unknowns: { ...short.unknowns, refusalReasons } });
    const view = await ended(world, { file });
    expect(await rowsOf(world, view)).toEqual([
      '2 failed BILLY_VALIDATION',
      '3 failed BILLY_VALIDATION',
      '4 created',
    ]);
    expect(view.errors.map(({ field }) => field)).toEqual(fields);
    expect(saidBy(view)).toMatch(words);
    expect(saidBy(view)).toMatch(/3 BILLY_VALIDATION .*must have at most 100/);
  });

  it.each([
    ['Atlantis', /4 ROW_INVALID land "Atlantis" is not an ISO country code or a known country/],
    ['Åland', /4 ROW_INVALID land "Åland" is not a country that Billy has/],
  ])('foretells that %s is unknown', async (country, words) => {
    const world = await office(short);
    const text = readFileSync(join(FILES, file), 'utf8').replace('Kina;', `${country};`);
    const view = await ended(world, { file, options: { dryRun: true } }, text);
    expect(saidBy(view)).toMatch(words);
  });
});

describe('without a file', () => {
  it('letters taken apart and signs without width come back as they were', async () => {
    const world = await office();
    const texts = { name: 'NBSP\u00a0ApS\u200b', cityText: 'Bru\u0308ssel' };
    await world.plant('contacts', { ...texts, type: 'company', countryId: 'DK', isCustomer: true });
    const from = world.requests().length;
    const filePath = await exportedTo(world, 'standard');
    const view = await world.ended((await world.start({ filePath }, UPDATE)).id);
    expect(await rowsOf(world, view)).toEqual(
      [2, 3, 4, 5, 6].map((row) => `${String(row)} unchanged`),
    );
    expect(world.writes(from)).toEqual([]);
  });

  it('a number that lost its zeros in a spreadsheet stays, with a word', async () => {
    const world = await office();
    const zeros = { name: 'Nul ApS', contactNo: '00042', type: 'company' };
    await world.plant('contacts', { ...zeros, countryId: 'DK', isCustomer: true });
    const filePath = await exportedTo(world, 'standard');
    writeFileSync(filePath, readFileSync(filePath, 'utf8').replace('00042', '42'));
    const view = await world.ended((await world.start({ filePath }, UPDATE)).id);
    expect(saidBy(view)).toMatch(/VALUE_SUSPECT 1 row .*has lost its leading zeros/);
    expect(view.outcomes).toMatchObject({ unchanged: 5, updated: 0 });
    expect(world.held('contacts').map(({ contactNo }) => contactNo)).toContain('00042');
  });
});
