// What the journal tells of a job, and that it tells of every write that Billy took.
import { expect } from 'vitest';
import type { JournalEntry } from '../../../src/model/journal.js';
import type { World } from '../../support/engine-world.js';
import { journalOf, verdictsOf } from '../../store/contract/journal.js';

export type Body = Readonly<Record<string, unknown>>;

export interface Told {
  readonly entries: readonly JournalEntry[];
  readonly writes: readonly Body[];
  readonly settled: readonly Body[];
}

/** The whole journal, its chains checked. */
export async function toldBy(world: World): Promise<Told> {
  const entries = await journalOf(world.store);
  const verdicts = Object.values(await verdictsOf(world.store));
  expect(verdicts.filter(({ ok }) => !ok)).toEqual([]);
  const of = (kind: string): Body[] =>
    entries.filter((entry) => entry.kind === kind).map(({ body }) => body as Body);
  return { entries, writes: of('billy.write'), settled: of('billy.settled') };
}

export function withResult(told: Told, result: string): readonly Body[] {
  return told.writes.filter((write) => write['result'] === result);
}

export function foundAs(told: Told, found: string): readonly Body[] {
  return told.settled.filter((body) => body['found'] === found);
}

/** Records that Billy wrote or deleted, by its own log: a request that names many ids counts so often. */
export function committed(world: World, from = 0): number {
  return world
    .writes(from)
    .filter((request) => request.committed)
    .reduce((sum, { path }) => sum + Math.max(1, path.split('ids[]=').length - 1), 0);
}

/** Each write that Billy took is told once: as saved, or as lost and found saved. */
export function expectEachWriteTold(world: World, told: Told): void {
  const lost = withResult(told, 'lost');
  const found = foundAs(told, 'saved');
  expect(withResult(told, 'saved').length + found.length).toBe(committed(world));
  expect(told.settled.length).toBe(lost.length);
}
