// The oracle sees each kind of fault in a history that was made up to hold it, and none in a good one.
import { describe, expect, it } from 'vitest';
import { CONTACT, MadeUp } from './made-up.js';

const CREATED = { outcome: 'created', recordId: 'new', hasWritten: true } as const;
const POST = { method: 'POST', path: '/contacts', body: CONTACT, seq: 1 } as const;
const UPDATE = {
  operation: 'update',
  strategy: 'update',
  rows: [{ id: 'old', phone: '70001234' }],
} as const;
const PUT = { method: 'PUT', path: '/contacts/old', body: { phone: '70001234' }, seq: 1 } as const;
const UPDATED = { outcome: 'updated', recordId: 'old', hasWritten: true } as const;
const DELETE = { method: 'DELETE', path: '/contacts?ids[]=old' } as const;
const DELETION = { operation: 'delete', rows: [{ id: 'old' }] } as const;

/** One row that was made as it should be. */
function madeOne(world = new MadeUp()) {
  const log = world.begin();
  world.write(POST, 'new', CONTACT);
  return { world, log };
}

/** One record that was changed as it should be. */
function changedOne() {
  const world = new MadeUp(UPDATE);
  world.seed('old', CONTACT);
  world.ms += 10;
  const log = world.begin();
  world.write(PUT, 'old', { ...CONTACT, phone: '70001234' });
  return { world, log };
}

