// A batch: each row decided on what those before it leave, alone or with the pool.
import { describe, expect, it } from 'vitest';
import { Candidates } from '../../../src/jobs/snapshot/candidates.js';
import { planContext } from '../../../src/jobs/plan/plan-context.js';
import {
  addDecided,
  decideBatch,
  planRowOf,
  type BatchAt,
} from '../../../src/jobs/plan/plan-batch.js';
import { UnknownReferences } from '../../../src/jobs/plan/missing-references.js';
import { itemsToCome } from '../../../src/jobs/scan/source-rows.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { readJob, type Work, loadRequestOf } from '../../../src/jobs/job/job-context.js';
import type { UndecidedItem } from '../../../src/model/item.js';
import { calmWorld, openWork } from '../../support/engine-world.js';

interface Ready {
  readonly work: Work;
  readonly items: readonly UndecidedItem[];
  readonly at: Omit<BatchAt, 'isAlone'>;
}

async function ready(csv: string): Promise<Ready> {
  const world = await calmWorld({ isHeld: true });
  const options = { duplicateStrategy: 'update' } as const;
  const work = await openWork(world, await world.startImport(csv, options));
  await scan(work);
  const job = await readJob(work);
  const lookups = await work.resource.load(work.billy, loadRequestOf(work));
  const context = planContext(work, job, lookups);
  const items: UndecidedItem[] = [];
  for await (const batch of itemsToCome(work)) items.push(...batch);
  const at = { job, context, unknown: new UnknownReferences(), candidates: new Candidates([]) };
  return { work, items, at };
}

const CSV = 'name,email,phone\nA,a@a.dk,1\nB,b@a.dk,2\nC,a@a.dk,3\n';

describe('a batch', () => {
  it('whose rows may meet puts what each makes where the next ones look', async () => {
    const { work, items, at } = await ready(CSV);
    const rows = items.map((item) => planRowOf(item, at.context));
    const plan = await decideBatch(work, rows, { ...at, isAlone: false });
    expect(plan.decided.map(({ decision }) => decision.touchedBy)).toEqual([[], [], [1]]);
    expect(plan.pool.changed().map(({ recordId }) => recordId)).toEqual(['row:1', 'row:2']);
    expect(plan.duplicates).toEqual({ inFile: 1, inBilly: 0 });
  });

  it('whose rows are known not to meet makes nothing of new records', async () => {
    const { work, items, at } = await ready(CSV);
    const rows = items.slice(0, 2).map((item) => planRowOf(item, at.context));
    const plan = await decideBatch(work, rows, { ...at, isAlone: true });
    expect(plan.decided.map(({ decision }) => decision.act)).toMatchObject([
      { outcome: 'created' },
      { outcome: 'created' },
    ]);
    expect(plan.pool.changed()).toEqual([]);
  });

  it('is stored whole: who waits, whom for, and that the leader has a follower', async () => {
    const { work, items, at } = await ready(CSV);
    const rows = items.map((item) => planRowOf(item, at.context));
    const whole = { ...at, isAlone: false };
    await addDecided(work, await decideBatch(work, rows, whole), whole);
    const stored = await work.store.listItems({ jobId: work.jobId, limit: 9 });
    expect(
      stored.map(({ state, waitsFor, hasFollowers }) => [state, waitsFor, hasFollowers]),
    ).toEqual([
      ['ready', null, true],
      ['ready', null, false],
      ['waiting', 1, false],
    ]);
  });
});
