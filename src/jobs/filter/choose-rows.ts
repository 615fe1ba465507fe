/**
 * Decides a start by filter, once: which records of the plan's listing it means, and what each of them becomes. The
 * rows are stored with what the records held, and from then on are the source of the job. A retry, a resumption and
 * a newer listing read them and compute nothing again.
 */
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { countWords } from '../../model/words.js';
import { isArchived } from '../../resources/definition/archive.js';
import type { Lookups } from '../../resources/definition/resource.js';
import type { Problem } from '../../model/item.js';
import type { JobRecord } from '../../model/job.js';
import type { SnapshotEntry } from '../../model/snapshot.js';
import { patchJob, readJob, type JobContext } from '../job/job-context.js';
import {
  isByFilter,
  rowsOperationOf,
  sourceOf,
  type SourceSettings,
  type SourceToRead,
} from '../job/source-settings.js';
import { applyFormula, type Change } from './change.js';
import { layoutOf, lineOf, type ChosenCells, type ChosenLayout } from './chosen-rows.js';
import { readQuestion, type AskedQuestion, type Question } from './question.js';
import { cellIn, heldText, PRICE, viewOf, type Reading, type RecordView } from './record-view.js';

const FILE_NAME_BYTES = 8;
/** Values that several records share now and then. Other numbers belong to one record. */
const SHARED_NOW_AND_THEN: ReadonlySet<string> = new Set(['name', 'email', 'vatNo']);

async function readAsked(
  { files }: Pick<JobContext, 'files'>,
  { file }: SourceToRead,
): Promise<AskedQuestion> {
  const opened = await files.open(file);
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of opened.bytes()) chunks.push(Uint8Array.from(chunk));
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as AskedQuestion;
  } finally {
    await opened.close();
  }
}

/** All records as the plan has listed them, in batches. */
async function* listedRecords(context: JobContext): AsyncGenerator<readonly SnapshotEntry[]> {
  const { store, jobId, stop } = context;
  const layer = 'before';
  const limit = LIMITS.storeBatchRows;
  for (let afterId = ''; ;) {
    stop.throwIfAborted();
    const recordIds = await store.listSnapshotIds({ jobId, layer, afterId, limit });
    const last = recordIds.at(-1);
    if (last === undefined) return;
    afterId = last;
    yield [...(await store.getFromSnapshot({ jobId, layer, recordIds })).values()];
  }
}

/** The findings of the choice, for the job's warnings. */
interface Tally {
  chosen: number;
  archived: number;
  /** Prices in other currencies than the changed one, by currency. */
  readonly otherPrices: Map<string, number>;
}

function newValue(view: RecordView, change: Change, column: string): string | null {
  const formula = change.formulas.get(column);
  if (formula !== undefined) return applyFormula(cellIn(view, column), formula);
  return change.values.get(column) ?? null;
}

/** Chooses the records of one question. */
class Chooser {
  readonly tally: Tally = { chosen: 0, archived: 0, otherPrices: new Map() };
  readonly #question: Question;
  readonly #reading: Reading;
  readonly #layout: ChosenLayout;
  readonly #heldAt: ReadonlyMap<number, string>;

  constructor(question: Question, reading: Reading, layout: ChosenLayout) {
    this.#question = question;
    this.#reading = reading;
    this.#layout = layout;
    const places = Object.entries(layout.held).map(([column, index]) => [index, column] as const);
    this.#heldAt = new Map(places);
  }

