/**
 * The first stage of a job: checks the whole source. Rows that are an item each are read again and stored as
 * they are decided; rows that belong together are grouped here. Nothing has been sent yet, so a restart
 * begins again.
 */
import { scanSource, type ScanResult, type SourceHead } from '../../files/source.js';
import {
  cellQuestions,
  mapHeaders,
  type HeaderOptions,
  type MappedFile,
} from '../../resources/definition/headers.js';
import type { Resource } from '../../resources/definition/resource.js';
import { isOwnDanishFile } from '../job/written-columns.js';
import { speaksDanish } from '../../resources/headers/header-text.js';
import { WatchedHeaders } from './watched-headers.js';
import type { JobRecord } from '../../model/job.js';
import { kindReader, rowsOfFile } from './source-rows.js';
import { groupRows, type RowAbove } from './group-rows.js';
import { jobOptionsOf } from '../job/job-options.js';
import { headOf, readOptionsOf, sourceOf, type SourceToRead } from '../job/source-settings.js';
import { patchJob, readJob, warn, type JobContext } from '../job/job-context.js';

async function scanFile(
  context: JobContext,
  { file, settings }: SourceToRead,
): Promise<{ head: SourceHead; result: ScanResult; watched: WatchedHeaders }> {
  const source = await context.files.openLocal(file);
  try {
    const { path } = source;
    const head = await headOf(settings, path);
    const { columnMapping, savedMapping } = settings;
    const mapping = { columnMapping, savedMapping };
    const watched = new WatchedHeaders((header) =>
      cellQuestions(context.resource, header, mapping),
    );
    const result = await scanSource(path, head, {
      rowsMax: context.settings.rowsMax,
      kindOf: kindReader(context, { ...settings, head }),
      isDayFirst: head.csv?.dialect.delimiter === ';' || speaksDanish(head.headers),
      watchOf: (header) => watched.watchOf(header),
      options: readOptionsOf(settings),
      isOwnDanish: (headers) => isOwnDanishFile(context.resource, headers),
      signal: context.stop,
    });
    return { head, result, watched };
  } finally {
    await source.close();
  }
}

/** An id column of another system is left out, unless an update or a deletion has no other key. */
function withoutForeignIds(
  resource: Resource,
  {
    mapped,
    watched,
    headers,
    mapping,
  }: {
    readonly mapped: MappedFile;
    readonly watched: WatchedHeaders;
    readonly headers: readonly string[];
    readonly mapping: HeaderOptions;
  },
): Pick<MappedFile, 'columns' | 'parts' | 'warnings'> {
  const { operation, matchBy } = mapping;
  const keys = matchBy ?? resource.matchOrder;
  const hasOtherKey = keys.some((key) => mapped.columns.includes(key));
  return operation === 'import' || hasOtherKey
    ? watched.withoutForeignIds(mapped, headers)
    : mapped;
}

async function judge(context: JobContext, job: JobRecord): Promise<SourceToRead> {
  const source = sourceOf(job);
  const { settings } = source;
  const { columnMapping, savedMapping = {} } = settings;
  const { head, result, watched } = await scanFile(context, source);
  const operation = job.operation === 'export' ? 'import' : job.operation;
  const { headers, encoding, rowCount, numberStyles, dateOrders } = result;
  const { matchBy } = jobOptionsOf(job);
  const mapping = { operation, columnMapping, savedMapping, matchBy };
  const mapped = mapHeaders(context.resource, headers, mapping);
  watched.checkQuestions(mapped);
  const isGivenById = operation !== 'import' && head.format === 'json';
  const { columns, parts, warnings } = isGivenById
    ? mapped
    : withoutForeignIds(context.resource, { mapped, watched, headers, mapping });
  await warn(context, [...warnings, ...result.warnings]);
  const combined = {
    ...(parts.some((part) => part !== null && part !== 'whole') ? { parts } : {}),
    ...(mapped.marks.some((mark) => mark !== null) ? { marks: mapped.marks } : {}),
    ...(Object.keys(mapped.stated).length > 0 ? { stated: mapped.stated } : {}),
    ...(mapped.outranked.length > 0 ? { outranked: mapped.outranked } : {}),
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
