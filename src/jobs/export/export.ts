/** An export: the account's records as rows, written as they come, whole or not at all. */
import { DIALECTS, type TableRow } from '../../files/cells/dialects.js';
import type { WriteTarget } from '../../files/disk/atomic-file.js';
import { storeFile, type FileStore } from '../../files/store/file-store.js';
import type { StoredName } from '../../files/store/stored-name.js';
import { formatOfName, tableChunks } from '../../files/table.js';
import type { RecordImage } from '../../model/record.js';
import { imageOf } from '../../resources/definition/record-image.js';
import type {
  ExportFilters,
  ExportRules,
  Lookups,
  ReferredRecords,
  Resource,
} from '../../resources/definition/resource.js';
import { writtenColumns } from '../job/written-columns.js';
import {
  jobRead,
  loadRequestOf,
  patchJob,
  readJob,
  warn,
  type JobContext,
} from '../job/job-context.js';
import { exportFileOf, exportOptionsSchema, type ExportOptions } from '../job/export-result.js';
import { listReferences } from '../snapshot/snapshot.js';
import { ExportTally } from './export-tally.js';
import { customerId, referredBy } from './referred.js';

/** The rows of one record, and the parts of it that they do not show. */
interface Shown {
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly losses: readonly string[];
}

async function filtersOf(context: JobContext, { filters }: ExportOptions): Promise<ExportFilters> {
  const { customer, ...others } = filters;
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  const known = Object.fromEntries(given) as ExportFilters;
  const rules = context.resource.exportRules;
  if (customer === undefined || rules === undefined) return known;
  return { ...known, contactId: await customerId(context, rules, customer) };
}

async function* imagesOf(context: JobContext): AsyncGenerator<readonly RecordImage[]> {
  const { billy, resource } = context;
  const options = { ...jobRead(context), include: resource.include };
  for await (const records of billy.listAll(resource.collection, options)) {
    context.stop.throwIfAborted();
    yield records.map((record) => imageOf(record, resource));
  }
}

function shownBy(rules: ExportRules, image: RecordImage, referred: ReferredRecords): Shown {
  return { rows: rules.rows(image, referred), losses: rules.losses(image, referred) };
}

/** Returns the function that shows each of these records. */
async function showerFor(
  context: JobContext,
  images: readonly RecordImage[],
  lookups: Lookups,
): Promise<(image: RecordImage) => Shown> {
  const { resource } = context;
  const { exportRules: rules } = resource;
  if (rules === undefined) {
    return (image) => ({
      rows: [resource.exportRow(image, lookups)],
      losses: resource.exportLosses(image, lookups),
    });
  }
  const referred = await referredBy(context, rules, images);
  return (image) => shownBy(rules, image, referred);
}

/** The records that the filters include. Those that no row can show are counted and left out. */
function exportedOf(
  resource: Resource,
  images: readonly RecordImage[],
  { filters, tally }: { filters: ExportFilters; tally: ExportTally },
): RecordImage[] {
  return images.filter((image) => {
    if (!resource.isExported(image, filters)) return false;
    const reason = resource.exportRules?.leftOut(image) ?? null;
    if (reason !== null) tally.addLeftOut(reason);
    return reason === null;
  });
}

async function* batchesOf(
  context: JobContext,
  options: ExportOptions,
  tally: ExportTally,
): AsyncGenerator<readonly TableRow[]> {
  const { resource, billy } = context;
  const lookups = await resource.load(billy, { ...loadRequestOf(context), isExport: true });
  if (resource.exportRules !== undefined) await listReferences(context);
  const filters = await filtersOf(context, options);
  for await (const images of imagesOf(context)) {
    const exported = exportedOf(resource, images, { filters, tally });
    const show = await showerFor(context, exported, lookups);
    yield exported.flatMap((image) => {
      const { rows, losses } = show(image);
      tally.addRecord(rows.length, losses);
      return rows.map((row) => resource.exportColumns.map((column) => row[column] ?? ''));
    });
  }
}

/** Opens the file when it is read, and closes it in every case. */
async function* storedBytes(files: FileStore, name: StoredName): AsyncGenerator<Uint8Array> {
  const file = await files.open(name);
  try {
    yield* file.bytes();
  } finally {
    await file.close();
  }
}

function chunksOf(context: JobContext, options: ExportOptions, tally: ExportTally) {
  const { resource } = context;
  const dialect = DIALECTS[options.dialect];
  const columns = writtenColumns(resource, resource.exportColumns, dialect);
  const format = formatOfName(options.filename);
  const batches = batchesOf(context, options, tally);
  return tableChunks({ columns, batches }, { format, dialect, sheet: resource.plural });
}

/** Runs an export job to its end; the file is stored, and written where the caller wanted it. */
export async function writeExport(context: JobContext, writeTarget: WriteTarget): Promise<void> {
  const { clock, resource, files, store, jobId, lease } = context;
  const job = await readJob(context);
  const options = exportOptionsSchema.parse(job.options);
  const tally = new ExportTally();
  const file = exportFileOf(job);
  // An export that begins again replaces its own file.
  await storeFile(files, file, chunksOf(context, options, tally));
  if (options.filePath !== null) {
    const target = { path: options.filePath, overwrite: options.overwrite };
    await writeTarget(target, storedBytes(files, file));
  }
  await warn(context, tally.warnings(resource.plural));
  const { filename, filePath } = options;
  const { total, rowCount } = tally;
  await patchJob(context, {
    status: 'completed',
    phase: 'done',
    totalItems: total,
    totalRows: rowCount,
    result: { total, ...(rowCount === total ? {} : { rowCount }), filename, filePath },
    completedAtMs: clock.nowMs(),
  });
  if (resource.exportRules !== undefined) {
    await store.clearSnapshot({ jobId, lease, layers: ['references'] });
  }
}
