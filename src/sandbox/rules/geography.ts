/** Read-only reference data that all organizations share (billy-api.md section 6.9). */
import {
  flag,
  reference,
  requiredText,
  text,
  UNKNOWN_FIELD,
  type FieldRule,
  type FilterRule,
  type ResourceRule,
} from '../world/model.js';

const NUMBER: FieldRule = { type: 'number' };

export const countries: ResourceRule = {
  plural: 'countries',
  singular: 'country',
  verbs: ['list', 'get'],
  isPublic: true,
  fields: {
    name: requiredText,
    hasStates: flag,
    hasFiniteStates: flag,
    hasFiniteZipcodes: flag,
    icon: text,
    localeId: text,
    currencyId: text,
    ...UNKNOWN_FIELD,
  },
  sorts: ['name'],
};

export const currencies: ResourceRule = {
  plural: 'currencies',
  singular: 'currency',
  verbs: ['list', 'get'],
  isPublic: true,
  fields: { name: requiredText, exchangeRate: NUMBER, deletedTime: text, ...UNKNOWN_FIELD },
  sorts: ['name'],
};

export const locales: ResourceRule = {
  plural: 'locales',
  singular: 'locale',
  verbs: ['list', 'get'],
  isPublic: true,
  fields: { name: requiredText, icon: text, ...UNKNOWN_FIELD },
  sorts: ['name'],
};

const PLACE_FILTERS: Readonly<Record<string, FilterRule>> = {
  countryId: { kind: 'equals', field: 'countryId' },
  stateId: { kind: 'equals', field: 'stateId' },
};

export const cities: ResourceRule = {
  plural: 'cities',
  singular: 'city',
  verbs: ['list', 'get'],
  fields: {
    name: requiredText,
    county: text,
    stateId: reference('states'),
    countryId: reference('countries'),
    ...UNKNOWN_FIELD,
  },
  filters: PLACE_FILTERS,
  requiredFilter: 'countryId',
  isPlace: true,
  search: ['name'],
  sorts: ['name'],
};

export const zipcodes: ResourceRule = {
  plural: 'zipcodes',
  singular: 'zipcode',
  verbs: ['list', 'get'],
  fields: {
    zipcode: requiredText,
    cityId: reference('cities'),
    stateId: reference('states'),
    countryId: reference('countries'),
    latitude: NUMBER,
    longitude: NUMBER,
    ...UNKNOWN_FIELD,
  },
  filters: PLACE_FILTERS,
  requiredFilter: 'countryId',
  isPlace: true,
  search: ['zipcode'],
  sorts: ['zipcode'],
};

export const states: ResourceRule = {
  plural: 'states',
  singular: 'state',
  verbs: ['list', 'get'],
  fields: { name: requiredText, countryId: reference('countries'), ...UNKNOWN_FIELD },
  filters: { countryId: { kind: 'equals', field: 'countryId' } },
  requiredFilter: 'countryId',
  isPlace: true,
  search: ['name'],
  sorts: ['name'],
};
