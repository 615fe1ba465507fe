// What the scan makes of headers, through a whole job.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core/errors.js';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import { calmWorld } from '../../support/engine-world.js';
import { invoiced, onlyInvoice, withAccount } from '../support/invoicing.js';

/** A rejection as a value. */
const thrownAs = (thrown: unknown): unknown => thrown;

const QUESTION = 'Navn;Kundekode\nA;K7\n';

describe('a header that looks like a number of the customer', () => {
  it('refuses the file, unless it is mapped, or mapped to nothing', async () => {
    const world = await calmWorld();
    const refused = await world.imported(QUESTION);
    expect(refused.error?.code).toBe('INPUT_AMBIGUOUS');
    expect(refused.error?.message).toContain('"Kundekode"');
    const left = await world.imported(QUESTION, { columnMapping: { Kundekode: '' } });
    expect([left.status, left.successfulItems]).toEqual(['completed', 1]);
    // Nothing but that rows without any number cannot be recognized later.
    expect(left.warnings.map(({ code }) => code)).toEqual(['NO_MATCH_KEY']);
    const mapped = await world.imported('Navn;Kundekode\nB;K8\n', {
      columnMapping: { Kundekode: 'contactNo' },
    });
    expect(mapped.status).toBe('completed');
    expect(world.held('contacts').map((contact) => contact['contactNo'])).toContain('K8');
  });
});

describe('parts of a value', () => {
  it('are joined as the mapping says, and a message names the header of the user', async () => {
    const world = await calmWorld();
    const columnMapping = { 'Afd.': 'name', Enhedsnavn: 'name' };
    const csv = 'Enhedsnavn;Afd.;Postnr. og by\nSkolen;Nord;8000 Aarhus C\nHaven;;800 Odense\n';
    const { errors } = await world.imported(csv, { columnMapping });
    expect(world.held('contacts')).toMatchObject([
      { name: 'Skolen Nord', zipcodeText: '8000', cityText: 'Aarhus C' },
    ]);
    expect(errors[0]?.message).toMatch(/^Postnr\. og by "800 Odense" is not a Danish postcode/);
  });
});

describe('a price header that is mapped', () => {
  const HEAD = 'Fakturanr;Kunde;Dato;Varenr;Antal';

  it.each([
    ['Beløb inkl. moms', ['DKK', 'incl']],
    ['Beløb ekskl. moms', ['DKK', 'excl']],
    ['Sats, EUR excl. VAT', ['EUR', 'excl']],
    ['Amount (SEK) gross', ['SEK', 'incl']],
  ])('keeps what %s says of VAT and currency', async (header, expected) => {
    const world = await withAccount(await calmWorld());
    const csv = `${HEAD};"${header}"\nF1;K1;15-01-2026;V1;2;125\n`;
    await invoiced(world, csv, { columnMapping: { [header]: 'unitPrice' } });
    const { currencyId, taxMode } = onlyInvoice(world);
    expect([currencyId, taxMode]).toEqual(expected);
  });

  it('is contradicted by a cell that says otherwise', async () => {
    const world = await withAccount(await calmWorld());
    const csv = `${HEAD};Moms;Beløb inkl. moms\nF1;K1;15-01-2026;V1;2;ekskl;125\n`;
    const columnMapping = { 'Beløb inkl. moms': 'unitPrice' };
    const { errors } = await invoiced(world, csv, { columnMapping });
    expect(errors[0]?.message).toBe('Moms: "ekskl" contradicts the header of the prices: incl');
    expect(world.held('invoices')).toEqual([]);
  });

  it('names the currency of products', async () => {
    const world = await calmWorld();
    const options = { columnMapping: { 'Beløb EUR': 'unitPrice' } };
    await world.imported('Navn;Beløb EUR\nA;10,50\n', options, { resource: 'product' });
    expect(world.held('productPrices')).toMatchObject([{ currencyId: 'EUR', unitPrice: 10.5 }]);
  });
});

describe('a price of a product with VAT', () => {
  const PRODUCT = { resource: 'product' } as const;

  async function refusalOf(csv: string, columnMapping: Record<string, string>) {
    const world = await calmWorld();
    const start = world.startImport(csv, { columnMapping }, PRODUCT);
    const refused: unknown = await start.then(({ id }) => world.ended(id)).catch(thrownAs);
    return refused instanceof InputError ? refused : (refused as JobView).error;
  }

  it.each(['Pris inkl. moms', 'Beløb inkl. moms', 'Price incl. VAT', 'Bruttopris'])(
    '%s is refused with a way that works, mapped or not',
    async (header) => {
      const csv = `Navn;${header}\nA;125,00\n`;
      const mapped = await refusalOf(csv, { [header]: 'unitPrice' });
      expect(mapped?.code).toBe('INPUT_AMBIGUOUS');
      expect(mapped?.message).toContain('include VAT');
      expect(mapped?.hint).toContain('rename the header to unitPrice');
      expect(mapped?.hint).not.toMatch(/map \S+ to unitPrice|map the header to unitPrice/);
      const world = await calmWorld();
      const both = `Navn;${header};unitPrice\nA;125,00;100,00\n`;
      await world.imported(both, { columnMapping: { [header]: '' } }, PRODUCT);
      await world.imported('Navn;unitPrice\nB;90,00\n', {}, PRODUCT);
      const prices = world.held('productPrices').map((price) => Number(price['unitPrice']));
      expect(prices.sort((left, right) => left - right)).toEqual([90, 100]);
    },
  );

  it('that an update does not map is refused in the same words', async () => {
    const world = await calmWorld();
    const csv = 'Varenr;Beløb inkl. moms\nV1;125,00\n';
    const view = await world.imported(csv, {}, { ...PRODUCT, operation: 'update' });
    expect(view.error?.message).toContain('The prices under "Beløb inkl. moms" include VAT');
    const left = { columnMapping: { 'Beløb inkl. moms': '' } };
    const again = await world.imported(csv, left, { ...PRODUCT, operation: 'update' });
    expect(again.error).toBeNull();
  });
});

describe('a price header that states something', () => {
  it('fails the rows that say otherwise', async () => {
    const world = await calmWorld();
    const csv = 'Navn;Pris (EUR);Valuta\nA;10,50;EUR\nB;10,50;\nC;10,50;DKK\n';
    const { errors } = await world.imported(csv, {}, { resource: 'product' });
    expect(errors).toMatchObject([{ row: 4, code: 'ROW_INVALID' }]);
    expect(errors[0]?.message).toBe('Valuta: "DKK" contradicts the header of the prices: EUR');
    expect(world.held('productPrices').map((price) => price['currencyId'])).toEqual(['EUR', 'EUR']);
  });
});
