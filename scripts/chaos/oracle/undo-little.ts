/** A rollback that takes too little: what it counts as reversed is as before, and it keeps nothing without need. */
import type { ItemRecord } from '../../../src/model/item.js';
import type { Facts, Finding } from '../facts/facts.js';
import type { Root } from '../facts/ledger.js';
import { changedFields } from './changes.js';
import { COLLECTION, heldContent, keyOf, textOf } from './contents.js';
import { madeBy, othersChanges, type Made } from './deeds.js';
import { pictureOrder } from './pictures.js';
import { isUsedAt, type Touched, type UndoPlace } from './undo-facts.js';

function finding(text: string): Finding {
  return { kind: 'undone too little', text };
}

/** Somebody, or another job, has touched or used it since. */
function hasReason(place: UndoPlace, touched: Touched, item: ItemRecord): boolean {
  const { facts, job, end } = place;
  const { root } = touched;
  if (item.code === 'ADOPTED_BY_KEY') return true;
  const [first] = touched.deeds;
  // What came shortly before the job's write looks to the job as if it came after.
  const due = first === undefined ? 0 : pictureOrder(facts, job, first.sending);
  const after = Math.min(due, first?.entry.order ?? 0);
  const span = { jobId: job.id, after, until: end.order };
  if (othersChanges(facts, root, span).length > 0) return true;
  if (isUsedAt(facts, root, end.order)) return true;
  return textOf(facts.ledger.fieldsAt(root, end.order)?.['state']) === 'approved';
}

/** Somebody edited what this rollback had made anew before its lost answer was looked for. */
function wasMadeAgainEdited({ facts, job, end }: UndoPlace, { seq }: ItemRecord): boolean {
  return madeBy(facts, job, 'undo').some(({ root, order, deed }) => {
    const span = { jobId: job.id, after: order, until: end.order };
    const isOfRow = deed.seq === null || deed.seq === seq;
    return isOfRow && othersChanges(facts, root, span).length > 0;
  });
}

function judgeMade(place: UndoPlace, touched: Touched, item: ItemRecord): Finding[] {
  const { facts, end } = place;
  const now = facts.ledger.fieldsAt(touched.root, end.order);
  const isOut = now === null || now['isArchived'] === true;
  if (isOut || item.rollbackState !== 'reversed') return [];
  return [finding(`row ${String(item.row)} is reversed, and ${touched.root.id} is still there`)];
}

function valueAt(place: UndoPlace, at: { collection: string; id: string }, field: string): string {
  const { ledger } = place.facts;
  const value = textOf(ledger.fieldsAt(at, place.end.order)?.[field]);
  return value === 'false' ? '' : value;
}

/** Fields that the job changed and that are not as they were. */
function leftFields(place: UndoPlace, touched: Touched): string[] {
  const { facts, job } = place;
  const seen = new Set<string>();
  return touched.deeds.flatMap((deed) => {
    const { entry, sending } = deed;
    if (entry.collection !== touched.root.collection) return [];
    return changedFields(deed).flatMap((field) => {
      if (seen.has(field)) return [];
      seen.add(field);
      const since = facts.ledger
        .versionsOf(entry.collection, entry.id)
        .filter(({ order }) => order < entry.order);
      const due = pictureOrder(facts, job, sending);
      const known = since.filter(({ order }, index) => {
        const next = since[index + 1]?.order ?? entry.order;
        return order > due || next > due;
      });
      const allowed = known.map(({ after }) =>
        textOf(facts.alter(entry.collection, field, after?.[field])),
      );
      const now = valueAt(place, entry, field);
      const isBack = allowed.some((text) => (text === 'false' ? '' : text) === now);
      return isBack ? [] : [`${field} "${now}" instead of "${allowed.join('" or "')}"`];
    });
  });
}

