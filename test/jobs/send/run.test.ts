/** The run against every kind of fault: what the job says is what Billy holds, row by row. */
import { describe, expect, it } from 'vitest';
import {
  ALTERNATE_UNKNOWNS,
  DEFAULT_UNKNOWNS,
  PLAIN_FAULT_KINDS,
  type FaultKind,
  type SandboxUnknowns,
} from '../../../src/sandbox/world/options.js';
import type { StartOptions } from '../../../src/jobs/job/job-options.js';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import { TESTER, type World } from '../../support/engine-world.js';
import {
  customersCsv,
  every,
  expectExact,
  sometimes,
  stormWorld,
  twinsCsv,
} from '../support/storm.js';

const PROFILES: readonly (readonly [string, SandboxUnknowns])[] = [
  ['default', DEFAULT_UNKNOWNS],
  ['alternate', ALTERNATE_UNKNOWNS],
];

async function madeBy(world: World, jobId: string): Promise<string[]> {
  const items = await world.items(jobId);
  return items.map(({ recordId }) => recordId).filter((id) => id !== null);
}

/** Faults after which Billy holds nothing of the write. */
const UNSAVED: readonly FaultKind[] = [
  'reset-before',
  'timeout-before',
  '500-before',
  '502-before',
  '503-before',
  'html-200',
];
const KINDS = PLAIN_FAULT_KINDS.map((kind) => [kind] as const);

describe.each(PROFILES)('in the %s profile', (_name, unknowns) => {
  it.each(KINDS)('makes each row once with %s on every third write', async (kind) => {
    const world = await stormWorld({ unknowns });
    world.sandbox.control.setFaults(every(3, kind));
    const numbered = await world.imported(customersCsv(10));
    const plain = await world.imported(customersCsv(10, { numbers: false }), {
      duplicateStrategy: 'create',
    });
    const [first, second] = [await madeBy(world, numbered.id), await madeBy(world, plain.id)];
    await expectExact(world, numbered.id, { before: second });
    await expectExact(world, plain.id, { before: first });
    for (const { outcomes } of [numbered, plain]) {
      // A row that met the fault at each of its attempts has failed, and is not in Billy.
      expect(outcomes.created + outcomes.failed).toBe(10);
    }
  });

  it.each(KINDS)('makes each of twelve identical rows with %s at random', async (kind) => {
    const world = await stormWorld({ unknowns });
    world.sandbox.control.setFaults(sometimes({ [kind]: 0.3 }, 5));
    const { id } = await world.imported(twinsCsv(12), { duplicateStrategy: 'create' });
    const { outcomes } = await expectExact(world, id);
    expect(outcomes.unknown).toBe(0);
    expect(outcomes.created + outcomes.failed).toBe(12);
    // A row fails only by meeting, at each of its three attempts, a fault that saves nothing.
    if (!UNSAVED.includes(kind)) expect(outcomes.created).toBe(12);
  });
});

describe('with everything at once', () => {
  const SAVED: readonly FaultKind[] = [
    'reset-after',
    'reset-late',
    'timeout-after',
    '502-html-after',
    '504-late',
    'truncated',
    '429',
  ];
  const rates = Object.fromEntries([
    ...SAVED.map((kind) => [kind, 0.04] as const),
    // Rare enough that no row meets three of them, which is all the attempts that it has.
    ...UNSAVED.map((kind) => [kind, 0.006] as const),
  ]);

  it.each([1, 2, 3, 4])('loses and doubles nothing (seed %i)', async (seed) => {
    const world = await stormWorld();
    world.sandbox.control.setFaults(sometimes(rates, seed));
    const csv = `${customersCsv(60, { numbers: false })}\n${'Tvilling\n'.repeat(20)}`;
    const { id } = await world.imported(csv, { duplicateStrategy: 'create' });
    const view = await expectExact(world, id);
    expect(view.unknownItems).toBe(0);
    expect(view.outcomes.created).toBe(80);
  });
});

/** Sandbox answers slow enough for a test to act in the middle of a run. */
const SLOW = { min: 400, max: 420, tailChance: 0, tailMs: 0 };
/** Every answer of Billy takes this long, in milliseconds. */
const STEADY_MS = 200;
const STEADY = { min: STEADY_MS, max: STEADY_MS, tailChance: 0, tailMs: 0 };

