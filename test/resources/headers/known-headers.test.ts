// The column of one header by itself.
import { describe, expect, it } from 'vitest';
import { looseForm } from '../../../src/resources/headers/header-text.js';
import { knownHeader } from '../../../src/resources/headers/known-headers.js';
import { resourceNamed } from '../../../src/resources/registry.js';

describe.each(['customer', 'supplier', 'product', 'invoice'])('the headers of a %s', (name) => {
  const resource = resourceNamed(name);
  const names = resource.columns.flatMap(({ name: column, aliases, parts = {} }) =>
    [...aliases, ...Object.values(parts).flat()].map((alias) => [alias, column] as const),
  );

  it('mean one column each, in their loose form too', () => {
    const columns = new Map<string, Set<string>>();
    for (const [alias, column] of names) {
      const form = looseForm(alias);
      columns.set(form, (columns.get(form) ?? new Set()).add(column));
    }
    expect([...columns].filter(([, meant]) => meant.size > 1)).toEqual([]);
  });

  it('are found', () => {
    for (const [alias, column] of names) expect(knownHeader(resource, alias)?.column).toBe(column);
  });
});

describe('a header with two names', () => {
  it.each([
    ['Navn/Firma', 'name'],
    ['Tlf. eller mobil', 'phone'],
    ['Navn/E-mail', undefined],
  ])('%s is %s', (header, column) => {
    expect(knownHeader(resourceNamed('customer'), header)?.column).toBe(column);
  });
});
