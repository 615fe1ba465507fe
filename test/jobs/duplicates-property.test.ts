// Random small accounts and files against a second, plain reading of the contract's paragraph
// "Matching and duplicates", for strategy skip and files that repeat nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Candidates } from '../../src/jobs/snapshot/candidates.js';
import { matchRow } from '../../src/jobs/plan/match-row.js';
import { customer } from '../../src/resources/contact/customer.js';
import { product } from '../../src/resources/product/product.js';
import type { Resource, RowValues } from '../../src/resources/definition/resource.js';
import type { SnapshotEntry } from '../../src/model/snapshot.js';
import { cvrOf, eanOf } from '../support/made-up.js';

/** Keys of a record or row by column name; e-mails are several. Blank: it has none. */
type Keys = Readonly<Record<string, readonly string[]>>;

interface Held {
  readonly id: string;
  readonly keys: Keys;
}

interface FileRow {
  readonly id: string;
  readonly keys: Keys;
}

const PLAIN: Readonly<Record<string, (text: string) => string>> = {
  vatNo: (text) => text.replace(/[ -]/g, '').replace(/^DK/i, ''),
  phone: (text) => text.replace(/ /g, '').replace(/^\+45/, ''),
};

function filled(keys: Keys, name: string): string[] {
  const values = keys[name] ?? [];
  return values.filter((value) => value !== '').map((value) => PLAIN[name]?.(value) ?? value);
}

function share(left: Keys, right: Keys, name: string): boolean {
  const others = new Set(filled(right, name));
  return filled(left, name).some((value) => others.has(value));
}

/** Both have the key, and not the same. */
function differ(left: Keys, right: Keys, name: string): boolean {
  const areFilled = [left, right].every((keys) => filled(keys, name).length > 0);
  return areFilled && !share(left, right, name);
}

/** True if both have a name, and not the same. The names here differ by whole words. */
function isOtherName(row: FileRow, held: Held): boolean {
  const [one, other] = [filled(row.keys, 'name')[0], filled(held.keys, 'name')[0]];
  return one !== undefined && other !== undefined && one.toLowerCase() !== other.toLowerCase();
}

/** The contract, word by word. `isChosen`: the caller gave the order. */
function foretold(
  row: FileRow,
  account: readonly Held[],
  { order, isChosen }: { order: readonly string[]; isChosen: boolean },
): string {
  if (row.id !== '') {
    return account.some(({ id }) => id === row.id) ? `skipped ${row.id}` : 'REFERENCE_NOT_FOUND';
  }
  for (const [rank, name] of order.entries()) {
    const found = account
      .filter((held) => share(row.keys, held.keys, name))
      .filter((held) => !order.slice(0, rank).some((each) => differ(row.keys, held.keys, each)));
    const isWeak = name === 'email' && !isChosen;
    const candidates = isWeak ? found.filter((held) => !isOtherName(row, held)) : found;
    if (found.length > 0 && candidates.length === 0) return 'DUPLICATE_AMBIGUOUS';
    if (candidates.length > 1) return 'DUPLICATE_AMBIGUOUS';
    if (candidates.length === 1) return `skipped ${candidates.map(({ id }) => id).join()}`;
  }
  return 'created';
}

function contactEntry({ id, keys }: Held): SnapshotEntry {
  const first = (name: string): string | null => keys[name]?.[0] ?? null;
  const fields = {
    ...{ contactNo: first('contactNo'), ean: first('ean'), registrationNo: first('vatNo') },
    ...{ phone: first('phone'), name: first('name') },
  };
  const contactPersons = (keys['email'] ?? []).map((email, index) => ({
    id: `${id}-${String(index)}`,
    fields: { name: null, email, isPrimary: index === 0 },
  }));
  const image = { id, fields, children: { contactPersons } };
  return { recordId: id, image, keys: customer.keysOfImage(image), changedByRow: null };
}

function productEntry({ id, keys }: Held): SnapshotEntry {
  const first = (name: string): string | null => keys[name]?.[0] ?? null;
  const fields = { productNo: first('productNo'), name: first('name') };
  const image = { id, fields, children: { prices: [] } };
  return { recordId: id, image, keys: product.keysOfImage(image), changedByRow: null };
}

interface Kind {
  readonly resource: Resource;
  readonly entryOf: (held: Held) => SnapshotEntry;
  readonly orders: fc.Arbitrary<readonly string[]>;
  readonly keys: (valuesMax: number) => fc.Arbitrary<Keys>;
}

