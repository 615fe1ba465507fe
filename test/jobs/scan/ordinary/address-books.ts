// Contacts of address books and sales systems, and what a bookkeeper reads in them.
import type { OrdinaryFile } from './ordinary-file.js';

export const ADDRESS_BOOKS: readonly OrdinaryFile[] = [
  {
    name: 'Outlook, English',
    lines: [
      'First Name,Middle Name,Last Name,Title,E-mail Address,E-mail 2 Address,Company,Business Street,Business City,Business Postal Code,Business Country/Region,Business Phone,Mobile Phone,Account',
      'Lis,Marie,Holm,Director,lis@holm.example,,Holm Tømrer,Savværksvej 1,Ry,8680,Denmark,86 89 00 00,,',
      'Ole,,Dam,,ole@dam.example,,,,,,,,22 33 44 55,',
    ],
    records: [
      {
        name: 'Holm Tømrer',
        email: 'lis@holm.example',
        street: 'Savværksvej 1',
        cityText: 'Ry',
        zipcodeText: '8680',
        phone: '86 89 00 00',
      },
      { name: 'Ole Dam', type: 'person', email: 'ole@dam.example', phone: '22 33 44 55' },
    ],
  },
  {
    name: 'Outlook, English, all fields',
    encoding: 'windows-1252',
    lines: [
      '"Title","First Name","Middle Name","Last Name","Suffix","Company","Department","Job Title","Business Street","Business Street 2","Business Street 3","Business City","Business State","Business Postal Code","Business Country/Region","Home Street","Home City","Home Postal Code","Home Country/Region","Other Street","Business Fax","Business Phone","Business Phone 2","Company Main Phone","Home Phone","Mobile Phone","Pager","Primary Phone","Birthday","E-mail Address","E-mail Type","E-mail Display Name","Government ID Number","Notes","Organizational ID Number","Web Page"',
      '"","Åse","","Nørby","","Nørby Kaffe ApS","Salg","Ejer","Kaffegade 1","Baghuset","","Svendborg","","5700","Denmark","Hjemvej 2","Thurø","5700","Denmark","","62 21 00 01","62 21 00 00","","","","30 11 22 33","","","0/0/00","aase@noerby.example","SMTP","Åse Nørby","","Ringer onsdag","","noerby.example"',
    ],
    records: [
      {
        name: 'Nørby Kaffe ApS',
        email: 'aase@noerby.example',
        street: 'Kaffegade 1 Baghuset',
        cityText: 'Svendborg',
        zipcodeText: '5700',
        phone: '62 21 00 00',
      },
    ],
  },
  {
    name: 'Outlook, Danish',
    encoding: 'windows-1252',
    lines: [
      '"Titel","Fornavn","Mellemnavn","Efternavn","Suffiks","Firma","Afdeling","Stilling","Gade (arbejde)","Gade 2 (firma)","By (arbejde)","Område (arbejde)","Postnummer (arbejde)","Land/område (arbejde)","Gade (privat)","By (privat)","Postnummer (privat)","Fax (arbejde)","Telefon (arbejde)","Telefon (privat)","Mobiltelefon","Konto","Fødselsdag","E-mail-adresse","E-mail-type","E-mail-vist navn","E-mail 2-adresse","Notater","webside"',
      '"","Lis","Marie","Holm","","","","","Savværksvej 1","","Ry","","8680","Danmark","","","","","","","22 33 44 55","","0-0-00","lis@holm.example","SMTP","Lis Holm","","",""',
      '"Hr.","Åge","","Kær","","Kær Jord ApS","","Direktør","Jordvej 5","Hal 2","Ørsted","","8950","Danmark","Privatvej 1","Ry","8680","86 00 00 01","86 00 00 00","","40 00 00 00","","0-0-00","aage@kaer.example","SMTP","Åge Kær","privat@kaer.example","","kaer.example"',
    ],
    records: [
      {
        name: 'Lis Marie Holm',
        type: 'person',
        email: 'lis@holm.example',
        street: 'Savværksvej 1',
        cityText: 'Ry',
        zipcodeText: '8680',
        phone: '22 33 44 55',
      },
      {
        name: 'Kær Jord ApS',
        email: 'aage@kaer.example',
        street: 'Jordvej 5 Hal 2',
        cityText: 'Ørsted',
        zipcodeText: '8950',
        phone: '86 00 00 00',
      },
    ],
  },
  {
    name: 'Google Contacts until 2024',
    lines: [
      'Name,Given Name,Additional Name,Family Name,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Address 1 - Street,Address 1 - City,Address 1 - Postal Code,Organization 1 - Name',
      'Bo Lund,Bo,,Lund,Work,bo@lund.example,Mobile,40 50 60 70,Lundvej 1,Skive,7800,Lund Maskiner',
    ],
    records: [
      {
        name: 'Lund Maskiner',
        email: 'bo@lund.example',
        phone: '40 50 60 70',
        street: 'Lundvej 1',
        cityText: 'Skive',
        zipcodeText: '7800',
      },
    ],
  },
  {
    name: 'Google Contacts since 2024',
    lines: [
      'First Name,Middle Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Street,Address 1 - City,Address 1 - Postal Code',
      'Bo,,Lund,,* Work,bo@lund.example,Mobile,40 50 60 70,Lundvej 1,Skive,7800',
    ],
    records: [
      {
        name: 'Bo Lund',
        type: 'person',
        email: 'bo@lund.example',
        phone: '40 50 60 70',
        street: 'Lundvej 1',
        cityText: 'Skive',
        zipcodeText: '7800',
      },
    ],
  },
  {
    name: 'Google Contacts since 2024, all fields',
    lines: [
      'First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address,Website 1 - Value',
      'Pia,,Gram,,,,,,Gram Gardiner,Ejer,,,,,* myContacts,* Work,pia@gram.example,Home,,Work,+45 74 82 00 00,Work,"Torvet 2, 6510 Gram, DK",Torvet 2,Gram,,,6510,DK,,gram.example',
    ],
    records: [
      {
        name: 'Gram Gardiner',
        email: 'pia@gram.example',
        phone: '+45 74 82 00 00',
        street: 'Torvet 2',
        cityText: 'Gram',
        zipcodeText: '6510',
      },
    ],
  },
  {
    name: 'HubSpot, contacts',
    lines: [
      'Record ID,First Name,Last Name,Email,Phone Number,Associated Company,City,Lead Status,Contact owner',
      '101,Camille,Durand,c@durand.example,+33 6 12 34 56 78,Durand SARL,Paris,NEW,ole@firma.example',
    ],
    records: [
      {
        name: 'Durand SARL',
        email: 'c@durand.example',
        phone: '+33 6 12 34 56 78',
        cityText: 'Paris',
      },
    ],
  },
  {
    name: 'HubSpot, companies',
    lines: [
      'Record ID,Company name,Phone Number,City,Country/Region',
      '900,Durand SARL,+33 1 23 45 67 89,Paris,France',
    ],
    records: [
      { name: 'Durand SARL', phone: '+33 1 23 45 67 89', cityText: 'Paris', countryId: 'FR' },
    ],
  },
  {
    name: 'HubSpot, companies, more fields',
    lines: [
      'Record ID,Company name,Website URL,Company owner,Create Date,Street Address,Postal Code,City,State/Region,Country/Region,Industry,Number of Employees,Annual Revenue,Lifecycle Stage,Phone Number',
      '9001,2026-01 Studio,studio.example,Sam Sales,2024-02-01 09:30,Kajgaden 4,1220,København K,,Denmark,DESIGN,12,4000000,customer,33 44 55 66',
    ],
    records: [
      {
        name: '2026-01 Studio',
        street: 'Kajgaden 4',
        zipcodeText: '1220',
        cityText: 'København K',
        phone: '33 44 55 66',
      },
    ],
  },
  {
    name: 'Pipedrive, people',
    lines: [
      'Person - ID,Person - Name,Person - Email,Person - Phone,Organization - Name',
      '88,Jordan Vega,j@acme.example,31 22 01 22,Acme Tag',
      '89,Ida Krog,ida@krog.example,,',
    ],
    records: [
      { name: 'Acme Tag', email: 'j@acme.example', phone: '31 22 01 22' },
      { name: 'Ida Krog', email: 'ida@krog.example' },
    ],
  },
  {
    name: 'Pipedrive, organizations',
    lines: [
      'Organization - ID,Organization - Name,Organization - Label,Organization - Address,Organization - Owner,Organization - People count,Organization - Open deals',
      '12,I alt Tag ApS,Customer,"Tagvej 7, 8900 Randers, Denmark",Sam Sales,3,1',
    ],
    records: [{ name: 'I alt Tag ApS', street: 'Tagvej 7, 8900 Randers, Denmark' }],
  },
];
