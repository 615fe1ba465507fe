// Product lists and price lists in the shapes of real systems; `price` is in the account's currency unless named.
import type { OrdinaryFile } from './ordinary-file.js';

export const PRODUCTS: readonly OrdinaryFile[] = [
  {
    name: 'Dinero, varer',
    lines: [
      'Varenummer;Navn;Enhed;Pris;Momssats',
      '12E4;Skrue 12E4;stk;12,50;25',
      '2026-01;Årsplan;stk;1.250,00;25%',
    ],
    rows: [
      { productNo: '12E4', name: 'Skrue 12E4', price: '12.5 DKK', unit: 'stk' },
      { productNo: '2026-01', price: '1250 DKK' },
    ],
  },
  {
    name: 'e-conomic, varer',
    encoding: 'windows-1252',
    lines: [
      '"Nr.";"Navn";"Varegruppe";"Salgspris";"Kostpris";"Enhed"',
      '"00042";"Kørsel";"1";"3,80";"1,00";"km"',
    ],
    rows: [{ productNo: '00042', name: 'Kørsel', price: '3.8 DKK', unit: 'km' }],
  },
  {
    name: 'Visma, artikler',
    lines: [
      'Artikelnr.;Artikelnavn;Salgspris ex. moms;Salgspris inkl. moms;Kostpris',
      'A1;Bræt;100,00;125,00;60,00',
    ],
    rows: [{ productNo: 'A1', name: 'Bræt', price: '100 DKK' }],
  },
  {
    name: 'Fortnox, artiklar (Swedish)',
    encoding: 'utf-16le',
    lines: ['Artikelnummer\tBenämning\tEnhet\tFörsäljningspris', '10\tHyvel\tst\t199,50'],
    rows: [{ productNo: '10', name: 'Hyvel', unit: 'st', price: '199.5 DKK' }],
  },
  {
    name: 'Xero, items',
    lines: [
      '*ItemCode,ItemName,PurchasesUnitPrice,SalesDescription,SalesUnitPrice,SalesAccount,SalesTaxRate',
      'GB1,Golf balls,5.00,White,12.50,200,25% (VAT on Income)',
    ],
    rows: [{ productNo: 'GB1', name: 'Golf balls', description: 'White', price: '12.5 DKK' }],
  },
  {
    name: 'QuickBooks, products',
    lines: [
      'Product/Service,SKU,Sales Description,Sales Price,Purchase Cost',
      'Hours,H1,Consulting,950.00,0.00',
    ],
    rows: [{ name: 'Hours', productNo: 'H1', description: 'Consulting', price: '950 DKK' }],
  },
  {
    name: 'Shopify, products',
    lines: [
      'Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Taxable,Variant Barcode,Cost per item,Status',
      'krus,Krus,<p>Blåt</p>,Krusmageren,Køkken,,TRUE,Title,Default Title,KRUS-1,300,12,79.00,99.00,TRUE,5701234567899,20.00,active',
    ],
    rows: [{ name: 'Krus', productNo: 'KRUS-1', price: '79 DKK' }],
  },
  {
    name: 'WooCommerce, products',
    lines: [
      'ID,Type,SKU,Name,Published,Short description,Description,Tax status,Tax class,In stock?,Stock,Sale price,Regular price,Categories',
      '44,simple,woo-1,Hoodie,1,,Warm,taxable,,1,10,35.00,45.00,Tøj',
    ],
    rows: [{ productNo: 'woo-1', name: 'Hoodie', description: 'Warm', price: '45 DKK' }],
  },
  {
    name: 'PrestaShop, products',
    lines: [
      'Product ID;Name;Reference;Category;Price (tax excl.);Price (tax incl.);Quantity',
      '3;Kop;demo_3;Hjem;11.90;14.88;300',
    ],
    rows: [{ name: 'Kop', productNo: 'demo_3', price: '11.9 DKK' }],
  },
  {
    name: 'Magento, products',
    lines: [
      'sku,attribute_set_code,product_type,name,description,price,special_price,tax_class_name,qty',
      'M-1,Default,simple,Taske,<b>x</b>,249.0000,,Taxable Goods,7',
    ],
    rows: [{ productNo: 'M-1', name: 'Taske', price: '249 DKK' }],
  },
  {
    name: 'Grossist, prisliste med gammel og ny pris',
    lines: [
      'Varenr.;Varetekst;EAN;Gammel pris;Ny pris;Enhed',
      '100;Rør 15 mm;5701234567899;10,00;11,50;m',
    ],
    rows: [{ productNo: '100', name: 'Rør 15 mm', price: '11.5 DKK', unit: 'm' }],
  },
  {
    name: 'Grossist, nuværende og ny pris',
    lines: ['Varenr.;Betegnelse;Pris;Ny pris', '100;Rør 15 mm;10,00;11,50'],
    rows: [{ name: 'Rør 15 mm', price: '11.5 DKK' }],
  },
  {
    name: 'Grossist, indkøbspris og salgspris',
    lines: [
      'Varenummer;Beskrivelse;Varenavn;Indkøbspris;Salgspris;Lagerantal',
      '7;Galvaniseret;Søm;0,50;1,25;1000',
    ],
    rows: [{ productNo: '7', name: 'Søm', description: 'Galvaniseret', price: '1.25 DKK' }],
  },
  {
    name: 'Prisliste i euro',
    lines: ['Product number,Product name,Unit price (EUR)', 'E1,Cable,9.95'],
    rows: [{ productNo: 'E1', name: 'Cable', price: '9.95 EUR' }],
  },
  {
    name: 'Prisliste med kroner i overskriften',
    lines: ['Vare;Pris, kr.;Vare nr.', 'Sum-maskine;995,00;S 1'],
    rows: [{ name: 'Sum-maskine', productNo: 'S 1', price: '995 DKK' }],
  },
  {
    name: 'Timepriser',
    lines: ['Ydelse;Timepris ekskl. moms', 'Montør;495,00', 'Lærling;295,00'],
    rows: [
      { name: 'Montør', price: '495 DKK' },
      { name: 'Lærling', price: '295 DKK' },
    ],
  },
  {
    name: 'kun priser med moms',
    lines: ['Navn;Pris inkl. moms', 'Kop;125,00'],
    refused: 'The prices under "Pris inkl. moms" include VAT',
  },
  {
    name: 'to priser af samme slags',
    lines: ['Navn;Pris DKK;Pris EUR', 'Kop;125,00;17,00'],
    refused: '"Pris DKK" and "Pris EUR"',
  },
  {
    name: 'kun indkøbspris',
    lines: ['Navn;Indkøbspris', 'Kop;25,00'],
    refused: 'Required column "unitPrice"',
  },
];
