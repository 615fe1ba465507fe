/** Products of the web shops Magento and PrestaShop. */
import type { Preset } from './preset.js';

export const WEB_SHOPS: readonly Preset[] = [
  {
    system: 'Magento 2, products',
    source: 'Header row of the catalog_product export of Magento, as programs write it',
    resources: ['product'],
    marks: ['sku', 'attribute_set_code', 'product_type', 'price'],
    headers: {
      sku: 'productNo',
      name: 'name',
      description: null,
      short_description: null,
      price: 'unitPrice',
      special_price: null,
      map_price: null,
      msrp_price: null,
      tax_class_name: null,
      qty: null,
      min_cart_qty: null,
      max_cart_qty: null,
    },
  },
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
