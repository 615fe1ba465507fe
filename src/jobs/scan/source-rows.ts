/** Streams the rows of a job's source with the settings that the scan found. */
import { readRows } from '../../files/source.js';
import type { ColumnKind, SourceRow } from '../../files/cells/source-row.js';
import { columnsOfHeaders, headerReader } from '../../resources/definition/headers.js';
import { isFreeText } from '../../resources/definition/suspect-cells.js';
import { markedRowFinder } from './marked-rows.js';
import { oddRowMarker } from './odd-rows.js';
import { ITEM_STATES, type UndecidedItem } from '../../model/item.js';
import {
  headOf,
  sourceOf,
  type SourceSettings,
  type SourceToRead,
} from '../job/source-settings.js';
import { chosenRows } from '../filter/chosen-rows.js';
import { contradictionFinder } from './stated-cells.js';
import { readJob, type JobContext } from '../job/job-context.js';

/** The kind of the cells under a header, where the kind decides their reading. */
export function kindReader(
  { resource }: Pick<JobContext, 'resource'>,
  sourceSettings: SourceSettings,
): (header: string) => ColumnKind {
  const kinds = new Map(resource.columns.map(({ name, kind }) => [name, kind]));
  const { columnMapping, savedMapping, head } = sourceSettings;
  const { headers = head?.headers ?? [], columns } = sourceSettings;
  const mapping = { columnMapping, savedMapping };
  const known = columns ?? columnsOfHeaders(resource, headers, mapping);
  const byHeader = new Map(headers.map((header, index) => [header, known[index] ?? null]));
  // A key of JSON may come after the first 64 KiB.
  const readLate = headerReader(resource, columnMapping, savedMapping);
  const columnOf = (header: string): string | null => {
    const column = byHeader.get(header);
    return column === undefined ? readLate(header) : column;
  };
  return (header) => {
    const kind = kinds.get(columnOf(header) ?? '');
    if (kind === 'text') return isFreeText(columnOf(header) ?? '') ? null : 'code';
    return kind === 'amount' || kind === 'date' ? kind : null;
  };
}

/** Streams all rows in batches. The scan has passed, so the same bytes are read in the same way. */
export async function* rowsOfFile(
  context: Pick<JobContext, 'resource' | 'stop' | 'files'>,
  { file, settings }: SourceToRead,
): AsyncGenerator<readonly SourceRow[]> {
  if (settings.filter !== undefined) {
    yield* chosenRows(context.files, file, context.stop);
    return;
  }
  const source = await context.files.openLocal(file);
  try {
    const { path } = source;
    const head = await headOf(settings, path);
    const { headers = head.headers, settledEncoding: encoding = head.encoding } = settings;
    const request = { kindOf: kindReader(context, settings), signal: context.stop };
    const contradicted = contradictionFinder(context.resource, settings);
    const mark = oddRowMarker(context.resource, settings);
    const excluded = markedRowFinder(settings);
    for await (const rows of readRows(path, { ...head, headers, encoding }, request)) {
      context.stop.throwIfAborted();
      const judged =
        contradicted === null ? rows.map(mark) : rows.map((row) => mark(contradicted(row)));
      yield excluded === null ? judged : judged.map(excluded);
    }
  } finally {
    await source.close();
  }
}

const NO_LINES: UndecidedItem['lines'] = [];

/**
 * Streams items for the rows that are not stored yet, in order. If each row is an item, the stored rows are the
 * first ones. Rows that belong together are all stored by the scan.
 */
export async function* itemsToCome(context: JobContext): AsyncGenerator<readonly UndecidedItem[]> {
  const { store, jobId, resource } = context;
  const job = await readJob(context);
  const { totalItems } = job;
  const stored = await store.countItems({ jobId, states: ITEM_STATES });
  if (resource.grouping !== null || totalItems === null || stored >= totalItems) return;
  let seq = 0;
  for await (const rows of rowsOfFile(context, sourceOf(job))) {
    const items: UndecidedItem[] = [];
    for (const { row, cells, problem } of rows) {
      seq += 1;
      if (seq > stored) items.push({ seq, row, cells, problem, lines: NO_LINES, groupKey: null });
    }
    if (items.length > 0) yield items;
  }
}

/** Stores the remaining rows as undecided items, so that a report and a retry have every row. */
export async function storeRest(context: JobContext): Promise<void> {
  const { store, jobId, lease } = context;
  for await (const items of itemsToCome(context)) await store.addItems({ jobId, lease, items });
}
