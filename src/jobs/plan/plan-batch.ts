/** Deciding a batch of items against what is there as the rows before them leave it, and storing what came of it. */
import type {
  ItemChange,
  ItemRecord,
  MadeBefore,
  Problem,
  UndecidedItem,
} from '../../model/item.js';
import type { JobRecord } from '../../model/job.js';
import type { Candidates } from '../snapshot/candidates.js';
import { fileRowsOf, problemOf, type FileRow } from '../scan/row-cells.js';
import { decide } from './decide-row.js';
import type { Decision, Rules, Surroundings } from './decision.js';
import type { Cells } from '../../resources/definition/resource.js';
import type { PlanContext } from './plan-context.js';
import { isStale, patchOf, staleDecision, withEarlierSteps } from './decision-patch.js';
import { candidatesFor, entryOf, referencesOf } from '../snapshot/snapshot.js';
import type { UnknownReferences } from './missing-references.js';
import { changeItems, warn, type Work } from '../job/job-context.js';

export interface PlanRow<Item extends UndecidedItem = UndecidedItem> {
  readonly item: Item;
  readonly rows: readonly FileRow[];
}

export interface Decided<Item extends UndecidedItem = UndecidedItem> {
  readonly item: Item;
  readonly decision: Decision;
}

export function planRowOf<Item extends UndecidedItem>(
  item: Item,
  { reading }: PlanContext,
): PlanRow<Item> {
  return { item, rows: fileRowsOf(item, reading) };
}

/** What other jobs made of the same groups of rows. */
async function madeBefore(
  work: Work,
  items: readonly UndecidedItem[],
): Promise<Map<string, MadeBefore>> {
  if (work.resource.grouping === null) return new Map();
  const groupKeys = items.flatMap(({ groupKey }) => (groupKey === null ? [] : [groupKey]));
  if (groupKeys.length === 0) return new Map();
  const { store, jobId, lease } = work;
  const made = await store.findMade({ lane: lease.name, exceptJobId: jobId, groupKeys });
  return new Map(made.map((each) => [each.groupKey, each]));
}

function cellsOfRows(planRows: readonly PlanRow[]): Cells[] {
  return planRows.flatMap(({ rows }) => rows.map((row) => row.cells));
}

/** The rules with what these rows refer to. */
async function rulesFor(work: Work, rules: Rules, rows: readonly PlanRow[]): Promise<Rules> {
  if (work.resource.references.length === 0) return rules;
  const references = await referencesOf(work, cellsOfRows(rows));
  return { ...rules, lookups: { ...rules.lookups, references } };
}

/** Everything that deciding these items needs to know of Billy and of earlier jobs. */
export async function surroundingsFor(
  work: Work,
  planRows: readonly PlanRow[],
  at: {
    readonly context: PlanContext;
    readonly layer: 'planned' | 'done';
    /** Given where it is known without looking. */
    readonly candidates?: Candidates;
  },
): Promise<Surroundings> {
  const { rules, usedIds } = at.context;
  const candidates = at.candidates ?? (await candidatesFor(work, cellsOfRows(planRows), at.layer));
  const made = await madeBefore(
    work,
    planRows.map(({ item }) => item),
  );
  return { rules: await rulesFor(work, rules, planRows), candidates, usedIds, made };
}

/** What the row does to records is what later rows meet. */
function touch(
  { act, touchedBy }: Decision,
  item: UndecidedItem,
  around: { rules: Rules; pool: Candidates; isAlone: boolean },
): void {
  const { rules, pool, isAlone } = around;
  if (act.kind === 'write') {
    // No row names anything of a new record again: nobody will ask for it.
    if (isAlone && act.recordId === null && touchedBy.length === 0) return;
    pool.put(entryOf(rules.resource, act.after, item.seq));
    return;
  }
  // A list of updates may name an id once, also when the first of them changes nothing.
  if (rules.operation === 'update' && act.recordId !== null) {
    const entry = pool.byId(act.recordId);
    if (entry !== null) pool.put({ ...entry, touchedBy: item.seq });
  }
}

async function oldPlans(
  work: Work,
  job: JobRecord,
  planRows: readonly PlanRow[],
): Promise<Map<number, ItemRecord>> {
  const first = planRows[0]?.item;
  if (job.planOfJobId === null || first === undefined) return new Map();
  const old = await work.store.listItems({
    jobId: job.planOfJobId,
    afterSeq: first.seq - 1,
    limit: planRows.length,
  });
  return new Map(old.map((item) => [item.seq, item]));
}

