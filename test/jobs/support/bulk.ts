// A world that saves many at a time, and what it has sent.
import type { StartOptions } from '../../../src/jobs/job/job-options.js';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import { calmWorld, type World, type WorldOptions } from '../../support/engine-world.js';
import { expectExact } from './storm.js';

export function bulkWorld(options: WorldOptions = {}): Promise<World> {
  return calmWorld({ bulkSave: true, ...options });
}

/** Numbered customers with an e-mail each. */
export function customersCsv(count: number, from = 1): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const no = String(from + index);
    return `K${no},Kunde ${no},k${no}@ko.example`;
  });
  return ['contactNo,name,email', ...lines].join('\n');
}

/** What reached Billy, by method; reads of the organization and lists left out. */
export function countWrites(world: World): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method } of world.writes()) counts[method] = (counts[method] ?? 0) + 1;
  return counts;
}

/** Somebody has these numbers already, and Billy takes none twice. */
export async function occupy(world: World, numbers: readonly number[]): Promise<string[]> {
  const ids: string[] = [];
  for (const no of numbers) {
    const taken = { name: `Optaget ${String(no)}`, contactNo: `K${String(no)}`, countryId: 'DK' };
    ids.push(await world.plant('contacts', taken));
  }
  return ids;
}

export interface Import {
  readonly rows: number;
  /** Numbers of rows that Billy refuses; the world must enforce unique numbers. */
  readonly bad?: readonly number[];
  readonly options?: StartOptions;
}

export interface Imported {
  readonly view: JobView;
  /** Writes of the job by method. */
  readonly writes: Readonly<Record<string, number>>;
}

/** An import of customers, exact in Billy: each good row once, no bad one. */
export async function importExactly(
  world: World,
  { rows, bad = [], options }: Import,
): Promise<Imported> {
  const before = await occupy(world, bad);
  const planted = world.writes().length;
  const strategy = { duplicateStrategy: 'create', ...options } as const;
  const view = await world.imported(customersCsv(rows), strategy);
  await expectExact(world, view.id, { before });
  const writes: Record<string, number> = {};
  for (const { method } of world.writes(0).slice(planted)) {
    writes[method] = (writes[method] ?? 0) + 1;
  }
  return { view, writes };
}
