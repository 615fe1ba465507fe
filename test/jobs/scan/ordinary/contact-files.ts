// Lists of contacts in workbooks, JSON and texts with tabs, and lists that an office keeps in English.
import type { OrdinaryFile } from './ordinary-file.js';

export const CONTACT_FILES: readonly OrdinaryFile[] = [
  {
    name: 'English template',
    lines: [
      'Company name,VAT number,Customer number,Street,Postal code,City,Country code,Phone number',
      'Nordic Ltd,20000104,C-9,Main St 1,1050,København K,DK,33 00 00 00',
    ],
    records: [
      {
        name: 'Nordic Ltd',
        registrationNo: '20000104',
        contactNo: 'C-9',
        street: 'Main St 1',
        zipcodeText: '1050',
        cityText: 'København K',
        phone: '33 00 00 00',
      },
    ],
  },
  {
    name: 'Ordreliste fra webshop, foreign ID',
    lines: ['ID;Navn;E-mail', '1;Kunde Et;et@kunde.example', '2;Kunde To;to@kunde.example'],
    records: [
      { name: 'Kunde Et', email: 'et@kunde.example' },
      { name: 'Kunde To', email: 'to@kunde.example' },
    ],
  },
  {
    name: 'Leverandører',
    resource: 'supplier',
    lines: [
      'Leverandørnr.;Leverandørnavn;Momsnr.;Adresse;Postnr/By;Betalingsbetingelser',
      '900;Træ & Co;DK20000058;Havnen 3;6700 Esbjerg;Løbende måned + 15 dage',
    ],
    records: [
      {
        contactNo: '900',
        name: 'Træ & Co',
        registrationNo: 'DK20000058',
        street: 'Havnen 3',
        zipcodeText: '6700',
        cityText: 'Esbjerg',
        paymentTermsMode: 'netEndOfMonth',
        paymentTermsDays: 15,
      },
    ],
  },
  {
    name: 'Excel, kunder med tal som tal',
    ending: 'xlsx',
    cells: [
      ['Kundenr.', 'Navn', 'CVR-nr.', 'Adresse', 'Postnr.', 'By', 'Telefon', 'Kreditdage'],
      [1001, 'Åse & Søn', 25000021, 'Nygade 1', 6300, 'Gråsten', 74650000, 14],
      [1002, '12E4 ApS', 20002727, 'Nygade 2', 6300, 'Gråsten', '', ''],
    ],
    records: [
      {
        contactNo: '1001',
        name: 'Åse & Søn',
        registrationNo: '25000021',
        street: 'Nygade 1',
        zipcodeText: '6300',
        cityText: 'Gråsten',
        phone: '74650000',
        paymentTermsMode: 'net',
        paymentTermsDays: 14,
      },
      {
        contactNo: '1002',
        name: '12E4 ApS',
        registrationNo: '20002727',
        street: 'Nygade 2',
        zipcodeText: '6300',
        cityText: 'Gråsten',
      },
    ],
  },
  {
    name: 'Excel, leverandører i en projektmappe',
    resource: 'supplier',
    ending: 'xlsx',
    cells: [
      [
        'Leverandør nr.',
        'Leverandør',
        'CVR',
        'E-mail',
        'Betalingsfrist',
        'Bank reg.nr.',
        'Kontonr.',
      ],
      [77, 'Sten og Grus', 20000104, 'grus@sten.example', 30, '0400', '4012345678'],
    ],
    records: [
      {
        contactNo: '77',
        name: 'Sten og Grus',
        registrationNo: '20000104',
        email: 'grus@sten.example',
        paymentTermsMode: 'net',
        paymentTermsDays: 30,
      },
    ],
  },
  {
    name: 'Excel, tekst med tabulatorer',
    ending: 'txt',
    encoding: 'windows-1252',
    lines: [
      'Kunde nr.\tKunde\tVej og nr.\tPostnr. By\tMail\tMobil nr.',
      '0007\tÆ, Ø og Å ApS\tØstergade 7, 1. tv\t7400 Herning\tpost@aeoeaa.example\t20 30 40 51',
    ],
    records: [
      {
        contactNo: '0007',
        name: 'Æ, Ø og Å ApS',
        street: 'Østergade 7, 1. tv',
        zipcodeText: '7400',
        cityText: 'Herning',
        email: 'post@aeoeaa.example',
        phone: '20 30 40 51',
      },
    ],
  },
  {
    name: 'JSON, kunder med danske navne',
    ending: 'json',
    lines: [
      '[',
      '  {"navn": "I alt Smed", "cvrnr": "20000058", "adresse": "Smedevej 1", "postnr": 4600, "by": "Køge", "telefon": null},',
      '  {"navn": "Køge Cykler", "email": "cykler@koege.example", "postnr": 4600, "by": "Køge"}',
      ']',
    ],
    records: [
      {
        name: 'I alt Smed',
        registrationNo: '20000058',
        street: 'Smedevej 1',
        zipcodeText: '4600',
        cityText: 'Køge',
      },
      {
        name: 'Køge Cykler',
        email: 'cykler@koege.example',
        zipcodeText: '4600',
        cityText: 'Køge',
      },
    ],
  },
  {
    name: 'JSON, customers inside an object',
    ending: 'json',
    lines: [
      '{"meta": {"total": 1}, "customers": [{"customerNo": "2026-01", "companyName": "Ny Dag ApS", "vatNumber": "13748136", "zipCode": "3000", "city": "Helsingør", "phoneNumber": "49 20 00 00"}]}',
    ],
    records: [
      {
        contactNo: '2026-01',
        name: 'Ny Dag ApS',
        registrationNo: '13748136',
        zipcodeText: '3000',
        cityText: 'Helsingør',
        phone: '49 20 00 00',
      },
    ],
  },
  {
    name: 'Excel, flere e-mail-adresser i en celle',
    lines: [
      'Firmanavn;E-mail;Adresselinje 1;Adresselinje 2;Postnr.;By;Landekode',
      'Holm Reklame;salg@holm.example, faktura@holm.example;Holmen 1;c/o Ibsen;1437;København K;DK',
    ],
    records: [
      {
        name: 'Holm Reklame',
        email: 'salg@holm.example, faktura@holm.example',
        street: 'Holmen 1 c/o Ibsen',
        zipcodeText: '1437',
        cityText: 'København K',
      },
    ],
  },
];