/** What a batch came to, before it is stored. */
export interface BatchPlan<Item extends UndecidedItem> {
  readonly decided: readonly Decided<Item>[];
  readonly pool: Candidates;
  readonly duplicates: { inFile: number; inBilly: number };
}

export interface BatchAt {
  readonly job: JobRecord;
  readonly context: PlanContext;
  readonly unknown: UnknownReferences;
  /** The rows name nothing that any other row of the file names. */
  readonly isAlone: boolean;
  readonly candidates?: Candidates;
}

/** Decides the rows one after another, each on what those before it leave. */
export async function decideBatch<Item extends UndecidedItem>(
  work: Work,
  planRows: readonly PlanRow<Item>[],
  at: BatchAt,
): Promise<BatchPlan<Item>> {
  const { job, context, unknown, isAlone, candidates } = at;
  const known = candidates === undefined ? {} : { candidates };
  const around = await surroundingsFor(work, planRows, { context, layer: 'planned', ...known });
  const { rules, candidates: pool } = around;
  const old = await oldPlans(work, job, planRows);
  const decided: Decided<Item>[] = [];
  const duplicates = { inFile: 0, inBilly: 0 };
  for (const { item, rows } of planRows) {
    const { seq, groupKey } = item;
    const fresh = decide({ seq, groupKey, problem: problemOf(item) }, rows, around);
    const planned = old.get(item.seq);
    const decision =
      planned !== undefined && isStale(planned, fresh.act, work.resource)
        ? staleDecision(fresh)
        : fresh;
    decided.push({ item, decision });
    touch(decision, item, { rules, pool, isAlone });
    unknown.add(decision.unknown, rows);
    if (decision.duplicate !== null) duplicates[decision.duplicate] += 1;
  }
  return { decided, pool, duplicates };
}

/** Rows that others of the batch wait for, or would. */
function leadersOf(decided: readonly Decided[]): Set<number> {
  const leaders = new Set<number>();
  for (const { decision } of decided) for (const seq of decision.touchedBy) leaders.add(seq);
  return leaders;
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

/** Stores what was decided about items that are stored already. */
export async function changeDecided(
  work: Work,
  plan: BatchPlan<ItemRecord>,
  { job, context }: BatchAt,
): Promise<void> {
  const { decided, pool, duplicates } = plan;
  const { store, jobId, lease } = work;
  await store.putPool({ jobId, lease, layer: 'planned', entries: pool.changed() });
  const leaders = leadersOf(decided);
  await markEarlier(work, leaders, Math.min(...decided.map(({ item }) => item.seq)));
  const foretold = context.isDryRun ? work.resource : null;
  const changes = decided.map(({ item, decision }): ItemChange => {
    const patch = withEarlierSteps(item, patchOf(decision, foretold));
    return {
      seq: item.seq,
      from: ['read'],
      patch: { ...patch, hasFollowers: leaders.has(item.seq) },
    };
  });
  // A retry meets the same duplicates again; they were counted the first time.
  await changeItems(work, changes, job.phase === 'retry' ? {} : { duplicates });
}

/** Stores new items together with what was decided about them. */
export function addDecided(
  work: Work,
  { decided, pool, duplicates }: BatchPlan<UndecidedItem>,
  { context }: BatchAt,
): Promise<void> {
  const { store, jobId, lease, clock } = work;
  const leaders = leadersOf(decided);
  const foretold = context.isDryRun ? work.resource : null;
  const items = decided.map(({ item, decision }) => {
    const patch = patchOf(decision, foretold);
    return { item, patch: leaders.has(item.seq) ? { ...patch, hasFollowers: true } : patch };
  });
  const [first] = decided;
  const earlier = [...leaders].filter((seq) => seq < (first?.item.seq ?? 0));
  const nowMs = clock.nowMs();
  const moved = { planned: pool.changed(), leaders: earlier, duplicates };
  return store.addDecided({ jobId, lease, items, nowMs, ...moved });
}

/** What rows are silent about and is taken for granted is said once. */
export async function warnOfAssumptions(work: Work, decided: readonly Decided[]): Promise<void> {
  const assumptions: Problem[] = [];
  for (const { decision } of decided) {
    const { act } = decision;
    if (act.kind === 'write' && act.assumptions !== undefined) assumptions.push(...act.assumptions);
  }
  await warn(work, assumptions);
}
