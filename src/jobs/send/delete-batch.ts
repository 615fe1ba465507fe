/**
 * Sends deletions to Billy, a hundred per request. A record that the answer lists is gone; a record that the
 * answer leaves out is looked up; a refused request is halved until the refused record is sent alone.
 */
import { BillyFailure } from '../../billy/failure.js';
import type { DeleteAnswer } from '../../billy/types.js';
import type { AppError } from '../../core/errors.js';
import type { ItemChange, ItemPatch, ItemRecord, Step } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import { settledNote } from '../job/journal-notes.js';
import { halvesOf, deleteBatches } from './delete-sizes.js';
import { DELETED, notDeleted, removalOf, sendDeletion } from './delete-item.js';
import {
  beginProgress,
  failureOf,
  sendOptions,
  type Progress,
  type SendResult,
} from './send-item.js';
import { changeItems, lookUp, type JobContext } from '../job/job-context.js';
import { unconfirmedPatch, stepsOf } from '../job/item-steps.js';

/** Items that one request, or one answer, has brought to the same end. */
export interface Handled {
  /** Empty: the request failed, and all of it goes again in smaller ones. */
  readonly items: readonly ItemRecord[];
  readonly sent: SendResult;
}

/** One item of a batch, with the step that takes its record away. */
interface Removal {
  readonly step: Step;
  readonly progress: Progress;
}

/** The results of a batch, and the items to send again in smaller ones. */
interface Outcome {
  readonly handled: readonly Handled[];
  readonly again: readonly (readonly ItemRecord[])[];
}

function idOf(item: ItemRecord): string {
  return item.recordId ?? '';
}

function itemsOf(batch: readonly Removal[]): ItemRecord[] {
  return batch.map(({ progress }) => progress.item);
}

function handledAs(
  batch: readonly Removal[],
  end: SendResult['end'],
  error: AppError | null,
): Handled[] {
  if (batch.length === 0) return [];
  return [{ items: itemsOf(batch), sent: { end, error, image: null } }];
}

/** Billy does not know such a request at all; a single deletion is another one. */
export function isUnknownToBilly(error: unknown): boolean {
  return (
    error instanceof BillyFailure &&
    (error.isUnsupported || error.billyCode === 'INVALID_DELETE_ID_ARRAY')
  );
}

export class DeleteBatches {
  readonly #context: JobContext;
  readonly #archives: boolean;
  #isKnown = true;

  constructor(context: JobContext, options: { readonly archives: boolean }) {
    this.#context = context;
    this.#archives = options.archives;
  }

