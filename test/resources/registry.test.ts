import { describe, expect, it } from 'vitest';
import { SINGULAR } from '../../src/billy/types.js';
import { RESOURCE_NAMES, resourceNamed, RESOURCES } from '../../src/resources/registry.js';
import { faultyFields } from './support/account.js';

describe('the registry', () => {
  it('finds every resource by its name', () => {
    for (const resource of RESOURCES) expect(resourceNamed(resource.name)).toBe(resource);
    expect(RESOURCE_NAMES).toEqual(['customer', 'product', 'supplier']);
    expect(new Set(RESOURCES.map(({ plural }) => plural)).size).toBe(RESOURCES.length);
  });

  it.each(['', 'Customer', 'invoice', 'constructor'])('has no %j', (name) => {
    expect(() => resourceNamed(name)).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        hint: 'Use one of: customer, product, supplier.',
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

  it('match keys, needed columns, template and export among its columns', () => {
    const named = [
      ...resource.matchOrder,
      ...resource.matchExtra,
      ...resource.neededColumns.import.flat(),
      ...resource.neededColumns.update.flat(),
      ...resource.neededColumns.delete.flat(),
      ...(resource.template[0] ?? []),
      ...resource.exportColumns,
    ];
    expect(named.filter((name) => !columns.includes(name))).toEqual([]);
    expect(resource.exportColumns[0]).toBe('id');
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
    expect(resource.template).toHaveLength(3);
    expect(new Set(resource.template.map((row) => row.length)).size).toBe(1);
  });
});
