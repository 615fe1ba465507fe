/** Rows of the file as contacts, and requests to Billy, as a short script would make them. */
import { readFileSync } from 'node:fs';
import Papa from 'papaparse';

type Row = Readonly<Record<string, string>>;

function contactOf(row: Row): object {
  const { name, email, phone, address, city, zipcode, country, vatNo } = row;
  return {
    name,
    phone,
    street: address,
    cityText: city,
    zipcodeText: zipcode,
    countryId: country === undefined || country === '' || country === 'Danmark' ? 'DK' : country,
    registrationNo: vatNo,
    isCustomer: true,
    contactPersons: [{ name, email, isPrimary: true }],
  };
}

/** All rows of the file at once. */
export function readContacts(file: string, count: number): object[] {
  const text = readFileSync(file, 'utf8');
  const { data } = Papa.parse<Row>(text, { header: true, skipEmptyLines: true });
  return data.slice(0, count).map(contactOf);
}

export interface Account {
  readonly url: string;
  readonly token: string;
}

/** Sends a body; the answer is whether Billy took it. */
export async function send(
  { url, token }: Account,
  method: string,
  body: object,
): Promise<boolean> {
  const response = await fetch(`${url}/contacts`, {
    method,
    headers: { 'x-access-token': token, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response.ok;
}