  /** The lines of the records that the filter finds. */
  async *lines(context: JobContext): AsyncGenerator<string> {
    for await (const entries of listedRecords(context)) {
      const lines = entries
        .filter(({ image }) => this.#reading.resource.isExported(image, {}))
        .map((entry) => viewOf(entry, this.#reading))
        .filter((view) => this.#isMeant(view))
        .map((view) => this.#line(view));
      if (lines.length > 0) yield lines.join('');
    }
  }

  #isMeant(view: RecordView): boolean {
    const { filter } = this.#question;
    if (!filter.test(view)) return false;
    if (!isArchived(view.image) || filter.columns.includes('isArchived')) return true;
    this.tally.archived += 1;
    return false;
  }

  #line(view: RecordView): string {
    this.tally.chosen += 1;
    this.#countPrices(view);
    return lineOf(this.#cells(view));
  }

  #cells(view: RecordView): ChosenCells {
    const { change } = this.#question;
    const { resource, currency } = this.#reading;
    return this.#layout.headers.map((header, index) => {
      const column = this.#layout.columns[index] ?? null;
      const held = this.#heldAt.get(index);
      if (held !== undefined) return heldText(view, held, resource);
      if (column === null || column === 'id') return cellIn(view, header);
      if (change?.columns.includes(column) === true) return newValue(view, change, column);
      return currency;
    });
  }

  #countPrices({ prices }: RecordView): void {
    if (prices === null || this.#question.change?.columns.includes(PRICE) !== true) return;
    const { otherPrices } = this.tally;
    for (const currency of prices.keys()) {
      if (currency === this.#reading.currency) continue;
      otherPrices.set(currency, (otherPrices.get(currency) ?? 0) + 1);
    }
  }
}

/** Values of `set` that all chosen records would share, though they tell records apart. */
function sharedColumns({ change }: Question, { resource }: Reading): string[] {
  const telling = new Set([...resource.matchOrder, ...resource.numberKeys, 'name']);
  return (change?.columns ?? []).filter((name) => {
    return telling.has(name) && typeof change?.values.get(name) === 'string';
  });
}

/** Refuses to give one record's number to several. */
function checkShared(question: Question, reading: Reading, { chosen }: Tally): void {
  if (chosen < 2) return;
  const own = sharedColumns(question, reading).find((name) => !SHARED_NOW_AND_THEN.has(name));
  if (own === undefined) return;
  throw new InputError({
    code: 'INPUT_INVALID',
    message: `set would give ${String(chosen)} records the same ${own}, so nothing was sent.`,
    hint: 'Narrow the filter to one record, or give each record its own value with updates.',
  });
}

/** The codes of `warningsOf`. */
const CHOICE_CODES: ReadonlySet<string> = new Set([
  'NOTHING_CHOSEN',
  'ARCHIVED_LEFT_OUT',
  'PRICES_KEPT',
  'VALUE_SUSPECT',
]);

/** The warnings about the rows that a filter has chosen; a job that runs them chooses nothing, and repeats these. */
export function choiceWarnings(
  job: Pick<JobRecord, 'source' | 'sourceSettings' | 'warnings'>,
): Problem[] {
  if (!isByFilter(job)) return [];
  return job.warnings.filter(({ code }) => CHOICE_CODES.has(code));
}

function warningsOf(question: Question, reading: Reading, tally: Tally): Problem[] {
  const { chosen, archived, otherPrices } = tally;
  const { resource, currency } = reading;
  const warnings: Problem[] = [];
  if (chosen === 0) {
    const message = `No ${resource.name} meets the filter, so nothing was changed.`;
    warnings.push({ code: 'NOTHING_CHOSEN', message });
  }
  if (archived > 0) {
    const message = `${countWords(archived, `archived ${resource.name}`)} meet the filter too and are left out. Name isArchived in where to include them.`;
    warnings.push({ code: 'ARCHIVED_LEFT_OUT', message });
  }
  if (otherPrices.size > 0) {
    const counts = [...otherPrices].sort().map(([name, count]) => `${name} ${String(count)}`);
    const message = `Only prices in ${currency} change. Prices in other currencies stay: ${counts.join(', ')}.`;
    warnings.push({ code: 'PRICES_KEPT', message });
  }
  for (const column of chosen > 1 ? sharedColumns(question, reading) : []) {
    const message = `${countWords(chosen, 'record')} get the same ${column}.`;
    warnings.push({ code: 'VALUE_SUSPECT', message });
  }
  return warnings;
}

function settingsOf(
  settings: SourceSettings,
  question: Question,
  rows: { layout: ChosenLayout; rowCount: number; storedAs: string; currency: string },
): SourceSettings {
  const { layout, rowCount, storedAs, currency } = rows;
  const computed = [...(question.change?.formulas.keys() ?? [])];
  return {
    ...settings,
    storedAs,
    format: 'json',
    headers: [...layout.headers],
    columns: [...layout.columns],
    filter: { chosen: { rowCount, currency, held: { ...layout.held }, computed } },
  };
}

/**
 * Chooses the rows of a job that starts by a filter, and returns the job with them; does nothing if they are chosen.
 * The rows have a name of their own, which the job takes over in one write under its lease: of two workers only one
 * can choose.
 */
export async function chooseRows(
  context: JobContext,
  job: JobRecord,
  lookups: Lookups,
): Promise<JobRecord> {
  const { files, jobId, resource, clock } = context;
  const source = sourceOf(job);
  const { settings } = source;
  if (settings.filter === undefined || settings.filter.chosen !== undefined) return job;
  const question = readQuestion(resource, rowsOperationOf(job), await readAsked(context, source));
  const currency = question.currency ?? lookups.organization.baseCurrencyId;
  const reading = { resource, lookups, currency };
  const layout = layoutOf(resource, question);
  const chooser = new Chooser(question, reading, layout);
  const bytesMax = LIMITS.storedFileBytesMax;
  const copy = await files.stage('source', chooser.lines(context), { bytesMax });
  try {
    const { tally } = chooser;
    checkShared(question, reading, tally);
    const rowCount = tally.chosen;
    const storedAs = `${jobId}-${clock.randomHex(FILE_NAME_BYTES)}`;
    await copy.keepAs(job.organizationId, storedAs);
    // The listing may have added warnings to the job since it was read.
    const { warnings } = await readJob(context);
    const chosen = {
      sourceSettings: settingsOf(settings, question, { layout, rowCount, storedAs, currency }),
      totalRows: rowCount,
      totalItems: rowCount,
      warnings: [...warnings, ...warningsOf(question, reading, tally)],
    };
    await patchJob(context, chosen);
    await files.remove(source.file);
    return { ...job, ...chosen };
  } finally {
    await copy.discard();
  }
}