describe('a job that stops at the first failure', () => {
  // Somebody takes number K6 between the plan and the run, and numbers are unique here.
  async function refusedAt(no: number, options: StartOptions): Promise<[World, JobView]> {
    const unknowns = { uniqueNumbers: 'enforce' } as const;
    const world = await stormWorld({ isHeld: true, unknowns, sandbox: { latencyMs: STEADY } });
    const job = await world.startImport(customersCsv(30), {
      ...options,
      duplicateStrategy: 'create',
    });
    await world.plant('contacts', { name: 'Optaget', contactNo: `K${no}`, countryId: 'DK' });
    await world.restart({ isHeld: false });
    return [world, await world.ended(job.id)];
  }

  it('goes on unless told', async () => {
    const [world, view] = await refusedAt(6, {});
    expect(view).toMatchObject({ status: 'completed', failedItems: 1, successfulItems: 29 });
    expect(world.held('contacts')).toHaveLength(30);
  });

  it('starts no request after it with continueOnError false', async () => {
    const [world, view] = await refusedAt(6, { continueOnError: false });
    expect(view).toMatchObject({
      status: 'failed',
      failedItems: 1,
      error: { code: 'ROW_INVALID' },
    });
    const writes = world.writes();
    const refused = writes.find(({ status }) => status !== null && status >= 400);
    const answeredAtMs = (refused?.timeMs ?? 0) + STEADY_MS;
    expect(writes.filter(({ timeMs }) => timeMs > answeredAtMs)).toEqual([]);
    expect(view.successfulItems).toBeLessThan(29);
    expect(world.held('contacts')).toHaveLength(view.successfulItems + 1);
    expect(view.notAttemptedItems).toBe(29 - view.successfulItems);
  });

  it.each([6, 30])('undoes itself with rollbackOnError, row %i', async (no) => {
    const [world, view] = await refusedAt(no, { rollbackOnError: true });
    expect(view).toMatchObject({ status: 'rolled_back', failedItems: 1 });
    expect(view.rollback?.reversed).toBe(view.rollback?.total);
    expect(world.held('contacts')).toMatchObject([{ name: 'Optaget' }]);
  });

  it.each([{ validateBeforeCreate: true }, { continueOnError: false }, { rollbackOnError: true }])(
    'sends nothing when the plan has an invalid row (%j)',
    async (options) => {
      const world = await stormWorld();
      const view = await world.imported(`${customersCsv(10)}\nK99,`, options);
      expect(view).toMatchObject({ status: 'failed', failedItems: 1, notAttemptedItems: 10 });
      expect(world.writes()).toEqual([]);
    },
  );
});

describe('an account that refuses everything', () => {
  it('ends the job at once when the token is revoked, and burns no row', async () => {
    const world = await stormWorld({ sandbox: { latencyMs: SLOW } });
    const job = await world.startImport(customersCsv(40));
    await world.until(job.id, ({ processedItems }) => processedItems >= 5);
    world.sandbox.control.revokeToken();
    const view = await world.ended(job.id);
    expect(view).toMatchObject({ status: 'failed', failedItems: 0, error: { code: 'BILLY_AUTH' } });
    await expectExact(world, job.id);
    expect(view.notAttemptedItems).toBe(40 - view.successfulItems);
  });

  it.each([403, 422] as const)('is found to be locked when writes answer %i', async (status) => {
    const world = await stormWorld({
      sandbox: { latencyMs: SLOW },
      unknowns: { lockedStatus: status },
    });
    const job = await world.startImport(customersCsv(60));
    await world.until(job.id, ({ processedItems }) => processedItems >= 5);
    world.sandbox.control.lock(true);
    const view = await world.ended(job.id);
    expect(view.error?.code).toBe('ORGANIZATION_LOCKED');
    expect(view.status).toBe('failed');
    // A refusal that names no field has to repeat itself before anybody asks.
    expect(view.failedItems).toBeLessThanOrEqual(status === 403 ? 0 : 10);
    await expectExact(world, job.id);
  });
});

