// What deciding needs to know of a job: its options, in the words of the deciders.
import { describe, expect, it } from 'vitest';
import type { StartOptions } from '../../../src/jobs/job/job-options.js';
import { createPlanContext, type PlanContext } from '../../../src/jobs/plan/plan-context.js';
import { readJob, loadRequestOf } from '../../../src/jobs/job/job-context.js';
import { calmWorld, openWork } from '../../support/engine-world.js';

async function contextOf(options: StartOptions): Promise<PlanContext> {
  const world = await calmWorld({ isHeld: true });
  const context = await openWork(world, await world.startImport('name,phone\nA,1\n', options));
  const lookups = await context.resource.load(context.billy, loadRequestOf(context));
  return createPlanContext(context, await readJob(context), lookups);
}

describe('the rules', () => {
  it('are those of the resource where the start says nothing', async () => {
    const { rules, isDryRun, uses } = await contextOf({});
    expect(rules).toMatchObject({ operation: 'import', strategy: 'skip', archivesIfInUse: false });
    expect(rules.matchOrder).toEqual(['contactNo', 'ean', 'vatNo', 'email']);
    expect([isDryRun, [...uses].length]).toEqual([false, 0]);
  });

  it('are the start’s where it does', async () => {
    const options = { dryRun: true, duplicateStrategy: 'merge', matchBy: ['phone'] } as const;
    const { rules, isDryRun } = await contextOf({ ...options, matchBy: ['phone'] });
    expect(rules).toMatchObject({ strategy: 'merge', matchOrder: ['phone'] });
    expect(isDryRun).toBe(true);
  });
});

it('what `abroad` means comes from the settings', async () => {
  const world = await calmWorld({ isHeld: true, abroadRulesetId: 'r1' });
  const context = await openWork(world, await world.startImport('name\nA\n'));
  expect(loadRequestOf(context)).toMatchObject({
    abroadRulesetId: 'r1',
    read: { priority: 'job' },
  });
});
