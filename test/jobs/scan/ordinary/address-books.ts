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
    rows: [
      {
        name: 'Holm Tømrer',
        type: 'company',
        email: 'lis@holm.example',
        street: 'Savværksvej 1',
        cityText: 'Ry',
      },
      { name: 'Ole Dam', type: 'person', phone: '22 33 44 55' },
    ],
  },
  {
    name: 'Outlook, Danish',
    lines: [
      '"Fornavn","Mellemnavn","Efternavn","Firma","Arbejde, gade/vej","Arbejde, by","Arbejde, postnr.","Telefon (arbejde)","Mobiltelefon","E-mail-adresse"',
      '"Lis","Marie","Holm","","Savværksvej 1","Ry","8680","","22 33 44 55","lis@holm.example"',
    ],
    rows: [
      {
        name: 'Lis Marie Holm',
        type: 'person',
        street: 'Savværksvej 1',
        cityText: 'Ry',
        zipcodeText: '8680',
        phone: '22 33 44 55',
      },
    ],
  },
  {
    name: 'Google Contacts until 2024',
    lines: [
      'Name,Given Name,Additional Name,Family Name,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Address 1 - Street,Address 1 - City,Address 1 - Postal Code,Organization 1 - Name',
      'Bo Lund,Bo,,Lund,Work,bo@lund.example,Mobile,40 50 60 70,Lundvej 1,Skive,7800,Lund Maskiner',
    ],
    rows: [
      {
        name: 'Lund Maskiner',
        email: 'bo@lund.example',
        phone: '40 50 60 70',
        street: 'Lundvej 1',
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
    rows: [{ name: 'Bo Lund', type: 'person', email: 'bo@lund.example', cityText: 'Skive' }],
  },
  {
    name: 'HubSpot, contacts',
    lines: [
      'Record ID,First Name,Last Name,Email,Phone Number,Associated Company,City,Lead Status,Contact owner',
      '101,Camille,Durand,c@durand.example,+33 6 12 34 56 78,Durand SARL,Paris,NEW,ole@firma.example',
    ],
    rows: [
      {
        name: 'Durand SARL',
        email: 'c@durand.example',
        phone: '+33 6 12 34 56 78',
        cityText: 'Paris',
        contactNo: '',
      },
    ],
  },
  {
    name: 'HubSpot, companies',
    lines: [
      'Record ID,Company name,Phone Number,City,Country/Region',
      '900,Durand SARL,+33 1 23 45 67 89,Paris,France',
    ],
    rows: [{ name: 'Durand SARL', cityText: 'Paris', countryId: 'FR' }],
  },
  {
    name: 'Pipedrive, people',
    lines: [
      'Person - ID,Person - Name,Person - Email,Person - Phone,Organization - Name',
      '88,Jordan Vega,j@acme.example,31 22 01 22,Acme Tag',
      '89,Ida Krog,ida@krog.example,,',
    ],
    rows: [
      { name: 'Acme Tag', email: 'j@acme.example', phone: '31 22 01 22' },
      { name: 'Ida Krog' },
    ],
  },
];
