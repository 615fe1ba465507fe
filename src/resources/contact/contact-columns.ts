/** Columns of a file of customers or suppliers, with their headers in Danish, English and Swedish. */
import type { Resource } from '../definition/resource.js';
import {
  ASKED_OF_ALL,
  CVR_HEADERS,
  EAN_HEADERS,
  EMAIL_HEADERS,
  TERMS_HEADERS,
  VAT_NO_HEADERS,
} from '../headers/shared-headers.js';

/** The headers that differ between customers and suppliers. */
export interface ContactHeaders {
  readonly nameAliases: readonly string[];
  readonly contactNoAliases: readonly string[];
}

/** The name of a company. The first three are shown where it is missing. */
const COMPANY = [
  'firma',
  'virksomhed',
  'virksomhedsnavn',
  'selskab',
  'selskabsnavn',
  'foreningsnavn',
  'institution',
  'organisation',
  'organisationsnavn',
  'organization',
  'organization name',
  'company',
  'company name',
  'business name',
  'firmenavn',
  'företag',
  'företagsnamn',
];
const ANY_NAME = ['navn', 'fulde navn', 'full name', 'namn', 'navn 1', 'name 1', 'kontaktnavn'];

/** Headers that hold a short name or a person where the file has a company's name as well. */
const YIELDING = [
  ...['kunde', 'debitor', 'medlem', 'medlemsnavn', 'customer', 'client', 'kund'],
  ...['leverandør', 'kreditor', 'supplier', 'vendor', 'leverantör'],
];

const FIRST_NAME = [
  'fornavn',
  'fornavne',
  'fornavn(e)',
  'mellemnavn',
  'first name',
  'given name',
  'middle name',
  'förnamn',
];
const LAST_NAME = ['efternavn', 'last name', 'surname', 'family name', 'efternamn'];

const PHONE = [
  'telefon',
  'telefonnummer',
  'telefonnr',
  'tlf',
  'tlfnr',
  'telefon 1',
  'hovednummer',
  'firmatelefon',
  'arbejdstelefon',
  'telefon arbejde',
  'tel',
  'tel no',
  'telephone',
  'telephone number',
  'phone number',
  'phone no',
  'phone 1',
  'telephone and fax number',
  'work phone',
  'business phone',
  'main phone',
];
const SECOND_PHONE = [
  'mobil',
  'mobilnummer',
  'mobilnr',
  'mobiltelefon',
  'mobiltlf',
  'mobil tlf',
  'mobil telefon',
  'telefon 2',
  'telefon privat',
  'privattelefon',
  'mobile',
  'mobile number',
  'mobile no',
  'mobile phone',
  'cell',
  'cell phone',
  'phone 2',
  'home phone',
];

const ADDRESS = [
  'adresse',
  'vej',
  'vejnavn',
  'gade',
  'gadenavn',
  'gadeadresse',
  'vej og nr',
  'vejnavn og nr',
  'vejnavn og husnr',
  'gade og nr',
  'adresse 1',
  'adresselinje 1',
  'faktureringsadresse',
  'fakturaadresse',
  'postadresse',
  'street',
  'street name',
  'street address',
  'street 1',
  'address 1',
  'address line 1',
  'billing address',
  'adress',
  'adress 1',
  'gatuadress',
  'postadress',
];
const ADDRESS_MORE = [
  ...['adresse 2', 'adresse 3', 'adresselinje 2', 'adresselinje 3', 'supplerende adresse'],
  ...['street 2', 'street 3', 'address 2', 'address 3', 'address line 2', 'address line 3'],
  ...['adress 2', 'husnr', 'husnummer', 'hus nr', 'house number', 'house no', 'street number'],
  ...['bogstav', 'etage', 'side', 'dør', 'side/dør', 'sidedør', 'etage/dør'],
];
const CITY = ['by', 'bynavn', 'postdistrikt', 'poststed', 'town', 'ort', 'postort', 'stad'];
const ZIPCODE = [
  ...['postnr', 'postnummer', 'postkode', 'zip', 'zip code', 'postal code', 'post code'],
];
const POSTAL_PLACE = [
  ...[
    'postnr og by',
    'postnr by',
    'postnr/by',
    'postnummer og by',
    'postnummer by',
    'by og postnr',
  ],
  ...['by/postnr', 'city/zip', 'zip/city', 'zip and city', 'city and zip', 'zip code and city'],
  ...['postal code and city', 'postnr + by', 'postnr bynavn', 'postnummer/by', 'postnr ort'],
];
const COUNTRY = ['land', 'landenavn', 'country name', 'country/region', 'nation'];
const COUNTRY_CODE = ['landekode', 'landkode', 'country code', 'landskod', 'iso landekode'];

