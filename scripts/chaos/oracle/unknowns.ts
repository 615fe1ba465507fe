/**
 * Contract 5.1: what cannot be decided ends unknown. It can be decided when the answer was heard, or
 * when nothing but the row's own record may be what the lost write made.
 */
import type { ItemRecord } from '../../../src/model/item.js';
import type { Facts, Finding, JobFacts, Sending } from '../facts/facts.js';
import type { Root } from '../facts/ledger.js';
import {
  COLLECTION,
  heldContent,
  isRecognizable,
  keyOf,
  saidContent,
  type Content,
} from './contents.js';
import { madeBy, othersChanges, runEndOf, type RunEnd } from './deeds.js';

export interface UnknownCount {
  readonly rows: number;
  /** Nobody could know what became of them. */
  readonly needed: number;
}

interface Place {
  readonly facts: Facts;
  readonly job: JobFacts;
  readonly end: RunEnd;
}

function sendingsOf({ facts, job, end }: Place, item: ItemRecord): readonly Sending[] {
  return facts.sendings.filter((sending) => {
    if (sending.jobId !== job.id || sending.method === 'GET' || sending.stage !== 'run')
      return false;
    if (sending.order > end.untilOrder) return false;
    const isNamed = sending.records.some(({ seq }) => seq === item.seq);
    return isNamed || (item.recordId !== null && sending.ids.includes(item.recordId));
  });
}

/** A record that came while the job ran and shares the row's number, name or e-mail. */
function strangersTo({ facts, job, end }: Place, said: Content, own: ReadonlySet<string>): Root[] {
  const collection = COLLECTION[job.spec.resource];
  return facts.ledger.idsOf(collection).flatMap((id): Root[] => {
    const root = { collection, id };
    const [first] = facts.ledger.versionsOf(collection, id);
    const isNew = first !== undefined && first.atMs >= job.startedMs - facts.lagMs - 1;
    if (!isNew || own.has(id) || first.order > end.untilOrder) return [];
    const isAlike = facts.ledger.changesOf(root).some(({ order }) => {
      const held = heldContent(facts, root, order);
      return held !== null && isRecognizable(said, held, job.spec.resource);
    });
    return isAlike ? [root] : [];
  });
}

/** Rows whose record cannot be told from this one's: they share a number, a name or an e-mail. */
function isContested(
  { facts, job }: Place,
  item: ItemRecord,
  items: readonly ItemRecord[],
): boolean {
  const said = saidContent(job.spec, item.seq, facts.alter);
  return items.some((other) => {
    if (other.seq === item.seq || other.outcome !== 'unknown') return false;
    const others = saidContent(job.spec, other.seq, facts.alter);
    return isRecognizable(said, others, job.spec.resource);
  });
}

/** As it was sent: Billy altered nothing, so that it equals what the row says word for word. */
function isAsSent({ facts, job }: Place, item: ItemRecord): boolean {
  const plain = saidContent(job.spec, item.seq, (_collection, _field, value) => value);
  return keyOf(plain) === keyOf(saidContent(job.spec, item.seq, facts.alter));
}

function isCreateKnowable(place: Place, item: ItemRecord): boolean {
  const { facts, job, end } = place;
  const said = saidContent(job.spec, item.seq, facts.alter);
  const made = madeBy(facts, job, 'run').filter(({ deed }) => deed.seq === item.seq);
  const [first, second] = made;
  if (second !== undefined || isContested(place, item, end.items)) return false;
  // A row that only met a record (it was skipped) does not own it.
  const owned = end.items.flatMap(({ recordId, hasWritten }) =>
    hasWritten ? (recordId ?? []) : [],
  );
  const own = new Set([...owned, ...made.map(({ root }) => root.id)]);
  if (strangersTo(place, said, own).length > 0) return false;
  if (first === undefined) return true;
  const span = { jobId: job.id, after: first.order, until: end.untilOrder };
  return isAsSent(place, item) && othersChanges(facts, first.root, span).length === 0;
}

function isChangeKnowable({ facts, job, end }: Place, item: ItemRecord): boolean {
  const root = { collection: COLLECTION[job.spec.resource], id: item.recordId ?? '' };
  // What a list that lags shows of the record may be older than the job.
  const after = facts.ledger.orderAt(job.startedMs - facts.lagMs - 1);
  const span = { jobId: job.id, after, until: end.untilOrder };
  return othersChanges(facts, root, span).length === 0;
}

/** One process did all of it: nobody died between an intent and its request. */
function isUnbroken({ facts, job, end }: Place): boolean {
  const stints = facts.stints.filter(
    ({ lane, order }) => lane === job.lane && order > job.startedOrder && order < end.untilOrder,
  );
  return stints.length === 1;
}

/** Why this row need not be unknown; null: nobody could know. */
function needlessReason(place: Place, item: ItemRecord): string | null {
  const sent = sendingsOf(place, item);
  // A refusal of many may have saved some all the same, without a word.
  const isTold = ({ isHeard, isRefused, method }: Sending): boolean =>
    isHeard && !(method === 'PATCH' && isRefused);
  const isHeard = sent.length > 0 && sent.every(isTold);
  if (isHeard && isUnbroken(place)) return 'each answer was heard';
  const isCreate = item.recordId === null && place.job.spec.operation === 'import';
  const isKnowable = isCreate ? isCreateKnowable(place, item) : isChangeKnowable(place, item);
  return isKnowable ? 'nothing else may be what was sent' : null;
}

export function judgeUnknowns(
  facts: Facts,
  job: JobFacts,
): { findings: Finding[]; count: UnknownCount } {
  const end = runEndOf(job);
  const unknown = end?.items.filter(({ outcome }) => outcome === 'unknown') ?? [];
  if (end === null || unknown.length === 0) return { findings: [], count: { rows: 0, needed: 0 } };
  const place = { facts, job, end };
  const findings = unknown.flatMap((item): Finding[] => {
    const reason = needlessReason(place, item);
    if (reason === null) return [];
    const text = `row ${String(item.row)} is unknown, but ${reason}`;
    return [{ kind: 'unknown without need', text }];
  });
  return { findings, count: { rows: unknown.length, needed: unknown.length - findings.length } };
}
