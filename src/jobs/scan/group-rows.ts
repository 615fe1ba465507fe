/**
 * Rows to items. Most rows are an item each; rows that belong to one record (the lines of an invoice)
 * become one item, wherever in the file they stand. A row without a key of its own belongs to the record
 * above: people fill in the head once, and merged cells have their value in the first row only.
 */
import { sha256 } from '../../core/hash.js';
import { LIMITS } from '../../core/limits.js';
import type { SourceRow } from '../../files/cells/source-row.js';
import type { Cells, Grouping } from '../../resources/definition/resource.js';
import type { ItemLine, NewItem } from '../../model/item.js';
import type { Operation } from '../../model/job.js';
import { isLeftOut } from '../../model/row-warning.js';
import { cellsOf } from './row-cells.js';
import type { SourceSettings } from '../job/source-settings.js';
import type { JobContext } from '../job/job-context.js';

export interface Grouped {
  readonly items: readonly NewItem[];
  /** Rows of groups that began in an earlier batch. */
  readonly additions: readonly { seq: number; lines: readonly ItemLine[] }[];
  /** The last row's group and names; the next row may belong to it. */
  readonly above: RowAbove | null;
}

/** The row above: the hash of its group, and the names of that group in the file. */
export interface RowAbove {
  readonly groupKey: string;
  readonly names: readonly string[];
}

interface Place {
  readonly sourceSettings: SourceSettings;
  /** The last item's `seq` so far; 0: none. */
  readonly lastSeq: number;
  readonly operation: Operation;
  /** null: the row before these belongs to no group. */
  readonly above: RowAbove | null;
}

interface OpenItem extends NewItem {
  readonly lines: ItemLine[];
}

/** True if the names contradict nowhere, and agree somewhere or are all blank. */
function continues(names: readonly string[], above: readonly string[]): boolean {
  const isOther = names.some((name, at) => name !== '' && !['', name].includes(above[at] ?? ''));
  if (isOther) return false;
  return (
    names.every((name) => name === '') ||
    names.some((name, at) => name !== '' && name === above[at])
  );
}

/**
 * The group that a row belongs to; null: none. The key is stored as a hash, because it outlives the rows: an
 * earlier job is found by it.
 */
function placeOf(cells: Cells, grouping: Grouping, above: RowAbove | null): RowAbove | null {
  const names = grouping.namesOf(cells);
  if (above !== null && continues(names, above.names)) {
    const known = above.names.map((name, at) => (name === '' ? (names[at] ?? '') : name));
    return { groupKey: above.groupKey, names: known };
  }
  const key = grouping.keyOf(cells);
  return key === null ? null : { groupKey: sha256(key), names };
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

  grouped(): Omit<Grouped, 'above'> {
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
  { sourceSettings, lastSeq, operation, above: aboveAll }: Place,
): Promise<Grouped> {
  const { store, jobId, resource } = context;
  // A row of a delete job names one record; its other cells do not matter.
  const grouping = operation === 'import' ? resource.grouping : null;
  let above = aboveAll;
  const placed = rows.map((row) => {
    // Totals and repeated headers are no line of the last invoice.
    if (isLeftOut(row.problem?.code ?? null)) return { row, key: null };
    above = grouping === null ? null : placeOf(cellsOf(row, sourceSettings), grouping, above);
    return { row, key: above?.groupKey ?? null };
  });
  const keys = placed.map(({ key }) => key);
  const groupKeys = [...new Set(keys.filter((key) => key !== null))];
  const batch = new Batch(await store.findGroups({ jobId, groupKeys }), lastSeq);
  for (const { row, key } of placed) batch.add(row, key);
  return { ...batch.grouped(), above };
}
