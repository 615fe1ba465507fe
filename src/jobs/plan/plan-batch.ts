/**
 * Decides a batch of items and stores the decisions. Each item is decided against the records as the rows
 * before it will leave them.
 */
import type {
  ItemChange,
  ItemRecord,
  EarlierRecord,
  Problem,
  UndecidedItem,
} from '../../model/item.js';
import type { JobRecord } from '../../model/job.js';
import type { Candidates } from '../snapshot/candidates.js';
import { fileRowsOf, findingsOf, type FileRow } from '../scan/row-cells.js';
import { otherNumbers } from './check-identity.js';
import { decideRow } from './decide-row.js';
import { withEarlierRow } from './earlier-row.js';
import type { Decision, Rules, Surroundings } from './decision.js';
import type { Cells, Resource } from '../../resources/definition/resource.js';
import type { MatchKey } from '../../model/snapshot.js';
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
  { sourceSettings }: PlanContext,
): PlanRow<Item> {
  return { item, rows: fileRowsOf(item, sourceSettings) };
}

/** Records that earlier jobs created from the same groups of rows, by group key. */
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

/** The keys by which the rows may meet records, beside those of their cells. */
export function otherKeysOf(planRows: readonly PlanRow[], resource: Resource): MatchKey[] {
  const found: MatchKey[] = [];
  for (const { rows } of planRows) {
    for (const row of rows) {
      for (const { keys } of otherNumbers(row, resource)) found.push(...keys);
    }
  }
  return found;
}

/** The records that the rows may meet. */
export function candidatesOf(
  context: JobContext,
  planRows: readonly PlanRow[],
  layer: 'planned' | 'done',
): Promise<Candidates> {
  const keys = otherKeysOf(planRows, context.resource);
  return candidatesFor(context, { rows: cellsOfRows(planRows), keys }, layer);
}

/** The rules, with the records that these rows refer to. */
async function rulesFor(
  context: JobContext,
  rules: Rules,
  rows: readonly PlanRow[],
): Promise<Rules> {
  if (context.resource.references.length === 0) return rules;
  const references = await referencesOf(context, cellsOfRows(rows));
  return { ...rules, lookups: { ...rules.lookups, references } };
}

/** Reads all that deciding these items needs from the snapshot and from earlier jobs. */
export async function surroundingsFor(
  context: JobContext,
  planRows: readonly PlanRow[],
  options: {
    readonly planContext: PlanContext;
    readonly layer: 'planned' | 'done';
    /** Given if they are known without reading the snapshot. */
    readonly candidates?: Candidates;
  },
): Promise<Surroundings> {
  const { rules, uses } = options.planContext;
  const candidates = options.candidates ?? (await candidatesOf(context, planRows, options.layer));
  const made = await madeBefore(
    context,
    planRows.map(({ item }) => item),
  );
  return { rules: await rulesFor(context, rules, planRows), candidates, uses, made };
}