/** Children that are not as they were, as far as the job's picture had to show it. */
function leftChildren(place: UndoPlace, touched: Touched): string[] {
  const { facts, job, end } = place;
  const { root } = touched;
  const first = touched.deeds.find(({ entry }) => entry.collection !== root.collection);
  if (first === undefined) return [];
  const childrenAt = (order: number): string =>
    [...(heldContent(facts, root, order)?.children ?? [])].sort().join(', ');
  const lastOrder = first.entry.order - 1;
  const due = Math.min(pictureOrder(facts, job, first.sending), lastOrder);
  const orders = facts.ledger
    .changesOf(root)
    .map(({ order }) => order)
    .filter((order) => order > due && order < lastOrder);
  const allowed = [due, ...orders, lastOrder].map(childrenAt);
  const is = childrenAt(end.order);
  return allowed.includes(is) ? [] : [`children "${is}" instead of "${allowed.at(-1) ?? ''}"`];
}

function judgeChanged(place: UndoPlace, touched: Touched, item: ItemRecord): Finding[] {
  const { facts, job, end } = place;
  if (item.rollbackState !== 'reversed') return [];
  const [first] = touched.deeds;
  const span = { jobId: job.id, after: first?.entry.order ?? 0, until: end.order };
  if (othersChanges(facts, touched.root, span).length > 0) return [];
  // What another row has left of the record stays while that row is kept.
  const isAll = itemsOf(place, touched).every(({ rollbackState }) => rollbackState === 'reversed');
  if (!isAll) return [];
  const left = [...leftFields(place, touched), ...leftChildren(place, touched)];
  if (left.length === 0) return [];
  return [
    finding(`row ${String(item.row)} is reversed, and ${touched.root.id} has ${left.join('; ')}`),
  ];
}

const SERVER_MADE: readonly string[] = [
  'createdTime',
  'accessCode',
  'sandboxExtra',
  'organizationId',
];

/** Properties that a deletion took along, that its picture showed, and that nobody brought back. */
function lostFields(place: UndoPlace, touched: Touched, made: Made): string[] {
  const { ledger } = place.facts;
  const [due] = knownOrders(place, touched);
  const was = ledger.fieldsAt(touched.root, due ?? touched.lastOrder - 1);
  const last = lastFields(place, touched);
  const is = ledger.fieldsAt(made.root, made.order);
  return Object.entries(was ?? {})
    .filter(([field, value]) => {
      const text = textOf(value);
      const isFilled = text !== '' && text !== 'false' && !SERVER_MADE.includes(field);
      return isFilled && textOf(last?.[field]) === text && textOf(is?.[field]) !== text;
    })
    .map(([field]) => field);
}

function lastFields({ facts }: UndoPlace, { root }: Touched) {
  const versions = facts.ledger.versionsOf(root.collection, root.id);
  return versions.findLast(({ after }) => after !== null)?.after ?? null;
}

/** From when the deletion's picture was due until it happened: what it may have known of the record. */
function knownOrders({ facts, job }: UndoPlace, { root, deeds }: Touched): number[] {
  const removal = deeds.find(({ entry }) => entry.after === null);
  if (removal === undefined) return [];
  const due = pictureOrder(facts, job, removal.sending);
  const since = facts.ledger
    .changesOf(root)
    .filter(({ order }) => order > due && order < removal.entry.order);
  return [due, ...since.map(({ order }) => order)];
}

/** When the record and its children began to go, all at once. */
function goneSince({ ledger }: Facts, root: Root): number {
  const gone = ledger.versionsOf(root.collection, root.id).find(({ after }) => after === null);
  const first = ledger.changesOf(root).find(({ author }) => author === gone?.author);
  return first?.order ?? 0;
}

/** Rows that say deleted of a record which held the same. */
function alikeCount({ facts, job, end }: UndoPlace, keys: readonly string[]): number {
  const collection = COLLECTION[job.spec.resource];
  return end.items.filter(({ outcome, seq }) => {
    const id = job.spec.rows[seq - 1]?.['id'] ?? '';
    const held = heldContent(facts, { collection, id }, goneSince(facts, { collection, id }) - 1);
    return outcome === 'deleted' && held !== null && keys.includes(keyOf(held));
  }).length;
}

