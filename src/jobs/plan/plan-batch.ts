/** Deciding a batch of items against what is there as the rows before them leave it, and storing what came of it. */
import type {
  ItemChange,
  ItemRecord,
  EarlierRecord,
  Problem,
  UndecidedItem,
} from '../../model/item.js';
import type { JobRecord } from '../../model/job.js';
import type { Candidates } from '../snapshot/candidates.js';
import { fileRowsOf, problemOf, type FileRow } from '../scan/row-cells.js';
import { decideRow } from './decide-row.js';
import type { Decision, Rules, Surroundings } from './decision.js';
import type { Cells } from '../../resources/definition/resource.js';
import type { PlanContext } from './plan-context.js';
import { isStale, patchOf, staleDecision, withEarlierSteps } from './decision-patch.js';
import { candidatesFor, entryOf, referencesOf } from '../snapshot/snapshot.js';
import type { UnknownReferences } from './missing-references.js';
import { changeItems, warn, type JobContext } from '../job/job-context.js';

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
  { sourceSettings: reading }: PlanContext,
): PlanRow<Item> {
  return { item, rows: fileRowsOf(item, reading) };
}

/** What other jobs made of the same groups of rows. */
async function madeBefore(
  context: JobContext,
  items: readonly UndecidedItem[],
): Promise<Map<string, EarlierRecord>> {
  if (context.resource.grouping === null) return new Map();
  const groupKeys = items.flatMap(({ groupKey }) => (groupKey === null ? [] : [groupKey]));
  if (groupKeys.length === 0) return new Map();
  const { store, jobId, lease } = context;
  const made = await store.findEarlierRecords({ lane: lease.name, exceptJobId: jobId, groupKeys });
  return new Map(made.map((each) => [each.groupKey, each]));
}

function cellsOfRows(planRows: readonly PlanRow[]): Cells[] {
  return planRows.flatMap(({ rows }) => rows.map((row) => row.cells));
}

/** The rules with what these rows refer to. */
async function rulesFor(
  context: JobContext,
  rules: Rules,
  rows: readonly PlanRow[],
): Promise<Rules> {
  if (context.resource.references.length === 0) return rules;
  const references = await referencesOf(context, cellsOfRows(rows));
  return { ...rules, lookups: { ...rules.lookups, references } };
}

/** Everything that deciding these items needs to know of Billy and of earlier jobs. */
export async function surroundingsFor(
  context: JobContext,
  planRows: readonly PlanRow[],
  at: {
    readonly planContext: PlanContext;
    readonly layer: 'planned' | 'done';
    /** Given where it is known without looking. */
    readonly candidates?: Candidates;
  },
): Promise<Surroundings> {
  const { rules, referencedIds } = at.planContext;
  const candidates =
    at.candidates ?? (await candidatesFor(context, cellsOfRows(planRows), at.layer));
  const made = await madeBefore(
    context,
    planRows.map(({ item }) => item),
  );
  return { rules: await rulesFor(context, rules, planRows), candidates, referencedIds, made };
}

/** What the row does to records is what later rows meet. */
function touch(
  { action: act, changedByRow }: Decision,
  item: UndecidedItem,
  around: { rules: Rules; pool: Candidates; isAlone: boolean },
): void {
  const { rules, pool, isAlone } = around;
  if (act.kind === 'write') {
    // No row names anything of a new record again: nobody will ask for it.
    if (isAlone && act.recordId === null && changedByRow.length === 0) return;
    pool.put(entryOf(rules.resource, act.after, item.seq));
    return;
  }
  // A list of updates may name an id once, also when the first of them changes nothing.
  if (rules.operation === 'update' && act.recordId !== null) {
    const entry = pool.byId(act.recordId);
    if (entry !== null) pool.put({ ...entry, changedByRow: item.seq });
  }
}

