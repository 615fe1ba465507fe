/** What an import makes no invoice of, cell by cell. */
import { describe, expect, it } from 'vitest';
import { checkRow } from '../../../src/resources/invoice/invoice-checks.js';

const LINE = { invoiceRef: 'F1', productNo: 'V1', quantity: '1' };

function faults(cells: Readonly<Record<string, string>>): string[] {
  const line = { ...LINE, ...cells };
  return checkRow({ values: line, lines: [line] }).map(({ field }) => field);
}

describe('a discount', () => {
  it.each(['10', '5 %', '0,5', '100 kr'])('of %s is refused', (discount) => {
    expect(faults({ discount })).toEqual(['discount']);
    expect(faults({ discountPercent: discount })).toEqual(['discountPercent']);
  });

  it.each(['0', '0,00', '0 %', '-', '', '0.0 kr.'])('of %j is none', (discount) => {
    expect(faults({ discount })).toEqual([]);
  });
});