/** Applies the planned change to the candidates, so that later rows are decided on its result. */
function applyToCandidates(
  { action, changedByRow }: Decision,
  item: UndecidedItem,
  options: { rules: Rules; candidates: Candidates; isAlone: boolean },
): void {
  const { rules, candidates, isAlone } = options;
  if (action.kind === 'write') {
    // No other row names a key of this new record, so no row looks it up.
    if (isAlone && action.recordId === null && changedByRow.length === 0) return;
    candidates.put(entryOf(rules.resource, action.after, item.seq));
    return;
  }
  // An update job may name an id only once, even if the first row that names it changes nothing.
  if (rules.operation === 'update' && action.recordId !== null) {
    const entry = candidates.byId(action.recordId);
    if (entry !== null) candidates.put({ ...entry, changedByRow: item.seq });
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

/** The decisions of a batch, before they are stored. */
export interface BatchPlan<Item extends UndecidedItem> {
  readonly decided: readonly Decided<Item>[];
  readonly candidates: Candidates;
  readonly duplicates: { inFile: number; inBilly: number };
}

export interface BatchPosition {
  readonly job: JobRecord;
  readonly planContext: PlanContext;
  readonly unknown: UnknownReferences;
  /** No other row of the file shares a match key with these rows. */
  readonly isAlone: boolean;
  readonly candidates?: Candidates;
}

/** Decides the rows one after another, each against the result of those before it. */
export async function decideBatch<Item extends UndecidedItem>(
  context: JobContext,
  planRows: readonly PlanRow<Item>[],
  position: BatchPosition,
): Promise<BatchPlan<Item>> {
  const { job, planContext, unknown, isAlone } = position;
  const known = position.candidates === undefined ? {} : { candidates: position.candidates };
  const surroundings = await surroundingsFor(context, planRows, {
    planContext,
    layer: 'planned',
    ...known,
  });
  const { rules, candidates } = surroundings;
  const old = await oldPlans(context, job, planRows);
  const decided: Decided<Item>[] = [];
  const duplicates = { inFile: 0, inBilly: 0 };
  for (const { item, rows } of planRows) {
    const { seq, groupKey } = item;
    const { problem, warnings } = findingsOf(item);
    const fresh = decideRow({ seq, groupKey, problem, warnings }, rows, surroundings);
    const planned = old.get(item.seq);
    // Waiting for each row would take longer than deciding it.
    const told =
      fresh.earlierRow === undefined ? fresh : await withEarlierRow(context, fresh, planRows);
    const decision =
      planned !== undefined && isStale(planned, told.action, context.resource)
        ? staleDecision(told)
        : told;
    decided.push({ item, decision });
    applyToCandidates(decision, item, { rules, candidates, isAlone });
    unknown.add(decision.unknown, rows);
    if (decision.duplicate !== null) duplicates[decision.duplicate] += 1;
  }
  return { decided, candidates, duplicates };
}

/** Rows that others of the batch wait for, or would wait for in a dry run. */
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

/** Stores the decisions on items that are stored already. */
export async function changePlanned(
  context: JobContext,
  plan: BatchPlan<ItemRecord>,
  { job, planContext }: BatchPosition,
): Promise<void> {
  const { decided, candidates, duplicates } = plan;
  const { store, jobId, lease } = context;
  await store.putSnapshot({ jobId, lease, layer: 'planned', entries: candidates.changed() });
  const leaders = leadersOf(decided);
  await markEarlier(context, leaders, Math.min(...decided.map(({ item }) => item.seq)));
  const forecast = planContext.isDryRun ? context.resource : null;
  const changes = decided.map(({ item, decision }): ItemChange => {
    const patch = withEarlierSteps(item, patchOf(decision, forecast));
    return {
      seq: item.seq,
      from: ['read'],
      patch: { ...patch, hasFollowers: leaders.has(item.seq) },
    };
  });
  // A retry finds the same duplicates again; the first attempt has counted them.
  await changeItems(context, changes, job.phase === 'retry' ? {} : { duplicates });
}

/** Stores new items together with their decisions. */
export function addPlanned(
  context: JobContext,
  { decided, candidates, duplicates }: BatchPlan<UndecidedItem>,
  { planContext }: BatchPosition,
): Promise<void> {
  const { store, jobId, lease, clock } = context;
  const leaders = leadersOf(decided);
  const forecast = planContext.isDryRun ? context.resource : null;
  const items = decided.map(({ item, decision }) => {
    const patch = patchOf(decision, forecast);
    return { item, patch: leaders.has(item.seq) ? { ...patch, hasFollowers: true } : patch };
  });
  const [first] = decided;
  const earlier = [...leaders].filter((seq) => seq < (first?.item.seq ?? 0));
  const nowMs = clock.nowMs();
  const moved = { planned: candidates.changed(), leaders: earlier, duplicates };
  return store.addPlannedItems({ jobId, lease, items, nowMs, ...moved });
}

/** Warns once about each default value that was assumed for rows that leave it out. */
export async function warnOfAssumptions(
  context: JobContext,
  decided: readonly Decided[],
): Promise<void> {
  const assumptions: Problem[] = [];
  for (const { decision } of decided) {
    const { action } = decision;
    if (action.kind === 'write' && action.assumptions !== undefined)
      assumptions.push(...action.assumptions);
  }
  await warn(context, assumptions);
}
