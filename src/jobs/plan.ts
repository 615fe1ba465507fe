/**
 * The second stage: list what Billy has once, then decide every row against it. Planning sends no
 * write, so a restart in the middle scans and plans anew.
 */
import { AppError } from '../core/errors.js';
import { canonicalJson } from '../core/hash.js';
import { sameImage } from '../resources/image.js';
import type { LoadRequest, Lookups, Resource } from '../resources/resource.js';
import type { ItemChange, ItemPatch, ItemRecord, JobRecord, MadeBefore } from '../store/types.js';
import type { Candidates } from './candidates.js';
import { fileRowsOf, problemOf } from './cells.js';
import { decide } from './decide.js';
import { isVirtual, type Decision, type Rules, type Surroundings } from './decision.js';
import type { FileRow } from './entered.js';
import { jobOptionsOf } from './options.js';
import { candidatesFor, entryOf, listPool, listReferences, referencesOf } from './pool.js';
import { readingOf, type Reading } from './reading.js';
import { UnknownReferences } from './references.js';
import { listUses } from './uses.js';
import {
  changeItems,
  itemBatches,
  jobRead,
  patchJob,
  readJob,
  stepsOf,
  warn,
  type Work,
} from './work.js';

/** Everything about a job that deciding a row needs, computed once. */
export interface PlanContext {
  readonly rules: Rules;
  readonly reading: Reading;
  readonly isDryRun: boolean;
  readonly usedIds: ReadonlySet<string>;
}

export function loadRequestOf(work: Pick<Work, 'stop' | 'settings'>): LoadRequest {
  return { read: jobRead(work), abroadRulesetId: work.settings.abroadRulesetId };
}

export function planContext(work: Work, job: JobRecord, lookups: Lookups): PlanContext {
  const options = jobOptionsOf(job);
  const { resource } = work;
  const { operation } = job;
  const rules: Rules = {
    resource,
    lookups,
    operation: operation === 'export' ? 'import' : operation,
    strategy: options.duplicateStrategy,
    matchOrder: options.matchBy ?? resource.matchOrder,
    archivesIfInUse: options.archiveIfInUse,
  };
  const usedIds = new Set<string>();
  return { rules, reading: readingOf(job.reading), isDryRun: job.dryRun, usedIds };
}

/** What only a row of this job will make has no id in Billy yet. */
function realId(recordId: string | null): string | null {
  return recordId !== null && isVirtual(recordId) ? null : recordId;
}

/** What a dry run has foretold to be sent, or to be decided later, is not attempted after all. */
export async function withdrawPlan(work: Work): Promise<void> {
  for await (const items of itemBatches(work, { states: ['ended'] })) {
    const foretold = items.filter(({ plan: planned, waitsFor, outcome }) => {
      return outcome !== 'failed' && (planned !== null || waitsFor !== null);
    });
    await changeItems(
      work,
      foretold.map(({ seq }) => ({
        seq,
        from: ['ended'],
        patch: { state: 'ready', outcome: null },
      })),
    );
  }
}

