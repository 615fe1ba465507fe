// The addresses that results name: built and parsed by one file.
import { describe, expect, it } from 'vitest';
import { addressOf, parseAddress, type Address } from '../../../src/jobs/job/addresses.js';

const EXAMPLES: readonly (readonly [string, Address])[] = [
  ['billy-bulk://jobs/a1-_', { kind: 'job', jobId: 'a1-_' }],
  ['billy-bulk://jobs/a1/report.csv', { kind: 'report', jobId: 'a1', scope: 'failed' }],
  ['billy-bulk://jobs/a1/report.csv?include=all', { kind: 'report', jobId: 'a1', scope: 'all' }],
  ['billy-bulk://exports/a.csv', { kind: 'export', filename: 'a.csv' }],
  ['billy-bulk://exports/a.xlsx', { kind: 'export', filename: 'a.xlsx' }],
  ['billy-bulk://templates/priceList.csv', { kind: 'template', name: 'priceList' }],
  [
    'billy-bulk://templates/customer.xlsx',
    { kind: 'template', name: 'customer', file: { format: 'xlsx', isDanish: false } },
  ],
  [
    'billy-bulk://templates/customer.csv?dialect=da',
    { kind: 'template', name: 'customer', file: { format: 'csv', isDanish: true } },
  ],
];

describe('an address', () => {
  it.each(EXAMPLES)('%s is built and parsed alike', (uri, address) => {
    expect(addressOf(address)).toBe(uri);
    expect(parseAddress(uri)).toEqual(address);
  });

  it('of a report may name its scope', () => {
    const failed = { kind: 'report', jobId: 'a1', scope: 'failed' };
    expect(parseAddress('billy-bulk://jobs/a1/report.csv?include=failed')).toEqual(failed);
  });

  it.each([
    '',
    'billy-bulk://',
    'billy-bulk://jobs/',
    'billy-bulk://jobs/a/b',
    `billy-bulk://jobs/${'a'.repeat(65)}`,
    'billy-bulk://jobs/a/report.csv?include=some',
    'billy-bulk://exports/a/b.csv',
    'billy-bulk://exports/..%2fa.csv',
    'billy-bulk://templates/customer.json',
    'billy-bulk://templates/customer.csv\n',
    'http://jobs/a1',
  ])('%j is refused', (uri) => {
    expect(parseAddress(uri)).toBeNull();
  });
});
