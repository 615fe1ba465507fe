/** The journal of jobs: each write once, whatever happens to its answer, and nobody's name. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { sha256 } from '../../../src/core/hash.js';
import {
  endNote,
  lostNote,
  startNote,
  PendingJournalEntries,
} from '../../../src/jobs/job/journal-notes.js';
import type { StartOptions } from '../../../src/jobs/job/job-options.js';
import type { JobRecord } from '../../../src/model/job.js';
import { newJob } from '../../store/contract/fixtures.js';
import { JobService } from '../../../src/jobs/service/service.js';
import { openWork, TESTER, type World } from '../../support/engine-world.js';
import { FakeClock } from '../../support/fake-clock.js';
import { createStep, itemOf, updateStep } from '../support/images.js';
import { Death, openRival } from '../support/rival.js';
import { customersCsv, every, sometimes, stormWorld } from '../support/storm.js';
import { committed, expectEachWriteTold, foundAs, toldBy, withResult } from '../support/told.js';

const NEVER = new AbortController().signal;
const LEASE_MS = 4000;
/** Names, mails and a phone that may stand nowhere in the journal. */
const SECRETS = /Hemmelig|hemmelig@|12345678|Strengt/;
const PERSONS = [
  'contactNo,name,email,phone',
  'H1,Hemmelig ApS,hemmelig@example.com,12345678',
  'H2,Hemmelig to,,',
].join('\n');

const UNDOER = { ...TESTER, actor: 'undoer' };

async function rolledBack(world: World, jobId: string) {
  const ask = { dryRun: false, reason: 'Strengt Hemmelig', signal: NEVER };
  await new JobService({ ...world.parts, caller: UNDOER }).rollback(jobId, ask);
  return world.ended(jobId);
}

/** Ends a job of six rows, one of which Billy refuses; `from` is its first request. */
async function refusing(contactNo: string, options: StartOptions) {
  const world = await stormWorld({
    isHeld: true,
    unknowns: { uniqueNumbers: 'enforce' },
    // One after another: before the first accepted create, a refused one goes again without its organization.
    maxConcurrent: 1,
  });
  const create = { ...options, duplicateStrategy: 'create' } as const;
  const { id } = await world.startImport(customersCsv(6), create);
  await world.plant('contacts', { name: 'Optaget', contactNo, countryId: 'DK' });
  const from = world.requests().length;
  await world.restart({ isHeld: false });
  await world.ended(id);
  return { world, from };
}

