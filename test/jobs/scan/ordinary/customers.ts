// Lists of customers and suppliers in the shapes of real systems, and what a bookkeeper reads in them.
import type { OrdinaryFile } from './ordinary-file.js';

export const CUSTOMERS: readonly OrdinaryFile[] = [
  {
    name: 'Dinero, kontakter',
    lines: [
      'Navn;Adresse;Postnummer;By;Land;Telefon;E-mail;CVR-nummer;EAN-nummer;Att. person',
      'I alt Byg ApS;Havnegade 2;5000;Odense C;Danmark;66 11 22 33;post@ialtbyg.example;10000009;;Per',
      'Børnehuset;Ringvej 1;8000;Aarhus C;DK;;;;5790000000012;',
    ],
    rows: [
      {
        name: 'I alt Byg ApS',
        street: 'Havnegade 2',
        zipcodeText: '5000',
        cityText: 'Odense C',
        countryId: 'DK',
        phone: '66 11 22 33',
        email: 'post@ialtbyg.example',
        registrationNo: '10000009',
        ean: '',
      },
      {
        name: 'Børnehuset',
        street: 'Ringvej 1',
        zipcodeText: '8000',
        cityText: 'Aarhus C',
        ean: '5790000000012',
        email: '',
      },
    ],
  },
  {
    name: 'e-conomic, kunder',
    encoding: 'windows-1252',
    lines: [
      '"Nr.";"Navn";"Adresse";"Postnr.";"By";"Land";"E-mail";"Telefon";"CVR-nr.";"EAN-nr.";"Kundegruppe";"Betalingsbetingelse";"Momszone";"Saldo"',
      '"1001";"Total Byg A/S";"Møllevej 5";"4000";"Roskilde";"Danmark";"bogholderi@total.example";"46 35 00 00";"25000021";"";"1";"Netto 8 dage";"Indland";"1.250,00"',
    ],
    rows: [
      {
        contactNo: '1001',
        name: 'Total Byg A/S',
        street: 'Møllevej 5',
        zipcodeText: '4000',
        cityText: 'Roskilde',
        email: 'bogholderi@total.example',
        registrationNo: '25000021',
        paymentTermsMode: 'net',
        paymentTermsDays: 8,
      },
    ],
  },
  {
    name: 'Visma, kunder',
    lines: [
      'Kundenr.;Navn;Adresse 1;Adresse 2;Postnr.;By;Landekode;Telefon;Mobil;E-mail;Betalingsbetingelser;Kreditmax',
      '00042;12E4 Consult;Algade 7;2. sal;4700;Næstved;DK;;20 30 40 50;a@12e4.example;Lb. md. + 30;50000',
    ],
    rows: [
      {
        contactNo: '00042',
        name: '12E4 Consult',
        street: 'Algade 7 2. sal',
        phone: '20 30 40 50',
        paymentTermsMode: 'netEndOfMonth',
        paymentTermsDays: 30,
      },
    ],
  },
  {
    name: 'Uniconta, debitorer',
    lines: [
      'Konto;Kontonavn;Adresse 1;Adresse 2;Postnummer;Bynavn;Land;CVR-nr.;Telefon;Gruppe',
      '2026-01;Bager Olsen;Torvet 3;;6000;Kolding;Danmark;20000058;75 50 50 50;Indland',
    ],
    rows: [
      {
        contactNo: '2026-01',
        name: 'Bager Olsen',
        street: 'Torvet 3',
        cityText: 'Kolding',
        registrationNo: '20000058',
      },
    ],
  },
  {
    name: 'Uniconta, debtors',
    lines: [
      'Account,Account name,Address 1,Postal code,City name,Country,CVR no.,Phone number',
      'D-7,Fjord Fisk ApS,Kajen 1,7680,Thyborøn,Denmark,20000104,97 83 00 00',
    ],
    rows: [
      {
        contactNo: 'D-7',
        name: 'Fjord Fisk ApS',
        street: 'Kajen 1',
        zipcodeText: '7680',
        cityText: 'Thyborøn',
        registrationNo: '20000104',
      },
    ],
  },
  {
    name: 'Saldi, debitorer',
    lines: [
      'kontonr\tfirmanavn\taddr1\taddr2\tpostnr\tbynavn\tland\tkontakt\ttlf\temail\tcvrnr\tean\tbetalingsdage',
      '500\tNord & Syd I/S\tKirkevej 9\tBaghuset\t9000\tAalborg\tDanmark\tBo\t98 10 20 30\tns@nordsyd.example\t20002727\t\t14',
    ],
    rows: [
      {
        contactNo: '500',
        name: 'Nord & Syd I/S',
        street: 'Kirkevej 9 Baghuset',
        cityText: 'Aalborg',
        phone: '98 10 20 30',
        registrationNo: '20002727',
        paymentTermsDays: 14,
      },
    ],
  },
  {
    name: 'Fortnox, kunder (Swedish)',
    encoding: 'utf-16le',
    lines: [
      'Kundnummer\tNamn\tOrganisationsnummer\tAdress\tPostnummer\tOrt\tLand\tTelefon\tE-post\tBetalningsvillkor',
      '77\tÅkesson Bygg AB\t5566778899\tStorgatan 4\t211 22\tMalmö\tSE\t040-12 34 56\tinfo@akesson.example\t30',
    ],
    rows: [
      {
        contactNo: '77',
        name: 'Åkesson Bygg AB',
        registrationNo: '5566778899',
        street: 'Storgatan 4',
        zipcodeText: '211 22',
        cityText: 'Malmö',
        countryId: 'SE',
        paymentTermsDays: 30,
      },
    ],
  },
  {
    name: 'Xero, contacts',
    lines: [
      '*ContactName,AccountNumber,EmailAddress,FirstName,LastName,POAddressLine1,POAddressLine2,POCity,POPostalCode,POCountry,PhoneNumber,MobileNumber,TaxNumber,BankAccountNumber',
      'Marlow Ltd,MAR001,gavin@marlow.example,Gavin,Marlow,12 High Street,Unit 4,London,SW1A 1AA,United Kingdom,020 7946 0000,,GB123456789,12-34',
    ],
    rows: [
      {
        name: 'Marlow Ltd',
        contactNo: 'MAR001',
        email: 'gavin@marlow.example',
        street: '12 High Street Unit 4',
        cityText: 'London',
        zipcodeText: 'SW1A 1AA',
        countryId: 'GB',
        registrationNo: 'GB123456789',
        type: 'company',
      },
    ],
  },
  {
    name: 'QuickBooks, customers',
    lines: [
      'Customer,Company,Phone,Email,Street Address,City,Zip,Country,Open Balance',
      'Hansen,Hansen Huse ApS,44 44 44 44,h@hansen.example,Bygaden 1,Herlev,2730,Denmark,100.00',
    ],
    rows: [
      {
        name: 'Hansen Huse ApS',
        phone: '44 44 44 44',
        street: 'Bygaden 1',
        zipcodeText: '2730',
        countryId: 'DK',
      },
    ],
  },
  {
    name: 'Shopify, customers',
    lines: [
      'Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Total Spent,Tax Exempt',
      '5871,Anna,Ågård,anna@aagaard.example,yes,,Åboulevarden 7,2. tv,Aarhus C,,DK,8000,87 65 43 21,,450.00,no',
      '5872,Per,Ibsen,per@ibsen.example,no,Ibsen ApS,Vestergade 2,,Vejle,,DK,7100,,70 10 20 30,0.00,no',
    ],
    rows: [
      {
        name: 'Anna Ågård',
        type: 'person',
        email: 'anna@aagaard.example',
        street: 'Åboulevarden 7 2. tv',
        cityText: 'Aarhus C',
        zipcodeText: '8000',
        phone: '87 65 43 21',
        contactNo: '',
      },
      { name: 'Ibsen ApS', type: 'company', phone: '70 10 20 30' },
    ],
  },
  {
    name: 'WooCommerce, customers',
    lines: [
      'ID,user_login,user_email,billing_first_name,billing_last_name,billing_company,billing_address_1,billing_address_2,billing_city,billing_postcode,billing_country,billing_phone,billing_email',
      '12,anna,login@aagaard.example,Anna,Ågård,,Åboulevarden 7,,Aarhus C,8000,DK,87654321,faktura@aagaard.example',
    ],
    rows: [
      {
        name: 'Anna Ågård',
        type: 'person',
        email: 'faktura@aagaard.example',
        phone: '87654321',
        zipcodeText: '8000',
      },
    ],
  },
  {
    name: 'Virk, udtræk fra CVR',
    lines: [
      'CVR-nummer;Navn;Vejnavn;Husnummer;Etage;Sidedør;Postnummer;Postdistrikt;P-nummer;Branchekode;Stiftelsesdato',
      '25000013;Kær Murer;Kærvej;12;1;tv;8900;Randers C;1003456789;433100;01.02.2010',
    ],
    rows: [
      {
        name: 'Kær Murer',
        registrationNo: '25000013',
        street: 'Kærvej 12 1 tv',
        zipcodeText: '8900',
        cityText: 'Randers C',
      },
    ],
  },
  {
    name: 'Kommune, EAN-liste',
    lines: [
      'Institution;EAN-nummer;CVR-nr.;Adresse;Postnr. og by;Kontaktperson',
      'Skolen ved Skoven;5790000000029;10000009;Skovvej 1;3400 Hillerød;Jens',
      'Plejehjemmet;5790000012343;10000009;Bakken 2;DK-3480 Fredensborg;',
    ],
    rows: [
      {
        name: 'Skolen ved Skoven',
        ean: '5790000000029',
        registrationNo: '10000009',
        zipcodeText: '3400',
        cityText: 'Hillerød',
      },
      { name: 'Plejehjemmet', zipcodeText: '3480', cityText: 'Fredensborg' },
    ],
  },
  {
    name: 'Forening, medlemsliste',
    encoding: 'windows-1252',
    lines: [
      'Medlemsnr;Fornavn;Efternavn;Vej;Husnr;Postnr;By;Mobilnr;E-mail;Indmeldt',
      '7;Søren;Æbelø;Strandvejen;14;2100;København Ø;20 11 22 33;soren@aebeloe.example;01-02-2019',
    ],
    rows: [
      {
        contactNo: '7',
        name: 'Søren Æbelø',
        type: 'person',
        street: 'Strandvejen 14',
        cityText: 'København Ø',
        phone: '20 11 22 33',
      },
    ],
  },
  {
    name: 'Excel, efternavn før fornavn',
    lines: ['Efternavn,Fornavn,Tlf.', 'Juul,Eva,33 22 11 00'],
    rows: [{ name: 'Eva Juul', phone: '33 22 11 00' }],
  },
  {
    name: 'Excel, firma og person i hver sin kolonne',
    lines: [
      'Firma;Navn;Gade;Zip;Bynavn',
      'Juul ApS;Eva Juul;Gaden 1;9900;Frederikshavn',
      ';Ib Bo;Gaden 2;9900;Frederikshavn',
    ],
    rows: [{ name: 'Juul ApS', street: 'Gaden 1', zipcodeText: '9900' }, { name: 'Ib Bo' }],
  },
  {
    name: 'Excel, apostrof foran cifre',
    lines: ['Kundenr.;Navn;CVR', "'00042;Nul ApS;'20000058"],
    rows: [{ contactNo: '00042', name: 'Nul ApS', registrationNo: '20000058' }],
  },
  {
    name: 'Excel, bemærkninger i overskriften',
    lines: [
      'Navn *;Telefon nr.;E-mail (skal udfyldes);Betalingsfrist (dage)',
      'Alt i Tag;11 22 33 44;tag@alt.example;21',
    ],
    rows: [
      { name: 'Alt i Tag', phone: '11 22 33 44', email: 'tag@alt.example', paymentTermsDays: 21 },
    ],
  },
  {
    name: 'English template',
    lines: [
      'Company name,VAT number,Customer number,Street,Postal code,City,Country code,Phone number',
      'Nordic Ltd,20000104,C-9,Main St 1,1050,København K,DK,33 00 00 00',
    ],
    rows: [
      {
        name: 'Nordic Ltd',
        registrationNo: '20000104',
        contactNo: 'C-9',
        street: 'Main St 1',
        zipcodeText: '1050',
        phone: '33 00 00 00',
      },
    ],
  },
  {
    name: 'Ordreliste fra webshop, foreign ID',
    lines: ['ID;Navn;E-mail', '1;Kunde Et;et@kunde.example', '2;Kunde To;to@kunde.example'],
    rows: [{ name: 'Kunde Et', email: 'et@kunde.example' }, { name: 'Kunde To' }],
  },
  {
    name: 'Telefon og mobil, land og landekode',
    lines: [
      'Navn;Telefon;Mobil;Land;Landekode',
      'A;11111111;22222222;Sverige;SE',
      'B;;33333333;;NO',
    ],
    rows: [
      { name: 'A', phone: '11111111', countryId: 'SE' },
      { name: 'B', phone: '33333333', countryId: 'NO' },
    ],
  },
  {
    name: 'Leverandører',
    resource: 'supplier',
    lines: [
      'Leverandørnr.;Leverandørnavn;Momsnr.;Adresse;Postnr/By;Betalingsbetingelser',
      '900;Træ & Co;DK20000058;Havnen 3;6700 Esbjerg;Løbende måned + 15 dage',
    ],
    rows: [
      {
        contactNo: '900',
        name: 'Træ & Co',
        registrationNo: 'DK20000058',
        zipcodeText: '6700',
        cityText: 'Esbjerg',
        paymentTermsMode: 'netEndOfMonth',
        paymentTermsDays: 15,
      },
    ],
  },
];