describe('a run', () => {
  it('is found good when each row has its one record', () => {
    const { world, log } = madeOne();
    world.end(log, [CREATED]);
    expect(world.verdict()).toEqual([]);
  });

  it('doubles a row: two records for one', () => {
    const { world, log } = madeOne();
    world.write(POST, 'again', CONTACT);
    world.end(log, [CREATED]);
    expect(world.verdict()).toContain('doubled');
  });

  it('makes again what a person entered before a restart', () => {
    const world = new MadeUp();
    const log = world.begin();
    world.person('theirs', { ...CONTACT, name: 'Anden' });
    world.ms += 100;
    world.stint(2);
    world.write({ ...POST, process: 2 }, 'new', CONTACT);
    world.end(log, [CREATED]);
    expect(world.verdict()).toEqual(['doubled']);
  });

  it('may make what a person enters right before the request leaves', () => {
    const world = new MadeUp();
    const log = world.begin();
    world.ms += 100;
    world.person('theirs', { ...CONTACT, name: 'Anden' });
    world.write(POST, 'new', CONTACT);
    world.end(log, [CREATED]);
    expect(world.verdict()).toEqual([]);
  });

  it.each([
    ['never was in Billy', 'nowhere'],
    ['was there before', 'old'],
    ['is a person’s', 'theirs'],
  ])('loses a row: it names what %s', (_what, recordId) => {
    const world = new MadeUp();
    world.seed('old', { name: 'Gammel' });
    world.ms += 10;
    const log = world.begin();
    world.person('theirs', { name: 'Anden' });
    world.end(log, [{ ...CREATED, recordId }]);
    expect(world.verdict()).toEqual(['lost']);
  });

  it('loses a value: the record holds another', () => {
    const world = new MadeUp();
    const log = world.begin();
    world.write(POST, 'new', { ...CONTACT, phone: '' });
    world.end(log, [CREATED]);
    expect(world.verdict()).toEqual(['lost']);
  });

  it('is found good when Billy alters the value as it alters all', () => {
    const world = new MadeUp();
    const log = world.begin();
    world.write(POST, 'new', { ...CONTACT, phone: '11223344' });
    world.end(log, [CREATED]);
    const alter = (_collection: string, field: string, value: unknown): unknown =>
      field === 'phone' && typeof value === 'string' ? value.replaceAll(' ', '') : value;
    expect(world.verdict({ alter })).toEqual([]);
  });

  it('loses an update that never came', () => {
    const world = new MadeUp(UPDATE);
    world.seed('old', CONTACT);
    world.ms += 10;
    const log = world.begin();
    world.end(log, [UPDATED]);
    expect(world.verdict()).toEqual(['lost']);
  });

  it('falsifies: a row says failed and Billy has it', () => {
    const { world, log } = madeOne();
    world.end(log, [{ outcome: 'failed', code: 'BILLY_VALIDATION' }]);
    expect(world.verdict()).toEqual(['falsified']);
  });

  it('falsifies: a deletion of ours is told as skipped', () => {
    const world = new MadeUp(DELETION);
    world.seed('old', CONTACT);
    world.ms += 10;
    const log = world.begin();
    world.status('job0', 'processing');
    world.intendDeletion();
    world.write(DELETE, 'old', null);
    world.end(log, [{ outcome: 'skipped' }]);
    expect(world.verdict()).toEqual(['falsified']);
  });

  it('falsifies: completed with an open row', () => {
    const world = new MadeUp();
    const log = world.begin();
    world.end(log, [{ state: 'ready' }]);
    expect(world.verdict()).toEqual(['falsified']);
  });

  it('overwrites: a merge over what a person filled in before a restart', () => {
    const world = new MadeUp({ ...UPDATE, operation: 'import', strategy: 'merge' });
    world.seed('old', { ...CONTACT, phone: '' });
    world.ms += 10;
    const log = world.begin();
    world.person('old', { ...CONTACT, phone: '99' });
    world.ms += 10;
    world.stint(2);
    world.write({ ...PUT, process: 2 }, 'old', { ...CONTACT, phone: '70001234' });
    world.end(log, [{ ...UPDATED, outcome: 'merged' }]);
    expect(world.verdict()).toEqual(['overwritten']);
  });

  it('forgets a stop: another process sends after a failure', () => {
    const world = new MadeUp({ continueOnError: false });
    const log = world.begin();
    world.fail(7);
    world.ms += 10;
    world.stint(2);
    world.write({ ...POST, process: 2 }, 'new', CONTACT);
    world.end(log, [CREATED]);
    expect(world.verdict()).toEqual(['stop forgotten']);
  });

  it('is late: a write lands after the end', () => {
    const { world, log } = madeOne();
    const sending = world.send(PUT);
    world.end(log, [CREATED]);
    world.executed(sending, 'new', { ...CONTACT, phone: '70001234' });
    expect(world.verdict()).toContain('late');
  });

  it('touches a foreign organization', () => {
    const { world, log } = madeOne();
    const sending = world.send({ ...PUT, path: '/contacts/foreign' });
    world.recorder.execute(sending, () => {
      const change = { collection: 'contacts', id: 'foreign', before: null, after: {} };
      world.recorder.noteChanges([{ ...change, isOwn: false }]);
      return { status: 200 };
    });
    world.end(log, [CREATED]);
    expect(world.verdict()).toContain('foreign');
  });

  it('is stuck', () => {
    const world = new MadeUp();
    world.begin().stuck.push('start: still processing');
    expect(world.verdict()).toEqual(['stuck']);
  });
});

describe('unknown rows', () => {
  it('are needless when each answer was heard', () => {
    const world = new MadeUp();
    const log = world.begin();
    world.send(POST).isHeard = true;
    world.end(log, [{ outcome: 'unknown' }]);
    expect(world.verdict()).toEqual(['unknown without need']);
  });

  it('are needless when nothing else may be what was sent', () => {
    const world = new MadeUp();
    const log = world.begin();
    world.executed(world.send(POST), 'new', CONTACT);
    world.end(log, [{ outcome: 'unknown' }]);
    expect(world.verdict()).toEqual(['unknown without need']);
  });

  it('are needed when a person enters one of the same number meanwhile', () => {
    const world = new MadeUp();
    const log = world.begin();
    world.executed(world.send(POST), 'new', CONTACT);
    world.person('theirs', { ...CONTACT, name: 'Anden' });
    world.end(log, [{ outcome: 'unknown' }]);
    expect(world.verdict()).toEqual([]);
  });
});