describe('cancel', () => {
  it('answers at once, and ends when what is in flight is settled', async () => {
    const world = await stormWorld({ sandbox: { latencyMs: SLOW } });
    world.sandbox.control.setFaults(every(5, 'reset-after'));
    const job = await world.startImport(customersCsv(60));
    await world.until(job.id, ({ processedItems }) => processedItems >= 8);
    const asked = await world.service.cancel(job.id);
    expect(asked.cancelRequested).toBe(true);
    const view = await world.ended(job.id);
    expect(view).toMatchObject({ status: 'cancelled', cancelledBy: TESTER.actor, unknownItems: 0 });
    expect(view.notAttemptedItems).toBeGreaterThan(0);
    await expectExact(world, job.id);
    const requests = world.requests().length;
    await world.clock.sleep(4000);
    expect(world.requests()).toHaveLength(requests);
  });

  const PERSON = { name: 'Anna', email: 'anna@ko.example', isPrimary: true };

  /** Six rows of two requests each, asked to stop between the two of the second row. */
  async function inHalfARow(latencyMs = SLOW): Promise<[World, string]> {
    const world = await stormWorld({ sandbox: { latencyMs }, maxConcurrent: 1 });
    for (let no = 1; no <= 6; no += 1) {
      const basis = { name: `G${String(no)}`, contactNo: `G${String(no)}`, countryId: 'DK' };
      await world.plant('contacts', { ...basis, isCustomer: true, contactPersons: [PERSON] });
    }
    const rows = Array.from({ length: 6 }, (_, index) => {
      const no = String(index + 1);
      return `G${no},G${no},22,ny${no}@ko.example`;
    });
    const csv = ['contactNo,name,phone,email', ...rows].join('\n');
    const job = await world.startImport(csv, { duplicateStrategy: 'update' });
    await world.until(job.id, () => world.writes().length >= 6 + 3);
    await world.service.cancel(job.id);
    return [world, job.id];
  }

  /** Those whose first and those whose second request has arrived; each list sorted. */
  function halves(world: World): [unknown[], unknown[]] {
    const changed = world.held('contacts').filter(({ phone }) => phone === '22');
    const mailed = world.held('contactPersons').filter(({ email }) => email !== PERSON.email);
    return [changed.map(({ id }) => id).sort(), mailed.map(({ contactId }) => contactId).sort()];
  }

  it('leaves no row half done', async () => {
    const [world, jobId] = await inHalfARow();
    const view = await world.ended(jobId);
    expect(view.status).toBe('cancelled');
    expect(view.notAttemptedItems).toBeGreaterThan(0);
    const [changed, mailed] = halves(world);
    expect(mailed).toEqual(changed);
    expect(view.outcomes.updated).toBe(changed.length);
  });

  it('waits for a Billy that goes away in half a row, and does the rest of it then', async () => {
    const [world, jobId] = await inHalfARow({ ...SLOW, min: 3000, max: 3200 });
    world.sandbox.control.setDown(true, '503');
    await world.until(jobId, ({ status }) => status === 'paused');
    const [begun, ended] = halves(world);
    expect(begun).toHaveLength(ended.length + 1);
    world.sandbox.control.setDown(false);
    expect(await world.ended(jobId)).toMatchObject({ status: 'cancelled', unknownItems: 0 });
    expect(halves(world)).toEqual([begun, begun]);
  });

  it('is heard while Billy wants us to stay away', async () => {
    const rateLimit = { count: 8, windowMs: 60_000 };
    const world = await stormWorld({ sandbox: { rateLimit } });
    const job = await world.startImport(customersCsv(30));
    await world.until(job.id, () => world.sandbox.control.counters().tooMany > 0);
    await world.service.cancel(job.id);
    const startedMs = world.clock.monotonicMs();
    await world.ended(job.id);
    expect(world.clock.monotonicMs() - startedMs).toBeLessThan(1000);
  });
});

describe('an outage', () => {
  it.each(['reset', '503'] as const)('pauses the job and burns no row (%s)', async (mode) => {
    const world = await stormWorld({ sandbox: { latencyMs: SLOW } });
    const job = await world.startImport(customersCsv(40));
    await world.until(job.id, ({ processedItems }) => processedItems >= 5);
    world.sandbox.control.setDown(true, mode);
    await world.until(job.id, ({ status }) => status === 'paused');
    world.sandbox.control.setDown(false);
    const view = await world.ended(job.id);
    expect(view.outcomes).toMatchObject({ created: 40, failed: 0, unknown: 0 });
    await expectExact(world, job.id);
  });

  it('can be cancelled in, once nothing is in doubt', async () => {
    const world = await stormWorld();
    const job = await world.startImport(customersCsv(5));
    world.sandbox.control.setFaults(sometimes({ '429': 1 }));
    await world.until(job.id, ({ status }) => status === 'paused');
    await world.service.cancel(job.id);
    const view = await world.ended(job.id);
    expect(view).toMatchObject({ status: 'cancelled', successfulItems: 0, unknownItems: 0 });
    expect(world.held('contacts')).toEqual([]);
  });
});