/** Of a contact, `VAT` is the number; of a line that is sold, it is the tax. */
const VAT = ['vat', ...VAT_NO_HEADERS];

export function columnsFor(role: ContactHeaders): Resource['columns'] {
  return [
    { name: 'id', kind: 'text', aliases: [] },
    {
      name: 'name',
      kind: 'text',
      aliases: [...role.nameAliases, ...COMPANY, ...ANY_NAME],
      spares: ['name', ...ANY_NAME, ...YIELDING],
      parts: { firstName: FIRST_NAME, lastName: LAST_NAME },
    },
    { name: 'email', kind: 'text', aliases: EMAIL_HEADERS },
    {
      name: 'phone',
      kind: 'text',
      aliases: [...PHONE, ...SECOND_PHONE],
      spares: SECOND_PHONE,
      mayRepeat: true,
    },
    {
      name: 'address',
      kind: 'text',
      aliases: ADDRESS,
      parts: { joined: ADDRESS_MORE },
      mayRepeat: true,
    },
    { name: 'city', kind: 'text', aliases: CITY, mayRepeat: true },
    {
      name: 'zipcode',
      kind: 'text',
      aliases: ZIPCODE,
      parts: { postalPlace: POSTAL_PLACE },
      mayRepeat: true,
    },
    {
      name: 'country',
      kind: 'text',
      aliases: [...COUNTRY, ...COUNTRY_CODE],
      spares: COUNTRY_CODE,
      mayRepeat: true,
    },
    { name: 'vatNo', kind: 'text', aliases: [...CVR_HEADERS, ...VAT], spares: VAT },
    { name: 'contactNo', kind: 'text', aliases: role.contactNoAliases },
    { name: 'ean', kind: 'text', aliases: EAN_HEADERS },
    { name: 'type', kind: 'text', aliases: [] },
    { name: 'isArchived', kind: 'boolean', aliases: ['arkiveret', 'archived'] },
    { name: 'paymentTermsDays', kind: 'text', aliases: TERMS_HEADERS },
  ];
}

/** Headers that look like a number of the contact and are another one, or no value of ours. */
export const CONTACT_HARMLESS =
  /tlf|telefon|telephone|phone|mobil|fax|bank|iban|swift|\bbic\b|reg\.?\s*n|betalings|giro|\bp-?n|postn|zip|postal|moms(?:kode|type|zone|gruppe|fri|pligt)|vat (?:code|type|zone|treatment|status|exempt)|tax (?:code|type|rate|exempt|status|treatment|rule)|sales ?tax|(?:gruppe|group|type|category|kategori|status|antal|count|permission|opt|marketing|consent|accepts|subscri|samtykke|nyhed|bounc|opened|clicked|unsub|campaign|dato|date|time|owner|ejer)/i;

export const CONTACT_QUESTIONS: Resource['questions'] = [
  {
    what: 'a VAT or company number',
    pattern:
      /cvr|\bse[- ]?n|\bvat\b|moms|\btax\b|org(?:anisations?|\.)?[ -]?n(?:r|um)|registr.*n(?:r|o|um)/i,
    columns: ['vatNo'],
  },
  ...ASKED_OF_ALL,
  {
    what: 'a number of the customer or supplier',
    pattern:
      /(?:kunde|debitor|kreditor|leverand|kontakt|customer|client|supplier|vendor|contact|account|konto|medlem|member).*(?:n(?:r|o|um)|number|\bid\b|kode|code|#)|^(?:n(?:r|o|ummer|umber)\.?|konto|account)$/i,
    columns: ['contactNo'],
  },
];
