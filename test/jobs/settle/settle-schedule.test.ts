/** When a run looks at Billy for what is in doubt (src/jobs/settle/settle-schedule.ts). */
import { describe, expect, it } from 'vitest';
import { plan } from '../../../src/jobs/plan/plan.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { SettleSchedule } from '../../../src/jobs/settle/settle-schedule.js';
import { changeItems, type JobContext } from '../../../src/jobs/job/job-context.js';
import type { JobStore } from '../../../src/store/job-store.js';
import { openWork } from '../../support/engine-world.js';
import { stormWorld } from '../support/storm.js';

/** A planned job of two rows; `reads` counts what is asked of the store's items. */
async function planned(): Promise<{ context: JobContext; reads: () => number }> {
  const world = await stormWorld({ isHeld: true });
  const context = await openWork(world, await world.startImport('name\nAlfa\nBeta'));
  await scan(context);
  await plan(context);
  let reads = 0;
  const store: JobStore = Object.create(context.store, {
    listItems: {
      value: (filter: never) => {
        reads += 1;
        return context.store.listItems(filter);
      },
    },
  }) as JobStore;
  return { context: { ...context, store }, reads: () => reads };
}

async function doubt(context: JobContext, seq: number): Promise<void> {
  const lostAtMs = context.clock.nowMs();
  const patch = { state: 'doubt', lostAtMs, intentAtMs: lostAtMs } as const;
  await changeItems(context, [{ seq, from: ['ready'], patch }]);
}

describe('Settling', () => {
  it('takes no look while nothing is in doubt, and asks once', async () => {
    const { context, reads } = await planned();
    let looks = 0;
    const settling = new SettleSchedule(context, () => {
      looks += 1;
      return Promise.resolve();
    });
    for (let turn = 0; turn < 5; turn += 1) await settling.start();
    expect([looks, reads()]).toEqual([0, 1]);
    expect(await settling.wait(10)).toBe(false);
  });

  it('looks when the loss is a while ago, one look at a time', async () => {
    const { context, reads } = await planned();
    await doubt(context, 1);
    let [looks, finish] = [0, (): void => undefined];
    const settling = new SettleSchedule(context, () => {
      looks += 1;
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    await settling.start();
    expect(settling.underWay).toBeNull();
    expect(looks).toBe(0);
    // The time of the next look is known: nothing is read again for it.
    const before = reads();
    await settling.start();
    expect(await settling.wait(10)).toBe(true);
    expect(reads()).toBe(before);
    while (looks === 0) {
      await settling.wait(200);
      await settling.start();
    }
    await settling.start();
    expect(looks).toBe(1);
    const waited = settling.wait(200);
    finish();
    expect(await waited).toBe(true);
    expect(settling.underWay).toBeNull();
  });

  it('asks anew once more is in doubt', async () => {
    const { context, reads } = await planned();
    await doubt(context, 1);
    const settling = new SettleSchedule(context, () => Promise.resolve());
    await settling.start();
    const before = reads();
    settling.noteUnconfirmed();
    await settling.start();
    expect(reads()).toBeGreaterThan(before);
  });
});