describe('the journal of a job', () => {
  it('tells its start, each write and its end, in order and in time', async () => {
    const world = await stormWorld();
    const { id } = await world.imported(customersCsv(3));
    const told = await toldBy(world);
    expect(told.entries.map(({ kind }) => kind)).toEqual([
      'job.start',
      ...told.writes.map(() => 'billy.write'),
      'job.end',
    ]);
    const { createdBy, organizationId } = await world.service.job(id);
    for (const entry of told.entries) {
      expect(entry).toMatchObject({ jobId: id, actor: createdBy, organizationId });
    }
    const ids = world.held('contacts').map((record) => record.id);
    expect(told.writes.map(({ recordId }) => recordId).sort()).toEqual(ids.sort());
    expect(told.writes.map(({ row }) => row).sort()).toEqual([2, 3, 4]);
    const shape = { method: 'create', collection: 'contacts', result: 'saved' };
    const bodySha256 = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    for (const write of told.writes) expect(write).toMatchObject({ ...shape, bodySha256 });
    const end = told.entries.at(-1);
    expect(end?.body).toMatchObject({ status: 'completed', outcomes: { created: 3, failed: 0 } });
    expect(end?.durationMs).toBeGreaterThanOrEqual(0);
  });

  it('tells both requests of an item', async () => {
    const world = await stormWorld();
    await world.plant('contacts', { name: 'Gammel', contactNo: 'K1', countryId: 'DK' });
    const from = world.requests().length;
    const csv = 'contactNo,name,email,phone\nK1,Gammel,ny@example.com,1\n';
    await world.imported(csv, { duplicateStrategy: 'update' });
    const told = await toldBy(world);
    expect(told.writes).toHaveLength(committed(world, from));
    const writes = told.writes.map(({ method, collection }) => [method, collection]);
    expect(writes).toEqual([
      ['update', 'contacts'],
      ['create', 'contactPersons'],
    ]);
    const ids = [world.held('contacts')[0]?.id, world.held('contactPersons')[0]?.id];
    expect(told.writes.map(({ recordId }) => recordId)).toEqual(ids);
  });

  it('tells a refusal with its code', async () => {
    const { world, from } = await refusing('K4', {});
    const told = await toldBy(world);
    expect(told.writes).toHaveLength(world.writes(from).length);
    expect(withResult(told, 'saved')).toHaveLength(committed(world, from));
    const code = 'BILLY_VALIDATION';
    expect(withResult(told, 'refused')).toMatchObject([{ row: 5, code, recordId: null }]);
  });

  it.each(['reset-after', 'reset-before', 'reset-late', '500-after', 'truncated'] as const)(
    'tells a lost answer, and what became of it (%s)',
    async (kind) => {
      const world = await stormWorld();
      world.sandbox.control.setFaults(every(3, kind));
      await world.imported(customersCsv(8));
      const told = await toldBy(world);
      expect(withResult(told, 'lost').length).toBeGreaterThan(1);
      expectEachWriteTold(world, told);
      expect(told.writes).toHaveLength(world.writes().length);
    },
  );

  it('does not count a 429, which is no write', async () => {
    const world = await stormWorld();
    world.sandbox.control.setFaults(sometimes({ '429': 0.3 }));
    await world.imported(customersCsv(6));
    const told = await toldBy(world);
    expect(told.writes).toHaveLength(6);
    expect(world.writes().length).toBeGreaterThan(6);
  });

  it('tells who cancelled and who rolled back, and each deletion', async () => {
    const world = await stormWorld();
    const { id } = await world.imported(customersCsv(3));
    const from = world.requests().length;
    expect(await rolledBack(world, id)).toMatchObject({ status: 'rolled_back' });
    const held = await world.startImport(customersCsv(400, { numbers: false }));
    await world.service.cancel(held.id, 'Strengt Hemmelig');
    expect(await world.ended(held.id)).toMatchObject({
      cancelledBy: `${TESTER.actor}: Strengt Hemmelig`,
    });
    const told = await toldBy(world);
    const of = (kind: string) => told.entries.filter((entry) => entry.kind === kind);
    expect(of('job.rollback')).toMatchObject([{ jobId: id, actor: UNDOER.actor }]);
    expect(of('job.cancel')).toMatchObject([{ jobId: held.id, actor: TESTER.actor, body: {} }]);
    const deletions = told.writes.filter(({ method }) => method === 'delete');
    expect(deletions).toHaveLength(3);
    expect(deletions[0]).toMatchObject({ isRollback: true, result: 'saved', bodySha256: null });
    expect(committed(world, from)).toBeGreaterThanOrEqual(3);
    const ends = of('job.end').filter(({ jobId }) => jobId === id);
    expect(ends.map(({ actor }) => actor)).toEqual([TESTER.actor, UNDOER.actor]);
    expect(ends[1]?.body).toMatchObject({
      status: 'rolled_back',
      rollback: { total: 3, reversed: 3, kept: 0, errored: 0 },
    });
    expect(JSON.stringify(told.entries)).not.toMatch(SECRETS);
  });

  it('holds no name, mail, phone, reason or token', async () => {
    const world = await stormWorld();
    world.sandbox.control.setFaults(every(3, 'reset-after'));
    const { id } = await world.imported(PERSONS, { label: 'Hemmelig' });
    await rolledBack(world, id);
    const text = JSON.stringify((await toldBy(world)).entries);
    expect(text).not.toMatch(SECRETS);
    expect(text).not.toContain(world.sandbox.token);
    expect(text).toContain('billy.write');
  });

  it('tells a rollback that the job began by itself', async () => {
    const { world } = await refusing('K4', { rollbackOnError: true });
    const told = await toldBy(world);
    const begun = told.entries.filter(({ kind }) => kind === 'job.rollback');
    expect(begun).toMatchObject([{ actor: 'tester (vitest)', body: { rollbackOnError: true } }]);
  });

  it('tells what a job that had to stop never learnt', async () => {
    const world = await stormWorld({ isHeld: true });
    const job = await world.startImport(customersCsv(1));
    const context = await openWork(world, job);
    await context.store.addItems({
      jobId: job.id,
      lease: context.lease,
      items: [{ seq: 1, row: 2, cells: [], problem: null }],
    });
    const nowMs = world.clock.nowMs();
    const changes = [{ seq: 1, from: ['read'] as const, patch: { state: 'sending' } as const }];
    await context.store.changeItems({ jobId: job.id, lease: context.lease, changes, nowMs });
    await context.store.updateJob({
      ...{ jobId: job.id, lease: context.lease, nowMs },
      patch: { phase: 'run', status: 'processing' },
    });
    await context.store.releaseLease({ lease: context.lease });
    world.sandbox.control.revokeToken();
    await world.restart({ isHeld: false });
    expect(await world.ended(job.id)).toMatchObject({ status: 'failed', unknownItems: 1 });
    const told = await toldBy(world);
    expect(withResult(told, 'lost')).toMatchObject([{ row: 2 }]);
    expect(foundAs(told, 'unknown')).toMatchObject([{ row: 2, recordId: null }]);
  });
});

const POINTS = Array.from({ length: 24 }, (_, index) => index + 14);

