// Lost writes that a look at Billy settles in part: a record that was edited since, and a row of two steps.
import { describe, expect, it } from 'vitest';
import type { WriteMoment } from '../../../src/sandbox/world/options.js';
import type { World } from '../../support/engine-world.js';
import { plantCustomers, undone } from '../support/deletions.js';
import { every, stormWorld } from '../support/storm.js';

describe('a lost create whose record somebody edits before it is looked for', () => {
  it('is adopted by its number, said so, and left alone by a rollback', async () => {
    let isEdited = false;
    const onWrite = (moment: WriteMoment): void => {
      if (moment !== 'saved' || isEdited) return;
      isEdited = true;
      edit(world);
    };
    const world = await stormWorld({ sandbox: { onWrite } });
    world.sandbox.control.setFaults(every(1, 'reset-after'));
    const job = await world.imported('contactNo,name\nK1,Kunde 1');
    world.sandbox.control.setFaults(null);
    expect(job).toMatchObject({ status: 'completed', outcomes: { created: 1, unknown: 0 } });
    expect(job.warnings).toMatchObject([{ code: 'ADOPTED_BY_KEY' }]);
    const [made] = world.held('contacts');
    const adopted = { code: 'ADOPTED_BY_KEY', recordId: made?.id };
    expect(await world.items(job.id)).toMatchObject([adopted]);
    expect((await undone(world, job.id)).rollback).toMatchObject({ total: 1, kept: 1 });
    expect(world.held('contacts')).toMatchObject([{ name: 'Kunde 1', street: 'Ny vej 1' }]);
  });
});

function edit(world: World): void {
  const id = world.held('contacts')[0]?.id ?? '';
  world.sandbox.control.thirdParty({ action: 'edit', id, changes: { street: 'Ny vej 1' } });
}

describe('a row of two steps', () => {
  it('whose answers are all lost sends each step once', async () => {
    const world = await stormWorld();
    await plantCustomers(world, 1);
    world.sandbox.control.setFaults(every(1, 'reset-after'));
    const from = world.requests().length;
    const csvContent = 'contactNo,phone,email\nK1,22222222,ny@ko.example';
    const { id } = await world.start({ csvContent }, {}, { operation: 'update' });
    const job = await world.ended(id);
    expect(job.outcomes).toMatchObject({ updated: 1, failed: 0, unknown: 0 });
    expect(world.writes(from).map(({ path }) => path.split('/')[2])).toEqual([
      'contacts',
      'contactPersons',
    ]);
    expect(world.held('contacts')).toMatchObject([{ phone: '22222222' }]);
    expect(world.held('contactPersons')).toMatchObject([{ email: 'ny@ko.example' }]);
  });
});
