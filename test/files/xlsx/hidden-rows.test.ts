import { describe, expect, it } from 'vitest';
import type { HiddenRows } from '../../../src/files/cells/source-row.js';
import { HiddenRowsJudge } from '../../../src/files/xlsx/hidden-rows.js';
import { readHead, readRows, scanSource } from '../../../src/files/source.js';
import { collect, failureOf, tempFile } from '../temp-folder.js';
import { makeWorkbook } from '../workbook.js';

const row = (number: number, attributes = ''): string =>
  `<row r="${number}"${attributes}><c r="A${number}"><v>${number}</v></c></row>`;
const HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>navn</t></is></c></row>';

async function read(rows: string, includeHiddenRows?: boolean): Promise<(string | number)[]> {
  const path = await tempFile('a.xlsx', makeWorkbook({ sheets: { Ark: HEADER + rows } }));
  const options = {
    fileName: 'a.xlsx',
    ...(includeHiddenRows === undefined ? {} : { includeHiddenRows }),
  };
  const head = await readHead(path, options);
  const kindOf = (): null => null;
  const scan = await scanSource(path, head, { rowsMax: 100, kindOf, options });
  const read = await collect(readRows(path, head, { kindOf }));
  expect(scan.rowCount).toBe(read.length);
  return [...scan.warnings.map(({ message }) => message), ...read.map((each) => each.row)];
}

describe('hidden rows of a sheet', () => {
  const rows = row(2) + row(3, ' hidden="1"') + row(4) + row(5, ' hidden="true"');

  it('are asked about with their count', async () => {
    const failure = await failureOf(read(rows));
    expect(failure).toMatchObject({ code: 'INPUT_AMBIGUOUS' });
    expect(failure.message).toContain('2 rows that are hidden in the sheet (rows 3, 5)');
    expect(failure.hint).toContain('options.includeHiddenRows');
  });

  it('are read or left out as the caller says; the others keep their numbers', async () => {
    expect(await read(rows, true)).toEqual([2, 3, 4, 5]);
    const left = '2 rows that are hidden in the sheet (rows 3, 5) were left out.';
    expect(await read(rows, false)).toEqual([left, 2, 4]);
  });

  it('are those of no height too, but not those of a collapsed group', async () => {
    expect(await read(row(2) + row(3, ' ht="0" customHeight="1"'), false)).toHaveLength(2);
    const group = row(2, ' hidden="1" outlineLevel="1"') + row(3, ' collapsed="1"');
    expect(await read(group)).toEqual([2, 3]);
  });
});

describe('HiddenRowsJudge', () => {
  const judged = (policy: HiddenRows, hasFilter: boolean): HiddenRowsJudge => {
    const judge = new HiddenRowsJudge(policy);
    judge.facts.hasFilter = hasFilter;
    const source = { row: 2, cells: [], problem: null };
    expect(judge.takes({ source, hidden: 'outline' })).toBe(true);
    return judge;
  };

  it('does not guess whether a filter or a group hides a row', () => {
    expect(() => judged('leftOut', true).finish()).toThrow('outline group');
    expect(judged('leftOut', false).finish()).toEqual([]);
    expect(judged('taken', true).finish()).toEqual([]);
  });
});
