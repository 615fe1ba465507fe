/** An export as a short script would do it: all pages into memory, then one text, then one file. */
import { writeFileSync } from 'node:fs';
import Papa from 'papaparse';
import { given, tellCost } from './cost.js';

const PAGE_SIZE = 1000;

const [url = '', token = '', file = ''] = given();

interface Page {
  readonly contacts: readonly Readonly<Record<string, unknown>>[];
  readonly meta: { readonly paging: { readonly pageCount: number } };
}

async function readPage(page: number): Promise<Page> {
  const query = `include=contact.contactPersons:embed&pageSize=${String(PAGE_SIZE)}&page=${String(page)}`;
  const response = await fetch(`${url}/contacts?${query}`, {
    headers: { 'x-access-token': token },
  });
  return (await response.json()) as Page;
}

await tellCost(async () => {
  const records: Page['contacts'][number][] = [];
  for (let page = 1, pageCount = 1; page <= pageCount; page += 1) {
    const { contacts, meta } = await readPage(page);
    records.push(...contacts);
    pageCount = meta.paging.pageCount;
  }
  const rows = records.map((record) => ({
    ...record,
    email: (record['contactPersons'] as { email?: string }[])[0]?.email,
    contactPersons: undefined,
  }));
  writeFileSync(file, Papa.unparse(rows));
  return rows.length;
});
