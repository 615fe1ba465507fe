// What matching costs: a page of a thousand records a request, whatever the size of the file.
import { describe, expect, it } from 'vitest';
import { calmWorld, type World } from '../support/engine-world.js';
import { csvOf, cvrOf } from '../support/made-up.js';

const [HELD, ROWS] = [10_000, 2000];

type Row = Readonly<Partial<Record<string, string>>>;

/** How often each collection was asked for; writes under a name of their own. */
function asked(world: World, from: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method, path } of world.requests(from)) {
    const [place = ''] = path.split('?');
    const name = method === 'GET' ? place.replace('/v2/', '') : `${method} ${place}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Half of the rows mean a record that is there, the others none. */
function halfKnown(known: readonly Row[], newRow: (no: string) => Row): Row[] {
  const step = Math.floor(known.length / (ROWS / 2));
  return Array.from({ length: ROWS / 2 }, (_, no) => no).flatMap((no) => [
    known[no * step] ?? {},
    newRow(String(no)),
  ]);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function customerRows(world: World): string {
  const numbered = world.held('contacts').filter(({ contactNo }) => contactNo !== null);
  const known = numbered.map(({ name, contactNo }) => ({
    name: textOf(name),
    contactNo: textOf(contactNo),
  }));
  const rows = halfKnown(known, (no) => {
    return { name: `Ny ${no}`, vatNo: cvrOf(Number(no)), email: `ny${no}@ny.example` };
  });
  return csvOf(['name', 'contactNo', 'vatNo', 'email'], rows);
}

function productRows(world: World): string {
  const known = world.held('products').map(({ name, productNo }) => ({
    ...{ name: textOf(name), productNo: textOf(productNo), unitPrice: '10.50' },
  }));
  const rows = halfKnown(known, (no) => ({ name: `Ny vare ${no}`, unitPrice: '9.25' }));
  return csvOf(['name', 'productNo', 'unitPrice'], rows);
}

/** What planning the file asked of Billy. */
async function askedFor(
  world: World,
  csv: string,
  resource: 'customer' | 'product',
): Promise<Record<string, number>> {
  // The first plan of a process learns which lists Billy does not sort, by one refusal each.
  await world.imported('name,unitPrice\nFørst,1', { dryRun: true }, { resource: 'product' });
  const from = world.requests().length;
  const job = await world.imported(csv, { dryRun: true }, { resource });
  const { created, skipped, updated, failed } = job.outcomes;
  // A customer row that meets a supplier makes it both, also where it would be skipped.
  expect({ created, met: skipped + updated, failed }).toEqual({
    ...{ created: ROWS / 2, met: ROWS / 2, failed: 0 },
  });
  const { organization = 0, ...lists } = asked(world, from);
  // The start asks whose account it is, and the plan once more.
  expect(organization).toBeLessThanOrEqual(2);
  return lists;
}

describe('planning 2,000 rows against 10,000 records', () => {
  // The tenth page is full, so that only an eleventh tells that it was the last.
  it('asks for 11 pages of contacts, the countries and the organization, and nothing else', async () => {
    const world = await calmWorld({ sandbox: { contacts: HELD } });
    expect(await askedFor(world, customerRows(world), 'customer')).toEqual({
      contacts: 11,
      countries: 1,
    });
  });

  it('asks for 11 pages of products and one of each thing that they refer to', async () => {
    const world = await calmWorld({ sandbox: { products: HELD } });
    const check = { accounts: 1, salesTaxRulesets: 1, taxRates: 1 };
    expect(await askedFor(world, productRows(world), 'product')).toEqual({
      products: 11,
      ...check,
    });
  });
});
