/** Contacts of Google. */
import type { Preset } from './preset.js';

const VALUES: Preset['headers'] = {
  'E-mail 1 - Value': 'email',
  'E-mail 1 - Type': null,
  'E-mail 1 - Label': null,
  'E-mail 2 - Value': null,
  'E-mail 2 - Type': null,
  'E-mail 2 - Label': null,
  'Phone 1 - Value': 'phone',
  'Phone 2 - Value': 'phone:spare',
  'Address 1 - Formatted': null,
  'Address 1 - Street': 'address',
  'Address 1 - Extended Address': 'address:joined',
  'Address 1 - City': 'city',
  'Address 1 - Postal Code': 'zipcode',
  'Address 1 - Country': 'country',
};

export const GOOGLE: readonly Preset[] = [
  {
    system: 'Google Contacts, Google CSV',
    source: 'Header row of the Google CSV export until 2024, as contact importers read it',
    resources: ['customer', 'supplier'],
    marks: ['Given Name', 'Family Name', 'Organization 1 - Name'],
    headers: {
      ...VALUES,
      'Organization 1 - Name': 'name',
      Name: 'name:spare',
      'Given Name': 'name:firstName',
      'Additional Name': 'name:firstName',
      'Family Name': 'name:lastName',
    },
  },
  {
    system: 'Google Contacts, Google CSV since 2024',
    source: 'Header row of the Google CSV export since 2024, as contact importers read it',
    resources: ['customer', 'supplier'],
    marks: ['First Name', 'Last Name', 'Organization Name', 'E-mail 1 - Value'],
    headers: {
      ...VALUES,
      'Organization Name': 'name',
      'First Name': 'name:firstName',
      'Middle Name': 'name:firstName',
      'Last Name': 'name:lastName',
    },
  },
];
