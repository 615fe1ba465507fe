/** The file that `npm run demo` imports, as the intake sees it. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readHead, readRows, scanSource } from '../../src/files/source.js';
import { collect } from './temp-folder.js';

const FILE = path.resolve(import.meta.dirname, '../../demo/customers.csv');
const CVR_WEIGHTS = [2, 7, 6, 5, 4, 3, 2, 1];
const HEADERS = 'name,email,phone,address,city,zipcode,country,vatNo,contactNo'.split(',');

const kindOf = (): null => null;

async function readCustomers(): Promise<Record<string, string>[]> {
  const options = { fileName: 'customers.csv' };
  const head = await readHead(FILE, options);
  const scan = await scanSource(FILE, head, { rowsMax: 1000, kindOf, options });
  expect([head.headers, scan.rowCount]).toEqual([HEADERS, 1000]);
  const rows = await collect(readRows(FILE, head, { kindOf }));
  expect(rows.filter(({ problem }) => problem !== null)).toEqual([]);
  return rows.map(({ cells }) =>
    Object.fromEntries(HEADERS.map((header, column) => [header, cells[column] ?? ''])),
  );
}

describe('demo/customers.csv', () => {
  it('has seven bad rows among a thousand', async () => {
    const customers = await readCustomers();
    const bad = customers.map((one) => {
      if (one['name'] === '') return 'name';
      if (!/^[a-z]+@[a-z0-9-]+\.example$/.test(one['email'] ?? '')) return 'email';
      return /^(|DK|Danmark|SE|NO|DE)$/.test(one['country'] ?? '') ? '' : 'country';
    });
    expect(bad.filter((fault) => fault !== '').sort()).toEqual(
      'country country email email name name name'.split(' '),
    );
  });

  it('has no number or e-mail twice, and valid CVR numbers', async () => {
    const customers = await readCustomers();
    for (const column of ['contactNo', 'email', 'vatNo']) {
      const filled = customers.map((one) => one[column] ?? '').filter(Boolean);
      expect(new Set(filled).size).toBe(filled.length);
    }
    for (const { vatNo = '' } of customers) {
      const sum = CVR_WEIGHTS.reduce((total, weight, at) => total + weight * +(vatNo[at] ?? 0), 0);
      expect(vatNo).toMatch(/^$|^[1-9]\d{7}$/);
      expect(sum % 11).toBe(0);
    }
  });

  it('is as real as files get: Danish letters, quotes, commas in quotes', async () => {
    const names = (await readCustomers()).map((one) => one['name'] ?? '');
    for (const sign of ['æ', 'ø', 'å', '"', ',', '&']) {
      expect(names.some((name) => name.includes(sign))).toBe(true);
    }
  });
});
