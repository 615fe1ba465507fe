/**
 * The first stage of a job: checks the whole source. Rows that are an item each are read again and stored as
 * they are decided; rows that belong together are grouped here. Nothing has been sent yet, so a restart
 * begins again.
 */
import { scanSource, type ScanResult, type SourceHead } from '../../files/source.js';
import type { JobRecord } from '../../model/job.js';
import { SourceJudge } from './judge-source.js';
import { rowsOfFile } from './source-rows.js';
import { groupRows, type RowAbove } from './group-rows.js';
import { jobOptionsOf } from '../job/job-options.js';
import { headOf, rowsOperationOf, sourceOf, type SourceToRead } from '../job/source-settings.js';
import { patchJob, readJob, warn, type JobContext } from '../job/job-context.js';

async function scanFile(
  context: JobContext,
  { file, settings }: SourceToRead,
  judge: SourceJudge,
): Promise<{ head: SourceHead; result: ScanResult }> {
  const source = await context.files.openLocal(file);
  try {
    const { path } = source;
    const head = await headOf(settings, path);
    const bounds = { rowsMax: context.settings.rowsMax, signal: context.stop };
    const result = await scanSource(path, head, judge.requestFor(head, settings, bounds));
    return { head, result };
  } finally {
    await source.close();
  }
}

async function judge(context: JobContext, job: JobRecord): Promise<SourceToRead> {
  const source = sourceOf(job);
  const { settings } = source;
  const { columnMapping, savedMapping = {} } = settings;
  const operation = rowsOperationOf(job);
  const { matchBy } = jobOptionsOf(job);
  const mapping = { operation, columnMapping, savedMapping, matchBy };
  const sourceJudge = new SourceJudge(context.resource, mapping);
  const { head, result } = await scanFile(context, source, sourceJudge);
  const { headers, encoding, rowCount, numberStyles, dateOrders } = result;
  const mapped = sourceJudge.mapHeaders(head, headers);
  const { columns, parts, marks, stated, outranked, warnings } = mapped;
  await warn(context, [...warnings, ...result.warnings]);
  const combined = {
    ...(parts.some((part) => part !== null && part !== 'whole') ? { parts } : {}),
    ...(marks.some((mark) => mark !== null) ? { marks } : {}),
    ...(Object.keys(stated).length > 0 ? { stated } : {}),
    ...(outranked.length > 0 ? { outranked } : {}),
  };
  const found = { format: head.format, settledEncoding: encoding, headers, columns, ...combined };
  const judged = { ...settings, ...found, rowCount, numberStyles, dateOrders };
  // How many items rows make that belong together is known once they are stored.
  const totalItems = context.resource.grouping === null ? rowCount : null;
  await patchJob(context, { sourceSettings: judged, totalRows: rowCount, totalItems });
  return { file: source.file, settings: judged };
}

async function gather(
  context: JobContext,
  source: SourceToRead,
  { operation }: JobRecord,
): Promise<void> {
  const { store, jobId, lease } = context;
  let seq = 0;
  let above: RowAbove | null = null;
  for await (const rows of rowsOfFile(context, source)) {
    const place = { sourceSettings: source.settings, lastSeq: seq, operation, above };
    const { items, additions, above: last } = await groupRows(context, rows, place);
    await store.addItems({ jobId, lease, items });
    await store.addLines({ jobId, lease, additions });
    seq += items.length;
    above = last;
  }
  await patchJob(context, { totalItems: seq });
}

/** Checks the source, and stores rows that belong together. Rejects with an InputError if the source is unusable. */
export async function scan(context: JobContext): Promise<void> {
  const { store, jobId, lease, resource } = context;
  await store.clearItems({ jobId, lease });
  const job = await readJob(context);
  const { filter } = sourceOf(job).settings;
  if (filter !== undefined) {
    // The rows of a filter are chosen on the listing of the plan, and need no judging.
    const rowCount = filter.chosen?.rowCount ?? null;
    await patchJob(context, { totalRows: rowCount, totalItems: rowCount });
    return;
  }
  const source = await judge(context, job);
  if (resource.grouping !== null) await gather(context, source, job);
}
