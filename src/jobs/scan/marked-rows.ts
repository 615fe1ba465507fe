/** Leaves the rows out of a deletion that a column of theirs does not want to be deleted. */
import { quote } from '../../core/text.js';
import type { RowProblem, SourceRow } from '../../files/cells/source-row.js';
import type { DeletionMark } from '../../resources/headers/deletion-marks.js';
import type { SourceSettings } from '../job/source-settings.js';

const VALUE_CHARS = 60;
const HEADER_CHARS = 40;

const YES = /^(?:ja|yes|j|y|true|sand|1|x|✓|✔)$/i;
const NO = /^(?:nej|no|n|false|falsk|0|[-–—])$/i;

interface Mark {
  readonly index: number;
  readonly header: string;
  readonly says: DeletionMark;
}

function leftOut({ header }: Mark, text: string): RowProblem {
  const said = text === '' ? 'is blank' : `is ${quote(text, VALUE_CHARS)}`;
  const message = `${quote(header, HEADER_CHARS)} ${said}, so the row was left out.`;
  return { code: 'ROW_EXCLUDED', message, field: null };
}

/** The finding about one mark of a row; null: it wants the row to be deleted. */
function findingOf(mark: Mark, text: string): RowProblem | null {
  const isKeeping = mark.says === 'keep';
  if (YES.test(text)) return isKeeping ? leftOut(mark, text) : null;
  // Who marks the rows of a list leaves the others blank.
  if (text === '' || NO.test(text)) return isKeeping ? null : leftOut(mark, text);
  const message = `${quote(mark.header, HEADER_CHARS)} is ${quote(text, VALUE_CHARS)}, which is neither yes nor no, so the row is not deleted; write yes or no.`;
  return { code: 'ROW_INVALID', message, field: null };
}

/** Returns the row, with a finding if it is not to be deleted; null: no column says so of any row. */
export function markedRowFinder({
  marks = [],
  headers = [],
}: Pick<SourceSettings, 'marks' | 'headers'>): ((row: SourceRow) => SourceRow) | null {
  const places = marks.flatMap((says, index): Mark[] =>
    says === null ? [] : [{ index, says, header: headers[index] ?? '' }],
  );
  if (places.length === 0) return null;
  return (row) => {
    if (row.problem !== null) return row;
    for (const mark of places) {
      const problem = findingOf(mark, (row.cells[mark.index] ?? '').trim());
      if (problem !== null) return { ...row, problem };
    }
    return row;
  };
}
