/** One request for many items: its intent, its answer, and what a refusal or a loss leaves (src/jobs/send/save-batch.ts). */
import { describe, expect, it } from 'vitest';
import { plan } from '../../../src/jobs/plan/plan.js';
import { markInterrupted } from '../../../src/jobs/settle/settle.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { sendBatch } from '../../../src/jobs/send/save-batch.js';
import { patchJob, type JobContext } from '../../../src/jobs/job/job-context.js';
import type { FaultKind } from '../../../src/sandbox/world/options.js';
import { journalOf } from '../../store/contract/journal.js';
import { openWork, type World, type WorldOptions } from '../../support/engine-world.js';
import { bulkWorld, customersCsv } from '../support/bulk.js';
import { every, expectExact } from '../support/storm.js';

const ALTERED = { fields: new Set<string>(), add: () => Promise.resolve() };

/** A planned job of `rows` customers in our hands. */
async function planned(
  rows: number,
  options: WorldOptions = {},
): Promise<{ world: World; context: JobContext }> {
  const world = await bulkWorld({ isHeld: true, ...options });
  const context = await openWork(world, await world.startImport(customersCsv(rows)));
  await scan(context);
  await plan(context);
  await patchJob(context, { phase: 'run', status: 'processing' });
  return { world, context };
}

async function writesNoted({ store, jobId }: JobContext): Promise<unknown[]> {
  return (await journalOf(store))
    .filter((entry) => entry.jobId === jobId && entry.kind === 'billy.write')
    .map(({ body }) => (body as Record<string, unknown>)['result']);
}

async function states(world: World, context: JobContext): Promise<unknown[]> {
  return (await world.items(context.jobId)).map(({ state, attempts, step }) => [
    state,
    attempts,
    step,
  ]);
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('sendBatch', () => {
  it('writes one intent for all before the bytes leave, and one change after the answer', async () => {
    const { world, context } = await planned(8);
    const items = await world.items(context.jobId);
    const seen: string[] = [];
    const store = Object.create(context.store, {
      changeItems: {
        value: async (batch: Parameters<JobContext['store']['changeItems']>[0]) => {
          const kinds = batch.changes.map(({ patch }) => patch.state);
          seen.push(
            `${String(kinds.length)} ${kinds[0] ?? ''} after ${String(world.writes().length)}`,
          );
          await context.store.changeItems(batch);
        },
      },
    }) as JobContext['store'];
    const end = await sendBatch({ ...context, store }, items, ALTERED);
    expect(seen).toEqual(['8 sending after 0', '8 ended after 1']);
    expect(end).toMatchObject({ kind: 'ended', request: { end: 'written', error: null } });
    if (end.kind === 'ended') expect(end.rows.every(({ goesOn }) => !goesOn)).toBe(true);
    await expectExact(world, context.jobId);
    expect(await writesNoted(context)).toEqual(times(8, 'saved'));
  });

  it('sends nothing that it may not note: somebody else has one of the items', async () => {
    const { world, context } = await planned(3);
    const items = await world.items(context.jobId);
    const patch = { state: 'ended', outcome: 'skipped' } as const;
    const { jobId, lease, clock } = context;
    const changes = [{ seq: 2, from: ['ready'] as const, patch }];
    await context.store.changeItems({ jobId, lease, changes, nowMs: clock.nowMs() });
    await expect(sendBatch(context, items, ALTERED)).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });
    expect(world.writes()).toEqual([]);
    expect((await states(world, context)).map((state) => (state as unknown[])[0])).toEqual([
      ...['ready', 'ended', 'ready'],
    ]);
  });

  it('sends nothing once the job stops: all is ready', async () => {
    const { world, context } = await planned(3);
    const items = await world.items(context.jobId);
    const end = await sendBatch({ ...context, stop: AbortSignal.abort() }, items, ALTERED);
    expect(end).toMatchObject({ kind: 'ended', request: { end: 'notSent', error: null } });
    expect(await states(world, context)).toEqual(times(3, ['ready', 0, 0]));
    expect(world.writes()).toEqual([]);
  });

  it.each<[FaultKind, string]>([
    ['reset-before', 'doubt'],
    ['reset-after', 'doubt'],
    ['503-after', 'doubt'],
    ['truncated', 'doubt'],
  ])('leaves all in doubt after %s', async (kind, state) => {
    const { world, context } = await planned(4);
    world.sandbox.control.setFaults(every(1, kind));
    const end = await sendBatch(context, await world.items(context.jobId), ALTERED);
    expect(end).toMatchObject({ kind: 'ended', request: { end: 'unconfirmed' } });
    expect(await states(world, context)).toEqual(times(4, [state, 0, 0]));
    expect(await writesNoted(context)).toEqual(times(4, 'lost'));
  });

  it('leaves the one in doubt that the answer leaves out, and no other', async () => {
    const { world, context } = await planned(4);
    // No name ties a record to the third row, and no record is left for it.
    const saveMany: JobContext['billy']['saveMany'] = async (...asked) => {
      const answer = await context.billy.saveMany(...asked);
      return { ...answer, answers: answer.answers.with(2, null), loose: [] };
    };
    const billy = Object.create(context.billy, {
      saveMany: { value: saveMany },
    }) as JobContext['billy'];
    const items = await world.items(context.jobId);
    const end = await sendBatch({ ...context, billy }, items, ALTERED);
    expect(end).toMatchObject({ kind: 'ended', request: { end: 'written' } });
    const left = (await states(world, context)).map((state) => (state as unknown[])[0]);
    expect(left).toEqual(['ended', 'ended', 'doubt', 'ended']);
    expect(await writesNoted(context)).toEqual(['saved', 'saved', 'lost', 'saved']);
  });

  it('stores nothing of a refusal: that is decided by who narrows it down', async () => {
    const { world, context } = await planned(4, { unknowns: { uniqueNumbers: 'enforce' } });
    await world.plant('contacts', { name: 'Optaget', contactNo: 'K2', countryId: 'DK' });
    const end = await sendBatch(context, await world.items(context.jobId), ALTERED);
    expect(end).toMatchObject({ kind: 'refused', error: { status: 422 } });
    expect(await states(world, context)).toEqual(times(4, ['sending', 0, 0]));
    // Killed now, they are in doubt like any lost answer.
    await markInterrupted(context);
    expect(await states(world, context)).toEqual(times(4, ['doubt', 0, 0]));
  });

  it('gives all back when the account is refused, none of them burnt', async () => {
    const { world, context } = await planned(3);
    const items = await world.items(context.jobId);
    await context.billy.organization({ priority: 'job', patienceMs: 0 });
    world.sandbox.control.revokeToken();
    const end = await sendBatch(context, items, ALTERED);
    expect(end).toMatchObject({ request: { end: 'notSent', error: { code: 'BILLY_AUTH' } } });
    expect(await states(world, context)).toEqual(times(3, ['ready', 0, 0]));
  });
});
