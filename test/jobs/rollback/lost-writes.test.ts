/** Writes of a rollback whose answer is lost: never repeated on a guess, and never on top of the next job. */
import { describe, expect, it } from 'vitest';
import { PendingJournalEntries } from '../../../src/jobs/job/journal-notes.js';
import type { RollbackVerdict } from '../../../src/jobs/rollback/decide-rollback.js';
import {
  isGivenUp,
  LostWrites,
  mayGoAgain,
  type LostWrite,
} from '../../../src/jobs/rollback/lost-writes.js';
import type { World } from '../../support/engine-world.js';
import { FakeClock } from '../../support/fake-clock.js';
import { contactImage, createStep, itemOf, updateStep } from '../support/images.js';
import { askUndo, undone } from '../support/deletions.js';
import { every, stormWorld } from '../support/storm.js';

/** Real milliseconds; the deadline and the settling time together are 350. */
const LATE_MS = 200;

const numbers = [1, 2, 3, 4];

function phonesCsv(phone: string): string {
  return [
    'contactNo,name,phone',
    ...numbers.map((no) => `G${String(no)},G ${String(no)},${phone}`),
  ].join('\n');
}

const phones = (world: World): unknown[] =>
  world.held('contacts').map((contact) => contact['phone']);

/** Four customers whose phones a job has changed from 0 to 1. */
async function changed(): Promise<{ world: World; jobId: string }> {
  const world = await stormWorld();
  for (const no of numbers) {
    const fields = { name: `G ${String(no)}`, contactNo: `G${String(no)}`, phone: '0' };
    await world.plant('contacts', { ...fields, countryId: 'DK', isCustomer: true });
  }
  const { id: jobId } = await world.imported(phonesCsv('1'), { duplicateStrategy: 'update' });
  expect(phones(world)).toEqual(['1', '1', '1', '1']);
  return { world, jobId };
}

/** The rollback begins, and the answers of its first four writes are lost; Billy saves them late. */
async function loseAnswers(world: World, jobId: string): Promise<void> {
  const from = world.requests().length;
  world.sandbox.control.setFaults(every(1, 'reset-late', LATE_MS));
  await askUndo(world, jobId);
  await world.until(jobId, () => world.writes(from).length >= 4);
  world.sandbox.control.setFaults(null);
}

describe('a restore that Billy saves late', () => {
  it('is not sent again, and is over when the next job begins', async () => {
    const { world, jobId } = await changed();
    const from = world.requests().length;
    await loseAnswers(world, jobId);
    const next = await world.imported(phonesCsv('2'), { duplicateStrategy: 'update' });
    expect(next.outcomes.updated).toBe(4);
    expect((await world.service.job(jobId)).rollback).toMatchObject({ reversed: 4, errored: 0 });
    await world.clock.sleep(20 * LATE_MS);
    expect(phones(world)).toEqual(['2', '2', '2', '2']);
    expect(world.writes(from)).toHaveLength(4 + 4);
  });

  it('is waited for by whoever takes the rollback up', async () => {
    const { world, jobId } = await changed();
    const from = world.requests().length;
    await loseAnswers(world, jobId);
    await world.restart();
    const next = await world.imported(phonesCsv('2'), { duplicateStrategy: 'update' });
    expect(next.outcomes.updated).toBe(4);
    await world.clock.sleep(20 * LATE_MS);
    expect(phones(world)).toEqual(['2', '2', '2', '2']);
    expect(world.writes(from)).toHaveLength(4 + 4);
  });

  it('is waited for by a rollback that gives up', async () => {
    const { world, jobId } = await changed();
    const { timeoutMs, settleMs } = world.settings;
    const startMs = world.clock.monotonicMs();
    await loseAnswers(world, jobId);
    world.sandbox.control.revokeToken();
    const view = await world.ended(jobId);
    expect(view).toMatchObject({ status: 'partially_rolled_back', error: { code: 'BILLY_AUTH' } });
    expect(view.rollback).toMatchObject({ reversed: 0, errored: 4 });
    expect(world.clock.monotonicMs() - startMs).toBeGreaterThan(timeoutMs + settleMs);
    world.sandbox.control.revokeToken(false);
    const again = await undone(world, jobId);
    expect(again).toMatchObject({ status: 'rolled_back', error: null });
    expect(again.rollback).toMatchObject({ reversed: 4, kept: 0, errored: 0 });
  });
});

describe('a restore that never arrives', () => {
  it('goes again once it can no longer arrive, and not before', async () => {
    const { world, jobId } = await changed();
    const { timeoutMs, settleMs } = world.settings;
    world.sandbox.control.setFaults(every(1, 'reset-before'));
    const from = world.requests().length;
    const startMs = world.clock.monotonicMs();
    await askUndo(world, jobId);
    await world.until(jobId, () => world.writes(from).length >= 4);
    world.sandbox.control.setFaults(null);
    expect((await world.ended(jobId)).status).toBe('rolled_back');
    expect(world.clock.monotonicMs() - startMs).toBeGreaterThan(timeoutMs + settleMs);
    expect(world.writes(from)).toHaveLength(4 + 4);
    expect(phones(world)).toEqual(['0', '0', '0', '0']);
  });
});

