// Transactions: whole or not at all.
import { describe, expect, it } from 'vitest';
import { datetimeText, World } from '../../../src/sandbox/world/world.js';
import { FakeClock } from '../../support/fake-clock.js';

function newWorld(): World {
  const clock = new FakeClock(Date.UTC(2024, 0, 31, 12, 34, 56));
  return new World({ clock, seed: 1, collections: { things: ['no'] } });
}

function names(world: World): unknown[] {
  const table = world.table('things');
  return table.idsOf('own').map((id) => table.get(id)?.fields['name']);
}

function add(world: World, name: string) {
  return world.insert('things', { id: world.newId(), organizationId: 'own', fields: { name } });
}

describe('World', () => {
  it('takes back everything when the work throws, order included', () => {
    const world = newWorld();
    const [first, second] = [add(world, 'a'), add(world, 'b')];
    expect(() =>
      world.transaction(() => {
        add(world, 'c');
        world.update('things', second, { name: 'changed' });
        world.remove('things', first);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(names(world)).toEqual(['a', 'b']);
    expect(world.commits).toBe(0);
  });

  it('counts transactions that changed something', () => {
    const world = newWorld();
    world.transaction(() => add(world, 'a'));
    world.transaction(() => 'nothing');
    expect(world.commits).toBe(1);
  });

  it('writes times in UTC without a zone', () => {
    expect(newWorld().nowText()).toBe('2024-01-31T12:34:56');
    expect(datetimeText(0)).toBe('1970-01-01T00:00:00');
  });

  it('tells what was there a while ago, from when it was asked to remember', async () => {
    const clock = new FakeClock(Date.UTC(2024, 0, 31));
    const world = new World({ clock, seed: 1, collections: { things: ['no'], others: [] } });
    const first = add(world, 'a');
    world.keepPast();
    await clock.advance(1000);
    add(world, 'b');
    world.update('things', first, { name: 'a2' });
    await clock.advance(500);
    world.update('things', { ...first, fields: { name: 'a2' } }, { name: 'a3' });
    expect(names(world.asBefore(0))).toEqual(['a3', 'b']);
    expect(names(world.asBefore(100))).toEqual(['a2', 'b']);
    expect(names(world.asBefore(600))).toEqual(['a']);
    expect(names(world)).toEqual(['a3', 'b']);
    world.remove('things', { ...first, fields: { name: 'a3' } });
    expect(names(world.asBefore(100))).toEqual(['a2', 'b']);
    expect(world.asBefore(100).table('others')).toBe(world.table('others'));
  });

  it('takes what a failed transaction did for never done', async () => {
    const clock = new FakeClock(Date.UTC(2024, 0, 31));
    const world = new World({ clock, seed: 1, collections: { things: [] } });
    const first = add(world, 'a');
    world.keepPast();
    await clock.advance(1000);
    const failing = () =>
      world.transaction(() => {
        world.update('things', first, { name: 'changed' });
        add(world, 'b');
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    expect([names(world.asBefore(500)), names(world.asBefore(0))]).toEqual([['a'], ['a']]);
  });

  it('has only declared collections', () => {
    expect(newWorld().collections()).toEqual(['things']);
    expect(() => newWorld().table('others')).toThrow(RangeError);
  });
});
