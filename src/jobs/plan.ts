/**
 * The second stage: list what Billy has once, then decide every row against it. Planning sends no
 * write, so a restart in the middle scans and plans anew.
 */
import { AppError } from '../core/errors.js';
import { parseDate } from '../intake/dates.js';
import { readAmount } from '../intake/numbers.js';
import { imageOf, sameImage } from '../resources/image.js';
import type { Lookups, Resource } from '../resources/resource.js';
import type {
  ItemChange,
  ItemPatch,
  ItemRecord,
  JobRecord,
  PoolEntry,
  RecordImage,
} from '../store/types.js';
import { canonicalJson } from '../core/hash.js';
import { Candidates } from './candidates.js';
import { decide, isVirtual, type Cells, type Decision, type Rules } from './decide.js';
import { jobOptionsOf } from './options.js';
import { readingOf, type Reading } from './reading.js';
import { changeItems, itemBatches, jobRead, readJob, stepsOf, type Work } from './work.js';

/** Everything about a job that deciding a row needs, computed once. */
export interface PlanContext {
  readonly rules: Rules;
  readonly reading: Reading;
  readonly isDryRun: boolean;
}

export function planContext(work: Work, job: JobRecord, lookups: Lookups): PlanContext {
  const options = jobOptionsOf(job);
  const { resource } = work;
  const rules: Rules = {
    resource,
    lookups,
    operation: job.operation === 'update' ? 'update' : 'import',
    strategy: options.duplicateStrategy,
    matchOrder: options.matchBy ?? resource.matchOrder,
  };
  return { rules, reading: readingOf(job.reading), isDryRun: job.dryRun };
}

export function entryOf(
  resource: Resource,
  image: RecordImage,
  touchedBy: number | null = null,
): PoolEntry {
  return { recordId: image.id, image, keys: resource.keysOfImage(image), touchedBy };
}

/** Lists all records of the resource into the pool's layer; the whole list, not a look-up a row. */
export async function listPool(work: Work, layer: 'before' | 'undo'): Promise<void> {
  const { store, billy, resource, jobId, lease } = work;
  await store.clearPool({ jobId, lease, layers: [layer] });
  const pages = billy.listAll(resource.collection, {
    ...jobRead(work),
    include: resource.include,
  });
  for await (const records of pages) {
    work.stop.throwIfAborted();
    const entries = records.map((record) => entryOf(resource, imageOf(record, resource)));
    await store.putPool({ jobId, lease, layer, entries });
  }
}

/** The item's cells under our column names, amounts as plain decimals, dates as `YYYY-MM-DD`. */
export function cellsOf(item: Pick<ItemRecord, 'cells'>, reading: Reading): Cells {
  const { columns = [], headers = [] } = reading;
  const cells: Record<string, string | null> = {};
  for (const [index, header] of headers.entries()) {
    const column = columns[index];
    if (typeof column !== 'string') continue;
    const text = item.cells[index] === undefined ? '' : item.cells[index];
    // A text that is no amount or date stays, for the row to say so.
    const isBlank = text === null || text === '';
    cells[column] = isBlank ? text : (readCell(text, header, reading) ?? text);
  }
  return cells;
}

/** Only columns of amounts have a style, only those of dates an order. */
function readCell(text: string, header: string, reading: Reading): string | null {
  const { format = 'csv', numberStyles = {}, dateOrders = {} } = reading;
  const style = ownValue(numberStyles, header);
  if (style !== undefined) return readAmount(text, { style, format });
  const order = ownValue(dateOrders, header);
  return order === undefined ? text : parseDate(text, order);
}

/** A header may be called `constructor`. */
function ownValue<T>(values: Readonly<Record<string, T>>, header: string): T | undefined {
  return Object.hasOwn(values, header) ? values[header] : undefined;
}

