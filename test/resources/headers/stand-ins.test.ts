// A price list without a column called name: its description is the name, and a warning says so.
import { describe, expect, it } from 'vitest';
import { describeHeaders, mapHeaders } from '../../../src/resources/definition/headers.js';
import { resourceNamed } from '../../../src/resources/registry.js';

const product = resourceNamed('product');
const OF_LIST = ['Varenr.', 'Beskrivelse', 'Pris'];
const NONE = { savedMapping: {}, columnMapping: {}, matchBy: undefined };

function mapped(headers: string[], columnMapping = {}, operation: 'import' | 'update' = 'import') {
  return mapHeaders(product, headers, { ...NONE, columnMapping, operation });
}

describe('a description', () => {
  it('is the name of new products where no column is called so, with a warning', () => {
    const { columns, warnings } = mapped(OF_LIST);
    expect(columns).toEqual(['productNo', 'name', 'unitPrice']);
    expect(warnings).toMatchObject([{ code: 'VALUE_SUSPECT' }]);
    expect(warnings[0]?.message).toContain('"Beskrivelse" is read as name');
    const [, described] = describeHeaders(product, OF_LIST);
    expect(described).toMatchObject({ name: 'Beskrivelse', column: 'name' });
  });

  it('stays one beside a name, in an update, and where the caller says so', () => {
    expect(mapped([...OF_LIST, 'Varenavn']).columns).toContain('description');
    expect(mapped(OF_LIST, {}, 'update').columns).toEqual([
      'productNo',
      'description',
      'unitPrice',
    ]);
    expect(() => mapped(OF_LIST, { Beskrivelse: 'description' })).toThrow(/name/);
  });

  it('of two, neither is the name', () => {
    expect(() => mapped([...OF_LIST, 'Tekst'])).toThrow(/"name"/);
  });
});
