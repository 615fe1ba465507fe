/** A server that sleeps between its last check and the socket for longer than its lease sends nothing. */
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import { askUndo, contents, deleted, plantCustomers } from '../jobs/support/deletions.js';
import { fastClock } from '../jobs/support/fast-clock.js';
import { customersCsv } from '../jobs/support/storm.js';
import { openRival } from '../jobs/support/rival.js';
import type { WorldOptions } from '../support/engine-world.js';
import { isWrite, when } from './support/hooks.js';
import { realWorld, type RealWorld } from './support/real-world.js';
import { eventually, freezableServer, type FreezableServer } from './support/servers.js';

/** The lease lasts 400 ms of real time on a clock five times as fast. */
const STORM: WorldOptions = {
  clock: fastClock(5),
  timeoutMs: 1500,
  settleMs: 1000,
  leaseMs: 2000,
  maxConcurrent: 1,
};
/** A slot every 20 ms of real time, so that a write waits for it after its last check. */
const RATE = { count: 1, windowMs: 100 };
/** What a lane sleeps at most between its check and its send; everything else sleeps longer. */
const LEAD_MS_MAX = 60;
/** Enough for at least one of them to be ready before its slot is. */
const ROWS = 40;
/** Real milliseconds in which a server that wakes has sent what it was about to send. */
const AWAKE_MS = 300;

interface Intent {
  readonly changes?: readonly {
    readonly patch: { readonly state?: string; readonly rollbackState?: string };
  }[];
}

function isIntent(parameter: unknown): boolean {
  const { changes = [] } = parameter as Intent;
  return changes.some(
    ({ patch }) => patch.state === 'sending' || patch.rollbackState === 'sending',
  );
}

interface Sleeper {
  readonly server: FreezableServer;
  /** The server sleeps, and a write of it has passed its last check. */
  readonly isAsleep: () => boolean;
}

/** A server that falls asleep once, in the wait between the check of a write and its send. */
function sleeper(real: RealWorld): Sleeper {
  let [isChecked, isAsleep] = [false, false];
  real.proxy.use(
    when(isWrite, (request, pass) => {
      isChecked = false;
      return pass(request);
    }),
  );
  const server = freezableServer(real, {
    rateLimit: RATE,
    gate: {
      after: (name, parameter) => {
        if (name === 'changeItems') isChecked = isIntent(parameter);
      },
    },
    onSleep: (ms) => {
      if (isAsleep || !isChecked || ms > LEAD_MS_MAX) return;
      isAsleep = true;
      server.freeze();
    },
  });
  return { server, isAsleep: () => isAsleep };
}

/** A second server does all there is to do while the first one sleeps; then the first one wakes. */
async function takenOver(real: RealWorld, { server, isAsleep }: Sleeper, jobId: string) {
  await eventually('the freeze', isAsleep);
  openRival(real.world);
  const view = await real.world.ended(jobId);
  server.thaw();
  await systemClock.sleep(AWAKE_MS);
  return view;
}

describe('a server that is frozen for longer than its lease, after its last check', () => {
  it('does not send the row that another has sent meanwhile', async () => {
    const real = await realWorld({ ...STORM, isHeld: true });
    const { world } = real;
    const { id } = await world.startImport(customersCsv(ROWS));
    const view = await takenOver(real, sleeper(real), id);
    expect(view.outcomes).toMatchObject({ created: ROWS, unknown: 0 });
    expect(world.held('contacts')).toHaveLength(ROWS);
  });

  it('does not make anew what another has made anew meanwhile', async () => {
    const real = await realWorld(STORM);
    const { world } = real;
    const ids = await plantCustomers(world, ROWS);
    const before = contents(world, 'customer');
    const { id } = await deleted(world, ids);
    await world.restart({ isHeld: true });
    await askUndo(world, id);
    const view = await takenOver(real, sleeper(real), id);
    expect(view.rollback).toMatchObject({ reversed: ROWS });
    expect(contents(world, 'customer')).toEqual(before);
  });
});
