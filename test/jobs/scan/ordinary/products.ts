// Product files in the shapes of real systems; `price` names its currency.
import type { OrdinaryFile } from './ordinary-file.js';

export const PRODUCTS: readonly OrdinaryFile[] = [
  {
    name: 'Dinero, importskabelon for varer',
    lines: [
      'Varenummer;Navn;Enhed;Pris;Momssats',
      '12E4;Skrue 12E4;stk;12,50;25',
      '2026-01;Årsplan;stk;1.250,00;25%',
    ],
    records: [
      { productNo: '12E4', name: 'Skrue 12E4', price: '12.5 DKK', unit: 'stk' },
      { productNo: '2026-01', name: 'Årsplan', price: '1250 DKK', unit: 'stk' },
    ],
  },
  {
    name: 'Dinero, produkter',
    lines: [
      '\ufeffVarekode;Produktnavn;Kommentar til produktet;Konto;Konto beskrivelse;Antal;Enhed;Pris ekskl. moms;Solgte enheder;Salg (uden moms)',
      'KURS-1;Kursusdag;Inkl. frokost;1000;Salg af varer/ydelser m/moms;1;Stk.;1.495,00;12;17.940,00',
      '12E4;Diæt;;1000;Salg af varer/ydelser m/moms;1;Timer;850,50;0;0,00',
    ],
    records: [
      {
        productNo: 'KURS-1',
        name: 'Kursusdag',
        description: 'Inkl. frokost',
        unit: 'Stk.',
        price: '1495 DKK',
      },
      { productNo: '12E4', name: 'Diæt', unit: 'Timer', price: '850.5 DKK' },
    ],
  },
  {
    name: 'e-conomic, varer',
    encoding: 'windows-1252',
    lines: [
      '"Nr.";"Navn";"Varegruppe";"Salgspris";"Kostpris";"Enhed"',
      '"00042";"Kørsel";"1";"3,80";"1,00";"km"',
    ],
    records: [{ productNo: '00042', name: 'Kørsel', price: '3.8 DKK', unit: 'km' }],
  },
  {
    name: 'e-conomic, varer med vejledende pris og stregkode',
    encoding: 'windows-1252',
    lines: [
      '"Nr.";"Navn";"Beskrivelse";"Varegruppe";"Kostpris";"Salgspris";"Vejl. udsalgspris";"Stregkode";"Enhed";"Lagerbeholdning"',
      '"S-10";"Sæbe";"Mild, 1 l";"2";"11,25";"29,95";"49,95";"5701234567899";"stk";"120"',
    ],
    records: [
      {
        productNo: 'S-10',
        name: 'Sæbe',
        description: 'Mild, 1 l',
        price: '29.95 DKK',
        unit: 'stk',
      },
    ],
  },
  {
    name: 'Visma, artikler',
    lines: [
      'Artikelnr.;Artikelnavn;Salgspris ex. moms;Salgspris inkl. moms;Kostpris',
      'A1;Bræt;100,00;125,00;60,00',
    ],
    records: [{ productNo: 'A1', name: 'Bræt', price: '100 DKK' }],
  },
  {
    name: 'Uniconta, varer med tre salgspriser',
    lines: [
      'Varenummer;Varenavn;Varegruppe;Salgspris 1;Salgspris 2;Salgspris 3;Kostpris;Enhed',
      '500-2;Vinkel 90°;Beslag;19,75;17,50;15,00;8,20;stk',
    ],
    records: [{ productNo: '500-2', name: 'Vinkel 90°', price: '19.75 DKK', unit: 'stk' }],
  },
  {
    name: 'Fortnox, artiklar (Swedish)',
    encoding: 'utf-16le',
    lines: ['Artikelnummer\tBenämning\tEnhet\tFörsäljningspris', '10\tHyvel\tst\t199,50'],
    records: [{ productNo: '10', name: 'Hyvel', unit: 'st', price: '199.5 DKK' }],
  },
  {
    name: 'Xero, items',
    lines: [
      '*ItemCode,ItemName,PurchasesUnitPrice,SalesDescription,SalesUnitPrice,SalesAccount,SalesTaxRate',
      'GB1,Golf balls,5.00,White,12.50,200,25% (VAT on Income)',
    ],
    records: [{ productNo: 'GB1', name: 'Golf balls', description: 'White', price: '12.5 DKK' }],
  },
  {
    name: 'Xero, items with stock',
    lines: [
      '*ItemCode,ItemName,Quantity,PurchasesDescription,PurchasesUnitPrice,PurchasesAccount,PurchasesTaxRate,SalesDescription,SalesUnitPrice,SalesAccount,SalesTaxRate,InventoryAssetAccount,CostOfGoodsSoldAccount,Status,InventoryType',
      '2026-01,Kowhai mug,40,Mugs,8.00,310,25% (VAT on Expenses),Mug with bird,20.00,4000,25% (VAT on Income),1400,320,Active,Tracked',
    ],
    records: [
      {
        productNo: '2026-01',
        name: 'Kowhai mug',
        description: 'Mug with bird',
        price: '20 DKK',
      },
    ],
  },
  {
    name: 'QuickBooks, products',
    lines: [
      'Product/Service,SKU,Sales Description,Sales Price,Purchase Cost',
      'Hours,H1,Consulting,950.00,0.00',
    ],
    records: [{ name: 'Hours', productNo: 'H1', description: 'Consulting', price: '950 DKK' }],
  },
  {
    name: 'QuickBooks, product list of the online version',
    lines: [
      'Product/Service Name,Sales Description,SKU,Type,Sales Price / Rate,Taxable,Income Account,Purchase Description,Purchase Cost,Expense Account,Quantity On Hand,Reorder Point,Inventory Asset Account,Quantity as-of Date',
      'Pump,Garden pump,P-1,Inventory,149.95,yes,Sales of Product Income,Pump,80.00,Cost of Goods Sold,25,5,Inventory Asset,01/31/2026',
    ],
    records: [{ name: 'Pump', productNo: 'P-1', description: 'Garden pump', price: '149.95 DKK' }],
  },
  {
    name: 'Shopify, products',
    lines: [
      'Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Taxable,Variant Barcode,Cost per item,Status',
      'krus,Krus,<p>Blåt</p>,Krusmageren,Køkken,,TRUE,Title,Default Title,KRUS-1,300,12,79.00,99.00,TRUE,5701234567899,20.00,active',
    ],
    records: [{ name: 'Krus', productNo: 'KRUS-1', price: '79 DKK' }],
  },
  {
    name: 'WooCommerce, products',
    lines: [
      'ID,Type,SKU,Name,Published,Short description,Description,Tax status,Tax class,In stock?,Stock,Sale price,Regular price,Categories',
      '44,simple,woo-1,Hoodie,1,,Warm,taxable,,1,10,35.00,45.00,Tøj',
    ],
    records: [{ productNo: 'woo-1', name: 'Hoodie', description: 'Warm', price: '45 DKK' }],
  },
  {
    name: 'WooCommerce, products, all fields',
    lines: [
      'ID,Type,SKU,"GTIN, UPC, EAN, or ISBN",Name,Published,"Is featured?","Visibility in catalog","Short description",Description,"Date sale price starts","Date sale price ends","Tax status","Tax class","In stock?",Stock,"Low stock amount","Backorders allowed?","Sold individually?","Weight (kg)","Length (cm)","Allow customer reviews?","Purchase note","Sale price","Regular price",Categories,Tags,"Shipping class",Images,Parent,Position',
      '45,simple,V-NECK,5701234567899,V-Neck T-Shirt,1,0,visible,Short,Soft cotton,2026-01-01,2026-02-01,taxable,,1,10,2,0,0,0.5,24,1,,15.00,18.50,Tøj,,,https://shop.example/v.jpg,,0',
    ],
    records: [
      {
        productNo: 'V-NECK',
        name: 'V-Neck T-Shirt',
        description: 'Soft cotton',
        price: '18.5 DKK',
      },
    ],
  },
  {
    name: 'PrestaShop, products',
    lines: [
      'Product ID;Name;Reference;Category;Price (tax excl.);Price (tax incl.);Quantity',
      '3;Kop;demo_3;Hjem;11.90;14.88;300',
    ],
    records: [{ name: 'Kop', productNo: 'demo_3', price: '11.9 DKK' }],
  },
  {
    name: 'Magento, products',
    lines: [
      'sku,attribute_set_code,product_type,name,description,price,special_price,tax_class_name,qty',
      'M-1,Default,simple,Taske,<b>x</b>,249.0000,,Taxable Goods,7',
    ],
    records: [{ productNo: 'M-1', name: 'Taske', price: '249 DKK' }],
  },
  {
    name: 'Magento, products, more fields',
    lines: [
      'sku,store_view_code,attribute_set_code,product_type,categories,product_websites,name,description,short_description,weight,product_online,tax_class_name,visibility,price,special_price,special_price_from_date,url_key,meta_title,base_image,created_at,qty,out_of_stock_qty,min_cart_qty,max_cart_qty,is_in_stock',
      '24-MB01,,Bag,simple,Default Category/Gear,base,Joust Duffle Bag,<p>Bag</p>,,1.2,1,Taxable Goods,"Catalog, Search",34.0000,29.0000,2026-01-01,joust-duffle-bag,,/m/b/mb01.jpg,"1/1/26, 6:01 AM",100.0000,0.0000,1.0000,10000.0000,1',
    ],
    records: [{ productNo: '24-MB01', name: 'Joust Duffle Bag', price: '34 DKK' }],
  },
];
