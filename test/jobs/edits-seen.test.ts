// What people write to records of a job in properties that no row knows: a rollback sees it, and gives it back.
import { describe, expect, it } from 'vitest';
import { ALTERNATE_UNKNOWNS, DEFAULT_UNKNOWNS } from '../../src/sandbox/world/options.js';
import { calmWorld, type World } from '../support/engine-world.js';
import { deleted, plantCustomers, undone } from './support/deletions.js';

// The account lets people write all of it.
const WRITABLE = { undocumentedFields: 'writable' } as const;
const PROFILES = [
  ['default', { ...DEFAULT_UNKNOWNS, ...WRITABLE }],
  ['alternate', { ...ALTERNATE_UNKNOWNS, ...WRITABLE }],
] as const;

function idNamed(world: World, name: string): string {
  return world.held('contacts').find((record) => record['name'] === name)?.id ?? '';
}

function edit(world: World, id: string, changes: object): void {
  world.sandbox.control.thirdParty({ action: 'edit', id, changes: { ...changes } });
}

describe.each(PROFILES)('in the %s profile', (_name, unknowns) => {
  it('a rollback keeps new customers that somebody gave something no row knows', async () => {
    const world = await calmWorld({ unknowns });
    const edits = [
      { stateId: 'us_co' },
      { cityId: 'us_co_denver' },
      { externalId: 'E1' },
      { isSalesTaxExempt: true },
      { defaultExpenseProductDescription: 'Papir' },
    ];
    const names = ['A', 'B', 'C', 'D', 'E', 'Urørt'];
    const job = await world.imported(
      `name,email\n${names.map((n) => `${n},${n}@ko.dk`).join('\n')}`,
    );
    edits.forEach((changes, at) => {
      edit(world, idNamed(world, names[at] ?? ''), changes);
    });
    const view = await undone(world, job.id);
    expect(view.rollback).toMatchObject({ total: 6, reversed: 1, kept: 5, errored: 0 });
    expect(
      world
        .held('contacts')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  it('a deletion that is taken back brings back what no row knows', async () => {
    const world = await calmWorld({ unknowns });
    const more = {
      ...{ stateId: 'us_co', cityId: 'us_co_denver' },
      ...{ externalId: 'E1', isSalesTaxExempt: true },
    };
    const { id } = await deleted(world, await plantCustomers(world, 3, () => more));
    expect(world.held('contacts')).toEqual([]);
    expect((await undone(world, id)).rollback).toMatchObject({ reversed: 3, kept: 0, errored: 0 });
    expect(world.held('contacts')).toHaveLength(3);
    for (const record of world.held('contacts')) expect(record).toMatchObject(more);
  });
});

it('an update of an e-mail that only changes its capitals changes nothing', async () => {
  const world = await calmWorld();
  await plantCustomers(world, 1);
  const view = await world.imported('contactNo,name,email\nK1,Kunde 1,K1@KO.Example', {
    duplicateStrategy: 'update',
  });
  expect(view.outcomes).toMatchObject({ unchanged: 1, updated: 0 });
});
