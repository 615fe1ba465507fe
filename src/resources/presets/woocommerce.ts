/** Products and customers of WooCommerce. */
import type { Preset } from './preset.js';

export const WOOCOMMERCE: readonly Preset[] = [
  {
    system: 'WooCommerce, products',
    source: 'Header row of the sample products file that comes with WooCommerce',
    resources: ['product'],
    marks: ['SKU', 'Name', 'Regular price', 'Tax status'],
    headers: {
      ID: null,
      Type: null,
      SKU: 'productNo',
      Name: 'name',
      'Short description': null,
      Description: 'description',
      'GTIN, UPC, EAN, or ISBN': null,
      'Regular price': 'unitPrice',
      'Sale price': null,
      'Date sale price starts': null,
      'Date sale price ends': null,
      'Tax status': null,
      'Tax class': null,
    },
  },
  {
    system: 'WooCommerce, customers',
    source:
      'Billing fields of WooCommerce, as exports of customers and orders name them and importers read them',
    resources: ['customer'],
    marks: ['billing_first_name', 'billing_last_name', 'billing_address_1'],
    headers: {
      ID: null,
      customer_id: null,
      user_login: null,
      user_nicename: null,
      display_name: null,
      user_email: 'email:spare',
      customer_email: 'email:spare',
      first_name: null,
      last_name: null,
      billing_company: 'name',
      billing_first_name: 'name:firstName',
      billing_last_name: 'name:lastName',
      billing_email: 'email',
      billing_phone: 'phone',
      billing_address_1: 'address',
      billing_address_2: 'address:joined',
      billing_postcode: 'zipcode',
      billing_city: 'city',
      billing_country: 'country',
    },
  },
];
