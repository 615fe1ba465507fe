/** Products of the web shop PrestaShop. */
import type { Preset } from './preset.js';

export const PRESTASHOP: readonly Preset[] = [
  {
    system: 'PrestaShop, products',
    source: 'Column names of the product list in the source of PrestaShop: "Price (tax excl.)"',
    resources: ['product'],
    marks: ['Name', 'Reference', 'Price (tax excl.)'],
    headers: {
      'Product ID': null,
      Reference: 'productNo',
      'Price (tax excl.)': 'unitPrice',
      'Price (tax incl.)': null,
      Quantity: null,
    },
  },
];
