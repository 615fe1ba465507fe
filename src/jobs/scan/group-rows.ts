/**
 * Rows to items. Most rows are an item each; rows that belong to one record (the lines of an invoice)
 * become one item, wherever in the file they stand.
 */
import { sha256 } from '../../core/hash.js';
import { LIMITS } from '../../core/limits.js';
import type { SourceRow } from '../../files/cells/source-row.js';
import type { Grouping } from '../../resources/definition/resource.js';
import type { ItemLine, NewItem } from '../../model/item.js';
import type { Operation } from '../../model/job.js';
import { cellsOf } from './row-cells.js';
import type { SourceSettings } from '../job/source-settings.js';
import type { JobContext } from '../job/job-context.js';

export interface Grouped {
  readonly items: readonly NewItem[];
  /** Rows of groups that began in an earlier batch. */
  readonly additions: readonly { seq: number; lines: readonly ItemLine[] }[];
  /** The group of the last row; a next row without a key may continue it. */
  readonly lastKey: string | null;
}

interface Place {
  readonly sourceSettings: SourceSettings;
  /** The last item's `seq` so far; 0: none. */
  readonly lastSeq: number;
  readonly operation: Operation;
  /** The group of the row before these; null: it has none. */
  readonly aboveKey: string | null;
}

interface OpenItem extends NewItem {
  readonly lines: ItemLine[];
}

/** The key that rows of one group share. It is a hash because it outlives the rows: an earlier job is found by it. */
function groupKeyOf(
  row: SourceRow,
  grouping: Grouping,
  sourceSettings: SourceSettings,
): string | null {
  const key = grouping.keyOf(cellsOf(row, sourceSettings));
  return key === null ? null : sha256(key);
}

/** True if the row names no record that it belongs to. */
function isHeadless(row: SourceRow, grouping: Grouping, sourceSettings: SourceSettings): boolean {
  const cells = cellsOf(row, sourceSettings);
  return Object.values(grouping.heads).every((column) => (cells[column] ?? '') === '');
}

/** Marks a row that may be a further line of the record above, which must not be created without it. */
function unnamed(row: SourceRow, { noun }: Grouping): SourceRow {
  const message = `the row names no ${noun}, so it may belong to the one above`;
  return { ...row, problem: row.problem ?? { code: 'ROW_INVALID', message, field: null } };
}

function tooManyLines(): ItemLine['problem'] {
  const most = String(LIMITS.groupLinesMax);
  return { code: 'ROW_INVALID', message: `more than ${most} rows belong together`, field: null };
}

/** Adds a line. The first line over the limit is stored with a problem; later ones are rejected. */
function addLine(lines: ItemLine[], line: ItemLine, before: number): 'taken' | 'full' {
  const count = before + lines.length;
  if (count > LIMITS.groupLinesMax) return 'full';
  lines.push(count < LIMITS.groupLinesMax ? line : { ...line, problem: tooManyLines() });
  return 'taken';
}

/** The groups that began in earlier batches, by key. */
type Known = ReadonlyMap<string, { readonly seq: number; readonly lineCount: number }>;

/** Groups the rows of a batch, one after another. */
class Batch {
  readonly #known: Known;
  readonly #lastSeq: number;
  readonly #items: OpenItem[] = [];
  readonly #begun = new Map<string, OpenItem>();
  readonly #additions = new Map<number, ItemLine[]>();

  constructor(known: Known, lastSeq: number) {
    this.#known = known;
    this.#lastSeq = lastSeq;
  }

  add({ row, cells, problem }: SourceRow, groupKey: string | null): void {
    const line = { row, cells, problem };
    // A row without a place fails by itself, so that the report contains it.
    const place = groupKey === null ? 'none' : this.#addTo(groupKey, line);
    if (place === 'taken') return;
    const seq = this.#lastSeq + this.#items.length + 1;
    if (place === 'full') this.#items.push(alone(seq, { ...line, problem: tooManyLines() }));
    else this.#begin({ ...alone(seq, line), groupKey });
  }

  grouped(): Omit<Grouped, 'lastKey'> {
    const additions = [...this.#additions].map(([seq, lines]) => ({ seq, lines }));
    return { items: this.#items, additions };
  }

  #begin(item: OpenItem): void {
    this.#items.push(item);
    if (typeof item.groupKey === 'string') this.#begun.set(item.groupKey, item);
  }

  #addTo(groupKey: string, line: ItemLine): 'taken' | 'full' | 'none' {
    const open = this.#begun.get(groupKey);
    if (open !== undefined) return addLine(open.lines, line, 1);
    const earlier = this.#known.get(groupKey);
    if (earlier === undefined) return 'none';
    const lines = this.#additions.get(earlier.seq) ?? [];
    this.#additions.set(earlier.seq, lines);
    return addLine(lines, line, earlier.lineCount + 1);
  }
}

function alone(seq: number, line: ItemLine): OpenItem {
  return { ...line, seq, lines: [], groupKey: null };
}

/** Returns the items that begin in a batch of rows, and the lines for items of earlier batches. */
export async function groupRows(
  context: Pick<JobContext, 'store' | 'jobId' | 'resource'>,
  rows: readonly SourceRow[],
  { sourceSettings, lastSeq, operation, aboveKey }: Place,
): Promise<Grouped> {
  const { store, jobId, resource } = context;
  // A row of a delete job names one record; its other cells do not matter.
  const grouping = operation === 'import' ? resource.grouping : null;
  let above = aboveKey;
  const placed = rows.map((row) => {
    const own = grouping === null ? null : groupKeyOf(row, grouping, sourceSettings);
    const isContinued =
      grouping !== null && own === null && isHeadless(row, grouping, sourceSettings);
    above = own ?? (isContinued ? above : null);
    return { row: isContinued && above !== null ? unnamed(row, grouping) : row, key: above };
  });
  const keys = placed.map(({ key }) => key);
  const groupKeys = [...new Set(keys.filter((key) => key !== null))];
  const batch = new Batch(await store.findGroups({ jobId, groupKeys }), lastSeq);
  for (const { row, key } of placed) batch.add(row, key);
  return { ...batch.grouped(), lastKey: above };
}
