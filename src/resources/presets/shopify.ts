/** Customers and products of Shopify. */
import type { Preset } from './preset.js';

export const SHOPIFY: readonly Preset[] = [
  {
    system: 'Shopify, customers',
    source: 'Header row of the customer export of Shopify, as importers read it',
    resources: ['customer'],
    marks: ['First Name', 'Last Name', 'Default Address Address1'],
    headers: {
      'Customer ID': null,
      'Default Address Company': 'name',
      'First Name': 'name:firstName',
      'Last Name': 'name:lastName',
      Email: 'email',
      'Default Address Address1': 'address',
      'Default Address Address2': 'address:joined',
      'Default Address City': 'city',
      'Default Address Zip': 'zipcode',
      'Default Address Country Code': 'country',
      Phone: 'phone',
      'Default Address Phone': 'phone:spare',
    },
  },
  {
    system: 'Shopify, products',
    source: 'Header row of the product export of Shopify',
    resources: ['product'],
    marks: ['Handle', 'Title', 'Variant SKU', 'Variant Price'],
    headers: {
      Title: 'name',
      'Body (HTML)': null,
      'Variant SKU': 'productNo',
      'Variant Price': 'unitPrice',
      'Variant Compare At Price': null,
      'Variant Barcode': null,
      'Variant Inventory Qty': null,
      'Variant Taxable': null,
      'Cost per item': null,
    },
  },
];
