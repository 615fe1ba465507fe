/** An export: the account's records as rows, written as they come, whole or not at all. */
import type { WriteTarget } from '../../files/disk/atomic-file.js';
import {
  csvStart,
  DIALECTS,
  formatCsvRow,
  formatDecimal,
  type Dialect,
} from '../../files/csv/writer.js';
import { storeFile, type FileStore } from '../../files/store/file-store.js';
import type { StoredName } from '../../files/store/stored-name.js';
import { imageOf } from '../../resources/definition/record-image.js';
import type { Lookups, Resource } from '../../resources/definition/resource.js';
import type { RecordImage } from '../../model/record.js';
import {
  jobRead,
  patchJob,
  readJob,
  warn,
  type JobContext,
  loadRequestOf,
} from '../job/job-context.js';
import { exportFileOf, exportOptionsSchema, type ExportOptions } from '../job/export-result.js';

interface Tally {
  total: number;
  readonly losses: Map<string, number>;
}

function filtersOf({ filters }: ExportOptions): { isArchived?: boolean; country?: string } {
  const { isArchived, country } = filters;
  return {
    ...(isArchived === undefined ? {} : { isArchived }),
    ...(country === undefined ? {} : { country }),
  };
}

async function* imagesOf(context: JobContext): AsyncGenerator<readonly RecordImage[]> {
  const { billy, resource } = context;
  const options = { ...jobRead(context), include: resource.include };
  for await (const records of billy.listAll(resource.collection, options)) {
    context.stop.throwIfAborted();
    yield records.map((record) => imageOf(record, resource));
  }
}

/** A record as a row of the file, amounts as the dialect writes them. */
function rowText(
  image: RecordImage,
  resource: Resource,
  format: { readonly dialect: Dialect; readonly lookups: Lookups },
): string {
  const { dialect, lookups } = format;
  const row = resource.exportRow(image, lookups);
  const kinds = new Map(resource.columns.map(({ name, kind }) => [name, kind]));
  const cells = resource.exportColumns.map((column) => {
    const text = row[column] ?? '';
    return kinds.get(column) === 'amount' ? formatDecimal(text, dialect) : text;
  });
  return formatCsvRow(cells, dialect);
}

async function* chunksOf(
  context: JobContext,
  options: ExportOptions,
  tally: Tally,
): AsyncGenerator<string> {
  const { resource } = context;
  const lookups = await resource.load(context.billy, { ...loadRequestOf(context), isExport: true });
  const dialect: Dialect = DIALECTS[options.dialect];
  const filters = filtersOf(options);
  yield csvStart(dialect) + formatCsvRow(resource.exportColumns, dialect);
  for await (const images of imagesOf(context)) {
    let chunk = '';
    for (const image of images) {
      if (!resource.isExported(image, filters)) continue;
      chunk += rowText(image, resource, { dialect, lookups });
      tally.total += 1;
      for (const loss of resource.exportLosses(image, lookups)) {
        tally.losses.set(loss, (tally.losses.get(loss) ?? 0) + 1);
      }
    }
    yield chunk;
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

/** Runs an export job to its end; the file is stored, and written where the caller wanted it. */
export async function writeExport(context: JobContext, writeTarget: WriteTarget): Promise<void> {
  const { clock, resource, files } = context;
  const job = await readJob(context);
  const options = exportOptionsSchema.parse(job.options);
  const tally: Tally = { total: 0, losses: new Map() };
  const file = exportFileOf(job);
  // An export that begins again replaces its own file.
  await storeFile(files, file, chunksOf(context, options, tally));
  if (options.filePath !== null) {
    const target = { path: options.filePath, overwrite: options.overwrite };
    await writeTarget(target, storedBytes(files, file));
  }
  await warn(
    context,
    [...tally.losses].map(([loss, count]) => ({
      code: 'EXPORT_LOSS',
      message: `${String(count)} ${resource.plural} ${loss}.`,
    })),
  );
  const { filename, filePath } = options;
  await patchJob(context, {
    status: 'completed',
    phase: 'done',
    totalItems: tally.total,
    totalRows: tally.total,
    result: { total: tally.total, filename, filePath },
    completedAtMs: clock.nowMs(),
  });
}