export async function candidatesFor(
  work: Work,
  rows: readonly Cells[],
  context: { rules: Rules; layer: 'planned' | 'done' },
): Promise<Candidates> {
  const { store, jobId, resource } = work;
  const { layer } = context;
  // Keys are read off the cells as they are: parsing normalises what is compared, not what is found,
  // so the few rows that do not parse just bring candidates that nobody asks for.
  const keys = rows.flatMap((cells) => resource.keysOfRow(cells));
  const recordIds = rows.map((cells) => cells['id'] ?? '').filter((id) => id !== '');
  const found = await store.findPool({ jobId, layer, keys });
  const named = await store.getPool({ jobId, layer, recordIds });
  const entries = [...found, ...named.values()];
  const changedIds = entries.filter(({ touchedBy }) => touchedBy !== null);
  const former = await store.getPool({
    jobId,
    layer: 'before',
    recordIds: changedIds.map(({ recordId }) => recordId),
  });
  return new Candidates(entries, former.values());
}

/** What only a row of this job will make has no id in Billy yet. */
function realId(recordId: string | null): string | null {
  return recordId !== null && isVirtual(recordId) ? null : recordId;
}

export function patchOf(decision: Decision, isDryRun: boolean): ItemPatch {
  const { act, label: key, touchedBy } = decision;
  if (act.kind === 'write') {
    const plan = { outcome: act.outcome, steps: act.steps, changes: act.changes };
    const { recordId, before } = act;
    const planned = { key, plan, before, recordId: realId(recordId) };
    if (isDryRun) return { ...planned, state: 'ended', outcome: act.outcome, after: act.after };
    return { ...planned, ...startOf(touchedBy) };
  }
  if (!isDryRun && touchedBy.length > 0) return { key, ...startOf(touchedBy) };
  const { outcome, recordId, code, field, message } = act;
  return {
    key,
    state: 'ended',
    outcome,
    recordId: realId(recordId),
    code,
    field,
    message,
  };
}

/** A row that meets what an earlier row of the file does waits for it, and is decided again then. */
function startOf(touchedBy: readonly number[]): ItemPatch {
  const [only, second] = touchedBy;
  if (only === undefined) return { state: 'ready' };
  return { state: 'waiting', needsPlan: true, waitsFor: second === undefined ? only : 0 };
}

function touch(decision: Decision, item: ItemRecord, context: { rules: Rules; pool: Candidates }) {
  const { rules, pool } = context;
  const { act } = decision;
  if (act.kind === 'write') {
    pool.put(entryOf(rules.resource, act.after, item.seq));
    return;
  }
  // A list of updates may name an id once, also when the first of them changes nothing.
  if (rules.operation === 'update' && act.recordId !== null) {
    const entry = pool.byId(act.recordId);
    if (entry !== null) pool.put({ ...entry, touchedBy: item.seq });
  }
}

function isStale(old: ItemRecord, act: Decision['act'], resource: Resource): boolean {
  if (old.outcome !== act.outcome) return true;
  if (old.recordId !== realId(act.recordId)) return true;
  if (act.kind === 'end') return old.code !== act.code;
  if (canonicalJson(stepsOf(old)) !== canonicalJson(act.steps)) return true;
  if (old.before === null || act.before === null) return old.before !== act.before;
  return !sameImage(old.before, act.before, resource);
}

function staleDecision(decision: Decision): Decision {
  return {
    ...decision,
    act: {
      kind: 'end',
      outcome: 'failed',
      recordId: null,
      code: 'PLAN_STALE',
      field: null,
      message: 'the record or its match has changed since the dry run',
    },
    touchedBy: [],
  };
}

async function oldPlans(
  work: Work,
  job: JobRecord,
  items: readonly ItemRecord[],
): Promise<Map<number, ItemRecord>> {
  const first = items[0];
  if (job.planOfJobId === null || first === undefined) return new Map();
  const old = await work.store.listItems({
    jobId: job.planOfJobId,
    afterSeq: first.seq - 1,
    limit: items.length,
  });
  return new Map(old.map((item) => [item.seq, item]));
}

interface Decided {
  readonly item: ItemRecord;
  readonly decision: Decision;
}

/** Rows that later rows of the batch wait for are told so; those of earlier batches are told in the store. */
function followMarks(decided: readonly Decided[]): Set<number> {
  return new Set(decided.flatMap(({ decision }) => decision.touchedBy));
}

