/** A stop at the first failure outlives the process, however that ends, and an outage. */
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import type { StartOptions } from '../../src/jobs/job/job-options.js';
import { fastClock } from '../jobs/support/fast-clock.js';
import { customersCsv } from '../jobs/support/storm.js';
import type { WorldOptions } from '../support/engine-world.js';
import type { ProxyRequest } from './support/billy-proxy.js';
import { onlyNth, on, landLate, standIn, when } from './support/hooks.js';
import { realWorld, type RealWorld } from './support/real-world.js';
import { eventually, freezableServer } from './support/servers.js';

const ROWS = 40;
/** Real milliseconds that an accepted row takes, so that some are in flight when one is refused. */
const ACCEPTED_MS = 100;
const STORM: WorldOptions = { isVirtual: true, timeoutMs: 10_000, settleMs: 3000 };

const STOPS: readonly (readonly [name: string, options: StartOptions])[] = [
  ['continueOnError: false', { continueOnError: false }],
  ['rollbackOnError', { rollbackOnError: true }],
];

function isRow(no: number) {
  return (request: ProxyRequest): boolean =>
    on('POST', 'contacts')(request) && JSON.stringify(request.body).includes(`"Kunde ${no}"`);
}

/** Billy refuses row 6 and takes a while for every other one. */
async function worldWithRefusal(options: WorldOptions): Promise<RealWorld> {
  const real = await realWorld(options);
  real.proxy.use(
    when(on('POST', 'contacts'), async (request, pass) => {
      await systemClock.sleep(ACCEPTED_MS);
      return pass(request);
    }),
  );
  const body = {
    meta: { statusCode: 422, success: false },
    errorCode: 'OTHER',
    errorMessage: 'Row 6 is refused.',
  };
  real.proxy.use(when(isRow(6), standIn({ status: 422, body }, false)));
  return real;
}

async function untilRefused({ world }: RealWorld, jobId: string): Promise<void> {
  await eventually(
    'the refusal of row 6',
    async () => {
      return (await world.service.job(jobId)).failedItems > 0;
    },
    10_000,
  );
}

/** Nothing more was sent, and what was written is there or taken back, as the options say. */
async function expectStopped(
  { world }: RealWorld,
  jobId: string,
  options: StartOptions,
): Promise<void> {
  const view = await world.ended(jobId);
  const held = world.held('contacts').length;
  if (options.rollbackOnError === true) {
    expect({ status: view.status, held }).toEqual({ status: 'rolled_back', held: 0 });
    return;
  }
  expect({ status: view.status, isHalted: held < 12 }).toEqual({
    status: 'failed',
    isHalted: true,
  });
  expect(view.notAttemptedItems).toBeGreaterThan(20);
}

describe.each(STOPS)('a job that must stop at the first failure (%s)', (_name, options) => {
  it('stops after a restart too', async () => {
    const real = await worldWithRefusal(STORM);
    const { id } = await real.world.startImport(customersCsv(ROWS), options);
    await untilRefused(real, id);
    await real.world.restart();
    await expectStopped(real, id, options);
  });

  it('stops after a SIGKILL too', async () => {
    const real = await worldWithRefusal({ ...STORM, isHeld: true });
    const { id } = await real.world.startImport(customersCsv(ROWS), options);
    const server = freezableServer(real);
    await untilRefused(real, id);
    server.freeze();
    await real.world.restart({ isHeld: false });
    await expectStopped(real, id, options);
  });

  it('stops after an outage too that falls into the finishing of its rows', async () => {
    // On this clock Billy has to be away for a real second before a job pauses.
    const clock = fastClock(60);
    const real = await worldWithRefusal({ clock, timeoutMs: 18_000, settleMs: 12_000 });
    // The answer to row 5 is lost: the job must look at Billy before it ends.
    real.proxy.use(onlyNth(1, isRow(5), landLate(10)));
    const { id } = await real.world.startImport(customersCsv(ROWS), options);
    await untilRefused(real, id);
    real.world.sandbox.control.setDown(true, '503');
    await real.world.until(id, ({ status }) => status === 'paused');
    real.world.sandbox.control.setDown(false);
    await expectStopped(real, id, options);
  });
});
