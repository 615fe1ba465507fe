/** Rows of one file that meet each other: one record, whatever becomes of the first of them. */
import { describe, expect, it } from 'vitest';
import type { FaultKind } from '../../../src/sandbox/world/options.js';
import { openWork, type World } from '../../support/engine-world.js';
import { contactImage } from '../support/images.js';
import { every, stormWorld } from '../support/storm.js';
import { withChildIds } from '../../../src/jobs/snapshot/share-record.js';

const STRATEGIES = ['skip', 'update', 'merge'] as const;

/** Billy refuses a name of this row's kind: the id of a city that it does not have cannot be sent, so a lock of one number stands in. */
async function takenNumber(world: World, contactNo: string): Promise<string> {
  return world.plant('contacts', { name: 'Optaget', contactNo, countryId: 'DK', isCustomer: true });
}

function named(world: World, name: string): readonly Record<string, unknown>[] {
  return world.held('contacts').filter((record) => record['name'] === name);
}

describe.each(STRATEGIES)('equal keys with %s', (duplicateStrategy) => {
  const CSV = 'contactNo,name,phone\nK1,Alfa,11\nK1,Alfa,22\nK1,Alfa,33';

  it('make one record', async () => {
    const world = await stormWorld();
    const view = await world.imported(CSV, { duplicateStrategy });
    expect(view.outcomes.created).toBe(1);
    expect(view.duplicates).toMatchObject({ inFile: 2, inBilly: 0 });
    const phone = duplicateStrategy === 'update' ? '33' : '11';
    expect(world.held('contacts')).toMatchObject([{ contactNo: 'K1', phone }]);
  });

  it('make one record when the first row cannot be taken', async () => {
    const world = await stormWorld();
    const csv = CSV.replace('11', '11').replace('K1,Alfa,11', 'K1,,11');
    const view = await world.imported(csv, { duplicateStrategy });
    expect(view.outcomes).toMatchObject({ failed: 1, created: 1 });
    expect(world.held('contacts')).toHaveLength(1);
  });

  it.each(['reset-after', 'reset-before', 'reset-late'] as const)(
    'make one record when answers are lost (%s)',
    async (kind: FaultKind) => {
      const world = await stormWorld();
      world.sandbox.control.setFaults(every(2, kind));
      const view = await world.imported(`${CSV}\nK2,Beta,1\nK2,Beta,2`, { duplicateStrategy });
      expect(view.outcomes).toMatchObject({ created: 2, unknown: 0, failed: 0 });
      expect(world.held('contacts')).toHaveLength(2);
    },
  );

  it('make one record when Billy refuses the first two rows', async () => {
    // Unique numbers: somebody takes K1 after the plan, and gives it back after two refusals.
    const world = await stormWorld({ isHeld: true, unknowns: { uniqueNumbers: 'enforce' } });
    const csv = [
      'vatNo,contactNo,name',
      '13748136,T1,Alfa',
      '13748136,T2,Alfa',
      '13748136,T3,Alfa',
    ].join('\n');
    const job = await world.startImport(csv, { duplicateStrategy, matchBy: ['vatNo'] });
    const [first, second] = [await takenNumber(world, 'T1'), await takenNumber(world, 'T2')];
    await world.restart({ isHeld: false });
    const view = await world.ended(job.id);
    expect(view.outcomes).toMatchObject({ created: 1, failed: 2 });
    expect(named(world, 'Alfa')).toMatchObject([{ contactNo: 'T3' }]);
    expect(world.held('contacts').map(({ id }) => id)).toEqual(
      expect.arrayContaining([first, second]),
    );
  });
});