describe('rows of one record', () => {
  it('of which the later one cannot be undone are not taken for somebody else’s work', async () => {
    const world = await stormWorld();
    const fields = { name: 'G 1', contactNo: 'G1', phone: '0', countryId: 'DK', isCustomer: true };
    await world.plant('contacts', fields);
    const csv = 'contactNo,name,phone\nG1,G 1,1\nG1,G 1,2';
    const { id } = await world.imported(csv, { duplicateStrategy: 'update' });
    world.sandbox.control.setFaults(every(1, 'reset-before'));
    const first = await undone(world, id);
    expect(first.rollback).toMatchObject({ reversed: 0, kept: 0, errored: 2 });
    world.sandbox.control.setFaults(null);
    expect((await undone(world, id)).rollback).toMatchObject({ reversed: 2, kept: 0, errored: 0 });
    expect(phones(world)).toEqual(['0']);
  });
});

const image = contactImage('c1');
const removal = { kind: 'remove', collection: 'contacts', id: 'c1', body: {} } as const;
const restore = updateStep('c1', { phone: '1' });
const VERDICTS = {
  done: { kind: 'done', reason: null },
  keep: { kind: 'keep', reason: 'used' },
  delete: { kind: 'delete', image },
  restore: { kind: 'restore', steps: [restore], image },
  rest: { kind: 'restore', steps: [updateStep('c2', { phone: '1' })], image },
} satisfies Record<string, RollbackVerdict>;

describe('a lost write', () => {
  const item = itemOf([createStep({})], { recordId: 'c1' });

  function opened(): { clock: FakeClock; lost: LostWrites } {
    const clock = new FakeClock();
    const settings = { timeoutMs: 300, settleMs: 200 };
    return { clock, lost: new LostWrites({ clock, settings }) };
  }

  const lostAs = (lost: LostWrites, step: LostWrite['step']): LostWrite => {
    const notes = new PendingJournalEntries(new FakeClock(), item, { isRollback: true });
    return lost.add(item, { leftMs: 0, step, isTold: false, notes }, { losses: 1 });
  };

  it('of an earlier process counts as sent when the pass began, and is told as lost once', async () => {
    const { clock, lost } = opened();
    await clock.advance(100);
    const sending = { ...item, rollbackState: 'sending' } as const;
    expect(lost.of(item)).toBeNull();
    expect(lost.of({ ...item, rollbackState: 'errored' })).toBeNull();
    const found = lost.of(sending);
    expect(found).toMatchObject({ leftMs: 0, step: null, losses: 1, isTold: false });
    expect(lost.of(sending)).toBe(found);
    expect(found?.notes.take().map(({ kind }) => kind)).toEqual(['billy.write']);
    lost.settle(sending);
    expect(lost.of(sending)).toBeNull();
  });

  it('may be saved until its deadline and the settling time have passed', async () => {
    const { clock, lost } = opened();
    expect(lost.waitMs({ leftMs: 0 })).toBe(500);
    await clock.advance(499);
    expect(lost.waitMs({ leftMs: 0 })).toBe(1);
    await clock.advance(1);
    expect(lost.waitMs({ leftMs: 0 })).toBe(0);
  });

  it.each([
    ['done', { step: restore, before: 'saved', after: 'saved' }],
    ['rest', { step: restore, before: 'saved', after: 'saved' }],
    ['restore', { step: restore, before: null, after: 'absent' }],
    ['restore', { step: null, before: null, after: 'unknown' }],
    ['delete', { step: removal, before: null, after: 'absent' }],
    ['keep', { step: restore, before: null, after: 'unknown' }],
  ] as const)('is judged by what is left to do (%s)', async (verdict, { step, before, after }) => {
    const { clock, lost } = opened();
    const write = lostAs(lost, step);
    expect(lost.findingOf(write, VERDICTS[verdict])).toBe(before);
    await clock.advance(500);
    expect(lost.findingOf(write, VERDICTS[verdict])).toBe(after);
  });

  it('goes again at once only where it deletes, and not for ever', () => {
    const { lost } = opened();
    const write = lostAs(lost, removal);
    expect(mayGoAgain(write, VERDICTS.delete)).toBe(true);
    expect(mayGoAgain(lostAs(lost, null), VERDICTS.delete)).toBe(true);
    expect(mayGoAgain(lostAs(lost, restore), VERDICTS.delete)).toBe(false);
    expect(mayGoAgain(write, VERDICTS.restore)).toBe(false);
    expect(mayGoAgain({ ...write, losses: 8 }, VERDICTS.delete)).toBe(false);
    expect(isGivenUp({ ...write, losses: 7 }, VERDICTS.delete)).toBe(false);
    expect(isGivenUp({ ...write, losses: 8 }, VERDICTS.delete)).toBe(true);
    expect(isGivenUp({ ...write, losses: 2 }, VERDICTS.restore)).toBe(false);
    expect(isGivenUp({ ...write, losses: 3 }, VERDICTS.restore)).toBe(true);
    expect(isGivenUp({ ...write, losses: 9 }, VERDICTS.keep)).toBe(false);
  });

  it('is counted for as long as the pass lasts, settled in between or not', () => {
    const { lost } = opened();
    const write = lostAs(lost, removal);
    lost.settle(item);
    expect(lost.add(item, write).losses).toBe(2);
  });
});
