/** The wall clock jumps while answers are in doubt: no record twice, and no job that stands still. */
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/clock.js';
import { isEnded } from '../../src/model/job-status.js';
import { fastClock } from '../jobs/support/fast-clock.js';
import { customersCsv } from '../jobs/support/storm.js';
import { plantCustomers, askUndo } from '../jobs/support/deletions.js';
import type { Hook } from './support/billy-proxy.js';
import { landLate, loseRequest, on, onlyNth, when } from './support/hooks.js';
import { realWorld, type RealWorld } from './support/real-world.js';
import { eventually } from './support/servers.js';

const HOUR_MS = 3_600_000;
/** Real milliseconds: 200 for a request and 600 to settle, on a clock twenty times as fast. */
const PATIENT = { timeoutMs: 4000, settleMs: 12_000 };
/** For a write that lands late, and still within the settling time. */
const MORE_PATIENT = { timeoutMs: 4000, settleMs: 36_000 };
const LATE_MS = 1500;
const ROWS = 12;
/** Real milliseconds: many times what the job takes. */
const PATIENCE_MS = 4000;

interface JumpingClock extends Clock {
  /** As a person or a time server sets the wall clock; nothing else notices. */
  jump(ms: number): void;
}

function jumpingClock(): JumpingClock {
  const clock = fastClock();
  let offsetMs = 0;
  return {
    ...clock,
    nowMs: () => clock.nowMs() + offsetMs,
    jump: (ms) => {
      offsetMs += ms;
    },
  };
}

/** The first three new records: what is sent again passes. */
function firstThree(hook: Hook): Hook {
  let count = 0;
  return when(on('POST', 'contacts'), (request, pass) => {
    count += 1;
    return count <= 3 ? hook(request, pass) : pass(request);
  });
}

async function untilDoubt({ world }: RealWorld, jobId: string, count = 1): Promise<void> {
  await eventually('answers in doubt', async () => {
    const states = ['doubt'] as const;
    return (await world.store.countItems({ jobId, states })) === count;
  });
}

async function expectEnded({ world }: RealWorld, jobId: string): Promise<void> {
  const hasEnded = async (): Promise<boolean> => isEnded((await world.service.job(jobId)).status);
  const isInTime = await eventually('the end', hasEnded, PATIENCE_MS).then(
    () => true,
    () => false,
  );
  expect(isInTime, 'the job stands still').toBe(true);
}

async function expectEach({ world }: RealWorld, jobId: string, count: number): Promise<void> {
  const view = await world.service.job(jobId);
  expect(world.held('contacts')).toHaveLength(count);
  expect(view.outcomes).toMatchObject({ created: count, unknown: 0 });
}

describe('a wall clock that jumps while answers are in doubt', () => {
  it('an hour ahead has no row sent a second time', async () => {
    const clock = jumpingClock();
    const real = await realWorld({ clock, ...MORE_PATIENT });
    real.proxy.use(firstThree(landLate(LATE_MS)));
    const { id } = await real.world.startImport(customersCsv(ROWS, { numbers: false }));
    await untilDoubt(real, id, 3);
    clock.jump(HOUR_MS);
    await expectEnded(real, id);
    await real.world.clock.sleep(20 * LATE_MS);
    await expectEach(real, id, ROWS);
  });

  it('an hour back does not stop the job', async () => {
    const clock = jumpingClock();
    const real = await realWorld({ clock, ...PATIENT });
    real.proxy.use(onlyNth(1, on('POST', 'contacts'), loseRequest));
    const { id } = await real.world.startImport(customersCsv(ROWS, { numbers: false }));
    await untilDoubt(real, id);
    clock.jump(-HOUR_MS);
    await expectEnded(real, id);
    await expectEach(real, id, ROWS);
  });

  it('an hour back before a restart does not stop the job that goes on', async () => {
    const clock = jumpingClock();
    const real = await realWorld({ clock, ...PATIENT });
    real.proxy.use(onlyNth(1, on('POST', 'contacts'), loseRequest));
    const { id } = await real.world.startImport(customersCsv(ROWS, { numbers: false }));
    await untilDoubt(real, id);
    await real.world.restart({ isHeld: true });
    clock.jump(-HOUR_MS);
    await real.world.restart({ isHeld: false });
    await expectEnded(real, id);
    await expectEach(real, id, ROWS);
  });

  it('an hour back does not stop a rollback', async () => {
    const clock = jumpingClock();
    const real = await realWorld({ clock, ...PATIENT });
    const { world, proxy } = real;
    await plantCustomers(world, 1, () => ({ phone: '10101010' }));
    // Two rows change one record: what restores the first waits for what restored the second.
    const csv = 'contactNo,name,phone\nK1,Kunde 1,20202020\nK1,Kunde 1,30303030';
    const { id } = await world.imported(csv, { duplicateStrategy: 'update' });
    proxy.use(onlyNth(1, on('PUT', 'contacts'), loseRequest));
    proxy.use(
      onlyNth(2, on('PUT', 'contacts'), (request, pass) => {
        // By now it is known until when the first one may still land.
        clock.jump(-HOUR_MS);
        return pass(request);
      }),
    );
    await askUndo(world, id);
    await expectEnded(real, id);
    expect(world.held('contacts')).toMatchObject([{ phone: '10101010' }]);
  });
});
