// Deletions whose records a rollback makes anew, and what must hold then: all are there, each once.
import { expect } from 'vitest';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import type { World, WorldOptions } from '../../support/engine-world.js';
import {
  contents,
  deleted,
  idsOf,
  plantCustomers,
  plantDraft,
  plantProducts,
} from './deletions.js';
import { stormWorld } from './storm.js';
import { committed, foundAs, toldBy, withResult } from './told.js';

export const RESOURCES = ['customer', 'product', 'invoice'] as const;
type Kind = (typeof RESOURCES)[number];

export const COLLECTIONS = {
  customer: 'contacts',
  product: 'products',
  invoice: 'invoices',
} as const;

async function plantSome(world: World, resource: Kind, count: number): Promise<string[]> {
  if (resource === 'customer') return plantCustomers(world, count);
  if (resource === 'product') return plantProducts(world, count);
  const [contactId = ''] = await plantCustomers(world, 1);
  const [productId = ''] = await plantProducts(world, 1);
  const ids: string[] = [];
  for (let no = 1; no <= count; no += 1) {
    const more = { orderNo: `O${String(no)}`, contactMessage: 'Tak' };
    ids.push(await plantDraft(world, { contactId, productId, more }));
  }
  return ids;
}

export interface Gone {
  readonly world: World;
  readonly ids: readonly string[];
  readonly before: readonly string[];
  readonly jobId: string;
  /** The first request after the deletion. */
  readonly from: number;
}

/** A world in which a job has deleted so many records. */
export async function goneFrom(
  world: World,
  resource: Kind,
  ids: readonly string[],
): Promise<Gone> {
  const before = contents(world, resource);
  const view = await deleted(world, ids, { resource });
  expect(view.outcomes).toMatchObject({ deleted: ids.length });
  expect(idsOf(world, COLLECTIONS[resource])).toEqual([]);
  return { world, ids, before, jobId: view.id, from: world.requests().length };
}

export async function gone(
  resource: Kind,
  count: number,
  options: WorldOptions = {},
): Promise<Gone> {
  const world = await stormWorld(options);
  return goneFrom(world, resource, await plantSome(world, resource, count));
}

export function created({ world, from }: Gone): number {
  const posts = world.writes(from).filter(({ method }) => method === 'POST');
  return posts.filter(({ committed }) => committed).length;
}

/** All are there again, each once, under ids that the items name. */
export async function expectBack(on: Gone, resource: Kind, message = ''): Promise<void> {
  const { world, before, ids, jobId } = on;
  expect(contents(world, resource), message).toEqual(before);
  const held = idsOf(world, COLLECTIONS[resource]);
  const named = (await world.items(jobId)).map(({ recordId }) => recordId ?? '');
  expect(named.sort(), message).toEqual(held);
  expect(
    held.filter((id) => ids.includes(id)),
    message,
  ).toEqual([]);
}

export function expectAll(view: JobView, total: number, message = ''): void {
  const counts = { total, reversed: total, kept: 0, errored: 0 };
  expect(view.rollback, message).toMatchObject(counts);
  expect(view.status, message).toBe('rolled_back');
}

/** Every write since the deletion is told once: as saved, or as lost and found saved. */
export async function expectToldSince({ world, from }: Gone, lostMin: number): Promise<void> {
  const told = await toldBy(world);
  const lost = withResult(told, 'lost');
  expect(lost.length).toBeGreaterThanOrEqual(lostMin);
  expect(told.settled.length).toBe(lost.length);
  const undoing = told.writes.filter(({ isRollback }) => isRollback === true);
  const saved = withResult({ ...told, writes: undoing }, 'saved').length;
  expect(saved + foundAs(told, 'saved').length).toBe(committed(world, from));
}