async function oldPlans(
  context: JobContext,
  job: JobRecord,
  planRows: readonly PlanRow[],
): Promise<Map<number, ItemRecord>> {
  const first = planRows[0]?.item;
  if (job.planOfJobId === null || first === undefined) return new Map();
  const old = await context.store.listItems({
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

export interface BatchPosition {
  readonly job: JobRecord;
  readonly planContext: PlanContext;
  readonly unknown: UnknownReferences;
  /** The rows name nothing that any other row of the file names. */
  readonly isAlone: boolean;
  readonly candidates?: Candidates;
}

/** Decides the rows one after another, each on what those before it leave. */
export async function decideBatch<Item extends UndecidedItem>(
  context: JobContext,
  planRows: readonly PlanRow<Item>[],
  position: BatchPosition,
): Promise<BatchPlan<Item>> {
  const { job, planContext, unknown, isAlone, candidates } = position;
  const known = candidates === undefined ? {} : { candidates };
  const surroundings = await surroundingsFor(context, planRows, {
    planContext,
    layer: 'planned',
    ...known,
  });
  const { rules, candidates: pool } = surroundings;
  const old = await oldPlans(context, job, planRows);
  const decided: Decided<Item>[] = [];
  const duplicates = { inFile: 0, inBilly: 0 };
  for (const { item, rows } of planRows) {
    const { seq, groupKey } = item;
    const fresh = decideRow({ seq, groupKey, problem: problemOf(item) }, rows, surroundings);
    const planned = old.get(item.seq);
    const decision =
      planned !== undefined && isStale(planned, fresh.action, context.resource)
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
  for (const { decision } of decided) for (const seq of decision.changedByRow) leaders.add(seq);
  return leaders;
}

async function markEarlier(context: JobContext, leaders: ReadonlySet<number>, firstSeq: number) {
  const earlier = [...leaders].filter((seq) => seq < firstSeq);
  await changeItems(
    context,
    earlier.map((seq) => ({
      seq,
      from: ['ready', 'waiting', 'ended'],
      patch: { hasFollowers: true },
    })),
  );
}

/** Stores what was decided about items that are stored already. */
export async function changePlanned(
  context: JobContext,
  plan: BatchPlan<ItemRecord>,
  { job, planContext }: BatchPosition,
): Promise<void> {
  const { decided, pool, duplicates } = plan;
  const { store, jobId, lease } = context;
  await store.putSnapshot({ jobId, lease, layer: 'planned', entries: pool.changed() });
  const leaders = leadersOf(decided);
  await markEarlier(context, leaders, Math.min(...decided.map(({ item }) => item.seq)));
  const foretold = planContext.isDryRun ? context.resource : null;
  const changes = decided.map(({ item, decision }): ItemChange => {
    const patch = withEarlierSteps(item, patchOf(decision, foretold));
    return {
      seq: item.seq,
      from: ['read'],
      patch: { ...patch, hasFollowers: leaders.has(item.seq) },
    };
  });
  // A retry meets the same duplicates again; they were counted the first time.
  await changeItems(context, changes, job.phase === 'retry' ? {} : { duplicates });
}

/** Stores new items together with what was decided about them. */
export function addPlanned(
  context: JobContext,
  { decided, pool, duplicates }: BatchPlan<UndecidedItem>,
  { planContext }: BatchPosition,
): Promise<void> {
  const { store, jobId, lease, clock } = context;
  const leaders = leadersOf(decided);
  const foretold = planContext.isDryRun ? context.resource : null;
  const items = decided.map(({ item, decision }) => {
    const patch = patchOf(decision, foretold);
    return { item, patch: leaders.has(item.seq) ? { ...patch, hasFollowers: true } : patch };
  });
  const [first] = decided;
  const earlier = [...leaders].filter((seq) => seq < (first?.item.seq ?? 0));
  const nowMs = clock.nowMs();
  const moved = { planned: pool.changed(), leaders: earlier, duplicates };
  return store.addPlannedItems({ jobId, lease, items, nowMs, ...moved });
}

/** What rows are silent about and is taken for granted is said once. */
export async function warnOfAssumptions(
  context: JobContext,
  decided: readonly Decided[],
): Promise<void> {
  const assumptions: Problem[] = [];
  for (const { decision } of decided) {
    const { action: act } = decision;
    if (act.kind === 'write' && act.assumptions !== undefined) assumptions.push(...act.assumptions);
  }
  await warn(context, assumptions);
}
