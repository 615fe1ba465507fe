/**
 * Sends many items in bulk saves, as far as Billy accepts them together. The run sends the rest one by one.
 */
import type { ItemRecord } from '../../model/item.js';
import type { Altered } from './match-answers.js';
import { type Batches, type BulkSaveLimits } from './save-batches.js';
import {
  isCreate,
  updateLimits,
  splitRefused,
  type SubBatch,
  type Refused,
} from './split-refused-batch.js';
import { endedOf, sendBatch, type Ended } from './save-batch.js';
import { sendItem, storeResults, type SendResult } from './send-item.js';
import type { JobContext } from '../job/job-context.js';
import { collectionOf } from '../job/item-steps.js';

export interface BulkHooks {
  readonly altered: Altered;
  /** Called when a request has ended, with its result. */
  onRequest(sent: SendResult): Promise<void>;
  /** Called when an item has ended, or is unconfirmed. */
  onRow(item: ItemRecord, sent: SendResult): Promise<void>;
}

/** The items that one round of requests leaves unfinished. */
interface Round {
  /** Items with a written step and a further step left. */
  readonly goOn: ItemRecord[];
  readonly refused: Refused[];
}

/** Splits a batch into pieces that are no larger than Billy accepts. */
function piecesOf({ items, origin }: SubBatch, size: number): SubBatch[] {
  if (items.length <= size) return [{ items, origin }];
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => ({
    items: items.slice(index * size, (index + 1) * size),
    origin: null,
  }));
}

function byCollection(items: readonly ItemRecord[]): ItemRecord[][] {
  const groups = new Map<string, ItemRecord[]>();
  for (const item of items) {
    const collection = collectionOf(item);
    groups.set(collection, [...(groups.get(collection) ?? []), item]);
  }
  return [...groups.values()];
}

export interface BulkSaveDeps {
  /** Stops with the job. */
  readonly context: JobContext;
  /** Stops only with the process, so that no row stays partly written when the job stops. */
  readonly finishing: JobContext;
}

export class BulkSave {
  readonly #context: JobContext;
  readonly #finishing: JobContext;
  readonly #batches: Batches;
  readonly #hooks: BulkHooks;

  constructor({ context, finishing }: BulkSaveDeps, batches: Batches, hooks: BulkHooks) {
    this.#context = context;
    this.#finishing = finishing;
    this.#batches = batches;
    this.#hooks = hooks;
  }

  /**
   * Sends these items to their last step. Items that it leaves ready, because Billy no longer accepts bulk
   * saves or because the job stops, go back to the run. Rejects only when the worker itself must stop.
   */
  async send(items: readonly ItemRecord[]): Promise<void> {
    const goOn: ItemRecord[] = [];
    for (const group of byCollection(items)) goOn.push(...(await this.#sendGroup(group)));
    if (goOn.length === 0) return;
    const works = { context: this.#finishing, finishing: this.#finishing };
    await new BulkSave(works, this.#batches, this.#hooks).send(goOn);
  }

  /** Sends one step of each item; returns the items that have a further step. */
  async #sendGroup(items: readonly ItemRecord[]): Promise<ItemRecord[]> {
    const [first] = items;
    const limits = this.#batches.limitsOf(first === undefined ? '' : collectionOf(first));
    const goOn: ItemRecord[] = [];
    for (let parts: readonly SubBatch[] = [{ items, origin: null }]; parts.length > 0;) {
      const round: Round = { goOn, refused: [] };
      for (const part of parts) await this.#sendPart(part, limits, round);
      for (const origin of new Set(parts.map((part) => part.origin))) {
        if (origin !== null) updateLimits(origin, limits);
      }
      parts = await this.#narrow(round.refused, limits);
    }
    return goOn;
  }

  async #narrow(refused: readonly Refused[], limits: BulkSaveLimits): Promise<readonly SubBatch[]> {
    const { altered } = this.#hooks;
    const goOn: ItemRecord[] = [];
    return splitRefused(this.#context, refused, {
      limits,
      altered,
      store: async (results) => {
        await storeResults(this.#context, results);
        await this.#note(results.map(endedOf), goOn);
      },
    });
  }

  async #sendPart(part: SubBatch, limits: BulkSaveLimits, round: Round): Promise<void> {
    for (const piece of piecesOf(part, Math.max(1, limits.size))) {
      const { items, origin } = piece;
      if (limits.isOff || this.#context.stop.aborted) return;
      const [only] = items;
      const isPassed =
        items.length === 1 && only !== undefined
          ? await this.#sendAlone(only)
          : await this.#sendTogether(items, limits, round);
      if (isPassed === false) origin?.refused.push(items.length);
      if (isPassed === true && items.some(isCreate)) origin?.passed.push(items.length);
    }
  }

  /** Returns true if written, false if refused, and null if not known yet. */
  async #sendAlone(item: ItemRecord): Promise<boolean | null> {
    const sent = await sendItem(this.#context, item);
    await this.#hooks.onRow(item, sent);
    await this.#hooks.onRequest(sent);
    if (sent.end === 'failed') return false;
    return sent.end === 'written' ? true : null;
  }

  async #sendTogether(
    items: readonly ItemRecord[],
    limits: BulkSaveLimits,
    { goOn, refused }: Round,
  ): Promise<boolean | null> {
    const end = await sendBatch(this.#context, items, this.#hooks.altered);
    if (end.kind === 'refused') {
      refused.push(end);
      await this.#hooks.onRequest({ end: 'failed', error: end.error, image: null });
      return false;
    }
    await this.#note(end.rows, goOn);
    await this.#hooks.onRequest(end.request);
    if (end.request.end === 'written') limits.passed(items.length);
    return end.rows.every(({ sent }) => sent.end === 'written') ? true : null;
  }

  async #note(rows: readonly Ended[], goOn: ItemRecord[]): Promise<void> {
    for (const { item, sent, goesOn } of rows) {
      if (goesOn) goOn.push(item);
      else if (sent.end !== 'notSent') await this.#hooks.onRow(item, sent);
    }
  }
}
