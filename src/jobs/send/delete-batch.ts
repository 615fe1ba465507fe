/** Sends the deletions of a job, a hundred per request, and stores what becomes of their items. */
import type { AppError } from '../../core/errors.js';
import type { ItemChange, ItemPatch, ItemRecord, Step } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import { settledNote } from '../job/journal-notes.js';
import { BatchDeletion } from './batch-deletion.js';
import { deleteBatches } from './delete-sizes.js';
import { DELETED, notDeleted, removalOf, sendDeletion } from './delete-item.js';
import { beginProgress, sendOptions, type Progress, type SendResult } from './send-item.js';
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

export class DeleteBatches {
  readonly #context: JobContext;
  readonly #archives: boolean;
  readonly #deletion: BatchDeletion<Removal>;

  constructor(context: JobContext, options: { readonly archives: boolean }) {
    this.#context = context;
    this.#archives = options.archives;
    this.#deletion = new BatchDeletion(context, ({ progress }) => idOf(progress.item));
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
      if (batch.length > 1 && this.#deletion.isKnown) {
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
    return this.#deletion.isKnown && isAll && !item.needsPlan;
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
    const batch = items.flatMap((item): Removal[] => {
      const step = removalOf(this.#context, item);
      return step === null ? [] : [{ step, progress: beginProgress(this.#context, item) }];
    });
    const sending = batch.map(({ progress }) => progress);
    const end = await this.#deletion.send(batch, sendOptions(this.#context, sending));
    switch (end.kind) {
      case 'answered': {
        const gone = await this.#endDeleted(end.gone);
        const { handled, again } = await this.#settleSilent(end.left);
        return { handled: [...gone, ...handled], again };
      }
      case 'lost':
        return { handled: await this.#markUnconfirmed(batch, end.error), again: [] };
      case 'notSent': {
        await this.#giveBack(batch, end.error);
        return { handled: handledAs(batch, 'notSent', end.error), again: [] };
      }
      case 'refused': {
        const gone = await this.#endDeleted(end.gone);
        await this.#giveBack(end.left, end.error);
        const refused: Handled = {
          items: [],
          sent: { end: 'failed', error: end.error, image: null },
        };
        // A request of a kind that Billy does not know says nothing about these records.
        const handled = this.#deletion.isKnown ? [...gone, refused] : gone;
        return { handled, again: end.smaller.map(itemsOf) };
      }
    }
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

  /** Ends items whose records are deleted. */
  async #endDeleted(gone: readonly Removal[]): Promise<Handled[]> {
    for (const { progress, step } of gone) progress.notes.saved(step, step.id);
    await this.#change(gone, DELETED);
    return handledAs(gone, 'written', null);
  }

  /** Nothing happened to these records: their items can be sent again. */
  async #giveBack(batch: readonly Removal[], error: AppError | null): Promise<void> {
    for (const { progress, step } of batch) progress.notes.failed(step, error);
    await this.#change(batch, { state: 'ready' });
  }

  /**
   * Records that the answer does not list: those that are gone now were deleted by this request, or by an
   * earlier copy of it. Each is read by its id, since lists may lag; only a Billy that does not tell what it
   * has deleted costs these requests.
   */
  async #settleSilent(batch: readonly Removal[]): Promise<Outcome> {
    const found = await this.#look(batch);
    if (found === null) {
      return { handled: await this.#markUnconfirmed(batch, notDeleted()), again: [] };
    }
    const isThere = ({ progress }: Removal): boolean =>
      (found.get(idOf(progress.item)) ?? null) !== null;
    const there = batch.filter(isThere);
    const handled = await this.#endDeleted(batch.filter((removal) => !isThere(removal)));
    for (const { progress, step } of there) {
      progress.notes.failed(step, notDeleted());
      progress.notes.add(settledNote(progress.item, 'absent', step.id));
    }
    await this.#change(there, { state: 'ready' });
    return { handled, again: itemsOf(there).map((item) => [item]) };
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

  async #markUnconfirmed(batch: readonly Removal[], error: AppError): Promise<Handled[]> {
    for (const { progress, step } of batch) progress.notes.failed(step, error);
    await this.#change(batch, unconfirmedPatch(this.#context));
    return handledAs(batch, 'unconfirmed', error);
  }
}
