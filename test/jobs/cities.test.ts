// Contacts whose city and zip code are references: exported, compared, changed, and given back.
import { describe, expect, it } from 'vitest';
import { resourceNamed } from '../../src/resources/registry.js';
import { calmWorld, type World } from '../support/engine-world.js';
import { deleted, undone } from './support/deletions.js';

const PLACE = { cityId: 'us_co_denver', zipcodeId: 'us_80209' };

async function plantPlaced(world: World): Promise<string> {
  const basis = { name: 'Denver Inc', contactNo: 'D1', countryId: 'US', isCustomer: true };
  return world.plant('contacts', { ...basis, ...PLACE });
}

function contactOf(world: World) {
  return world.held('contacts')[0];
}

async function exportedText(world: World): Promise<string> {
  const { result } = await world.service.export(
    {
      resource: resourceNamed('customer'),
      filters: {},
      overwrite: false,
      dialect: 'standard',
    },
    new AbortController().signal,
  );
  return world.service.exportText(result?.filename ?? '');
}

describe('a customer whose city is a reference', () => {
  it('is exported with the names, and imports as unchanged without a request', async () => {
    const world = await calmWorld();
    await plantPlaced(world);
    const text = await exportedText(world);
    expect(text).toContain('Denver,80209,US');
    for (const duplicateStrategy of ['update', 'merge'] as const) {
      const before = world.requests().length;
      const view = await world.imported(text, { duplicateStrategy });
      expect(view.outcomes).toMatchObject({ unchanged: 1, updated: 0, merged: 0 });
      expect(world.writes(before)).toEqual([]);
    }
  });

  it.each(['clearsId', 'idStays'] as const)(
    'takes another city as a text, and gets the reference back by a rollback, where a text %s',
    async (cityTextWritten) => {
      const world = await calmWorld({ unknowns: { cityTextWritten } });
      await plantPlaced(world);
      const csv = 'contactNo,name,city,zipcode\nD1,Denver Inc,Boulder,80209';
      const job = await world.imported(csv, { duplicateStrategy: 'update' });
      expect(job.outcomes).toMatchObject({ updated: 1 });
      expect(contactOf(world)).toMatchObject({ cityText: 'Boulder', cityId: null });
      expect(contactOf(world)).toMatchObject({ zipcodeId: 'us_80209' });
      const again = await world.imported(csv, { duplicateStrategy: 'update', force: true });
      expect(again.outcomes).toMatchObject({ unchanged: 1 });
      expect((await undone(world, job.id)).rollback).toMatchObject({ reversed: 1, kept: 0 });
      expect(contactOf(world)).toMatchObject(PLACE);
      expect(contactOf(world)?.['cityText'] ?? '').toBe('');
    },
  );

  it('keeps the name for later rows of the same file', async () => {
    const world = await calmWorld();
    await plantPlaced(world);
    const csv = 'contactNo,name,phone,city\nD1,Denver Inc,12345678,\nD1,Denver Inc,,Denver';
    const view = await world.imported(csv, { duplicateStrategy: 'update' });
    expect(view.outcomes).toMatchObject({ updated: 1, unchanged: 1 });
    expect(contactOf(world)).toMatchObject({ ...PLACE, phone: '12345678' });
  });

  it('comes back with it when its deletion is taken back', async () => {
    const world = await calmWorld();
    const id = await plantPlaced(world);
    const job = await deleted(world, [id]);
    expect((await undone(world, job.id)).rollback).toMatchObject({ reversed: 1, errored: 0 });
    expect(contactOf(world)).toMatchObject(PLACE);
  });
});
