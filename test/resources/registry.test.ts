import { describe, expect, it } from 'vitest';
import { SINGULAR } from '../../src/billy/types.js';
import { parseCells } from '../../src/resources/definition/cells.js';
import {
  RESOURCE_NAMES,
  resourceNamed,
  RESOURCES,
  TEMPLATE_NAMES,
  templateNamed,
} from '../../src/resources/registry.js';
import type {
  Cells,
  Lookups,
  References,
  Resource,
  RowIssue,
} from '../../src/resources/definition/resource.js';
import type { RecordImage } from '../../src/model/record.js';
import type { MatchKey } from '../../src/model/snapshot.js';
import { enteredAs, faultyFields, lookupsWith } from './support/account.js';

describe('the registry', () => {
  it('finds every resource by its name', () => {
    for (const resource of RESOURCES) expect(resourceNamed(resource.name)).toBe(resource);
    expect(RESOURCE_NAMES).toEqual(['customer', 'product', 'invoice', 'supplier']);
    expect(new Set(RESOURCES.map(({ plural }) => plural)).size).toBe(RESOURCES.length);
  });

  it.each(['', 'Customer', 'invoices', 'constructor'])('has no %j', (name) => {
    expect(() => resourceNamed(name)).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        hint: 'Use one of: customer, product, invoice, supplier.',
      }),
    );
  });
});

describe.each(RESOURCES)('the $name declares', (resource) => {
  const columns = resource.columns.map(({ name }) => name);

  it('a schema for exactly its columns', () => {
    expect(Object.keys(resource.rowSchema.shape).sort()).toEqual([...columns].sort());
    expect(faultyFields(resource, { nonsense: 'x' })).toHaveLength(1);
  });

  it('what cannot be cleared, and never in the words of the validator', () => {
    const cells = Object.fromEntries(columns.map((name) => [name, null]));
    const { values, issues } = parseCells(resource.rowSchema, cells);
    const fields = issues.map(({ field }) => field);
    expect([...fields, ...Object.keys(values)].sort()).toEqual([...columns].sort());
    expect(fields).toContain('id');
    expect(issues.map(({ message }) => message)).toEqual(fields.map(() => 'cannot be cleared'));
  });

  it('match keys, needed columns, template and export among its columns', () => {
    const named = [
      ...resource.matchOrder,
      ...resource.matchExtra,
      ...resource.neededColumns.flat(),
      ...resource.template[0],
      ...resource.exportColumns,
    ];
    expect(named.filter((name) => !columns.includes(name))).toEqual([]);
    // Another account has none of the ids, and invoices are imported there.
    expect(resource.exportColumns[0]).toBe(resource.name === 'invoice' ? 'invoiceRef' : 'id');
  });

  it('collections that the client knows', () => {
    const collections = [
      resource.collection,
      ...resource.uses.map(({ collection }) => collection),
      ...Object.values(resource.relations).map(({ collection }) => collection),
    ];
    expect(collections.filter((name) => !(name in SINGULAR))).toEqual([]);
    const [singular] = resource.include.split('.');
    expect(SINGULAR[resource.collection]).toBe(singular);
  });

  it('two example rows as wide as its template', () => {
    for (const rows of [resource.template, ...Object.values(resource.furtherTemplates ?? {})]) {
      expect(rows).toHaveLength(3);
      expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    }
  });
});

/** Rows of a template under their headers. */
function rowsOf(name: string): Cells[] {
  const [header, ...rows] = templateNamed(name).rows;
  return rows.map((row) =>
    Object.fromEntries(header.map((column, index) => [column, row[index] ?? ''])),
  );
}

/** What is wrong with a row that is read as the engine does. */
function issuesOf(resource: Resource, cells: Cells, lookups: Lookups): RowIssue[] {
  const parsed = parseCells(resource.rowSchema, cells);
  const { values, issues } = resource.resolve(parsed.values, lookups);
  return [...parsed.issues, ...issues, ...resource.checkRow(enteredAs(values), null)];
}

