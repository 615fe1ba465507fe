/** A rollback that takes too much: what somebody made, changed or uses is left as it is. */
import type { Facts, Finding, Sending } from '../facts/facts.js';
import { keyOf, heldContent, saidContent, textOf } from './contents.js';
import { changedFields } from './changes.js';
import { deedsOf, othersChanges, runEndOf, type Deed } from './deeds.js';
import { pictureOrder } from './pictures.js';
import { isUsedAt, wholeAt, type Touched, type UndoPlace } from './undo-facts.js';

/** What the rollback's picture must show when this request leaves. */
function seenOrder({ facts, job, undo }: UndoPlace, sending: Sending): number {
  const asked = facts.ledger.orderAt(undo.askedMs - facts.lagMs - 1);
  return Math.max(asked, pictureOrder(facts, job, sending));
}

/** A person's record that nobody can tell from what the row would have made. */
function isTwin({ facts, job, end }: UndoPlace, { root, entry }: Deed): boolean {
  const item = end.items.find(({ recordId }) => recordId === root.id);
  if (item === undefined) return false;
  // Its children went first, by the same request.
  const first = facts.ledger.changesOf(root).find(({ author }) => author === entry.author);
  const held = heldContent(facts, root, (first ?? entry).order - 1);
  return held !== null && keyOf(held) === keyOf(saidContent(job.spec, item.seq, facts.alter));
}

function finding(text: string): Finding {
  return { kind: 'undone too much', text };
}

/**
 * Nobody can tell whether an edit came before or after a write whose answer was lost. Where it is of
 * other fields than those that are given back, nothing of it is lost.
 */
function isBesideLost(place: UndoPlace, own: Touched, deed: Deed): boolean {
  const { facts, job } = place;
  const last = own.deeds.at(-1);
  if (deed.entry.after === null || last === undefined || last.sending.isHeard) return false;
  const span = { jobId: job.id, after: own.lastOrder, until: deed.entry.order - 1 };
  const given = changedFields(deed);
  const until = runEndOf(job)?.untilOrder ?? place.undo.askedOrder;
  return othersChanges(facts, own.root, span).every(({ order, before, after }) => {
    const fields = Object.keys(after ?? {}).filter(
      (field) => textOf(after?.[field]) !== textOf(before?.[field]),
    );
    return order < until && before !== null && !fields.some((field) => given.includes(field));
  });
}

/**
 * What differs from how the job left it is as it was before the job: a rollback that was broken off
 * leaves records like that, so nobody can tell that somebody else did it.
 */
function isBackAlready(facts: Facts, own: Touched, seen: number): boolean {
  const [first] = own.deeds;
  if (first === undefined || own.isMade) return false;
  const orders = [first.entry.order - 1, own.lastOrder, seen];
  const [was, left, now] = orders.map((order) => facts.ledger.fieldsAt(own.root, order));
  const areFields = Object.keys(now ?? {}).every((field) =>
    [was, left].some((each) => textOf(each?.[field]) === textOf(now?.[field])),
  );
  const [wasOf, leftOf, nowOf] = orders.map((order) =>
    [...(heldContent(facts, own.root, order)?.children ?? [])].sort().join(),
  );
  return areFields && (nowOf === wasOf || nowOf === leftOf);
}

/** Somebody has changed the record since the job's last write, early enough to be seen. */
function wasChangedSince(place: UndoPlace, own: Touched, deed: Deed): boolean {
  const { facts } = place;
  const seen = seenOrder(place, deed.sending);
  if (seen <= own.lastOrder || hasOwnDeed(place, deed)) return false;
  const [then, now] = [own.lastOrder, seen].map((order) => wholeAt(facts, own.root, order));
  return then !== now && !isBesideLost(place, own, deed) && !isBackAlready(facts, own, seen);
}

/** This very rollback has written to it already: then it is not as the job left it, by our own hand. */
function hasOwnDeed(place: UndoPlace, deed: Deed): boolean {
  return deedsOf(place.facts, place.job.id, 'undo').some(
    ({ root, entry }) => root.id === deed.root.id && entry.order < deed.entry.order,
  );
}

