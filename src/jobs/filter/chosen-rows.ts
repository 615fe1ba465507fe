/**
 * The rows that a filter has chosen, as their file holds them: one JSON list a line, in the order of the headers.
 * Files of callers are judged by the readers in src/files; these values come from Billy and are taken as they are.
 */
import { LIMITS } from '../../core/limits.js';
import { readText } from '../../files/encoding/decode.js';
import type { FileStore } from '../../files/store/file-store.js';
import type { StoredName } from '../../files/store/stored-name.js';
import type { SourceRow } from '../../files/cells/source-row.js';
import type { Resource } from '../../resources/definition/resource.js';
import type { Question } from './question.js';
import { CURRENCY, PRICE } from './record-view.js';

export type ChosenCells = readonly (string | null)[];

/** The columns of the rows. */
export interface ChosenLayout {
  readonly headers: readonly string[];
  /** The column that each header stands for; null: it only shows what the record held. */
  readonly columns: readonly (string | null)[];
  /** By column: where the row keeps what the record held. */
  readonly held: Readonly<Record<string, number>>;
}

export function layoutOf(
  { identityColumns }: Pick<Resource, 'identityColumns'>,
  { filter, change }: Question,
): ChosenLayout {
  const changed = change?.columns ?? [];
  const shown = new Set([...Object.keys(identityColumns), 'id', ...filter.columns]);
  for (const column of [...changed, CURRENCY]) shown.delete(column);
  const places: { header: string; column: string | null; holds: string | null }[] = [];
  for (const name of shown) {
    const isKept = filter.columns.includes(name) && name !== 'id';
    places.push({ header: name, column: name === 'id' ? name : null, holds: isKept ? name : null });
  }
  for (const name of changed) {
    places.push({ header: `${name} before`, column: null, holds: name });
    places.push({ header: name, column: name, holds: null });
    if (name === PRICE) places.push({ header: CURRENCY, column: CURRENCY, holds: null });
  }
  const held = places.flatMap(({ holds }, index) =>
    holds === null ? [] : [[holds, index] as const],
  );
  return {
    headers: places.map(({ header }) => header),
    columns: places.map(({ column }) => column),
    held: Object.fromEntries(held),
  };
}

/** The line of a row. */
export function lineOf(cells: ChosenCells): string {
  return `${JSON.stringify(cells)}\n`;
}

function rowOf(line: string, index: number): SourceRow {
  const cells = JSON.parse(line) as (string | null)[];
  // As in a file: the first row is row 2.
  return { row: index + 2, cells, problem: null };
}

/** The whole lines of a text that comes in pieces, as they arrive. */
async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    yield lines;
  }
}

/** Streams the rows in batches. */
export async function* chosenRows(
  files: FileStore,
  name: StoredName,
  signal: AbortSignal,
): AsyncGenerator<readonly SourceRow[]> {
  const file = await files.openLocal(name);
  const size = LIMITS.storeBatchRows;
  try {
    let count = 0;
    let batch: SourceRow[] = [];
    for await (const lines of linesOf(readText(file.path, { encoding: 'utf-8', signal }))) {
      for (const line of lines) {
        batch.push(rowOf(line, count));
        count += 1;
      }
      for (; batch.length >= size; batch = batch.slice(size)) yield batch.slice(0, size);
    }
    if (batch.length > 0) yield batch;
  } finally {
    await file.close();
  }
}
