/**
 * Refuses rows with a cell that contradicts what a header states for every row, and rows with their only price
 * under a header that gives way to another.
 */
import type { RowProblem, SourceRow } from '../../files/cells/source-row.js';
import { LIMITS } from '../../core/limits.js';
import { clip, quote } from '../../core/text.js';
import { parseCells } from '../../resources/definition/cells.js';
import type { Resource } from '../../resources/definition/resource.js';
import type { SourceSettings } from '../job/source-settings.js';

const VALUE_CHARS = 60;
const HEADER_CHARS = 40;

type Settings = Pick<SourceSettings, 'stated' | 'outranked' | 'columns' | 'headers'>;
/** Looks at the cells of a row; null: nothing is wrong. */
type Check = (cells: SourceRow['cells']) => RowProblem | null;

function problem(message: string, header: string): RowProblem {
  return { code: 'ROW_INVALID', message, field: clip(header, LIMITS.fieldCharsMax) };
}

function statedChecks({ rowSchema }: Pick<Resource, 'rowSchema'>, settings: Settings): Check[] {
  const { stated = {}, columns = [], headers = [] } = settings;
  return Object.entries(stated).flatMap(([column, said]): Check[] => {
    const index = columns.indexOf(column);
    if (index === -1) return [];
    return [
      (cells) => {
        const text = cells[index] ?? '';
        const value = text === '' ? said : parseCells(rowSchema, { [column]: text }).values[column];
        // A cell that cannot be read is refused for itself.
        if (value === undefined || value === said) return null;
        const message = `${quote(text, VALUE_CHARS)} contradicts the header of the prices: ${said}`;
        return problem(message, headers[index] ?? column);
      },
    ];
  });
}

function outrankedChecks({ outranked = [], columns = [], headers = [] }: Settings): Check[] {
  return outranked.map(({ index, column }): Check => {
    const usedIndex = columns.indexOf(column);
    const [header = column, used = column] = [headers[index], headers[usedIndex]];
    return (cells) => {
      const text = cells[index] ?? '';
      if (text === '' || (cells[usedIndex] ?? '') !== '') return null;
      const message = `${quote(text, VALUE_CHARS)} is a price with VAT, and ${quote(used, HEADER_CHARS)} is blank; fill in the price without VAT`;
      return problem(message, header);
    };
  });
}

/** Returns a function that gives a row a problem if its cells contradict the headers; null: there is nothing to look at. */
export function contradictionFinder(
  resource: Pick<Resource, 'rowSchema'>,
  settings: Settings,
): ((row: SourceRow) => SourceRow) | null {
  const checks = [...statedChecks(resource, settings), ...outrankedChecks(settings)];
  if (checks.length === 0) return null;
  return (row) => {
    if (row.problem !== null) return row;
    for (const check of checks) {
      const found = check(row.cells);
      if (found !== null) return { ...row, problem: found };
    }
    return row;
  };
}