/** What the program makes of the row. */
function decided(
  row: FileRow,
  account: readonly Held[],
  { order, kind }: { order: readonly string[]; kind: Kind },
): string {
  const { resource, entryOf } = kind;
  const cells = Object.entries(row.keys).map(([name, values]) => [name, values[0] ?? ''] as const);
  const values: RowValues = Object.fromEntries(cells.filter(([, text]) => text !== ''));
  const { name = '' } = values;
  const keys = resource.keysOfRow(values);
  const wanted = { id: row.id === '' ? null : row.id, keys, name: String(name) };
  const identity = order === resource.matchOrder ? resource.identity : null;
  const { match } = matchRow(wanted, { order, identity }, new Candidates(account.map(entryOf)));
  switch (match.kind) {
    case 'one':
      return `skipped ${match.entry.recordId}`;
    case 'ambiguous':
      return 'DUPLICATE_AMBIGUOUS';
    case 'unknownId':
      return 'REFERENCE_NOT_FOUND';
    case 'none':
      return 'created';
  }
}

/** Few values, so that they meet often; blank ones among them. */
function some(values: readonly string[], max = 1): fc.Arbitrary<readonly string[]> {
  return fc.array(fc.constantFrom('', ...values), { minLength: 0, maxLength: max });
}

function spellings(cvr: string): string[] {
  return [cvr, `DK${cvr}`, `dk-${cvr}`, cvr.replace(/(..)(..)(..)(..)/, '$1 $2 $3 $4')];
}

const CUSTOMERS: Kind = {
  resource: customer,
  entryOf: contactEntry,
  orders: fc.oneof(
    fc.constant(customer.matchOrder),
    fc.shuffledSubarray([...customer.matchOrder, ...customer.matchExtra], { minLength: 1 }),
  ),
  keys: (emailsMax) =>
    fc.record({
      contactNo: some(['1', '2', '3']),
      ean: some([eanOf(1), eanOf(2)]),
      vatNo: some([...spellings(cvrOf(1)), ...spellings(cvrOf(2))]),
      email: some(['a@a.example', 'b@b.example', 'c@c.example'], emailsMax),
      phone: some(['12345678', '+45 12 34 56 78', '87654321']),
      name: some(['Alfa', 'Beta']),
    }),
};

const PRODUCTS: Kind = {
  resource: product,
  entryOf: productEntry,
  orders: fc.oneof(
    fc.constant(product.matchOrder),
    fc.shuffledSubarray([...product.matchOrder], { minLength: 1 }),
  ),
  keys: () =>
    fc.record({ productNo: some(['1', '2', '3', '01']), name: some(['Alfa', 'Beta', 'alfa']) }),
};

/** Ids that records may have, and one that none has. */
const IDS = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6'];

function cases(kind: Kind) {
  const ids = fc.oneof(
    { weight: 5, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom(...IDS, 'nobody') },
  );
  return fc.record({
    account: fc
      .array(kind.keys(2), { maxLength: IDS.length })
      .map((all) => all.map((keys, index): Held => ({ id: IDS[index] ?? '', keys }))),
    rows: fc.array(fc.record({ id: ids, keys: kind.keys(1) }), { minLength: 1, maxLength: 5 }),
    order: kind.orders,
  });
}

const RUNS = 500;

describe.each([
  ['customers', CUSTOMERS],
  ['products', PRODUCTS],
] as const)('%s', (_title, kind) => {
  it('are matched as the contract says, for any account and file', () => {
    const seen = new Map<string, number>();
    const property = fc.property(cases(kind), ({ account, rows, order }) => {
      for (const row of rows) {
        const isChosen = order !== kind.resource.matchOrder;
        const expected = foretold(row, account, { order, isChosen });
        expect(decided(row, account, { order, kind })).toBe(expected);
        const outcome = expected.split(' ')[0] ?? '';
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      }
    });
    fc.assert(property, { numRuns: RUNS, seed: 20_260_101 });
    expect([...seen.keys()].sort()).toEqual([
      ...['DUPLICATE_AMBIGUOUS', 'REFERENCE_NOT_FOUND', 'created', 'skipped'],
    ]);
    expect(Math.min(...seen.values())).toBeGreaterThan(20);
  });
});
