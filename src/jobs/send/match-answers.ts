/**
 * Matches the records of a bulk-save answer to the items that were sent. The order of the records proves
 * nothing (billy-api.md section 2.2): an id or a `_clientId` decides, otherwise the content of the record.
 * No record is matched to two items; an item without a record is unconfirmed.
 */
import type { BulkAnswer, WireRecord, WriteAnswer } from '../../billy/types.js';
import {
  differsFromSent,
  imageOfAnswer,
  relationOf,
} from '../../resources/definition/record-image.js';
import type { ItemRecord } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import type { Alteration } from '../job/altered-fields.js';
import { EventLoopYielder } from '../../core/event-loop.js';
import { judgeAllCreates } from '../settle/judge-creates.js';
import { unownedIn } from '../settle/settle.js';
import type { JobContext } from '../job/job-context.js';
import { bodyOf, stepOf, collectionOf } from '../job/item-steps.js';

/** The fields that Billy is known to store differently than sent, and a way to add further ones. */
export interface Altered {
  readonly fields: ReadonlySet<string>;
  add(alterations: readonly Alteration[]): Promise<void>;
}

interface Unmatched {
  readonly record: WireRecord;
  readonly image: RecordImage;
}

type MatchedAnswers = Map<ItemRecord, WireRecord>;

/** Matches children by their parent: a parent has at most one child in a batch. */
function matchChildren(
  items: readonly ItemRecord[],
  unmatched: readonly WireRecord[],
  key: string,
): MatchedAnswers {
  const matched: MatchedAnswers = new Map();
  for (const item of items) {
    const parentId = bodyOf(item)[key];
    const own = unmatched.filter((record) => record[key] === parentId);
    const [only] = own;
    if (only !== undefined && own.length === 1) matched.set(item, only);
  }
  return matched;
}

/** The fields in which each record differs from each item. */
class Distances {
  readonly #fields = new Map<ItemRecord, ReadonlyMap<Unmatched, readonly string[]>>();

  static async between(
    items: readonly ItemRecord[],
    unmatched: readonly Unmatched[],
    { resource, clock }: Pick<JobContext, 'resource' | 'clock'>,
  ): Promise<Distances> {
    const distances = new Distances();
    const yielder = new EventLoopYielder(clock);
    for (const item of items) {
      const body = bodyOf(item);
      const row = unmatched.map(
        (each) => [each, differsFromSent(body, each.image, resource)] as const,
      );
      distances.#fields.set(item, new Map(row));
      await yielder.yieldIfDue();
    }
    return distances;
  }

  fieldsOf(item: ItemRecord, unmatched: Unmatched): readonly string[] {
    return this.#fields.get(item)?.get(unmatched) ?? [];
  }

  /** The records with the fewest differing fields, of those that equal the item in at least half of them. */
  nearestTo(item: ItemRecord): readonly Unmatched[] {
    const row = [...(this.#fields.get(item) ?? [])];
    const isAlike = (fields: readonly string[]): boolean =>
      fields.length * 2 <= Object.keys(bodyOf(item)).length;
    return nearest(row.filter(([, fields]) => isAlike(fields)));
  }

  nearestItems(unmatched: Unmatched): readonly ItemRecord[] {
    return nearest(
      [...this.#fields].map(([item, row]) => [item, row.get(unmatched) ?? []] as const),
    );
  }
}

function nearest<T>(entries: readonly (readonly [T, readonly string[]])[]): T[] {
  const least = Math.min(...entries.map(([, fields]) => fields.length));
  return entries.filter(([, fields]) => fields.length === least).map(([entry]) => entry);
}

/**
 * Matches items to the nearest records. A record that Billy stores differently than sent equals no item; if
 * as many records as items are left, those that are nearest to each other belong together. For the items
 * that stay unmatched, the differing fields are added to `altered`: such a field must not make an item count
 * as absent.
 */
async function matchNearest(
  context: JobContext,
  left: { items: readonly ItemRecord[]; unmatched: readonly Unmatched[] },
  altered: Altered,
): Promise<MatchedAnswers> {
  const { items, unmatched } = left;
  const matched: MatchedAnswers = new Map();
  if (items.length === 0 || unmatched.length === 0) return matched;
  const distances = await Distances.between(items, unmatched, context);
  for (const item of items) {
    const mutual = distances
      .nearestTo(item)
      .filter((each) => distances.nearestItems(each).includes(item));
    const [first] = mutual;
    const isOnly = first !== undefined && distances.nearestTo(item).length === 1;
    const isSure = isOnly && distances.nearestItems(first).length === 1;
    if (isSure && items.length === unmatched.length) matched.set(item, first.record);
    else {
      const fields = mutual.flatMap((each) => distances.fieldsOf(item, each));
      await altered.add(fields.map((field) => ({ field, isSpelling: false })));
    }
  }
  return matched;
}

/** Matches creates of the resource's own records. */
async function matchCreates(
  context: JobContext,
  { items, answer }: { items: readonly ItemRecord[]; answer: BulkAnswer },
  altered: Altered,
): Promise<MatchedAnswers> {
  const { resource, clock } = context;
  const { records } = answer;
  const images = answer.loose.map((record) =>
    imageOfAnswer({ record, records }, { body: {}, before: null }, resource),
  );
  // A record that existed before, or that has an owner, was not created by this request.
  const unownedIds = new Set((await unownedIn(context, images)).map(({ id }) => id));
  const unmatched = answer.loose.flatMap((record, index): Unmatched[] => {
    const image = images[index];
    return image !== undefined && unownedIds.has(record.id) ? [{ record, image }] : [];
  });
  const evidence = {
    unowned: unmatched.map(({ image }) => image),
    byId: new Map(),
    inFlight: [],
    altered: altered.fields,
    unresolvedElsewhere: [],
  };
  const matched: MatchedAnswers = new Map();
  for (const { item, verdict } of await judgeAllCreates(items, evidence, {
    shape: resource,
    clock,
  })) {
    if (verdict.kind !== 'happened') continue;
    const found = unmatched.find(({ record }) => record.id === verdict.image?.id);
    if (found !== undefined) matched.set(item, found.record);
  }
  const taken = new Set([...matched.values()].map(({ id }) => id));
  const left = {
    items: items.filter((item) => !matched.has(item)),
    unmatched: unmatched.filter(({ record }) => !taken.has(record.id)),
  };
  return new Map([...matched, ...(await matchNearest(context, left, altered))]);
}

/** Returns Billy's answer for each item, in order; null if no record of the answer could be matched to it. */
export async function matchAnswers(
  context: JobContext,
  sent: { items: readonly ItemRecord[]; answer: BulkAnswer },
  altered: Altered,
): Promise<(WriteAnswer | null)[]> {
  const { items, answer } = sent;
  const { answers, loose, records, deleted } = answer;
  const open = items.filter(
    (item, index) => (answers[index] ?? null) === null && stepOf(item)?.kind === 'create',
  );
  const [first] = open;
  if (first === undefined || loose.length === 0) {
    return items.map((_, index) => answers[index] ?? null);
  }
  const relation = relationOf(context.resource, collectionOf(first));
  const parentKey = relation === null ? null : context.resource.relations[relation]?.parentKey;
  const matched =
    parentKey === null || parentKey === undefined
      ? await matchCreates(context, { items: open, answer }, altered)
      : matchChildren(open, loose, parentKey);
  return items.map((item, index) => {
    const record = matched.get(item);
    return record === undefined ? (answers[index] ?? null) : { record, records, deleted };
  });
}
