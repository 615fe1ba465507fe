/** The rows of a job's source as the scan has judged it, from the first or from where an earlier reader stopped. */
import { readHead, readRows } from '../../files/source.js';
import type { ColumnKind, SourceRow } from '../../files/cells/source-row.js';
import { headerReader } from '../../resources/definition/headers.js';
import { ITEM_STATES, type UndecidedItem } from '../../model/item.js';
import { readingOf, readOptionsOf, type Reading } from '../job/source-settings.js';
import { readJob, type Work } from '../job/job-context.js';

/** What the cells under a header are, where that decides how they are read. */
export function kindReader(
  { resource }: Pick<Work, 'resource'>,
  reading: Reading,
): (header: string) => ColumnKind {
  const kinds = new Map(resource.columns.map(({ name, kind }) => [name, kind]));
  const columnOf = headerReader(resource, reading.columnMapping, reading.savedMapping);
  return (header) => {
    const kind = kinds.get(columnOf(header) ?? '');
    return kind === 'amount' || kind === 'date' ? kind : null;
  };
}

/** All rows, batch by batch; the scan has passed, so that the same bytes are read the same way. */
export async function* rowsOfFile(
  work: Pick<Work, 'resource' | 'stop'>,
  reading: Reading,
): AsyncGenerator<readonly SourceRow[]> {
  const head = await readHead(reading.path, readOptionsOf(reading));
  const { headers = head.headers, settledEncoding: encoding = head.encoding } = reading;
  const request = { kindOf: kindReader(work, reading), signal: work.stop };
  for await (const rows of readRows(reading.path, { ...head, headers, encoding }, request)) {
    work.stop.throwIfAborted();
    yield rows;
  }
}

/**
 * Items for the rows that are not stored yet, in order. Of rows that are an item each the stored ones
 * are the first; rows that belong together are all stored by the scan.
 */
export async function* itemsToCome(work: Work): AsyncGenerator<readonly UndecidedItem[]> {
  const { store, jobId, resource } = work;
  const { reading, totalItems } = await readJob(work);
  const stored = await store.countItems({ jobId, states: ITEM_STATES });
  if (resource.grouping !== null || totalItems === null || stored >= totalItems) return;
  let seq = 0;
  for await (const rows of rowsOfFile(work, readingOf(reading))) {
    const items: UndecidedItem[] = [];
    for (const { row, cells, problem } of rows) {
      seq += 1;
      if (seq > stored) items.push({ seq, row, cells, problem, lines: [], groupKey: null });
    }
    if (items.length > 0) yield items;
  }
}

/** Stores what is left of the source undecided, so that a report and a retry have every row. */
export async function storeRest(work: Work): Promise<void> {
  const { store, jobId, lease } = work;
  for await (const items of itemsToCome(work)) await store.addItems({ jobId, lease, items });
}
