/** A rollback that takes too much: what somebody made, changed or uses is left as it is. */
import type { Finding, Sending } from '../facts/facts.js';
import { keyOf, heldContent, saidContent, textOf } from './contents.js';
import { changedFields } from './changes.js';
import { deedsOf, type Deed } from './deeds.js';
import { pictureOrder } from './pictures.js';
import { isUsedAt, wholeAt, type Touched, type UndoPlace } from './undo.js';

/** What the rollback's picture must show when this request leaves. */
function seenOrder({ facts, job, undo }: UndoPlace, sending: Sending): number {
  const asked = facts.ledger.orderAt(undo.askedMs - facts.lagMs - 1);
  return Math.max(asked, pictureOrder(facts, job, sending));
}

/** A person's record that nobody can tell from what the row would have made. */
function isTwin({ facts, job, end }: UndoPlace, { root, entry }: Deed): boolean {
  const item = end.items.find(({ recordId }) => recordId === root.id);
  if (item === undefined) return false;
  const held = heldContent(facts, root, entry.order - 1);
  return held !== null && keyOf(held) === keyOf(saidContent(job.spec, item.seq, facts.alter));
}

function finding(text: string): Finding {
  return { kind: 'undone too much', text };
}

/** Somebody has changed the record since the job's last write, early enough to be seen. */
function wasChangedSince(place: UndoPlace, touched: Touched, seen: number): boolean {
  const { facts } = place;
  if (seen <= touched.lastOrder) return false;
  return wholeAt(facts, touched.root, seen) !== wholeAt(facts, touched.root, touched.lastOrder);
}

/** This very rollback has written to it already: then it is not as the job left it, by our own hand. */
function hasOwnDeed(place: UndoPlace, deed: Deed): boolean {
  return deedsOf(place.facts, place.job.id, 'undo').some(
    ({ root, entry }) => root.id === deed.root.id && entry.order < deed.entry.order,
  );
}

/** Values that the field had when the job's picture was due, and until its first write of it. */
function earlierValues(
  { facts, job }: UndoPlace,
  touched: Touched,
  deed: Deed,
  field: string,
): string[] {
  const first = touched.deeds.find(
    (each) => each.entry.id === deed.entry.id && changedFields(each).includes(field),
  );
  if (first === undefined) return [];
  const seen = pictureOrder(facts, job, first.sending);
  const versions = facts.ledger.versionsOf(deed.entry.collection, deed.entry.id);
  const atFirst = facts.ledger.fieldsAt(
    { collection: deed.entry.collection, id: deed.entry.id },
    seen,
  );
  const since = versions.filter(({ order }) => order > seen && order < first.entry.order);
  return [atFirst, ...since.map(({ after }) => after), first.entry.before].map((fields) =>
    textOf(facts.alter(deed.entry.collection, field, fields?.[field])),
  );
}

function judgeValues(place: UndoPlace, touched: Touched, deed: Deed): Finding[] {
  if (touched.isMade || deed.entry.before === null) return [];
  return changedFields(deed).flatMap((field): Finding[] => {
    const allowed = earlierValues(place, touched, deed, field);
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

function judgeDeed(place: UndoPlace, deed: Deed): Finding[] {
  const { facts, touched } = place;
  const { entry, root, sending } = deed;
  const own = touched.get(root.id);
  const isRemoval = entry.after === null && entry.collection === root.collection;
  if (entry.before === null && entry.collection === root.collection) return [];
  if (own === undefined) {
    const wasRecreated = deedsOf(facts, place.job.id, 'undo').some(
      (each) => each.root.id === root.id && each.entry.before === null,
    );
    if (wasRecreated || isTwin(place, deed)) return [];
    return [
      finding(`${isRemoval ? 'deleted' : 'changed'} ${root.id}, which the job did not write`),
    ];
  }
  if (isRemoval && !own.isMade) return [finding(`deleted ${root.id}, which the job did not make`)];
  const seen = seenOrder(place, sending);
  if (!hasOwnDeed(place, deed) && wasChangedSince(place, own, seen)) {
    return [
      finding(`${isRemoval ? 'deleted' : 'changed'} ${root.id}, which somebody has changed since`),
    ];
  }
  if (isRemoval && isUsedAt(facts, root, seen) && isUsedAt(facts, root, entry.order)) {
    return [finding(`deleted ${root.id}, which somebody uses`)];
  }
  return judgeValues(place, own, deed);
}

export function judgeTooMuch(place: UndoPlace): Finding[] {
  const { facts, job, undo } = place;
  const next = job.undos[job.undos.indexOf(undo) + 1]?.askedOrder ?? Number.MAX_SAFE_INTEGER;
  return deedsOf(facts, job.id, 'undo')
    .filter(({ sending }) => sending.order > undo.askedOrder && sending.order < next)
    .flatMap((deed) => judgeDeed(place, deed));
}
