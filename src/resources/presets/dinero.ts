/** Contacts and products of Dinero. */
import type { Preset } from './preset.js';

export const DINERO: readonly Preset[] = [
  {
    system: 'Dinero, kontakter',
    source: 'Header row of the contact export of Dinero, as importers read it',
    resources: ['customer', 'supplier'],
    marks: ['Kontaktnavn', 'Kontakttype', 'Betalingsfrist i dage'],
    headers: {
      Kontaktnavn: 'name',
      Kontakttype: 'type',
      'Att. person': null,
      // "Netto" or "Løbende måned": the days alone would be read as days from the invoice's date.
      'Betalings metode': 'paymentTermsDays:joined',
      'Betalingsfrist i dage': 'paymentTermsDays',
      'Total salg': null,
      'Total køb': null,
    },
  },
  {
    system: 'Dinero, produkter',
    source: 'Header row of the product file of Dinero, as programs write it',
    resources: ['product'],
    marks: ['Varekode', 'Produktnavn', 'Solgte enheder'],
    headers: {
      Varekode: 'productNo',
      Produktnavn: 'name',
      'Kommentar til produktet': 'description',
      // Numbers of its own chart of accounts.
      Konto: null,
      'Konto beskrivelse': null,
      Antal: null,
      'Solgte enheder': null,
      'Salg (uden moms)': null,
    },
  },
];