describe('a row whose leader', () => {
  it('failed meets what another earlier row has made in the meantime', async () => {
    // Row 4 means row 2 by VAT number, which Billy refuses, and row 3 by e-mail, which it takes.
    const world = await stormWorld({ isHeld: true, unknowns: { uniqueNumbers: 'enforce' } });
    const csv = [
      'vatNo,contactNo,name,email',
      '13748136,T1,Alfa,',
      ',,Beta,beta@ko.example',
      '13748136,,Gamma,beta@ko.example',
    ].join('\n');
    const job = await world.startImport(csv, { matchBy: ['vatNo', 'email'] });
    await takenNumber(world, 'T1');
    await world.restart({ isHeld: false });
    const view = await world.ended(job.id);
    expect(view.outcomes).toMatchObject({ failed: 1, created: 1, skipped: 1 });
    expect(named(world, 'Gamma')).toEqual([]);
  });

  it('is unknown makes no second record of the same key', async () => {
    const world = await stormWorld();
    world.sandbox.control.setFaults(every(1, 'timeout-after'));
    const csv = 'contactNo,name\nK1,Alfa\nK1,Alfa';
    const job = await world.startImport(csv);
    await world.until(job.id, () => world.held('contacts').length > 0);
    world.sandbox.control.setFaults(null);
    // Somebody else makes an equal record before anybody has looked: nothing can be told apart.
    const twin = { name: 'Alfa', contactNo: 'K1', type: 'company', isCustomer: true };
    world.sandbox.control.thirdParty({ action: 'create-contact', changes: twin });
    const view = await world.ended(job.id);
    expect(view.unknownItems).toBeGreaterThan(0);
    expect(world.held('contacts')).toHaveLength(2);
  });

  it('ends in the same look is told so at once', async () => {
    const world = await stormWorld();
    world.sandbox.control.setFaults(every(1, 'reset-after'));
    const csv = 'contactNo,name,phone\nK1,Alfa,1\nK1,Alfa,2\nK2,Beta,1\nK2,Beta,2';
    const view = await world.imported(csv, { duplicateStrategy: 'update' });
    expect(view.outcomes).toMatchObject({ created: 2, updated: 2, unknown: 0 });
    expect(world.held('contacts').map(({ phone }) => phone)).toEqual(['2', '2']);
  });

  it('is one of several is decided after all of them', async () => {
    const world = await stormWorld();
    const csv = [
      'contactNo,name,email',
      'K1,Alfa,a@ko.example',
      'K2,Beta,a@ko.example',
      ',Gamma,a@ko.example',
    ].join('\n');
    const view = await world.imported(csv, { duplicateStrategy: 'update' });
    expect(view.outcomes).toMatchObject({ created: 2, failed: 1 });
    expect(view.errors).toMatchObject([{ row: 4, code: 'DUPLICATE_AMBIGUOUS' }]);
  });
});

describe('withChildIds', () => {
  const ANNA = { name: 'Anna', email: 'anna@ko.example', isPrimary: true };

  async function ground(): Promise<{
    world: World;
    context: Awaited<ReturnType<typeof openWork>>;
  }> {
    const world = await stormWorld();
    const { id } = await world.imported('name\nAlfa');
    const job = await world.store.getJob({ jobId: id });
    if (job === null) throw new Error('the job is gone');
    return { world, context: await openWork(world, job) };
  }

  it('asks Billy for the ids that its answer has left out, and only then', async () => {
    const { world, context } = await ground();
    const basis = { name: 'G', countryId: 'DK', isCustomer: true, contactPersons: [ANNA] };
    const id = await world.plant('contacts', basis);
    const [person] = world.held('contactPersons');
    const from = world.requests().length;
    const whole = contactImage(id, {}, [{ id: person?.id ?? '', ...ANNA }]);
    expect(await withChildIds(context, whole)).toBe(whole);
    expect(world.requests()).toHaveLength(from);
    const found = await withChildIds(context, contactImage(id, {}, [{ id: null, ...ANNA }]));
    expect(found.children['contactPersons']).toMatchObject([{ id: person?.id }]);
    expect(world.requests()).toHaveLength(from + 1);
  });

  it('keeps the answer when the record is gone meanwhile', async () => {
    const { context } = await ground();
    const image = contactImage('gone', {}, [{ id: null, ...ANNA }]);
    expect(await withChildIds(context, image)).toBe(image);
  });
});