export function patchOf(decision: Decision, isDryRun: boolean): ItemPatch {
  const { act, label: key, touchedBy } = decision;
  // A dry run only remembers that the row would have waited.
  const waits = isDryRun && touchedBy.length > 0 ? { waitsFor: 0 } : {};
  if (act.kind === 'write') {
    const plan = { outcome: act.outcome, steps: act.steps, changes: act.changes };
    const { recordId, before } = act;
    const planned = { key, plan, before, recordId: realId(recordId) };
    if (isDryRun) {
      return { ...planned, ...waits, state: 'ended', outcome: act.outcome, after: act.after };
    }
    return { ...planned, ...startOf(touchedBy) };
  }
  if (!isDryRun && touchedBy.length > 0) return { key, ...startOf(touchedBy) };
  const { outcome, recordId, code, field, message } = act;
  return {
    key,
    ...waits,
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

interface PlanRow {
  readonly item: ItemRecord;
  readonly rows: readonly FileRow[];
}

/** What other jobs made of the same groups of rows. */
async function madeBefore(
  work: Work,
  items: readonly ItemRecord[],
): Promise<Map<string, MadeBefore>> {
  const groupKeys = items.flatMap(({ groupKey }) => (groupKey === null ? [] : [groupKey]));
  const { store, jobId, lease } = work;
  const made = await store.findMade({ lane: lease.name, exceptJobId: jobId, groupKeys });
  return new Map(made.map((each) => [each.groupKey, each]));
}

/** The rules with what these rows refer to. */
async function rulesFor(work: Work, rules: Rules, rows: readonly PlanRow[]): Promise<Rules> {
  const cells = rows.flatMap((row) => row.rows.map((each) => each.cells));
  const references = await referencesOf(work, cells);
  return { ...rules, lookups: { ...rules.lookups, references } };
}

/** Everything that deciding these items needs to know of Billy and of earlier jobs. */
export async function surroundingsFor(
  work: Work,
  planRows: readonly PlanRow[],
  at: { readonly context: PlanContext; readonly layer: 'planned' | 'done' },
): Promise<Surroundings> {
  const { rules, usedIds } = at.context;
  const cells = planRows.flatMap(({ rows }) => rows.map((row) => row.cells));
  const candidates = await candidatesFor(work, cells, at.layer);
  const made = await madeBefore(
    work,
    planRows.map(({ item }) => item),
  );
  return { rules: await rulesFor(work, rules, planRows), candidates, usedIds, made };
}

/** Decides a batch and stores what came of it; how many requests it will take. */
async function planBatch(
  work: Work,
  job: JobRecord,
  batch: { items: readonly ItemRecord[]; context: PlanContext; unknown: UnknownReferences },
): Promise<number> {
  const { items, context, unknown } = batch;
  const { reading, isDryRun } = context;
  const planRows = items.map((item) => ({ item, rows: fileRowsOf(item, reading) }));
  const around = await surroundingsFor(work, planRows, { context, layer: 'planned' });
  const { rules, candidates: pool } = around;
  const old = await oldPlans(work, job, items);
  const decided: Decided[] = [];
  const duplicates = { inFile: 0, inBilly: 0 };
  for (const { item, rows } of planRows) {
    const fresh = decide({ ...item, problem: problemOf(item) }, rows, around);
    const planned = old.get(item.seq);
    const decision =
      planned !== undefined && isStale(planned, fresh.act, work.resource)
        ? staleDecision(fresh)
        : fresh;
    decided.push({ item, decision });
    touch(decision, item, { rules, pool });
    unknown.add(decision.unknown, rows);
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
  const writes = decided.flatMap(({ decision: { act } }) => (act.kind === 'write' ? [act] : []));
  await warn(
    work,
    writes.flatMap(({ assumptions = [] }) => assumptions),
  );
  return writes.flatMap(({ steps }) => steps).length;
}

function checkOrganization(lookups: Lookups, job: JobRecord): void {
  if (lookups.organization.id === job.organizationId) return;
  throw new AppError({
    code: 'ORGANIZATION_MISMATCH',
    message: 'The token belongs to another organization than this job.',
    hint: 'Start the server with the token of the organization that the job belongs to.',
  });
}

/**
 * Lists and decides; afterwards every item is ready, waiting or ended. False: a cancel or a pause broke
 * it off, and what is decided so far is to be decided anew.
 */
export async function plan(work: Work): Promise<boolean> {
  const { store, jobId, lease, resource, billy } = work;
  const job = await readJob(work);
  await store.clearPool({ jobId, lease, layers: ['before', 'planned', 'done'] });
  const lookups = await resource.load(billy, loadRequestOf(work));
  checkOrganization(lookups, job);
  await listPool(work, 'before');
  await listReferences(work);
  const usedIds = job.operation === 'delete' ? await listUses(work) : new Set<string>();
  const context = { ...planContext(work, job, lookups), usedIds };
  const unknown = new UnknownReferences();
  let requests = 0;
  work.stop.throwIfAborted();
  for await (const items of itemBatches(work, { states: ['read'] })) {
    requests += await planBatch(work, job, { items, context, unknown });
    const { cancelRequested, pauseRequested } = await readJob(work);
    if (cancelRequested || pauseRequested) return false;
    work.stop.throwIfAborted();
  }
  if (resource.needsAllReferences) await warn(work, unknown.warnings(), 'first');
  await patchJob(work, { result: { requests } });
  return true;
}
