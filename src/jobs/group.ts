/**
 * Rows to items. Most rows are an item each; rows that belong to one record (the lines of an invoice)
 * become one item, wherever in the file they stand.
 */
import { sha256 } from '../core/hash.js';
import { LIMITS } from '../core/limits.js';
import type { SourceRow } from '../intake/source-row.js';
import type { Grouping } from '../resources/resource.js';
import type { ItemLine, NewItem } from '../store/types.js';
import { cellsOf } from './cells.js';
import type { Reading } from './reading.js';
import type { Work } from './work.js';

export interface Grouped {
  readonly items: readonly NewItem[];
  /** Rows of groups that began in an earlier batch. */
  readonly additions: readonly { seq: number; lines: readonly ItemLine[] }[];
}

interface Place {
  readonly reading: Reading;
  /** The last item's `seq` so far; 0: none. */
  readonly lastSeq: number;
}

interface OpenItem extends NewItem {
  readonly lines: ItemLine[];
}

/** Equal for rows of one group. A hash, since it outlives the rows: an earlier job is found by it. */
function groupKeyOf(row: SourceRow, grouping: Grouping, reading: Reading): string | null {
  const key = grouping.keyOf(cellsOf(row, reading));
  return key === null ? null : sha256(key);
}

function tooManyLines(): ItemLine['problem'] {
  const most = String(LIMITS.groupLinesMax);
  return { code: 'ROW_INVALID', message: `more than ${most} rows belong together`, field: null };
}

/** One row more; those over the limit are left out, and the first of them says so. */
function addLine(lines: ItemLine[], line: ItemLine, before: number): void {
  const count = before + lines.length;
  if (count > LIMITS.groupLinesMax) return;
  lines.push(count < LIMITS.groupLinesMax ? line : { ...line, problem: tooManyLines() });
}

/** The items that a batch of rows begins, and what it adds to those of earlier batches. */
export async function groupRows(
  work: Pick<Work, 'store' | 'jobId' | 'resource'>,
  rows: readonly SourceRow[],
  { reading, lastSeq }: Place,
): Promise<Grouped> {
  const { store, jobId, resource } = work;
  const { grouping } = resource;
  const alone = ({ row, cells, problem }: SourceRow, seq: number): OpenItem => {
    return { seq, row, cells, problem, lines: [], groupKey: null };
  };
  if (grouping === null) {
    return { items: rows.map((row, index) => alone(row, lastSeq + index + 1)), additions: [] };
  }
  const keys = rows.map((row) => groupKeyOf(row, grouping, reading));
  const groupKeys = [...new Set(keys.filter((key) => key !== null))];
  const known = await store.findGroups({ jobId, groupKeys });
  const items: OpenItem[] = [];
  const begun = new Map<string, OpenItem>();
  const additions = new Map<number, ItemLine[]>();
  for (const [index, row] of rows.entries()) {
    const groupKey = keys[index] ?? null;
    const earlier = known.get(groupKey ?? '');
    const open = begun.get(groupKey ?? '');
    const line = { row: row.row, cells: row.cells, problem: row.problem };
    if (earlier !== undefined) {
      const lines = additions.get(earlier.seq) ?? [];
      addLine(lines, line, earlier.lineCount + 1);
      additions.set(earlier.seq, lines);
    } else if (open !== undefined) {
      addLine(open.lines, line, 1);
    } else {
      const item = { ...alone(row, lastSeq + items.length + 1), groupKey };
      items.push(item);
      if (groupKey !== null) begun.set(groupKey, item);
    }
  }
  return { items, additions: [...additions].map(([seq, lines]) => ({ seq, lines })) };
}
