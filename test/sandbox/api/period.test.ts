// Date periods in queries.
import { describe, expect, it } from 'vitest';
import { parsePeriod } from '../../../src/sandbox/api/period.js';

describe('parsePeriod', () => {
  it.each([
    ['all', null, null],
    ['day:2024-02-29', '2024-02-29', '2024-02-29'],
    ['dates:2024-01-05...2024-02-06', '2024-01-05', '2024-02-06'],
    ['month:2024-02', '2024-02-01', '2024-02-29'],
    ['month:2024-12', '2024-12-01', '2024-12-31'],
    ['quarter:2024-1', '2024-01-01', '2024-03-31'],
    ['quarter:2024-4', '2024-10-01', '2024-12-31'],
    ['quarter:2024-2', '2024-04-01', '2024-06-30'],
    ['halfYear:2024-2', '2024-07-01', '2024-12-31'],
    ['year:2023', '2023-01-01', '2023-12-31'],
    ['fiscalYear:2023', '2023-01-01', '2023-12-31'],
  ])('reads %s', (parameter, from, to) => {
    expect(parsePeriod(parameter)).toEqual({ from, to });
  });

  it.each([
    '',
    'soon',
    'month:2024-13',
    'quarter:2024-5',
    'halfYear:2024-3',
    'year:2024-1',
    'day:x',
  ])('does not read %s', (parameter) => {
    expect(parsePeriod(parameter)).toBeNull();
  });

  it('does not read a range with a bad end', () => {
    expect(parsePeriod('dates:2024-01-05...x')).toBeNull();
    expect(parsePeriod('dates:2024-01-05')).toBeNull();
    expect(parsePeriod('month:x')).toBeNull();
  });
});
