/**
 * The requests of one item's rollback. None is repeated here: a lost answer ends the call, and a look decides
 * what comes next. An outage rejects; what Billy refuses is a result.
 */
import type { WriteOptions } from '../../billy/types.js';
import { AppError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { archiveStep, asArchived } from '../../resources/definition/archive.js';
import { imageOf, imageOfAnswer, sameImage } from '../../resources/definition/record-image.js';
import type { ItemRecord, Step, RollbackState } from '../../model/item.js';
import type { Json, RecordImage } from '../../model/record.js';
import {
  settledNote,
  type Finding,
  type Write,
  type PendingJournalEntries,
} from '../job/journal-notes.js';
import { notDeleted } from '../send/delete-item.js';
import { refusalText } from '../send/send-item.js';
import { recreationMatch, type ContentMatch } from '../settle/content-match.js';
import { unownedIn } from '../settle/settle.js';
import { ARCHIVED, CHANGED_REASON, USED_REASON } from './decide-rollback.js';
import { recreatedText, type Recreation } from './recreate.js';
import { listUses } from '../snapshot/record-uses.js';
import { writeOptions } from '../job/before-send.js';
import { changeItems, jobRead, lookUp, type JobContext } from '../job/job-context.js';
import { targetOf } from '../job/item-steps.js';

export interface RollbackResult {
  readonly state: Exclude<RollbackState, 'sending'>;
  readonly message: string | null;
  /** The record as this rollback left it; null: it is deleted. */
  readonly image: RecordImage | null;
  /** The record's new id, where it was recreated. */
  readonly recordId?: string;
}

/** The answer of a write was lost: the item has not ended, and Billy may still save that write. */
export interface RollbackLoss {
  readonly state: 'lost';
  /** Time of leaving, monotonic. */
  readonly leftMs: number;
  readonly step: Step;
  /** False: it was lost before this call, and must be settled before the item can end. */
  readonly isNew: boolean;
}

export type RollbackEnd = RollbackResult | RollbackLoss;

/** Codes that concern all that is left, not one record. */
const STOPPING: readonly string[] = ['LEASE_LOST', 'STORE_FAILED', 'BILLY_AUTH'];

/** True for a refusal by Billy; any other error ends more than one record. */
function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && error.retry !== 'wait' && !STOPPING.includes(error.code);
}

interface Match {
  readonly image: RecordImage;
  readonly degree: ContentMatch;
}

/**
 * Finds the records that the body may have created: records that did not exist before the rollback, that no
 * job is known to own, and that match the body or share its number, e-mail or name. A person may have edited
 * the record since, so one differing field does not exclude it.
 */
async function findMatches(
  context: JobContext,
  body: Readonly<Record<string, Json>>,
): Promise<readonly Match[]> {
  const { billy, resource } = context;
  const matches: Match[] = [];
  const names = new Set(resource.identityOf(imageOf({ ...body, id: '' }, resource)));
  const sharesName = (image: RecordImage): boolean =>
    resource.identityOf(image).some((name) => names.has(name));
  const degreeOf = (image: RecordImage): ContentMatch => {
    const degree = recreationMatch(body, image, resource);
    return degree === 'other' && sharesName(image) ? 'unclear' : degree;
  };
  const options = { ...jobRead(context), include: resource.include };
  for await (const records of billy.listAll(resource.collection, options)) {
    const images = records
      .map((record) => imageOf(record, resource))
      .filter((image) => degreeOf(image) !== 'other');
    const unowned = await unownedIn(context, images);
    matches.push(...unowned.map((image) => ({ image, degree: degreeOf(image) })));
  }
  return matches;
}

const UNDECIDABLE: RollbackResult = {
  state: 'errored',
  message: 'the answer was lost, and it is unclear whether a record in Billy is the recreated one',
  image: null,
};
export const NEVER_DELETED: RollbackResult = {
  state: 'errored',
  message: 'Billy did not delete it, and did not refuse',
  image: null,
};
export const GIVEN_UP: RollbackResult = {
  state: 'errored',
  message: 'Billy failed at each attempt',
  image: null,
};
export const GONE: RollbackResult = { state: 'reversed', message: null, image: null };

function errored(refusal: AppError): RollbackResult {
  return { state: 'errored', message: refusalText(refusal), image: null };
}

function isLost(error: unknown): error is AppError {
  return error instanceof AppError && error.retry === 'reconcile';
}

/** The state of an item before any request, and again if none had an effect. */
export function idleState({ rollbackState }: ItemRecord): RollbackState | null {
  return rollbackState === 'sending' ? null : rollbackState;
}

/** True if the store cannot be used or the lease is lost: the next process finds the intent. */
export function isOutOfOurHands(error: unknown): boolean {
  return error instanceof AppError && ['LEASE_LOST', 'STORE_FAILED'].includes(error.code);
}

