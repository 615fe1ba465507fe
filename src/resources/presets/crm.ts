/** Contacts of the sales systems HubSpot and Pipedrive. */
import type { Preset } from './preset.js';

const PERSON: Preset['headers'] = {
  'Person - ID': null,
  'Organization - ID': null,
  'Person - Name': 'name:spare',
  'Person - Email': 'email',
  'Person - Email - Work': 'email',
  'Person - Phone': 'phone',
  'Person - Phone - Work': 'phone',
  'Organization - Name': 'name',
  'Organization - Address': 'address',
};

export const CRM: readonly Preset[] = [
  {
    system: 'HubSpot, contacts',
    source: 'Header row of the contact export of HubSpot, as importers read it',
    resources: ['customer', 'supplier'],
    marks: ['Record ID', 'First Name', 'Last Name'],
    headers: {
      'Record ID': null,
      'Associated Company': 'name',
      'Company Name': 'name',
      'First Name': 'name:firstName',
      'Last Name': 'name:lastName',
      'Contact owner': null,
      'Email Domain': null,
    },
  },
  {
    system: 'Pipedrive, people and organizations',
    source: 'Header row of the people export of Pipedrive, as importers read it',
    resources: ['customer', 'supplier'],
    marks: ['Person - Name'],
    headers: PERSON,
  },
  {
    system: 'Pipedrive, organizations',
    source: 'Header row of the people export of Pipedrive, as importers read it',
    resources: ['customer', 'supplier'],
    marks: ['Organization - Name'],
    headers: PERSON,
  },
];