/** What the record may have held as far as the deletion could know. */
function contentsBefore(place: UndoPlace, touched: Touched): string[] {
  return knownOrders(place, touched).flatMap((order) => {
    const held = heldContent(place.facts, touched.root, order);
    return held === null ? [] : [keyOf(held)];
  });
}

function wasDeletedByPerson({ facts }: UndoPlace, { root }: Made): boolean {
  const versions = facts.ledger.versionsOf(root.collection, root.id);
  return versions.some(({ after, author }) => after === null && author.who === 'person');
}

function judgeDeleted(place: UndoPlace, touched: Touched, item: ItemRecord): Finding[] {
  const { facts, job } = place;
  if (item.rollbackState !== 'reversed') return [];
  const keys = contentsBefore(place, touched);
  const again = madeBy(facts, job, 'undo').filter((made) => {
    const held = heldContent(facts, made.root, made.order);
    return held !== null && keys.includes(keyOf(held));
  });
  const [first] = again;
  const name = `row ${String(item.row)} (${touched.root.id})`;
  if (first === undefined) return [finding(`${name} is reversed, and was not made again`)];
  const alike = alikeCount(place, keys);
  // Whoever died before it was told finds nothing of what a person has deleted since.
  const standing = again.filter((made) => !wasDeletedByPerson(place, made));
  if (standing.length > alike) {
    const text = `${name} was made again ${String(standing.length)} times for ${String(alike)}`;
    return [{ kind: 'doubled', text }];
  }
  const lost = lostFields(place, touched, first).filter(
    (field) => item.rollbackMessage?.includes(field) !== true,
  );
  if (lost.length === 0 || alike > 1) return [];
  return [finding(`${name} was made again without its ${lost.join(', ')}, and nobody is told`)];
}

/** Another record, of another job or a person, has its number since: Billy takes none twice. */
function isNumberTaken(place: UndoPlace, touched: Touched): boolean {
  const { ledger } = place.facts;
  const number = textOf(lastFields(place, touched)?.['contactNo']);
  if (!touched.isDeleted || number === '') return false;
  return ledger.entries.some(({ collection, id }) => {
    if (collection !== touched.root.collection || id === touched.root.id) return false;
    return textOf(ledger.fieldsAt({ collection, id }, place.end.order)?.['contactNo']) === number;
  });
}

/** Nothing is kept, or given up, that nobody else has touched. */
function judgeState(place: UndoPlace, touched: Touched, item: ItemRecord): Finding[] {
  const name = `row ${String(item.row)} (${touched.root.id})`;
  const message = item.rollbackMessage ?? '';
  if (item.rollbackState === 'kept' && !hasReason(place, touched, item)) {
    return [finding(`${name} was kept: ${message}; nobody has touched it`)];
  }
  const isExcused =
    hasReason(place, touched, item) ||
    wasMadeAgainEdited(place, item) ||
    isNumberTaken(place, touched);
  if (item.rollbackState === 'errored' && !isExcused) {
    return [finding(`${name} was given up: ${message}; nobody has touched it`)];
  }
  if (item.rollbackState === null && item.hasWritten) return [finding(`${name} was left out`)];
  return [];
}

function itemsOf(place: UndoPlace, touched: Touched): ItemRecord[] {
  const seqs = new Set(touched.deeds.map(({ seq }) => seq));
  const { job, end } = place;
  return end.items.filter((item) => {
    if (item.recordId === touched.root.id) return true;
    if (job.spec.operation === 'delete')
      return job.spec.rows[item.seq - 1]?.['id'] === touched.root.id;
    return item.outcome !== 'created' && seqs.has(item.seq);
  });
}

export function judgeTooLittle(place: UndoPlace): Finding[] {
  return [...place.touched.values()].flatMap((touched) =>
    itemsOf(place, touched).flatMap((item): Finding[] => {
      const states = item.outcome === 'unknown' ? [] : judgeState(place, touched, item);
      if (touched.isDeleted) return [...states, ...judgeDeleted(place, touched, item)];
      if (touched.isMade) return [...states, ...judgeMade(place, touched, item)];
      return [...states, ...judgeChanged(place, touched, item)];
    }),
  );
}
