// Customers and suppliers of Danish accounting programs, and what a bookkeeper reads in them.
import type { OrdinaryFile } from './ordinary-file.js';

export const ACCOUNTING_DANISH: readonly OrdinaryFile[] = [
  {
    name: 'Dinero, kontakter',
    lines: [
      '\ufeffKontaktnavn;Adresse;Postnummer;By;Landekode;CVR-nummer;EAN-nummer;Telefon;E-mail;Att. person;Hjemmeside;Betalings metode;Betalingsfrist i dage;Total salg;Total køb;Kontakttype',
      'I alt Byg ApS;Havnegade 2;5000;Odense C;DK;10000009;;66 11 22 33;post@ialtbyg.example;Per;ialtbyg.example;Netto;14;12500,00;0;Company',
      'Søren Lund;Bakken 3;8000;Aarhus C;DK;;;;soeren@lund.example;;;Løbende måned;30;0;0;Person',
      'Foreign Inc;5 Main St;94000;San Francisco;US;;;;;;;Netto;8;0;700;Company',
    ],
    records: [
      {
        name: 'I alt Byg ApS',
        street: 'Havnegade 2',
        zipcodeText: '5000',
        cityText: 'Odense C',
        registrationNo: '10000009',
        phone: '66 11 22 33',
        email: 'post@ialtbyg.example',
        paymentTermsMode: 'net',
        paymentTermsDays: 14,
      },
      {
        name: 'Søren Lund',
        type: 'person',
        street: 'Bakken 3',
        zipcodeText: '8000',
        cityText: 'Aarhus C',
        email: 'soeren@lund.example',
        paymentTermsMode: 'netEndOfMonth',
        paymentTermsDays: 30,
      },
      {
        name: 'Foreign Inc',
        street: '5 Main St',
        zipcodeText: '94000',
        cityText: 'San Francisco',
        countryId: 'US',
        paymentTermsMode: 'net',
        paymentTermsDays: 8,
      },
    ],
  },
  {
    name: 'Dinero, medlemmer af en forening',
    lines: [
      'Kontaktnavn;Medlemsnummer;Adresse;Postnummer;By;Landekode;CVR-nummer;EAN-nummer;Telefon;E-mail;Att. person;Hjemmeside;Betalings metode;Betalingsfrist i dage;Total salg;Total køb;Kontakttype',
      'Kær Skole;12E4;Skolevej 1;5230;Odense M;DK;20000058;5790000000012;63183000;skole@kaer.example;;;Netto;30;0;0;Company',
    ],
    records: [
      {
        name: 'Kær Skole',
        contactNo: '12E4',
        street: 'Skolevej 1',
        zipcodeText: '5230',
        cityText: 'Odense M',
        registrationNo: '20000058',
        ean: '5790000000012',
        phone: '63183000',
        email: 'skole@kaer.example',
        paymentTermsMode: 'net',
        paymentTermsDays: 30,
      },
    ],
  },
  {
    name: 'Dinero, importskabelon',
    lines: [
      'Navn;Adresse;Postnummer;By;Land;Telefon;E-mail;CVR-nummer;EAN-nummer;Att. person',
      'I alt Byg ApS;Havnegade 2;5000;Odense C;Danmark;66 11 22 33;post@ialtbyg.example;10000009;;Per',
      'Børnehuset;Ringvej 1;8000;Aarhus C;DK;;;;5790000000012;',
    ],
    records: [
      {
        name: 'I alt Byg ApS',
        street: 'Havnegade 2',
        zipcodeText: '5000',
        cityText: 'Odense C',
        phone: '66 11 22 33',
        email: 'post@ialtbyg.example',
        registrationNo: '10000009',
      },
      {
        name: 'Børnehuset',
        street: 'Ringvej 1',
        zipcodeText: '8000',
        cityText: 'Aarhus C',
        ean: '5790000000012',
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
    records: [
      {
        contactNo: '1001',
        name: 'Total Byg A/S',
        street: 'Møllevej 5',
        zipcodeText: '4000',
        cityText: 'Roskilde',
        email: 'bogholderi@total.example',
        phone: '46 35 00 00',
        registrationNo: '25000021',
        paymentTermsMode: 'net',
        paymentTermsDays: 8,
      },
    ],
  },
  {
    name: 'e-conomic, leverandører',
    resource: 'supplier',
    encoding: 'windows-1252',
    lines: [
      '"Nr.";"Navn";"Adresse";"Postnr.";"By";"Land";"E-mail";"CVR-nr.";"Leverandørgruppe";"Betalingsbetingelse";"Momszone";"Bankkonto"',
      '"50001";"Blæk & Papir";"Kanalvej 8";"2800";"Kongens Lyngby";"Danmark";"salg@blaek.example";"20000104";"1";"Lb. md. 30 dage";"Indland";"1234-0001234567"',
    ],
    records: [
      {
        contactNo: '50001',
        name: 'Blæk & Papir',
        street: 'Kanalvej 8',
        zipcodeText: '2800',
        cityText: 'Kongens Lyngby',
        email: 'salg@blaek.example',
        registrationNo: '20000104',
        paymentTermsMode: 'netEndOfMonth',
        paymentTermsDays: 30,
      },
    ],
  },
  {
    name: 'e-conomic, kunder fra dens API som tabel',
    lines: [
      'customerNumber,name,corporateIdentificationNumber,ean,email,address,zip,city,country,currency,telephoneAndFaxNumber,barred',
      '301,Ørum Entreprise,20002727,,info@oerum.example,Ørumvej 2,8830,Tjele,Danmark,DKK,86 65 00 00,false',
    ],
    records: [
      {
        contactNo: '301',
        name: 'Ørum Entreprise',
        registrationNo: '20002727',
        email: 'info@oerum.example',
        street: 'Ørumvej 2',
        zipcodeText: '8830',
        cityText: 'Tjele',
        phone: '86 65 00 00',
      },
    ],
  },
  {
    name: 'Visma, kunder',
    lines: [
      'Kundenr.;Navn;Adresse 1;Adresse 2;Postnr.;By;Landekode;Telefon;Mobil;E-mail;Betalingsbetingelser;Kreditmax',
      '00042;12E4 Consult;Algade 7;2. sal;4700;Næstved;DK;;20 30 40 50;a@12e4.example;Lb. md. + 30;50000',
    ],
    records: [
      {
        contactNo: '00042',
        name: '12E4 Consult',
        street: 'Algade 7 2. sal',
        zipcodeText: '4700',
        cityText: 'Næstved',
        phone: '20 30 40 50',
        email: 'a@12e4.example',
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
    records: [
      {
        contactNo: '2026-01',
        name: 'Bager Olsen',
        street: 'Torvet 3',
        zipcodeText: '6000',
        cityText: 'Kolding',
        registrationNo: '20000058',
        phone: '75 50 50 50',
      },
    ],
  },
  {
    name: 'Uniconta, debtors',
    lines: [
      'Account,Account name,Address 1,Postal code,City name,Country,CVR no.,Phone number',
      'D-7,Fjord Fisk ApS,Kajen 1,7680,Thyborøn,Denmark,20000104,97 83 00 00',
    ],
    records: [
      {
        contactNo: 'D-7',
        name: 'Fjord Fisk ApS',
        street: 'Kajen 1',
        zipcodeText: '7680',
        cityText: 'Thyborøn',
        registrationNo: '20000104',
        phone: '97 83 00 00',
      },
    ],
  },
  {
    name: 'Uniconta, kreditorer',
    resource: 'supplier',
    ending: 'tsv',
    lines: [
      'Konto\tKontonavn\tAdresse 1\tAdresse 2\tPostnummer\tBynavn\tLand\tCVR-nr.\tE-mail\tGruppe\tBetalingsbetingelse',
      '60002\tGrus 12E4\tGravvej 4\tPort 2\t4130\tViby Sj\tDanmark\t25000013\tgrus@gravvej.example\tIndland\tNetto 14',
    ],
    records: [
      {
        contactNo: '60002',
        name: 'Grus 12E4',
        street: 'Gravvej 4 Port 2',
        zipcodeText: '4130',
        cityText: 'Viby Sj',
        registrationNo: '25000013',
        email: 'grus@gravvej.example',
        paymentTermsMode: 'net',
        paymentTermsDays: 14,
      },
    ],
  },
  {
    name: 'Saldi, debitorer',
    lines: [
      'kontonr\tfirmanavn\taddr1\taddr2\tpostnr\tbynavn\tland\tkontakt\ttlf\temail\tcvrnr\tean\tbetalingsdage',
      '500\tNord & Syd I/S\tKirkevej 9\tBaghuset\t9000\tAalborg\tDanmark\tBo\t98 10 20 30\tns@nordsyd.example\t20002727\t\t14',
    ],
    records: [
      {
        contactNo: '500',
        name: 'Nord & Syd I/S',
        street: 'Kirkevej 9 Baghuset',
        zipcodeText: '9000',
        cityText: 'Aalborg',
        phone: '98 10 20 30',
        email: 'ns@nordsyd.example',
        registrationNo: '20002727',
        paymentTermsMode: 'net',
        paymentTermsDays: 14,
      },
    ],
  },
  {
    name: 'Saldi, kreditorer',
    resource: 'supplier',
    lines: [
      '"kontonr";"firmanavn";"addr1";"addr2";"postnr";"bynavn";"land";"kontakt";"tlf";"fax";"email";"cvrnr";"bank_reg";"bank_konto";"betalingsbet";"betalingsdage"',
      '"9001";"Værktøj Øst";"Østvej 1";"";"3700";"Rønne";"Danmark";"Ulla";"56 95 00 00";"";"salg@oest.example";"10000009";"1234";"0001234567";"netto";"8"',
    ],
    records: [
      {
        contactNo: '9001',
        name: 'Værktøj Øst',
        street: 'Østvej 1',
        zipcodeText: '3700',
        cityText: 'Rønne',
        phone: '56 95 00 00',
        email: 'salg@oest.example',
        registrationNo: '10000009',
        paymentTermsMode: 'net',
        paymentTermsDays: 8,
      },
    ],
  },
];
