/**
 * The first stage: judge the whole source, then stream its rows into the store. Nothing has been sent
 * yet, so a restart simply begins anew.
 */
import { readHead, readRows, scanSource, type SourceHead } from '../intake/source.js';
import type { ColumnKind } from '../intake/source-row.js';
import { headerReader, mapHeaders } from '../resources/headers.js';
import type { JobRecord } from '../store/types.js';
import { groupRows } from './group.js';
import { jobOptionsOf } from './options.js';
import { readingOf, readOptionsOf, type Reading } from './reading.js';
import { patchJob, readJob, warn, type Work } from './work.js';

/** What the cells under a header are, where that decides how they are read. */
function kindReader(work: Work, reading: Reading): (header: string) => ColumnKind {
  const { resource } = work;
  const kinds = new Map(resource.columns.map(({ name, kind }) => [name, kind]));
  const columnOf = headerReader(resource, reading.columnMapping, reading.savedMapping);
  return (header) => {
    const kind = kinds.get(columnOf(header) ?? '');
    return kind === 'amount' || kind === 'date' ? kind : null;
  };
}

interface Judged {
  readonly reading: Reading;
  readonly head: SourceHead;
}

async function judge(work: Work, job: JobRecord): Promise<Judged> {
  const reading = readingOf(job.reading);
  const { columnMapping, savedMapping = {} } = reading;
  const options = readOptionsOf(reading);
  const head = await readHead(reading.path, options);
  const result = await scanSource(reading.path, head, {
    rowsMax: work.settings.rowsMax,
    kindOf: kindReader(work, reading),
    options,
    signal: work.stop,
  });
  const operation = job.operation === 'export' ? 'import' : job.operation;
  const { headers, encoding, numberStyles, dateOrders } = result;
  const { matchBy } = jobOptionsOf(job);
  const mapping = { operation, columnMapping, savedMapping, matchBy };
  const { columns, warnings } = mapHeaders(work.resource, headers, mapping);
  await warn(work, [...warnings, ...result.warnings]);
  const found = { format: head.format, settledEncoding: encoding, headers, columns };
  const judged = { ...reading, ...found, numberStyles, dateOrders };
  // How many items rows make that belong together is known once they are stored.
  const totalItems = work.resource.grouping === null ? result.rowCount : null;
  await patchJob(work, { reading: judged, totalRows: result.rowCount, totalItems });
  return { reading: judged, head: { ...head, headers, encoding } };
}

/** Scans and stores; rejects with an InputError when the source as a whole cannot be taken. */
export async function scan(work: Work): Promise<void> {
  const { store, jobId, lease } = work;
  await store.clearItems({ jobId, lease });
  const job = await readJob(work);
  const { operation } = job;
  const { reading, head } = await judge(work, job);
  const kindOf = kindReader(work, reading);
  let seq = 0;
  let aboveKey: string | null = null;
  for await (const rows of readRows(reading.path, head, { kindOf, signal: work.stop })) {
    work.stop.throwIfAborted();
    const place = { reading, lastSeq: seq, operation, aboveKey };
    const { items, additions, lastKey } = await groupRows(work, rows, place);
    await store.addItems({ jobId, lease, items });
    await store.addLines({ jobId, lease, additions });
    seq += items.length;
    aboveKey = lastKey;
  }
  await patchJob(work, { totalItems: seq });
}
