// Customers and suppliers of Swedish and international accounting programs.
import type { OrdinaryFile } from './ordinary-file.js';

export const ACCOUNTING_FOREIGN: readonly OrdinaryFile[] = [
  {
    name: 'Fortnox, kunder (Swedish)',
    encoding: 'utf-16le',
    lines: [
      'Kundnummer\tNamn\tOrganisationsnummer\tAdress\tPostnummer\tOrt\tLand\tTelefon\tE-post\tBetalningsvillkor',
      '77\tÅkesson Bygg AB\t5566778899\tStorgatan 4\t211 22\tMalmö\tSE\t040-12 34 56\tinfo@akesson.example\t30',
    ],
    records: [
      {
        contactNo: '77',
        name: 'Åkesson Bygg AB',
        registrationNo: '5566778899',
        street: 'Storgatan 4',
        zipcodeText: '211 22',
        cityText: 'Malmö',
        countryId: 'SE',
        phone: '040-12 34 56',
        email: 'info@akesson.example',
        paymentTermsMode: 'net',
        paymentTermsDays: 30,
      },
    ],
  },
  {
    name: 'Fortnox, leverantörer (Swedish)',
    resource: 'supplier',
    encoding: 'windows-1252',
    lines: [
      'Leverantörsnummer;Namn;Organisationsnummer;Adress 1;Adress 2;Postnummer;Ort;Land;E-post;Betalningsvillkor;Bankgiro',
      '9;Trä & Färg AB;5560001111;Hamngatan 3;Box 12;411 14;Göteborg;Sverige;order@tra.example;20;123-4567',
    ],
    records: [
      {
        contactNo: '9',
        name: 'Trä & Färg AB',
        registrationNo: '5560001111',
        street: 'Hamngatan 3 Box 12',
        zipcodeText: '411 14',
        cityText: 'Göteborg',
        countryId: 'SE',
        email: 'order@tra.example',
        paymentTermsMode: 'net',
        paymentTermsDays: 20,
      },
    ],
  },
  {
    name: 'Fortnox, customers with the names of its API',
    lines: [
      'CustomerNumber,Name,OrganisationNumber,Address1,Address2,ZipCode,City,CountryCode,Email,Phone1,TermsOfPayment,Type',
      '78,Öberg Bageri AB,5567001122,Bagargatan 1,,22220,Lund,SE,kontor@oberg.example,046-10 20 30,30,COMPANY',
    ],
    records: [
      {
        contactNo: '78',
        name: 'Öberg Bageri AB',
        registrationNo: '5567001122',
        street: 'Bagargatan 1',
        zipcodeText: '22220',
        cityText: 'Lund',
        countryId: 'SE',
        email: 'kontor@oberg.example',
        phone: '046-10 20 30',
        paymentTermsMode: 'net',
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
    records: [
      {
        name: 'Marlow Ltd',
        contactNo: 'MAR001',
        email: 'gavin@marlow.example',
        street: '12 High Street Unit 4',
        cityText: 'London',
        zipcodeText: 'SW1A 1AA',
        countryId: 'GB',
        phone: '020 7946 0000',
        registrationNo: 'GB123456789',
      },
    ],
  },
  {
    name: 'Xero, contacts with postal and street address',
    resource: 'supplier',
    lines: [
      '*ContactName,AccountNumber,EmailAddress,FirstName,LastName,POAttentionTo,POAddressLine1,POAddressLine2,POAddressLine3,POAddressLine4,POCity,PORegion,POPostalCode,POCountry,SAAttentionTo,SAAddressLine1,SACity,SAPostalCode,SACountry,PhoneNumber,FaxNumber,MobileNumber,DDINumber,SkypeName,BankAccountName,BankAccountNumber,TaxNumber,LegalName,Discount,CompanyNumber',
      'Kajplads 4 ApS,K-4,kaj@kajplads.example,Kaj,Lund,,Kajen 4,Hal B,,,Skagen,,9990,Denmark,,Lagervej 1,Frederikshavn,9900,Denmark,,,30 40 50 60,,,,,DK20000058,,,',
    ],
    records: [
      {
        name: 'Kajplads 4 ApS',
        contactNo: 'K-4',
        email: 'kaj@kajplads.example',
        street: 'Kajen 4 Hal B',
        cityText: 'Skagen',
        zipcodeText: '9990',
        phone: '30 40 50 60',
        registrationNo: 'DK20000058',
      },
    ],
  },
  {
    name: 'QuickBooks, customers',
    lines: [
      'Customer,Company,Phone,Email,Street Address,City,Zip,Country,Open Balance',
      'Hansen,Hansen Huse ApS,44 44 44 44,h@hansen.example,Bygaden 1,Herlev,2730,Denmark,100.00',
    ],
    records: [
      {
        name: 'Hansen Huse ApS',
        phone: '44 44 44 44',
        email: 'h@hansen.example',
        street: 'Bygaden 1',
        cityText: 'Herlev',
        zipcodeText: '2730',
      },
    ],
  },
  {
    name: 'QuickBooks, customer list of the online version',
    lines: [
      'Name,Company name,Street Address,City,State,Country,Zip,Phone,Email,Attachments,Open Balance',
      'Ida Krog,,Skovvej 4,Birkerød,,Denmark,3460,20 20 30 30,ida@krog.example,0,0.00',
      'Krog,Krog Tag A/S,Tagvej 2,Birkerød,,Denmark,3460,,kontor@krogtag.example,1,2500.00',
    ],
    records: [
      {
        name: 'Ida Krog',
        street: 'Skovvej 4',
        cityText: 'Birkerød',
        zipcodeText: '3460',
        phone: '20 20 30 30',
        email: 'ida@krog.example',
      },
      {
        name: 'Krog Tag A/S',
        street: 'Tagvej 2',
        cityText: 'Birkerød',
        zipcodeText: '3460',
        email: 'kontor@krogtag.example',
      },
    ],
  },
  {
    name: 'QuickBooks, vendors',
    resource: 'supplier',
    lines: [
      'Vendor,Company name,Street Address,City,State,Country,Zip,Phone,Email,1099 Tracking,Attachments,Open Balance',
      'Lamper,Lamper og Lys ApS,Lysvej 6,Hobro,,Denmark,9500,98 52 00 00,lys@lamper.example,No,0,0.00',
    ],
    records: [
      {
        name: 'Lamper og Lys ApS',
        street: 'Lysvej 6',
        cityText: 'Hobro',
        zipcodeText: '9500',
        phone: '98 52 00 00',
        email: 'lys@lamper.example',
      },
    ],
  },
];
