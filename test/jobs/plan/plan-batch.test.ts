// A batch: each row decided on what those before it leave, alone or with the pool.
import { describe, expect, it } from 'vitest';
import { Candidates } from '../../../src/jobs/snapshot/candidates.js';
import { createPlanContext } from '../../../src/jobs/plan/plan-context.js';
import {
  addPlanned,
  decideBatch,
  planRowOf,
  type BatchPosition,
} from '../../../src/jobs/plan/plan-batch.js';
import { UnknownReferences } from '../../../src/jobs/plan/missing-references.js';
import { itemsToCome } from '../../../src/jobs/scan/source-rows.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { readJob, type JobContext, loadRequestOf } from '../../../src/jobs/job/job-context.js';
import type { UndecidedItem } from '../../../src/model/item.js';
import { calmWorld, openWork } from '../../support/engine-world.js';

interface Ready {
  readonly context: JobContext;
  readonly items: readonly UndecidedItem[];
  readonly at: Omit<BatchPosition, 'isAlone'>;
}

async function ready(csv: string): Promise<Ready> {
  const world = await calmWorld({ isHeld: true });
  const options = { duplicateStrategy: 'update' } as const;
  const context = await openWork(world, await world.startImport(csv, options));
  await scan(context);
  const job = await readJob(context);
  const lookups = await context.resource.load(context.billy, loadRequestOf(context));
  const planContext = createPlanContext(context, job, lookups);
  const items: UndecidedItem[] = [];
  for await (const batch of itemsToCome(context)) items.push(...batch);
  const at = { job, planContext, unknown: new UnknownReferences(), candidates: new Candidates([]) };
  return { context, items, at };
}

const CSV = 'name,email,phone\nA,a@a.dk,1\nB,b@a.dk,2\nA ApS,a@a.dk,3\n';

describe('a batch', () => {
  it('whose rows may meet puts what each makes where the next ones look', async () => {
    const { context, items, at } = await ready(CSV);
    const rows = items.map((item) => planRowOf(item, at.planContext));
    const plan = await decideBatch(context, rows, { ...at, isAlone: false });
    expect(plan.decided.map(({ decision }) => decision.changedByRow)).toEqual([[], [], [1]]);
    expect(plan.candidates.changed().map(({ recordId }) => recordId)).toEqual(['row:1', 'row:2']);
    expect(plan.duplicates).toEqual({ inFile: 1, inBilly: 0 });
  });

  it('whose rows are known not to meet makes nothing of new records', async () => {
    const { context, items, at } = await ready(CSV);
    const rows = items.slice(0, 2).map((item) => planRowOf(item, at.planContext));
    const plan = await decideBatch(context, rows, { ...at, isAlone: true });
    expect(plan.decided.map(({ decision }) => decision.action)).toMatchObject([
      { outcome: 'created' },
      { outcome: 'created' },
    ]);
    expect(plan.candidates.changed()).toEqual([]);
  });

  it('is stored whole: who waits, whom for, and that the leader has a follower', async () => {
    const { context, items, at } = await ready(CSV);
    const rows = items.map((item) => planRowOf(item, at.planContext));
    const whole = { ...at, isAlone: false };
    await addPlanned(context, await decideBatch(context, rows, whole), whole);
    const stored = await context.store.listItems({ jobId: context.jobId, limit: 9 });
    expect(
      stored.map(({ state, waitsFor, hasFollowers }) => [state, waitsFor, hasFollowers]),
    ).toEqual([
      ['ready', null, true],
      ['ready', null, false],
      ['waiting', 1, false],
    ]);
  });
});
