// The columns of a product file, whatever their headers.
import { expect, it } from 'vitest';
import { PRODUCT_COLUMNS } from '../../../src/resources/product/product-columns.js';

it('no price that somebody pays for the product is a sales price', () => {
  const aliases = PRODUCT_COLUMNS.find(({ name }) => name === 'unitPrice')?.aliases ?? [];
  expect(aliases.filter((alias) => /kost|køb|cost|inkl|incl|gammel|brutto/.test(alias))).toEqual(
    [],
  );
});