describe('a process that is killed', () => {
  it.each([0, 1, 2, 3])('leaves no write without trace (part %i)', async (part) => {
    const points = POINTS.filter((at) => at % 4 === part);
    const kills = points.map(async (at) => {
      const world = await stormWorld({ isHeld: true, leaseMs: LEASE_MS });
      const { id } = await world.startImport(customersCsv(5), { duplicateStrategy: 'create' });
      const death = new Death(at, at % 3 === 0);
      openRival(world, { gate: death });
      await world.until(id, ({ status }) => death.isDead || status === 'completed');
      openRival(world);
      expect(await world.ended(id)).toMatchObject({ outcomes: { created: 5 } });
      const told = await toldBy(world);
      expectEachWriteTold(world, told);
      return death.isDead;
    });
    expect((await Promise.all(kills)).filter(Boolean).length).toBeGreaterThan(2);
  });

  it.each([0, 1])('amid a rollback leaves none either (part %i)', async (part) => {
    const points = POINTS.map((at) => at - 8).filter((at) => at % 2 === part);
    const kills = points.map(async (at) => {
      const world = await stormWorld({ leaseMs: LEASE_MS });
      const { id } = await world.imported(customersCsv(4));
      await world.restart({ isHeld: true, leaseMs: LEASE_MS });
      const death = new Death(at, at % 3 === 0);
      await world.service.rollback(id, { dryRun: false, reason: null, signal: NEVER });
      openRival(world, { gate: death });
      await world.until(id, ({ status }) => death.isDead || status === 'rolled_back');
      openRival(world);
      expect(await world.ended(id)).toMatchObject({ status: 'rolled_back' });
      expectEachWriteTold(world, await toldBy(world));
      return death.isDead;
    });
    expect((await Promise.all(kills)).filter(Boolean).length).toBeGreaterThan(2);
  });
});

describe('notes of writes', () => {
  const item = itemOf([createStep({ name: 'Ny' })], { row: 7, state: 'sending' });
  const notesOf = (isRollback = false): PendingJournalEntries =>
    new PendingJournalEntries(new FakeClock(), item, { isRollback });

  it('are given out once, with how long the write took', async () => {
    const clock = new FakeClock();
    const notes = new PendingJournalEntries(clock, item, { isRollback: false });
    notes.leaves();
    await clock.advance(40);
    notes.saved(createStep({ name: 'Ny' }), 'c1');
    expect(notes.take()).toMatchObject([{ durationMs: 40, body: { recordId: 'c1', row: 7 } }]);
    expect(notes.take()).toEqual([]);
  });

  it('name an archiving, and a deletion without a body', () => {
    const notes = notesOf(true);
    const step = updateStep('c1', { isArchived: true });
    notes.saved(step, 'c1');
    notes.saved(updateStep('c1', { isArchived: false }), 'c1');
    notes.saved(updateStep('c1', { isArchived: true, phone: '1' }), 'c1');
    notes.saved({ ...step, kind: 'remove' }, 'c1');
    const methods = notes.take().map(({ body }) => body['method']);
    expect(methods).toEqual(['archive', 'update', 'update', 'delete']);
  });

  it('say nothing of what never left, nor of what is no answer', () => {
    const notes = notesOf();
    const error = new AppError({ code: 'BILLY_VALIDATION', message: 'no' });
    notes.failed(createStep({}), error);
    notes.leaves();
    notes.failed(createStep({}), new DOMException('stop', 'AbortError'));
    notes.failed(
      createStep({}),
      new AppError({ code: 'BILLY_RATE_LIMIT', message: '', retry: 'wait' }),
    );
    expect(notes.take()).toEqual([]);
    notes.failed(createStep({}), error);
    expect(notes.take()).toMatchObject([{ body: { result: 'refused', code: 'BILLY_VALIDATION' } }]);
  });

  it('of an intent whose step is not known name the row alone', () => {
    expect(lostNote({ ...item, plan: null }).body).toEqual({ row: 7, result: 'lost' });
  });
});

describe('notes of jobs', () => {
  it('carry the hashes of options and source, not what they say', () => {
    const job = newJob('j1', { options: { label: 'Hemmelig' } });
    const { body } = startNote(job);
    expect(body).toMatchObject({ optionsSha256: sha256('{"label":"Hemmelig"}') });
    expect(body['sourceSha256']).toBe(job.source?.sha256);
    expect(startNote({ ...job, source: null }).body['sourceSha256']).toBeNull();
  });

  it('tell an end that nobody timed', () => {
    const job = {
      status: 'failed',
      startedAtMs: null,
      totalItems: null,
      error: null,
      outcomes: {},
    };
    const error = { code: 'CSV_MALFORMED', message: '', hint: '' };
    const note = endNote(job as unknown as JobRecord, { phase: 'done', error }, 5);
    expect(note).toMatchObject({ durationMs: null, body: { status: 'failed', code: error.code } });
  });
});
