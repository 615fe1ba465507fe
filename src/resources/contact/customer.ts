/** Customers: contacts with `isCustomer`. */
import { contactResource } from './contact.js';

export const customer = contactResource({
  name: 'customer',
  plural: 'customers',
  pluralInDanish: 'kunder',
  flag: 'isCustomer',
  nameAliases: [
    ...[
      'navn',
      'firmanavn',
      'kundenavn',
      'kundens navn',
      'kunde',
      'debitornavn',
      'debitor',
      'medlem',
      'medlemsnavn',
    ],
    ...['customer', 'customer name', 'client', 'client name', 'kund', 'kundnamn'],
  ],
  contactNoAliases: [
    ...['kundenr', 'kundenummer', 'debitornr', 'debitornummer', 'medlemsnr', 'medlemsnummer'],
    ...['customer number', 'customer no', 'client number', 'kundnr', 'kundnummer'],
  ],
  template: [
    ['name', 'email', 'phone', 'address', 'city', 'zipcode', 'country', 'vatNo'],
    [
      'Eksempel & Søn ApS',
      'kontakt@eksempel.example',
      '+45 12 34 56 78',
      'Nørregade 1, 2. th',
      'København K',
      '1165',
      'DK',
      '13748136',
    ],
    [
      'Anna Ågård',
      'anna@aagaard.example',
      '87 65 43 21',
      'Åboulevarden 7',
      'Aarhus C',
      '8000',
      'Danmark',
      '',
    ],
  ],
});
