/** Functions about an item's steps (its requests), and the patches of an item when a step has ended. */
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

/** The record that an update or removal step is about. */
export function targetOf(step: Step): Target {
  return { collection: step.collection as Collection, id: step.id ?? '' };
}

/** The patch of an item after its answer was lost. */
export function unconfirmedPatch({ clock }: Pick<JobContext, 'clock'>): ItemPatch {
  return { state: 'doubt', lostAtMs: steadyMs(clock), lookedAtMs: null };
}

/** The patch that ends an item after its last step was saved. */
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

/** The body of the step that is next or under way. */
export function bodyOf(item: ItemRecord): WireBody {
  return stepOf(item)?.body ?? {};
}

/** True if the step removes the record itself, not one of its children. */
export function isRemoval(step: Step, shape: ChangeShape): boolean {
  return step.kind === 'remove' && relationOf(shape, step.collection) === null;
}

export type ChangeShape = Parameters<typeof relationOf>[0];

/** The steps that the plan gave the item. */
export function stepsOf(item: ItemRecord): readonly Step[] {
  return item.plan?.steps ?? [];
}

/** The collection of the step that is next or under way. */
export function collectionOf(item: ItemRecord): string {
  return stepOf(item)?.collection ?? '';
}