export interface Known {
  readonly notes: PendingJournalEntries;
  /** Time of a deletion that may still arrive, monotonic. */
  readonly leftMs?: number | null;
  /** Properties that change by themselves. */
  readonly ignored?: ReadonlySet<string>;
}

export class RollbackRequests {
  readonly #context: JobContext;
  readonly #item: ItemRecord;
  readonly #notes: PendingJournalEntries;
  #hasIntent = false;
  /** Time of the last request, monotonic. */
  #sentMs = 0;
  readonly #ignored: ReadonlySet<string>;
  /** Time of the unconfirmed write, monotonic; null: there is none. */
  #leftMs: number | null = null;

  constructor(context: JobContext, item: ItemRecord, known: Known) {
    this.#context = context;
    this.#item = item;
    this.#notes = known.notes;
    this.#leftMs = known.leftMs ?? null;
    this.#ignored = known.ignored ?? new Set();
  }

  async #mark(rollbackState: RollbackState | null): Promise<void> {
    const { seq, state } = this.#item;
    const journal = this.#notes.take();
    await changeItems(this.#context, [{ seq, from: [state], patch: { rollbackState } }], {
      journal,
    });
  }

  /** Marks the item before the bytes leave, so that a kill leaves a trace. */
  #options(): WriteOptions {
    return writeOptions(this.#context, {
      record: () => this.#mark('sending'),
      notes: [this.#notes],
      onLeave: () => {
        this.#hasIntent = true;
        this.#sentMs = this.#context.clock.monotonicMs();
      },
    });
  }

  /** Sends one request and records it; `write` describes it. */
  async #send<T>(write: Write, request: (options: WriteOptions) => Promise<T>): Promise<T> {
    try {
      const answer = await request(this.#options());
      this.#notes.saved(write, write.id);
      return answer;
    } catch (error) {
      this.#notes.failed(write, error);
      throw error;
    }
  }

  /**
   * An error that ends the whole rollback leaves the item unchanged, with its requests recorded. After an
   * unconfirmed write the item stays `sending`: the next process must look first.
   */
  async #giveBack(error: unknown): Promise<RollbackResult> {
    const isKnown = this.#hasIntent && this.#leftMs === null;
    if (isKnown && !isOutOfOurHands(error)) await this.#mark(idleState(this.#item));
    throw error;
  }

  /** A refusal by Billy ends this record; every other error rejects. */
  async #endOf(error: unknown): Promise<RollbackResult> {
    return isRefusal(error) ? errored(error) : this.#giveBack(error);
  }

  /** Deletes the record; one that Billy refuses to delete, without a use to be found, is archived. */
  async delete(now: RecordImage): Promise<RollbackEnd> {
    const { collection } = this.#context.resource;
    const step = { kind: 'remove', collection, id: now.id, body: {} } as const;
    try {
      await this.#write(step);
      return GONE;
    } catch (error) {
      if (isLost(error)) return this.#lost(step);
      if (!isRefusal(error)) return await this.#giveBack(error);
      if (error.code === 'RECORD_NOT_FOUND' && (await this.#isGone(now.id))) return GONE;
      // An item that does not end as gone needs the certainty that no earlier deletion can still arrive.
      if (this.#leftMs !== null) return this.#stillLost(step, this.#leftMs);
      return error.code === 'BILLY_VALIDATION' ? await this.#archive(now, error) : errored(error);
    }
  }

  async #isGone(id: string): Promise<boolean> {
    const { billy, resource } = this.#context;
    return (await billy.get(resource.collection, id, jobRead(this.#context))) === null;
  }

  #lost(step: Step): RollbackLoss {
    return { state: 'lost', leftMs: this.#sentMs, step, isNew: true };
  }

  #stillLost(step: Step, leftMs: number): RollbackLoss {
    return { state: 'lost', leftMs, step, isNew: false };
  }

  /**
   * Recreates a deleted record. A create may not be repeated blindly: after a lost answer, or whatever
   * an earlier pass left behind, Billy is looked at first, once the write can no longer arrive. Nothing
   * of an earlier pass left after `beganMs` (monotonic). What Billy refuses of it is left out.
   */
  async recreate(
    recreation: Recreation,
    { beganMs }: { readonly beganMs: number },
  ): Promise<RollbackResult> {
    if (this.#item.rollbackState !== null) this.#leftMs = beganMs;
    try {
      for (let attempt = 1; attempt <= LIMITS.writeAttemptsMax; attempt += 1) {
        const found = await this.#findEarlierRecords(recreation);
        if (found !== null) return found;
        const image = await this.#createOnce(recreation);
        if (image !== null) return await this.#recreated(recreation, image);
      }
      return (await this.#findEarlierRecords(recreation)) ?? GIVEN_UP;
    } catch (error) {
      return await this.#endOf(error);
    }
  }

  /** Lists the fields that the record lacks. It is read by its id, since an answer may leave out kept fields. */
  async #recreated(recreation: Recreation, image: RecordImage): Promise<RollbackResult> {
    const { id } = image;
    let lost = recreation.lostIn(image);
    if (lost.length > 0) lost = recreation.lostIn((await this.#lookSafely(id)) ?? image);
    return { state: 'reversed', message: recreatedText(lost), image, recordId: id };
  }

  /** null: there is none, or Billy could not be asked. The record is there already, whatever this says. */
  async #lookSafely(id: string): Promise<RecordImage | null> {
    try {
      return await lookUp(this.#context, id);
    } catch {
      return null;
    }
  }

  /** The record of an unconfirmed create, once the create can no longer arrive; null: none. */
  async #findEarlierRecords(recreation: Recreation): Promise<RollbackResult | null> {
    if (this.#leftMs === null) return null;
    const { clock, settings, stop } = this.#context;
    const arrivedMs = this.#leftMs + settings.timeoutMs + settings.settleMs;
    await clock.sleep(Math.max(arrivedMs - clock.monotonicMs(), 0), stop);
    stop.throwIfAborted();
    const found = await findMatches(this.#context, recreation.body);
    const [equal, second] = found.filter(({ degree }) => degree === 'equal');
    const image = equal?.image;
    // A record that equals the body is the created one, even if others share its name.
    if (second !== undefined || (equal === undefined && found.length > 0)) {
      this.#noteFound('unknown', null);
      return UNDECIDABLE;
    }
    this.#noteFound(image === undefined ? 'absent' : 'saved', image?.id ?? null);
    this.#leftMs = null;
    if (image !== undefined) return this.#recreated(recreation, image);
    recreation.narrowUnsure();
    return null;
  }

  /** It is unknown whether a request of an errored item left: only the present record counts. */
  #noteFound(finding: Finding, recordId: string | null): void {
    const isLossTold = this.#hasIntent || this.#item.rollbackState === 'sending';
    if (!isLossTold && finding !== 'saved') return;
    this.#notes.add(settledNote(this.#item, finding, recordId));
  }

  /** A refusal is certain, so that the same record with less may follow at once. null: the answer was lost. */
  async #createOnce(recreation: Recreation): Promise<RecordImage | null> {
    for (;;) {
      try {
        const image = await this.#create(recreation.body);
        recreation.accepted();
        return image;
      } catch (error) {
        if (isLost(error)) {
          this.#leftMs = this.#sentMs;
          return null;
        }
        if (!recreation.narrow(error)) throw error;
      }
    }
  }

  async #create(body: Readonly<Record<string, Json>>): Promise<RecordImage> {
    const { billy, resource } = this.#context;
    const { collection } = resource;
    const write = { kind: 'create', collection, id: null, body } as const;
    const answer = await this.#send(write, (options) => billy.create(collection, body, options));
    return imageOfAnswer(answer, { body, before: null }, resource);
  }

  /** Handles a refused deletion: keeps a record that is in use or was changed, and archives any other. */
  async #archive(now: RecordImage, refusal: AppError): Promise<RollbackEnd> {
    const { resource } = this.#context;
    const { id } = now;
    const step = archiveStep(resource, id);
    try {
      const held = await lookUp(this.#context, id);
      if (held === null) return GONE;
      const uses = await listUses(this.#context);
      const reason = uses.has(id) ? USED_REASON : resource.keepReason(held);
      if (reason !== null) return { state: 'kept', message: reason, image: held };
      if (!sameImage(held, now, { ...resource, ignored: this.#ignored })) {
        return { state: 'kept', message: CHANGED_REASON, image: held };
      }
      if (step === null) return errored(refusal);
      await this.#write(step);
      return { state: 'reversed', message: ARCHIVED, image: asArchived(held) };
    } catch (error) {
      return isLost(error) && step !== null ? this.#lost(step) : await this.#endOf(error);
    }
  }

  /** Gives the record its earlier values back, step by step; `image` is what it is then. */
  async restore(steps: readonly Step[], image: RecordImage): Promise<RollbackEnd> {
    for (const step of steps) {
      try {
        await this.#write(step);
      } catch (error) {
        return isLost(error) ? this.#lost(step) : await this.#endOf(error);
      }
    }
    return { state: 'reversed', message: null, image };
  }

  /** Sends a change or a deletion once. A deletion that the answer does not list counts as lost. */
  async #write(step: Step): Promise<void> {
    const { billy } = this.#context;
    const target = targetOf(step);
    await this.#send<unknown>(step, async (options) => {
      if (step.kind !== 'remove') return billy.update(target, step.body, options);
      const { deleted } = await billy.remove(target, options);
      const isListed = deleted[target.collection]?.includes(target.id) === true;
      if (!isListed) throw notDeleted();
      return deleted;
    });
  }
}
