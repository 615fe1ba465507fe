/** Suppliers: contacts with `isSupplier`. */
import { contactResource } from './contact.js';

export const supplier = contactResource({
  name: 'supplier',
  plural: 'suppliers',
  pluralInDanish: 'leverandører',
  flag: 'isSupplier',
  nameAliases: [
    ...['navn', 'firmanavn', 'leverandørnavn', 'leverandør', 'kreditornavn', 'kreditor'],
    ...['supplier', 'supplier name', 'vendor', 'vendor name', 'leverantör', 'leverantörsnamn'],
  ],
  contactNoAliases: [
    ...['leverandørnr', 'leverandoernr', 'leverandørnummer', 'kreditornr', 'kreditornummer'],
    ...['supplier number', 'vendor number', 'vendor no', 'leverantörsnr', 'leverantörsnummer'],
  ],
  template: [
    ['name', 'email', 'phone', 'address', 'city', 'zipcode', 'country', 'vatNo'],
    [
      'Papir & Blæk Engros A/S',
      'salg@papirogblaek.example',
      '+45 23 45 67 89',
      'Industrivej 12',
      'Kolding',
      '6000',
      'DK',
      '98765409',
    ],
    [
      'Träråvaror i Skåne AB',
      'order@traravaror.example',
      '+46 40 123 45 67',
      'Hamngatan 3',
      'Malmö',
      '211 22',
      'Sverige',
      '',
    ],
  ],
});