async function markEarlier(work: Work, leaders: ReadonlySet<number>, firstSeq: number) {
  const earlier = [...leaders].filter((seq) => seq < firstSeq);
  await changeItems(
    work,
    earlier.map((seq) => ({
      seq,
      from: ['ready', 'waiting', 'ended'],
      patch: { hasFollowers: true },
    })),
  );
}

/**
 * A retried item of which some steps are in Billy already keeps them, with the picture from before
 * them: a rollback takes back all of it. What is planned now comes after.
 */
export function withEarlierSteps(item: ItemRecord, patch: ItemPatch): ItemPatch {
  if (!item.hasWritten) return patch;
  const { plan: planned, recordId = null } = patch;
  const isOtherRecord = planned !== undefined && recordId !== item.recordId;
  if (isOtherRecord) return { ...patch, step: 0, after: null, hasWritten: false };
  const done = stepsOf(item).slice(0, item.step);
  const outcome = 'updated';
  const plan = {
    outcome,
    changes: [],
    ...planned,
    steps: [...done, ...(planned?.steps ?? [])],
  } as const;
  const { before, recordId: ownId } = item;
  const kept = { plan, step: done.length, before, recordId: ownId };
  // Nothing is left to do: what was done before is its outcome.
  if (patch.outcome === 'unchanged' || patch.outcome === 'skipped')
    return { ...patch, ...kept, outcome };
  return { ...patch, ...kept, after: patch.before ?? item.after };
}

async function planBatch(
  work: Work,
  job: JobRecord,
  batch: { items: readonly ItemRecord[]; context: PlanContext },
): Promise<void> {
  const { items, context } = batch;
  const { rules, reading, isDryRun } = context;
  const rows = items.map((item) => ({ item, cells: cellsOf(item, reading) }));
  const allCells = rows.map(({ cells }) => cells);
  const pool = await candidatesFor(work, allCells, { rules, layer: 'planned' });
  const old = await oldPlans(work, job, items);
  const decided: Decided[] = [];
  const duplicates = { inFile: 0, inBilly: 0 };
  for (const { item, cells } of rows) {
    const fresh = decide(item, cells, { rules, candidates: pool });
    const planned = old.get(item.seq);
    const decision =
      planned !== undefined && isStale(planned, fresh.act, work.resource)
        ? staleDecision(fresh)
        : fresh;
    decided.push({ item, decision });
    touch(decision, item, { rules, pool });
    if (decision.duplicate !== null) duplicates[decision.duplicate] += 1;
  }
  const { store, jobId, lease } = work;
  await store.putPool({ jobId, lease, layer: 'planned', entries: pool.changed() });
  const leaders = followMarks(decided);
  await markEarlier(work, leaders, Math.min(...items.map(({ seq }) => seq)));
  const changes = decided.map(({ item, decision }): ItemChange => {
    const patch = withEarlierSteps(item, patchOf(decision, isDryRun));
    return {
      seq: item.seq,
      from: ['read'],
      patch: { ...patch, hasFollowers: leaders.has(item.seq) },
    };
  });
  // A retry meets the same duplicates again; they were counted the first time.
  await changeItems(work, changes, job.phase === 'retry' ? {} : { duplicates });
}

/** Lists and decides; afterwards every item is ready, waiting or ended. */
export async function plan(work: Work): Promise<void> {
  const { store, jobId, lease, resource, billy } = work;
  const job = await readJob(work);
  await store.clearPool({ jobId, lease, layers: ['before', 'planned', 'done'] });
  const lookups = await resource.load(billy, jobRead(work));
  if (lookups.organization.id !== job.organizationId) {
    throw new AppError({
      code: 'ORGANIZATION_MISMATCH',
      message: 'The token belongs to another organization than this job.',
      hint: 'Start the server with the token of the organization that the job belongs to.',
    });
  }
  const context = planContext(work, job, lookups);
  await listPool(work, 'before');
  work.stop.throwIfAborted();
  for await (const items of itemBatches(work, { states: ['read'] })) {
    await planBatch(work, job, { items, context });
    const { cancelRequested, pauseRequested } = await readJob(work);
    if (cancelRequested || pauseRequested) return;
    work.stop.throwIfAborted();
  }
}
