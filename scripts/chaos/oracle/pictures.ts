/** Contract 5.6: a run never writes by an old picture of Billy. */
import type { Facts, Finding, JobFacts, Sending } from '../facts/facts.js';
import type { Root } from '../facts/ledger.js';
import { changedFields } from './changes.js';
import {
  COLLECTION,
  heldContent,
  NUMBER_FIELD,
  rowsOfItem,
  saidFields,
  textOf,
} from './contents.js';
import { deedsOf, madeBy, type Deed } from './deeds.js';

const MINUTE_MS = 60_000;

/** When the job last went on after it had rested: a pause, or an outage. */
function resumedMs(job: JobFacts, order: number): number {
  let sinceMs = 0;
  let isPaused = false;
  for (const moment of job.moments) {
    if (moment.order > order) break;
    if (isPaused && moment.status !== 'paused') sinceMs = moment.atMs;
    isPaused = moment.status === 'paused';
  }
  return sinceMs;
}

/** Since when the process that sends this has held the lane without a break. */
function stintMs(facts: Facts, job: JobFacts, { process, order }: Sending): number {
  const own = facts.stints.findLast(
    (stint) => stint.process === process && stint.lane === job.lane && stint.order < order,
  );
  return own?.atMs ?? 0;
}

/**
 * The last thing that the job's picture must show when this request leaves: what happened before the
 * restart, pause or outage that came last, or more than a minute ago.
 */
export function pictureOrder(facts: Facts, job: JobFacts, sending: Sending): number {
  const fromMs = Math.max(
    stintMs(facts, job, sending),
    resumedMs(job, sending.order),
    sending.sentMs - MINUTE_MS - facts.slackMs,
  );
  return facts.ledger.orderAt(fromMs - facts.lagMs - 1);
}

/** Who gave the field the value that it had right before this deed; null: it was there from the start. */
function valueSince(facts: Facts, { entry }: Deed, field: string): number {
  const versions = facts.ledger.versionsOf(entry.collection, entry.id);
  const value = textOf(entry.before?.[field]);
  let since = entry.order;
  for (const version of versions.toReversed()) {
    if (version.order >= entry.order) continue;
    if (textOf(version.after?.[field]) !== value) break;
    since = version.order;
  }
  return since;
}

/** A merge fills what is empty in Billy, and nothing else. */
function judgeMerge(facts: Facts, job: JobFacts, deed: Deed): Finding[] {
  if (job.spec.operation !== 'import' || job.spec.strategy !== 'merge') return [];
  const order = pictureOrder(facts, job, deed.sending);
  return changedFields(deed).flatMap((field): Finding[] => {
    const was = textOf(deed.entry.before?.[field]);
    if (was === '' || was === 'false' || field.startsWith('is')) return [];
    if (valueSince(facts, deed, field) > order) return [];
    const text = `row ${String(deed.seq)} merged over ${field} "${was}" of ${deed.root.id}, which its picture should have shown`;
    return [{ kind: 'overwritten', text }];
  });
}

/** An import that keeps what it meets changes nothing of it. */
function judgeSkip(job: JobFacts, deed: Deed): Finding[] {
  const { operation, strategy } = job.spec;
  if (operation !== 'import' || strategy !== 'skip' || deed.entry.before === null) return [];
  const fields = changedFields(deed).filter((field) => !field.startsWith('is'));
  if (fields.length === 0 || deed.entry.collection !== COLLECTION[job.spec.resource]) return [];
  const text = `row ${String(deed.seq)} changed ${fields.join(', ')} of ${deed.root.id} although it was to skip`;
  return [{ kind: 'overwritten', text }];
}

/** A child added by a merge although one that counts was there. */
function judgeMergedChild(facts: Facts, job: JobFacts, deed: Deed): Finding[] {
  const isMerge = job.spec.operation === 'import' && job.spec.strategy === 'merge';
  const isAdded = deed.entry.before === null && deed.entry.collection === 'contactPersons';
  if (!isMerge || !isAdded || deed.sending.collection !== 'contactPersons') return [];
  const order = pictureOrder(facts, job, deed.sending);
  const [seen, now] = [order, deed.entry.order - 1].map((at) => heldContent(facts, deed.root, at));
  const kept = seen?.children.filter((child) => now?.children.includes(child) === true) ?? [];
  if (kept.length === 0) return [];
  const text = `row ${String(deed.seq)} added an e-mail to ${deed.root.id}, which had ${kept.join(', ')}`;
  return [{ kind: 'overwritten', text }];
}

/** The record with the row's number that was there at both moments; null: none. */
function holderOf(
  facts: Facts,
  job: JobFacts,
  at: { number: string; orders: readonly number[]; except: string },
): Root | null {
  const collection = COLLECTION[job.spec.resource];
  const field = NUMBER_FIELD[job.spec.resource];
  for (const id of facts.ledger.idsOf(collection)) {
    if (id === at.except) continue;
    const root = { collection, id };
    const isHeld = at.orders.every(
      (order) => textOf(facts.ledger.fieldsAt(root, order)?.[field]) === at.number,
    );
    if (isHeld) return root;
  }
  return null;
}

/** A row with a number makes no second record with it, unless it was told to. */
function judgeMadeAgain(facts: Facts, job: JobFacts): Finding[] {
  const { operation, strategy, resource } = job.spec;
  if (operation !== 'import' || strategy === 'create' || resource === 'invoice') return [];
  const mades = madeBy(facts, job, 'run');
  return mades.flatMap(({ root, deed }): Finding[] => {
    const [row = {}] = rowsOfItem(job.spec, deed.seq ?? 0);
    const number = saidFields(resource, row, facts.alter)[NUMBER_FIELD[resource]] ?? '';
    if (number === '' || deed.seq === null) return [];
    const { sending, entry } = deed;
    const orders = [pictureOrder(facts, job, sending), sending.order];
    const held = holderOf(facts, job, { number, orders, except: root.id });
    if (held !== null) {
      const text = `row ${String(deed.seq)} made ${root.id} although ${held.id} had ${number} when its picture was due`;
      return [{ kind: 'doubled', text }];
    }
    const own = mades.find((other) => {
      const holds = facts.ledger.fieldsAt(other.root, sending.order)?.[NUMBER_FIELD[resource]];
      return (
        other.deed.entry.order < sending.order &&
        textOf(holds) === number &&
        entry.order > other.order
      );
    });
    if (own === undefined || own.deed.seq === deed.seq) return [];
    const text = `rows ${String(own.deed.seq)} and ${String(deed.seq)} made a record each with ${number}`;
    return [{ kind: 'doubled', text }];
  });
}

export function judgePictures(facts: Facts, job: JobFacts): Finding[] {
  const deeds = deedsOf(facts, job.id, 'run');
  return [
    ...deeds.flatMap((deed) => [
      ...judgeMerge(facts, job, deed),
      ...judgeSkip(job, deed),
      ...judgeMergedChild(facts, job, deed),
    ]),
    ...judgeMadeAgain(facts, job),
  ];
}
