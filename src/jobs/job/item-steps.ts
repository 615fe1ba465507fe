/** The requests of an item, one by one, and what an item becomes when one of them ended. */
import type { Resource } from '../../resources/definition/resource.js';
import type { Collection, WireBody } from '../../billy/types.js';
import { steadyMs } from '../../core/steady-time.js';
import type { ItemPatch, ItemRecord, Step } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import type { JobContext } from './job-context.js';
import { relationOf } from '../../resources/definition/record-image.js';

export interface Target {
  readonly collection: Collection;
  readonly id: string;
}

/** What a step that changes or removes is about. */
export function targetOf(step: Step): Target {
  return { collection: step.collection as Collection, id: step.id ?? '' };
}

/** The patch of an item whose answer was lost. */
export function unconfirmedPatch({ clock }: Pick<JobContext, 'clock'>): ItemPatch {
  return { state: 'doubt', lostAtMs: steadyMs(clock), lookedAtMs: null };
}

/** The patch that ends an item whose last step is in Billy. */
export function writtenPatch(item: ItemRecord, image: RecordImage | null): ItemPatch {
  return {
    state: 'ended',
    outcome: item.plan?.outcome ?? 'updated',
    recordId: image?.id ?? item.recordId,
    after: image,
    hasWritten: true,
  };
}

/** The step that is next or under way. */
export function stepOf(item: ItemRecord): Step | null {
  return stepsOf(item)[item.step] ?? null;
}

/** What is sent by the step that is next or under way. */
export function bodyOf(item: ItemRecord): WireBody {
  return stepOf(item)?.body ?? {};
}

/** The step takes the record itself away, not one of its children. */
export function isRemoval(step: Step, shape: ChangeShape): boolean {
  return step.kind === 'remove' && relationOf(shape, step.collection) === null;
}

export type ChangeShape = Parameters<typeof relationOf>[0];

/** The steps that the plan gave the item. */
export function stepsOf(item: ItemRecord): readonly Step[] {
  return item.plan?.steps ?? [];
}

/** Where an item's next request goes. */
export function collectionOf(item: ItemRecord): string {
  return stepOf(item)?.collection ?? '';
}

/** The change that puts a record out of the way without deleting it; null: the kind knows no archive. */
export function archiveStep(
  resource: Pick<Resource, 'fields' | 'collection'>,
  id: string,
): Step | null {
  if (!resource.fields.includes('isArchived')) return null;
  return { kind: 'update', collection: resource.collection, id, body: { isArchived: true } };
}
