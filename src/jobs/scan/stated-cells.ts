/** Refuses rows with a cell that contradicts what a header states for every row. */
import type { SourceRow } from '../../files/cells/source-row.js';
import { LIMITS } from '../../core/limits.js';
import { clip, quote } from '../../core/text.js';
import { parseCells } from '../../resources/definition/cells.js';
import type { Resource } from '../../resources/definition/resource.js';
import type { SourceSettings } from '../job/source-settings.js';

const VALUE_CHARS = 60;

/** Returns the row, with a problem if it contradicts a header. */
export function contradictionFinder(
  { rowSchema }: Pick<Resource, 'rowSchema'>,
  { stated = {}, columns = [], headers = [] }: SourceSettings,
): ((row: SourceRow) => SourceRow) | null {
  const places = Object.entries(stated).flatMap(([column, said]) => {
    const index = columns.indexOf(column);
    return index === -1 ? [] : [{ column, said, index, header: headers[index] ?? column }];
  });
  if (places.length === 0) return null;
  return (row) => {
    if (row.problem !== null) return row;
    for (const { column, said, index, header } of places) {
      const text = row.cells[index] ?? '';
      const value = text === '' ? said : parseCells(rowSchema, { [column]: text }).values[column];
      // A cell that cannot be read is refused for itself.
      if (value === undefined || value === said) continue;
      const message = `${quote(text, VALUE_CHARS)} contradicts the header of the prices: ${said}`;
      const field = clip(header, LIMITS.fieldCharsMax);
      return { ...row, problem: { code: 'ROW_INVALID', message, field } };
    }
    return row;
  };
}