/** Values that the field had when the job's picture was due, and until the job's last write. */
function earlierValues(
  place: UndoPlace,
  own: Touched,
  at: { deed: Deed; field: string },
): string[] {
  const { facts, job } = place;
  const { collection, id } = at.deed.entry;
  const same = own.deeds.filter((each) => each.entry.id === id);
  // A write that found its values there already has changed nothing, and is taken back all the same.
  const first = same.find((each) => changedFields(each).includes(at.field)) ?? same[0];
  if (first === undefined) return [];
  const seen = pictureOrder(facts, job, first.sending);
  // Rows of one record are taken back one after another: what lies between is the job's own.
  const since = facts.ledger
    .versionsOf(collection, id)
    .filter(({ order }) => order > seen && order <= own.lastOrder);
  const atFirst = facts.ledger.fieldsAt({ collection, id }, seen);
  return [atFirst, ...since.map(({ after }) => after), first.entry.before].map((fields) =>
    textOf(facts.alter(collection, at.field, fields?.[at.field])),
  );
}

function judgeValues(place: UndoPlace, touched: Touched, deed: Deed): Finding[] {
  if (touched.isMade || deed.entry.before === null) return [];
  return changedFields(deed).flatMap((field): Finding[] => {
    const allowed = earlierValues(place, touched, { deed, field });
    const given = textOf(deed.entry.after?.[field]);
    const isBlank = given === '' || given === 'false';
    if (
      allowed.includes(given) ||
      (isBlank && allowed.some((text) => text === '' || text === 'false'))
    ) {
      return [];
    }
    const text = `gave ${deed.root.id} ${field} "${given}" back, which it had not when the job wrote (${allowed.join(' | ')})`;
    return [finding(text)];
  });
}

function isRemoval({ entry, root }: Deed): boolean {
  return entry.after === null && entry.collection === root.collection;
}

/** A record that the run did not write: a person's, or one that this rollback has made again. */
function judgeUnwritten(place: UndoPlace, deed: Deed): Finding[] {
  const wasRecreated = deedsOf(place.facts, place.job.id, 'undo').some(
    (each) => each.root.id === deed.root.id && each.entry.before === null,
  );
  if (wasRecreated || isTwin(place, deed)) return [];
  const what = isRemoval(deed) ? 'deleted' : 'changed';
  return [finding(`${what} ${deed.root.id}, which the job did not write`)];
}

function judgeRemoval(place: UndoPlace, own: Touched, deed: Deed): Finding[] {
  const { facts } = place;
  const { id } = deed.root;
  if (!own.isMade) return [finding(`deleted ${id}, which the job did not make`)];
  const seen = seenOrder(place, deed.sending);
  const isUsed = [seen, deed.entry.order].every((order) => isUsedAt(facts, deed.root, order));
  return isUsed ? [finding(`deleted ${id}, which somebody uses`)] : [];
}

function judgeDeed(place: UndoPlace, deed: Deed): Finding[] {
  const { entry, root } = deed;
  if (entry.before === null && entry.collection === root.collection) return [];
  const own = place.touched.get(root.id);
  if (own === undefined) return judgeUnwritten(place, deed);
  if (wasChangedSince(place, own, deed)) {
    const what = isRemoval(deed) ? 'deleted' : 'changed';
    return [finding(`${what} ${root.id}, which somebody has changed since`)];
  }
  return isRemoval(deed) ? judgeRemoval(place, own, deed) : judgeValues(place, own, deed);
}

export function judgeTooMuch(place: UndoPlace): Finding[] {
  const { facts, job, undo } = place;
  const next = job.undos[job.undos.indexOf(undo) + 1]?.askedOrder ?? Number.MAX_SAFE_INTEGER;
  return deedsOf(facts, job.id, 'undo')
    .filter(({ sending }) => sending.order > undo.askedOrder && sending.order < next)
    .flatMap((deed) => judgeDeed(place, deed));
}
