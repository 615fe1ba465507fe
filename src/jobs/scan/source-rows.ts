/** The rows of a job's source as the scan has judged it, from the first or from where an earlier reader stopped. */
import { readHead, readRows } from '../../files/source.js';
import type { ColumnKind, SourceRow } from '../../files/cells/source-row.js';
import { headerReader } from '../../resources/definition/headers.js';
import { ITEM_STATES, type UndecidedItem } from '../../model/item.js';
import { sourceSettingsOf, readOptionsOf, type SourceSettings } from '../job/source-settings.js';
import { readJob, type JobContext } from '../job/job-context.js';

/** The kind of the cells under a header, where the kind decides their reading. */
export function kindReader(
  { resource }: Pick<JobContext, 'resource'>,
  sourceSettings: SourceSettings,
): (header: string) => ColumnKind {
  const kinds = new Map(resource.columns.map(({ name, kind }) => [name, kind]));
  const columnOf = headerReader(
    resource,
    sourceSettings.columnMapping,
    sourceSettings.savedMapping,
  );
  return (header) => {
    const kind = kinds.get(columnOf(header) ?? '');
    return kind === 'amount' || kind === 'date' ? kind : null;
  };
}

/** All rows, batch by batch; the scan has passed, so that the same bytes are read the same way. */
export async function* rowsOfFile(
  context: Pick<JobContext, 'resource' | 'stop'>,
  sourceSettings: SourceSettings,
): AsyncGenerator<readonly SourceRow[]> {
  const head = await readHead(sourceSettings.path, readOptionsOf(sourceSettings));
  const { headers = head.headers, settledEncoding: encoding = head.encoding } = sourceSettings;
  const request = { kindOf: kindReader(context, sourceSettings), signal: context.stop };
  for await (const rows of readRows(sourceSettings.path, { ...head, headers, encoding }, request)) {
    context.stop.throwIfAborted();
    yield rows;
  }
}

/**
 * Items for the rows that are not stored yet, in order. Of rows that are an item each the stored ones
 * are the first; rows that belong together are all stored by the scan.
 */
export async function* itemsToCome(context: JobContext): AsyncGenerator<readonly UndecidedItem[]> {
  const { store, jobId, resource } = context;
  const { sourceSettings: reading, totalItems } = await readJob(context);
  const stored = await store.countItems({ jobId, states: ITEM_STATES });
  if (resource.grouping !== null || totalItems === null || stored >= totalItems) return;
  let seq = 0;
  for await (const rows of rowsOfFile(context, sourceSettingsOf(reading))) {
    const items: UndecidedItem[] = [];
    for (const { row, cells, problem } of rows) {
      seq += 1;
      if (seq > stored) items.push({ seq, row, cells, problem, lines: [], groupKey: null });
    }
    if (items.length > 0) yield items;
  }
}

/** Stores what is left of the source undecided, so that a report and a retry have every row. */
export async function storeRest(context: JobContext): Promise<void> {
  const { store, jobId, lease } = context;
  for await (const items of itemsToCome(context)) await store.addItems({ jobId, lease, items });
}
