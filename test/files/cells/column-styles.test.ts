import { describe, expect, it } from 'vitest';
import { ColumnStyleDetector } from '../../../src/files/cells/column-styles.js';
import type { ColumnKind, ReadOptions } from '../../../src/files/cells/source-row.js';

const KINDS: Readonly<Record<string, ColumnKind>> = { pris: 'amount', dato: 'date' };

function judgesFor(options: Partial<ReadOptions> = {}, rowsMax = 10): ColumnStyleDetector {
  const judges = new ColumnStyleDetector({
    rowsMax,
    kindOf: (header) => KINDS[header] ?? null,
    options: { fileName: 'a.csv', ...options },
  });
  judges.addHeaders(['navn', 'pris']);
  judges.addHeaders(['pris', 'dato']);
  return judges;
}

describe('ColumnJudges', () => {
  it('judges each column by its kind, with the evidence', () => {
    const judges = judgesFor();
    expect(judges.judged).toEqual([
      [1, 'pris'],
      [2, 'dato'],
    ]);
    judges.countRow();
    judges.addText('navn', '1.000', 2);
    judges.addText('pris', '10,5', 2);
    judges.addText('dato', '13-03-2025', 3);
    expect(judges.finish()).toEqual({
      rowCount: 1,
      headers: ['navn', 'pris', 'dato'],
      numberStyles: { pris: 'comma' },
      dateOrders: { dato: 'dmy' },
      warnings: [
        { code: 'NUMBER_STYLE', message: expect.stringContaining('row 2') as string },
        { code: 'DATE_ORDER', message: expect.stringContaining('row 3') as string },
      ],
    });
  });

  it('obeys what the caller says', () => {
    const judges = judgesFor({ decimalSeparator: ',', dateFormat: 'mdy' });
    judges.addText('pris', '1.000', 2);
    judges.addText('dato', '05-03-2025', 2);
    const { numberStyles, dateOrders, warnings } = judges.finish();
    expect([numberStyles, dateOrders, warnings]).toEqual([{ pris: 'comma' }, { dato: 'mdy' }, []]);
  });

  it('refuses more rows than allowed', () => {
    const judges = judgesFor({}, 1);
    judges.countRow();
    expect(() => {
      judges.countRow();
    }).toThrow('more than 1 rows');
  });
});
