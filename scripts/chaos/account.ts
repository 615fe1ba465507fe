/** What is in Billy before a job: a row as another client would have saved it. */
import type { Row } from './scenario.js';

export function plantedBody(row: Row, collection: 'contacts' | 'products'): object {
  const { email, unitPrice, phone, ...fields } = row;
  if (collection === 'products') {
    return { ...fields, prices: [{ currencyId: 'DKK', unitPrice: Number(unitPrice) }] };
  }
  const persons = email === '' ? [] : [{ name: fields['name'], email, isPrimary: true }];
  const number = phone === '' ? {} : { phone };
  const kind = { type: 'company', countryId: 'DK', isCustomer: true };
  return { ...fields, ...number, ...kind, contactPersons: persons };
}