  /** `first` and those of the others that go in the same request. */
  gather(first: ItemRecord, others: readonly ItemRecord[]): ItemRecord[] {
    if (!this.#isJoining(first)) return [first];
    const byId = new Map<string, ItemRecord>();
    for (const item of [first, ...others.filter((each) => this.#isJoining(each))]) {
      if (!byId.has(idOf(item))) byId.set(idOf(item), item);
    }
    return deleteBatches([...byId.values()], idOf)[0] ?? [first];
  }

  /** Sends all, some of them alone in the end. Rejects only when the worker itself must stop. */
  async *send(items: readonly ItemRecord[]): AsyncGenerator<Handled> {
    const queue: (readonly ItemRecord[])[] = [items];
    // Items that are no longer sent are `ready` in the store.
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      if (this.#context.stop.aborted) return;
      if (batch.length > 1 && this.#isKnown) {
        const { handled, again } = await this.#sendMany(batch);
        yield* handled;
        queue.unshift(...again);
      } else if (batch.length > 1) queue.unshift(...batch.map((item) => [item]));
      else yield* await this.#sendAlone(batch);
    }
  }

  /** True if the item is a decided removal that needs no new decision. */
  #isJoining(item: ItemRecord): boolean {
    const isAll = stepsOf(item).length === 1 && removalOf(this.#context, item) !== null;
    return this.#isKnown && isAll && !item.needsPlan;
  }

  async #sendAlone(batch: readonly ItemRecord[]): Promise<Handled[]> {
    const handled: Handled[] = [];
    for (const item of batch) {
      const step = removalOf(this.#context, item);
      if (step === null) continue;
      const archives = this.#archives;
      const sent = await sendDeletion(this.#context, item, { step, archives });
      handled.push({ items: [item], sent });
    }
    return handled;
  }

  async #sendMany(items: readonly ItemRecord[]): Promise<Outcome> {
    const { billy, resource } = this.#context;
    const batch = items.flatMap((item): Removal[] => {
      const step = removalOf(this.#context, item);
      return step === null ? [] : [{ step, progress: beginProgress(this.#context, item) }];
    });
    const sending = batch.map(({ progress }) => progress);
    let deleted: DeleteAnswer['deleted'];
    try {
      const options = sendOptions(this.#context, sending);
      ({ deleted } = await billy.removeMany(resource.collection, items.map(idOf), options));
    } catch (error) {
      return this.#fail(batch, error);
    }
    const { gone, left } = await this.#noteGone(batch, deleted);
    const silent = await this.#settleSilent(left);
    return { handled: [...gone, ...silent.handled], again: silent.again };
  }

  #takeNotes(batch: readonly Removal[]) {
    return batch.flatMap(({ progress }) => progress.notes.take());
  }

  async #change(batch: readonly Removal[], patch: ItemPatch): Promise<void> {
    const changes = itemsOf(batch).map(({ seq }): ItemChange => {
      return { seq, from: ['ready', 'sending'], patch };
    });
    await changeItems(this.#context, changes, { journal: this.#takeNotes(batch) });
  }

  /** Ends those that an answer lists as deleted. */
  async #noteGone(
    batch: readonly Removal[],
    deleted: DeleteAnswer['deleted'],
  ): Promise<{ gone: Handled[]; left: Removal[] }> {
    const listed = new Set(deleted[this.#context.resource.collection]);
    const isListed = ({ progress }: Removal): boolean => listed.has(idOf(progress.item));
    const gone = batch.filter(isListed);
    for (const { progress, step } of gone) progress.notes.saved(step, step.id);
    await this.#change(gone, DELETED);
    const left = batch.filter((removal) => !isListed(removal));
    return { gone: handledAs(gone, 'written', null), left };
  }

  /**
   * Records that the answer does not list: those that are gone now were deleted by this request, or by an
   * earlier copy of it. Each is read by its id, since lists may lag; only a Billy that does not tell what it
   * has deleted costs these requests.
   */
  async #settleSilent(batch: readonly Removal[]): Promise<Outcome> {
    const found = await this.#look(batch);
    if (found === null) return { handled: await this.#doubt(batch, notDeleted()), again: [] };
    const isThere = ({ progress }: Removal): boolean =>
      (found.get(idOf(progress.item)) ?? null) !== null;
    const there = batch.filter(isThere);
    const gone = batch.filter((removal) => !isThere(removal));
    for (const { progress, step } of gone) progress.notes.saved(step, step.id);
    await this.#change(gone, DELETED);
    for (const { progress, step } of there) {
      progress.notes.failed(step, notDeleted());
      progress.notes.add(settledNote(progress.item, 'absent', step.id));
    }
    await this.#change(there, { state: 'ready' });
    return {
      handled: handledAs(gone, 'written', null),
      again: itemsOf(there).map((item) => [item]),
    };
  }

  /** null: Billy could not be asked. */
  async #look(batch: readonly Removal[]): Promise<Map<string, RecordImage | null> | null> {
    const found = new Map<string, RecordImage | null>();
    try {
      for (const id of itemsOf(batch).map(idOf)) found.set(id, await lookUp(this.#context, id));
      return found;
    } catch {
      return null;
    }
  }

  async #doubt(batch: readonly Removal[], error: AppError): Promise<Handled[]> {
    for (const { progress, step } of batch) progress.notes.failed(step, error);
    await this.#change(batch, unconfirmedPatch(this.#context));
    return handledAs(batch, 'doubt', error);
  }

  async #fail(batch: readonly Removal[], thrown: unknown): Promise<Outcome> {
    const { kind, error } = failureOf(thrown);
    if (kind === 'lost') return { handled: await this.#doubt(batch, error), again: [] };
    if (kind === 'refused') return this.#narrow(batch, error);
    for (const { progress, step } of batch) progress.notes.failed(step, error);
    await this.#change(batch, { state: 'ready' });
    return { handled: handledAs(batch, 'back', error), again: [] };
  }

  async #narrow(batch: readonly Removal[], error: AppError): Promise<Outcome> {
    const deleted = error instanceof BillyFailure ? error.deleted : {};
    const { gone, left } = await this.#noteGone(batch, deleted);
    for (const { progress, step } of left) progress.notes.failed(step, error);
    await this.#change(left, { state: 'ready' });
    if (isUnknownToBilly(error)) {
      this.#isKnown = false;
      return { handled: gone, again: [itemsOf(left)] };
    }
    const refused: Handled = { items: [], sent: { end: 'failed', error, image: null } };
    const items = itemsOf(left);
    const again = items.length > 1 ? halvesOf(items) : [items];
    return { handled: [...gone, refused], again: again.filter(({ length }) => length > 0) };
  }
}
