/** Customers and suppliers of Saldi. */
import type { Preset } from './preset.js';

export const SALDI: readonly Preset[] = [
  {
    system: 'Saldi, debitorer og kreditorer',
    source: 'Columns of the table "adresser" in the public source of Saldi',
    resources: ['customer', 'supplier'],
    marks: ['firmanavn', 'addr1', 'kontonr'],
    headers: {
      kontonr: 'contactNo',
      firmanavn: 'name',
      fornavn: 'name:firstName',
      efternavn: 'name:lastName',
      addr1: 'address',
      addr2: 'address:joined',
      postnr: 'zipcode',
      bynavn: 'city',
      tlf: 'phone',
      email: 'email',
      cvrnr: 'vatNo',
      ean: 'ean',
      betalingsdage: 'paymentTermsDays',
      betalingsbet: null,
      momskonto: null,
      bank_konto: null,
      lev_email: null,
      institution: null,
    },
  },
];
