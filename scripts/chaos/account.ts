/** A row of a file as another client would have saved it: what is in Billy before a job, and what people enter. */
import type { Row } from './facts/facts.js';

function filled(entries: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const pairs = Object.entries(entries).filter(([, cell]) => cell !== undefined && cell !== '');
  return Object.fromEntries(pairs) as Record<string, string>;
}

function productBody(row: Row): object {
  const { name, productNo, description, unit, unitPrice = '' } = row;
  const prices = unitPrice === '' ? [] : [{ currencyId: 'DKK', unitPrice: Number(unitPrice) }];
  return { ...filled({ name, productNo, description, unit }), prices };
}

/** The body that makes a record of these cells. */
export function bodyOfRow(row: Row, collection: string): object {
  if (collection === 'products') return productBody(row);
  const { name, phone, address, contactNo, email = '' } = row;
  const contactPersons = email === '' ? [] : [{ name, email, isPrimary: true }];
  const kind = { type: 'company', countryId: 'DK', isCustomer: true };
  return { ...filled({ name, phone, street: address, contactNo }), ...kind, contactPersons };
}
