// A world in bad weather, and what must hold in it: every row one effect, none lost, none twice.
import { expect } from 'vitest';
import { countsOf, type JobView } from '../../../src/jobs/service/job-view.js';
import type { FaultKind, FaultPlan } from '../../../src/sandbox/world/options.js';
import type { ItemRecord } from '../../../src/model/item.js';
import { testWorld, type World, type WorldOptions } from '../../support/engine-world.js';

const STORM = { isVirtual: true, timeoutMs: 4000, settleMs: 3000 } as const;
/** Longer than a look takes, shorter than the settling time. */
const LATE_MS = 100;

export function stormWorld(options: WorldOptions = {}): Promise<World> {
  return testWorld({ ...STORM, ...options });
}

export function every(n: number, kind: FaultKind, lateMs = LATE_MS): FaultPlan {
  return { seed: 1, rates: {}, everyNthWrite: [{ n, kind }], lateMs };
}

export function sometimes(rates: FaultPlan['rates'], seed = 1, lateMs = LATE_MS): FaultPlan {
  return { seed, rates, lateMs };
}

/** A file of customers; `numbers` gives each a contactNo. */
export function customersCsv(count: number, { numbers = true } = {}): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const no = String(index + 1);
    return numbers ? `K${no},Kunde ${no}` : `Kunde ${no}`;
  });
  return [numbers ? 'contactNo,name' : 'name', ...lines].join('\n');
}

export function twinsCsv(count: number): string {
  return ['name,phone', ...Array.from({ length: count }, () => 'Tvilling ApS,11223344')].join('\n');
}

function expectCounts(view: JobView, items: readonly ItemRecord[]): void {
  const of = (outcome: string): number => items.filter((item) => item.outcome === outcome).length;
  for (const [outcome, count] of Object.entries(view.outcomes)) {
    expect({ [outcome]: count }).toEqual({ [outcome]: of(outcome) });
  }
  const { successfulItems, failedItems, skippedItems, unknownItems, processedItems } = view;
  expect(successfulItems + failedItems + skippedItems + unknownItems).toBe(processedItems);
  expect(processedItems + view.notAttemptedItems).toBe(items.length);
  if (view.status === 'completed') expect(view.notAttemptedItems).toBe(0);
  expect(countsOf(view).processedItems).toBe(
    items.filter(({ outcome }) => outcome !== null).length,
  );
}

/**
 * The account holds what was there before and exactly the records that the job's items name: each
 * created item one of its own, under its own name, and nothing else.
 */
export async function expectExact(
  world: World,
  jobId: string,
  more: { collection?: string; before?: readonly string[] } = {},
): Promise<JobView> {
  const { collection = 'contacts', before = [] } = more;
  const view = await world.service.job(jobId);
  const items = await world.items(jobId);
  expectCounts(view, items);
  const held = new Map(world.held(collection).map((record) => [record.id, record]));
  const created = items.filter(({ outcome }) => outcome === 'created');
  const ids = created.map(({ recordId }) => recordId ?? 'none');
  expect(new Set(ids).size, 'two rows name one record').toBe(ids.length);
  const names = created.map(({ recordId }) => held.get(recordId ?? '')?.['name']);
  expect(names, 'a row names a record that is not its own').toEqual(created.map(({ key }) => key));
  const mine = new Set([...before, ...ids]);
  const others = [...held.keys()].filter((id) => !mine.has(id));
  expect(others, 'records that no row of the job made').toEqual([]);
  expect(held.size).toBe(mine.size);
  return view;
}
