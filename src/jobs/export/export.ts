/** An export: the account's records as rows, written as they come, whole or not at all. */
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileWhole, type WriteTarget } from '../../files/disk/atomic-file.js';
import {
  csvStart,
  DIALECTS,
  formatCsvRow,
  formatDecimal,
  type Dialect,
} from '../../files/csv/writer.js';
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
import { exportOptionsSchema, type ExportOptions } from '../job/export-result.js';

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

/** The folder of exports, and the writer of files elsewhere. */
export interface ExportPlace {
  /** Our own folder. */
  readonly folder: string;
  readonly writeTarget: WriteTarget;
}

/** Opens the file when it is read, and closes it in every case. */
async function* textOf(path: string): AsyncGenerator<string> {
  for await (const chunk of createReadStream(path, 'utf8')) yield chunk as string;
}

/** Runs an export job to its end; the file lies in `place.folder`, and where the caller wanted it. */
export async function writeExport(context: JobContext, place: ExportPlace): Promise<void> {
  const { folder, writeTarget } = place;
  const { clock, resource } = context;
  const job = await readJob(context);
  const options = exportOptionsSchema.parse(job.options);
  const tally: Tally = { total: 0, losses: new Map() };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, options.filename);
  // Our own folder's names are unguessable and ours to replace when an export begins again.
  await writeFileWhole({ path, overwrite: true, mode: 0o600 }, chunksOf(context, options, tally));
  if (options.filePath !== null) {
    await writeTarget({ path: options.filePath, overwrite: options.overwrite }, textOf(path));
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
    result: { total: tally.total, filename, path, filePath },
    completedAtMs: clock.nowMs(),
  });
}
