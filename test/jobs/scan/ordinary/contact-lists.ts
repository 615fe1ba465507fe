// Lists of authorities, clubs and offices, and what a bookkeeper reads in them.
import type { OrdinaryFile } from './ordinary-file.js';

export const CONTACT_LISTS: readonly OrdinaryFile[] = [
  {
    name: 'Virk, udtræk fra CVR',
    lines: [
      'CVR-nummer;Navn;Vejnavn;Husnummer;Etage;Sidedør;Postnummer;Postdistrikt;P-nummer;Branchekode;Stiftelsesdato',
      '25000013;Kær Murer;Kærvej;12;1;tv;8900;Randers C;1003456789;433100;01.02.2010',
    ],
    records: [
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
    name: 'Virk, liste over virksomheder',
    encoding: 'windows-1252',
    lines: [
      'CVR-nr.;P-nr.;Virksomhedsnavn;Virksomhedsform;Adresse;Postnr.;By;Kommune;Telefon;E-mail;Branche;Startdato;Reklamebeskyttet',
      '13748136;1000000000;Sum ApS;Anpartsselskab;Åvej 2;6760;Ribe;Esbjerg;75 42 00 00;sum@aavej.example;Bogføring;15-08-2001;Nej',
    ],
    records: [
      {
        name: 'Sum ApS',
        registrationNo: '13748136',
        street: 'Åvej 2',
        zipcodeText: '6760',
        cityText: 'Ribe',
        phone: '75 42 00 00',
        email: 'sum@aavej.example',
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
    records: [
      {
        name: 'Skolen ved Skoven',
        ean: '5790000000029',
        registrationNo: '10000009',
        street: 'Skovvej 1',
        zipcodeText: '3400',
        cityText: 'Hillerød',
      },
      {
        name: 'Plejehjemmet',
        ean: '5790000012343',
        registrationNo: '10000009',
        street: 'Bakken 2',
        zipcodeText: '3480',
        cityText: 'Fredensborg',
      },
    ],
  },
  {
    name: 'Kommune, EAN-numre i en projektmappe',
    ending: 'xlsx',
    cells: [
      ['Oversigt over EAN-numre'],
      [],
      ['Navn', 'EAN-nr.', 'CVR-nr.', 'Adresse', 'Postnr.', 'By'],
      ['Børnehaven Ærø', '5790000000036', 10000009, 'Havnen 1', 5970, 'Ærøskøbing'],
      ['Total Genbrug', '5790000000043', 10000009, 'Losvej 2', 5985, 'Søby'],
    ],
    records: [
      {
        name: 'Børnehaven Ærø',
        ean: '5790000000036',
        registrationNo: '10000009',
        street: 'Havnen 1',
        zipcodeText: '5970',
        cityText: 'Ærøskøbing',
      },
      {
        name: 'Total Genbrug',
        ean: '5790000000043',
        registrationNo: '10000009',
        street: 'Losvej 2',
        zipcodeText: '5985',
        cityText: 'Søby',
      },
    ],
  },
  {
    name: 'Forening, medlemsliste',
    encoding: 'windows-1252',
    lines: [
      'Medlemsnr;Fornavn;Efternavn;Vej;Husnr;Postnr;By;Mobilnr;E-mail;Indmeldt',
      '7;Søren;Æbelø;Strandvejen;14;2100;København Ø;20 11 22 33;soren@aebeloe.example;01-02-2019',
    ],
    records: [
      {
        contactNo: '7',
        name: 'Søren Æbelø',
        type: 'person',
        street: 'Strandvejen 14',
        zipcodeText: '2100',
        cityText: 'København Ø',
        phone: '20 11 22 33',
        email: 'soren@aebeloe.example',
      },
    ],
  },
  {
    name: 'Forening, medlemmer i en projektmappe',
    ending: 'xlsx',
    cells: [
      ['Medlemsnr.', 'Navn', 'Adresse', 'Postnr.', 'By', 'E-mail', 'Mobil', 'Født', 'Kontingent'],
      [
        ...[101, 'Tove Ditlev', 'Møllestien 4', 8000, 'Aarhus C', 'tove@ditlev.example', 40111213],
        ...[new Date(Date.UTC(1961, 4, 3)), 450],
      ],
      [102, 'Sum Ib Holm', 'Møllestien 6', 8000, 'Aarhus C', '', '', '', 450],
    ],
    records: [
      {
        contactNo: '101',
        name: 'Tove Ditlev',
        street: 'Møllestien 4',
        zipcodeText: '8000',
        cityText: 'Aarhus C',
        email: 'tove@ditlev.example',
        phone: '40111213',
      },
      {
        contactNo: '102',
        name: 'Sum Ib Holm',
        street: 'Møllestien 6',
        zipcodeText: '8000',
        cityText: 'Aarhus C',
      },
    ],
  },
  {
    name: 'Excel, efternavn før fornavn',
    lines: ['Efternavn,Fornavn,Tlf.', 'Juul,Eva,33 22 11 00'],
    records: [{ name: 'Eva Juul', type: 'person', phone: '33 22 11 00' }],
  },
  {
    name: 'Excel, firma og person i hver sin kolonne',
    lines: [
      'Firma;Navn;Gade;Zip;Bynavn',
      'Juul ApS;Eva Juul;Gaden 1;9900;Frederikshavn',
      ';Ib Bo;Gaden 2;9900;Frederikshavn',
    ],
    records: [
      { name: 'Juul ApS', street: 'Gaden 1', zipcodeText: '9900', cityText: 'Frederikshavn' },
      { name: 'Ib Bo', street: 'Gaden 2', zipcodeText: '9900', cityText: 'Frederikshavn' },
    ],
  },
  {
    name: 'Excel, apostrof foran cifre',
    lines: ['Kundenr.;Navn;CVR', "'00042;Nul ApS;'20000058"],
    records: [{ contactNo: '00042', name: 'Nul ApS', registrationNo: '20000058' }],
  },
  {
    name: 'Excel, bemærkninger i overskriften',
    lines: [
      'Navn *;Telefon nr.;E-mail (skal udfyldes);Betalingsfrist (dage)',
      'Alt i Tag;11 22 33 44;tag@alt.example;21',
    ],
    records: [
      {
        name: 'Alt i Tag',
        phone: '11 22 33 44',
        email: 'tag@alt.example',
        paymentTermsMode: 'net',
        paymentTermsDays: 21,
      },
    ],
  },
  {
    name: 'Excel, kundeliste under en titel',
    encoding: 'windows-1252',
    lines: [
      'Kundeliste pr. 31-12-2025;;;;;;',
      ';;;;;;',
      'Kundenr;Firmanavn;Adresse;Postnr;By;Tlf;Cvr nr',
      '1;I alt Byg;Grønnegade 1;5800;Nyborg;65 31 00 00;20000104',
      '2;Total;Grønnegade 2;5800;Nyborg;;',
      '3;12E4;Grønnegade 3;5800;Nyborg;;',
      '2026-01;Saldo Revision;Grønnegade 4;5800;Nyborg;;25000021',
    ],
    records: [
      {
        contactNo: '1',
        name: 'I alt Byg',
        street: 'Grønnegade 1',
        zipcodeText: '5800',
        cityText: 'Nyborg',
        phone: '65 31 00 00',
        registrationNo: '20000104',
      },
      {
        contactNo: '2',
        name: 'Total',
        street: 'Grønnegade 2',
        zipcodeText: '5800',
        cityText: 'Nyborg',
      },
      {
        contactNo: '3',
        name: '12E4',
        street: 'Grønnegade 3',
        zipcodeText: '5800',
        cityText: 'Nyborg',
      },
      {
        contactNo: '2026-01',
        name: 'Saldo Revision',
        street: 'Grønnegade 4',
        zipcodeText: '5800',
        cityText: 'Nyborg',
        registrationNo: '25000021',
      },
    ],
  },
  {
    name: 'Telefon og mobil, land og landekode',
    lines: [
      'Navn;Telefon;Mobil;Land;Landekode',
      'A;11111111;22222222;Sverige;SE',
      'B;;33333333;;NO',
    ],
    records: [
      { name: 'A', phone: '11111111', countryId: 'SE' },
      { name: 'B', phone: '33333333', countryId: 'NO' },
    ],
  },
];