/** What a template's rows make of an account that has nothing else. */
function imagesOf(resource: Resource): { resource: Resource; image: RecordImage }[] {
  const lookups = lookupsWith();
  return rowsOf(resource.name).map((cells, index) => {
    const { values } = parseCells(resource.rowSchema, cells);
    const body = resource.createBody(enteredAs(values), lookups);
    return {
      resource,
      image: resource.imageOfBody(`${resource.name}${String(index)}`, body, lookups),
    };
  });
}

function isKey(wanted: MatchKey): (key: MatchKey) => boolean {
  return ({ key, value }) => key === wanted.key && value === wanted.value;
}

describe('templates', () => {
  it('are one a resource, and those for other ends', () => {
    expect(TEMPLATE_NAMES).toEqual(['customer', 'product', 'priceList', 'invoice', 'supplier']);
    expect(TEMPLATE_NAMES.map((name) => templateNamed(name).filename)).toEqual([
      'customers-template.csv',
      'products-template.csv',
      'price-list-template.csv',
      'invoices-template.csv',
      'suppliers-template.csv',
    ]);
  });

  it.each(['', 'Customer', 'prices', 'constructor'])('are none called %j', (name) => {
    expect(() => templateNamed(name)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  const standing = RESOURCES.filter(({ needsAllReferences }) => !needsAllReferences);

  it.each(standing)('of a $name import without an error into any account', (resource) => {
    // An account that has nothing for rows to refer to, and no defaults.
    const lookups = lookupsWith({ accounts: new Map(), rulesets: new Map() });
    const rows = rowsOf(resource.name);
    expect(rows).toHaveLength(2);
    for (const cells of rows) {
      expect(issuesOf(resource, cells, lookups)).toEqual([]);
      const { values } = parseCells(resource.rowSchema, cells);
      expect(resource.checkCreate(enteredAs(values), lookups)).toEqual([]);
      expect(cells['accountNo'] ?? '').toBe('');
      expect(cells['email'] ?? 'x.example').toMatch(/\.example$/);
    }
    const keys = rows.flatMap((cells) => resource.keysOfRow(cells));
    expect(new Set(keys.map(({ key, value }) => `${key} ${value}`)).size).toBe(keys.length);
  });

  it('for a price list name the products of the product template', () => {
    const resource = resourceNamed('product');
    const lookups = lookupsWith({ accounts: new Map(), rulesets: new Map() });
    const products = rowsOf('product');
    const prices = rowsOf('priceList');
    for (const cells of prices) expect(issuesOf(resource, cells, lookups)).toEqual([]);
    expect(prices.map(({ productNo }) => productNo)).toEqual(
      products.map(({ productNo }) => productNo),
    );
    expect(prices.map(({ currency }) => currency)).toEqual(
      products.map(({ currency }) => currency),
    );
  });

  it('of invoices refer to what the templates of customers and products have made', () => {
    const made = ['customer', 'product'].flatMap((name) => imagesOf(resourceNamed(name)));
    const references: References = {
      find: (collection, key) =>
        made
          .filter((one) => one.resource.collection === collection)
          .filter(({ resource, image }) => resource.keysOfImage(image).some(isKey(key)))
          .map(({ image }) => image),
    };
    const resource = resourceNamed('invoice');
    const lookups = lookupsWith({ references });
    const lines = rowsOf('invoice').map((cells) => {
      expect(issuesOf(resource, cells, lookups)).toEqual([]);
      return resource.resolve(parseCells(resource.rowSchema, cells).values, lookups).values;
    });
    const [values = {}] = lines;
    expect(resource.checkCreate({ values, lines }, lookups)).toEqual([]);
    expect(new Set(rowsOf('invoice').map((cells) => resource.grouping?.keyOf(cells))).size).toBe(1);
  });

  it('for suppliers hold other contacts than the one for customers', () => {
    const keysIn = (name: string): string[] =>
      rowsOf(name).flatMap((cells) =>
        resourceNamed(name)
          .keysOfRow(cells)
          .map(({ value }) => value),
      );
    const customers = new Set(keysIn('customer'));
    expect(keysIn('supplier').filter((value) => customers.has(value))).toEqual([]);
  });
});
