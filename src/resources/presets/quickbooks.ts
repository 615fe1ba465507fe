/** Products of QuickBooks Online. */
import type { Preset } from './preset.js';

export const QUICKBOOKS: readonly Preset[] = [
  {
    system: 'QuickBooks, products and services',
    source: 'Header row of the product list of QuickBooks Online, as programs write and read it',
    resources: ['product'],
    marks: ['Product/Service Name', 'Sales Price / Rate'],
    headers: {
      'Product/Service Name': 'name',
      SKU: 'productNo',
      'Sales Description': 'description',
      'Sales Price / Rate': 'unitPrice',
      Type: null,
      Taxable: null,
      'Income Account': null,
      'Purchase Description': null,
      'Purchase Cost': null,
      'Expense Account': null,
      'Quantity On Hand': null,
      'Reorder Point': null,
      'Inventory Asset Account': null,
      'Quantity as-of Date': null,
    },
  },
];
