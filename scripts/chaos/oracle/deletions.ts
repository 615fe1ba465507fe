/** Rows that take records away: what is gone by our hand is told as deleted, and nothing else is. */
import type { ItemRecord } from '../../../src/model/item.js';
import type { Facts, Finding, JobFacts } from '../facts/facts.js';
import type { Root } from '../facts/ledger.js';
import { COLLECTION, textOf } from './contents.js';
import { deedsOf, runEndOf, type RunEnd } from './deeds.js';

interface Place {
  readonly job: JobFacts;
  readonly end: RunEnd;
}

function rootOfItem({ spec }: JobFacts, { seq }: ItemRecord): Root {
  return { collection: COLLECTION[spec.resource], id: spec.rows[seq - 1]?.['id'] ?? '' };
}

function wasDeletedByUs(facts: Facts, { job, end }: Place, root: Root): boolean {
  return deedsOf(facts, job.id, 'run').some(
    ({ entry }) =>
      entry.id === root.id &&
      entry.collection === root.collection &&
      entry.after === null &&
      entry.order <= end.untilOrder,
  );
}

/** A request of ours may have named it, and it is gone. */
function mayBeOurs(facts: Facts, { job, end }: Place, item: ItemRecord): boolean {
  const root = rootOfItem(job, item);
  return job.intended.has(item.seq) && facts.ledger.fieldsAt(root, end.untilOrder) === null;
}

function wasThere(facts: Facts, { job, end }: Place, root: Root): boolean {
  const versions = facts.ledger.versionsOf(root.collection, root.id);
  const isThere = facts.ledger.fieldsAt(root, job.startedOrder) !== null;
  return isThere && versions.every(({ order, after }) => after !== null || order > end.untilOrder);
}

function wasArchived(facts: Facts, { job, end }: Place, root: Root): boolean {
  if (facts.ledger.fieldsAt(root, job.startedOrder)?.['isArchived'] === true) return true;
  return facts.ledger
    .versionsOf(root.collection, root.id)
    .some(({ order, after }) => after?.['isArchived'] === true && order <= end.untilOrder);
}

/** What says deleted or archived is so. */
function judgeTold(facts: Facts, place: Place, item: ItemRecord): string | null {
  const root = rootOfItem(place.job, item);
  if (item.outcome === 'deleted') {
    const isOurs = wasDeletedByUs(facts, place, root) || mayBeOurs(facts, place, item);
    return isOurs ? null : 'but we did not delete it';
  }
  const isLost = item.outcome === 'archived' && !wasArchived(facts, place, root);
  return isLost ? 'but it was not archived' : null;
}

/** What says something else is not gone by our hand, and not skipped although it is there. */
function judgeUntold(facts: Facts, place: Place, item: ItemRecord): string | null {
  const { job, end } = place;
  const root = rootOfItem(job, item);
  const isSame = (other: ItemRecord): boolean => rootOfItem(job, other).id === root.id;
  const isTold = end.items.some((other) => other.outcome === 'deleted' && isSame(other));
  const isOpen = item.outcome === 'unknown' || isTold;
  if (!isOpen && wasDeletedByUs(facts, place, root)) return 'but we deleted it';
  const isFirst = end.items.every((other) => other.seq >= item.seq || !isSame(other));
  const isLeft = item.outcome === 'skipped' && isFirst && wasThere(facts, place, root);
  return isLeft ? 'but Billy had it all the time' : null;
}

function judgeItem(facts: Facts, place: Place, item: ItemRecord): Finding[] {
  const { outcome, row, code } = item;
  const reason = judgeTold(facts, place, item) ?? judgeUntold(facts, place, item);
  if (reason === null) return [];
  const { id } = rootOfItem(place.job, item);
  const text = `row ${String(row)} (${id}) is ${outcome ?? 'open'} ${code ?? ''}, ${reason}`;
  return [{ kind: outcome === 'archived' ? 'lost' : 'falsified', text }];
}

/** Nothing is deleted that no row names. */
function judgeOthers(facts: Facts, { job }: Place): Finding[] {
  const named = new Set(job.spec.rows.map((row) => row['id'] ?? ''));
  return deedsOf(facts, job.id, 'run')
    .filter(({ entry, root }) => entry.after === null && !named.has(root.id))
    .map(({ entry }) => ({
      kind: 'falsified',
      text: `deleted ${entry.id} (${textOf(entry.before?.['name'])}), which no row names`,
    }));
}

export function judgeDeletions(facts: Facts, job: JobFacts): Finding[] {
  const end = runEndOf(job);
  if (end === null || job.spec.operation !== 'delete') return [];
  const place = { job, end };
  return [
    ...end.items.flatMap((item) => judgeItem(facts, place, item)),
    ...judgeOthers(facts, place),
  ];
}