describe('a dry run', () => {
  it('wrote', () => {
    const world = new MadeUp({ dryRun: true });
    const log = world.begin();
    world.write(POST, 'new', CONTACT);
    world.end(log, [CREATED]);
    expect(world.verdict()).toEqual(['dry run wrote']);
  });

  it('foretold something else on an unchanged account', () => {
    const world = new MadeUp();
    const dry = world.begin('dry', { dryRun: true });
    world.end(dry, [{ outcome: 'skipped' }]);
    const log = world.begin('job0', { foretoldBy: 'dry' });
    world.write(POST, 'new', CONTACT);
    world.end(log, [CREATED]);
    expect(world.verdict()).toEqual(['dry run differs']);
  });

  it('has a plan that is stale, and its row is written all the same', () => {
    const world = new MadeUp(UPDATE);
    world.seed('old', CONTACT);
    world.ms += 10;
    const dry = world.begin('dry', { dryRun: true });
    world.end(dry, [UPDATED]);
    world.ms += 10;
    world.person('old', { ...CONTACT, phone: '99' });
    world.ms += 10;
    const log = world.begin('job0', { foretoldBy: 'dry' });
    world.write(PUT, 'old', { ...CONTACT, phone: '70001234' });
    world.end(log, [UPDATED]);
    expect(world.verdict()).toEqual(['plan stale']);
  });
});

describe('a rollback', () => {
  const REVERSED = { ...UPDATED, rollbackState: 'reversed' } as const;

  it('is found good when the record is as it was', () => {
    const { world, log } = changedOne();
    world.end(log, [UPDATED]);
    world.askUndo(log);
    world.intendUndo(1);
    world.write({ ...PUT, seq: undefined }, 'old', CONTACT);
    world.endUndo(log, [REVERSED]);
    expect(world.verdict()).toEqual([]);
  });

  it('takes too little: reversed, and nothing was sent', () => {
    const { world, log } = changedOne();
    world.end(log, [UPDATED]);
    world.askUndo(log);
    world.endUndo(log, [REVERSED]);
    expect(world.verdict()).toEqual(['undone too little']);
  });

  it('takes too little: kept, and nobody has touched it', () => {
    const { world, log } = changedOne();
    world.end(log, [UPDATED]);
    world.askUndo(log);
    world.endUndo(log, [{ ...UPDATED, rollbackState: 'kept' }]);
    expect(world.verdict()).toEqual(['undone too little']);
  });

  it('takes too much: a person has changed the record since', () => {
    const { world, log } = changedOne();
    world.end(log, [UPDATED]);
    world.ms += 10;
    world.person('old', { ...CONTACT, phone: '70001234', externalId: 'X' });
    world.ms += 10;
    world.askUndo(log);
    world.intendUndo(1);
    world.write({ ...PUT, seq: undefined }, 'old', { ...CONTACT, externalId: 'X' });
    world.endUndo(log, [REVERSED]);
    expect(world.verdict()).toEqual(['undone too much']);
  });

  it('takes too much: it deletes what a person made', () => {
    const { world, log } = madeOne();
    world.person('theirs', { name: 'Anden' });
    world.end(log, [CREATED]);
    world.askUndo(log);
    world.intendUndo(1);
    world.write(DELETE, 'theirs', null);
    world.write(DELETE, 'new', null);
    world.endUndo(log, [{ ...CREATED, rollbackState: 'reversed' }]);
    expect(world.verdict()).toEqual(['undone too much']);
  });

  it('doubles: a deleted record is made again twice', () => {
    const world = new MadeUp(DELETION);
    world.seed('old', CONTACT);
    world.ms += 10;
    const log = world.begin();
    world.intendDeletion();
    world.write(DELETE, 'old', null);
    const gone = { outcome: 'deleted', recordId: 'old', hasWritten: true } as const;
    world.end(log, [gone]);
    world.askUndo(log);
    world.intendUndo(1);
    for (const id of ['again', 'and again']) world.write({ ...POST, seq: undefined }, id, CONTACT);
    world.endUndo(log, [{ ...gone, recordId: 'again', rollbackState: 'reversed' }]);
    expect(world.verdict()).toEqual(['doubled']);
  });
});
