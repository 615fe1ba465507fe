// Customers of web shops.
import type { OrdinaryFile } from './ordinary-file.js';

export const SHOP_CONTACTS: readonly OrdinaryFile[] = [
  {
    name: 'Shopify, customers',
    lines: [
      'Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Total Spent,Tax Exempt',
      '5871,Anna,Ågård,anna@aagaard.example,yes,,Åboulevarden 7,2. tv,Aarhus C,,DK,8000,87 65 43 21,,450.00,no',
      '5872,Per,Ibsen,per@ibsen.example,no,Ibsen ApS,Vestergade 2,,Vejle,,DK,7100,,70 10 20 30,0.00,no',
    ],
    records: [
      {
        name: 'Anna Ågård',
        type: 'person',
        email: 'anna@aagaard.example',
        street: 'Åboulevarden 7 2. tv',
        cityText: 'Aarhus C',
        zipcodeText: '8000',
        phone: '87 65 43 21',
      },
      {
        name: 'Ibsen ApS',
        email: 'per@ibsen.example',
        street: 'Vestergade 2',
        cityText: 'Vejle',
        zipcodeText: '7100',
        phone: '70 10 20 30',
      },
    ],
  },
  {
    name: 'Shopify, customers of the older header',
    lines: [
      'First Name,Last Name,Email,Accepts Email Marketing,Company,Address1,Address2,City,Province,Province Code,Country,Country Code,Zip,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt',
      "Zoë,Bøgh,zoe@boegh.example,yes,,Skt. Anne Plads 5,,København K,,,Denmark,DK,'1250,+45 22 11 33 44,no,99.00,1,,,no",
    ],
    records: [
      {
        name: 'Zoë Bøgh',
        type: 'person',
        email: 'zoe@boegh.example',
        street: 'Skt. Anne Plads 5',
        cityText: 'København K',
        zipcodeText: '1250',
        phone: '+45 22 11 33 44',
      },
    ],
  },
  {
    name: 'WooCommerce, customers',
    lines: [
      'ID,user_login,user_email,billing_first_name,billing_last_name,billing_company,billing_address_1,billing_address_2,billing_city,billing_postcode,billing_country,billing_phone,billing_email',
      '12,anna,login@aagaard.example,Anna,Ågård,,Åboulevarden 7,,Aarhus C,8000,DK,87654321,faktura@aagaard.example',
    ],
    records: [
      {
        name: 'Anna Ågård',
        type: 'person',
        email: 'faktura@aagaard.example',
        street: 'Åboulevarden 7',
        cityText: 'Aarhus C',
        zipcodeText: '8000',
        phone: '87654321',
      },
    ],
  },
  {
    name: 'WooCommerce, customers with shipping address',
    lines: [
      'customer_id,user_login,user_nicename,user_email,user_registered,display_name,first_name,last_name,roles,billing_first_name,billing_last_name,billing_company,billing_email,billing_phone,billing_address_1,billing_address_2,billing_postcode,billing_city,billing_state,billing_country,shipping_first_name,shipping_last_name,shipping_company,shipping_address_1,shipping_address_2,shipping_postcode,shipping_city,shipping_state,shipping_country',
      '31,bo,bo,bo@tag.example,2025-01-31 10:00:00,Bo T,Bo,Tang,customer,Bo,Tang,Tang Tag ApS,,40506070,Tagvej 1,Port 3,7100,Vejle,,DK,Lis,Tang,Lager ApS,Lagervej 9,,7000,Fredericia,,DK',
    ],
    records: [
      {
        name: 'Tang Tag ApS',
        email: 'bo@tag.example',
        phone: '40506070',
        street: 'Tagvej 1 Port 3',
        zipcodeText: '7100',
        cityText: 'Vejle',
      },
    ],
  },
  {
    name: 'WooCommerce, customers of the reports',
    lines: [
      'Name,Username,Last active,Date registered,Email,Orders,Total spend,AOV,Country / Region,City,Region,Postal code',
      'Eva Juul,eva,2026-05-01,2025-11-30,eva@juul.example,3,1250.00,416.67,DK,Skagen,,9990',
    ],
    records: [
      {
        name: 'Eva Juul',
        email: 'eva@juul.example',
        cityText: 'Skagen',
        zipcodeText: '9990',
      },
    ],
  },
  {
    name: 'PrestaShop, customers',
    lines: [
      'ID;Social title;First name;Last name;Email address;Group;Sales;Enabled;Newsletter;Partner offers;Registration;Last visit',
      '2;Mrs.;Grethe;Ølgaard;grethe@oelgaard.example;Customer;DKK 450.00;1;0;0;2025-03-05 09:10:11;2026-01-02 12:00:00',
    ],
    records: [{ name: 'Grethe Ølgaard', type: 'person', email: 'grethe@oelgaard.example' }],
  },
  {
    name: 'PrestaShop, addresses',
    lines: [
      'ID;First name;Last name;Address;Postal code;City;Country',
      '7;Grethe;Ølgaard;Åkirkebyvej 3;3700;Rønne;Denmark',
    ],
    records: [
      {
        name: 'Grethe Ølgaard',
        type: 'person',
        street: 'Åkirkebyvej 3',
        zipcodeText: '3700',
        cityText: 'Rønne',
      },
    ],
  },
  {
    name: 'Magento, customers',
    lines: [
      'email,_website,_store,firstname,gender,group_id,lastname,middlename,prefix,_address_city,_address_company,_address_country_id,_address_fax,_address_firstname,_address_lastname,_address_middlename,_address_postcode,_address_prefix,_address_region,_address_street,_address_suffix,_address_telephone,_address_vat_id,_address_default_billing_,_address_default_shipping_',
      'kim@fjord.example,base,default,Kim,,1,Fjord,,,Hobro,Fjord Fisk ApS,DK,,Kim,Fjord,,9500,,,Fjordgade 8,,98 52 11 11,20000104,1,1',
      'mia@dal.example,base,default,Mia,,1,Dal,Bo,,Nibe,,DK,,Mia,Dal,,9240,,,Dalen 2,,,,1,1',
    ],
    records: [
      {
        name: 'Fjord Fisk ApS',
        email: 'kim@fjord.example',
        street: 'Fjordgade 8',
        zipcodeText: '9500',
        cityText: 'Hobro',
        phone: '98 52 11 11',
        registrationNo: '20000104',
      },
      {
        name: 'Mia Bo Dal',
        type: 'person',
        email: 'mia@dal.example',
        street: 'Dalen 2',
        zipcodeText: '9240',
        cityText: 'Nibe',
      },
    ],
  },
];
