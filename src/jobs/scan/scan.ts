/**
 * The first stage: judge the whole source. Rows that are an item each are read again and stored as
 * they are decided; rows that belong together are gathered here. Nothing has been sent yet, so a
 * restart simply begins anew.
 */
import { readHead, scanSource } from '../../files/source.js';
import { mapHeaders } from '../../resources/definition/headers.js';
import type { JobRecord } from '../../model/job.js';
import { kindReader, rowsOfFile } from './source-rows.js';
import { groupRows } from './group-rows.js';
import { jobOptionsOf } from '../job/job-options.js';
import { readingOf, readOptionsOf, type Reading } from '../job/source-settings.js';
import { patchJob, readJob, warn, type Work } from '../job/job-context.js';

async function judge(work: Work, job: JobRecord): Promise<Reading> {
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
  return judged;
}

async function gather(work: Work, reading: Reading, { operation }: JobRecord): Promise<void> {
  const { store, jobId, lease } = work;
  let seq = 0;
  let aboveKey: string | null = null;
  for await (const rows of rowsOfFile(work, reading)) {
    const place = { reading, lastSeq: seq, operation, aboveKey };
    const { items, additions, lastKey } = await groupRows(work, rows, place);
    await store.addItems({ jobId, lease, items });
    await store.addLines({ jobId, lease, additions });
    seq += items.length;
    aboveKey = lastKey;
  }
  await patchJob(work, { totalItems: seq });
}

/** Judges, and stores rows that belong together; rejects with an InputError when the source as a whole cannot be taken. */
export async function scan(work: Work): Promise<void> {
  const { store, jobId, lease, resource } = work;
  await store.clearItems({ jobId, lease });
  const job = await readJob(work);
  const reading = await judge(work, job);
  if (resource.grouping !== null) await gather(work, reading, job);
}
