/** What a rollback is judged by: each record that its job wrote, as it was and as it is. */
import type { Captured, Facts, JobFacts, UndoFacts } from '../facts/facts.js';
import type { Root } from '../facts/ledger.js';
import { COLLECTION, textOf } from './contents.js';
import { deedsOf, type Deed } from './deeds.js';

/** One record that the job wrote, and all that it wrote of it. */
export interface Touched {
  readonly root: Root;
  readonly deeds: readonly Deed[];
  readonly isMade: boolean;
  readonly isDeleted: boolean;
  /** The job's last write of it. */
  readonly lastOrder: number;
}

export interface UndoPlace {
  readonly facts: Facts;
  readonly job: JobFacts;
  readonly undo: UndoFacts;
  readonly end: Captured;
  /** Every record that the job wrote, by id. */
  readonly touched: ReadonlyMap<string, Touched>;
}

export function changedByRow(facts: Facts, job: JobFacts): Map<string, Touched> {
  const byId = new Map<string, Deed[]>();
  for (const deed of deedsOf(facts, job.id, 'run')) {
    byId.set(deed.root.id, [...(byId.get(deed.root.id) ?? []), deed]);
  }
  const touched = new Map<string, Touched>();
  for (const [id, deeds] of byId) {
    const [first] = deeds;
    if (first?.root.collection !== COLLECTION[job.spec.resource]) continue;
    const own = deeds.filter(({ entry }) => entry.collection === first.root.collection);
    touched.set(id, {
      root: first.root,
      deeds,
      isMade: own.some(({ entry }) => entry.before === null),
      isDeleted: own.some(({ entry }) => entry.after === null),
      lastOrder: Math.max(...deeds.map(({ entry }) => entry.order)),
    });
  }
  return touched;
}

/** Whether an invoice or a bill names the record at that moment. */
export function isUsedAt(facts: Facts, root: Root, order: number): boolean {
  return facts.ledger.idsOf('invoices').some((id) => {
    const invoice = { collection: 'invoices', id };
    const fields = facts.ledger.fieldsAt(invoice, order);
    if (fields === null) return false;
    if (root.collection === 'contacts') return textOf(fields['contactId']) === root.id;
    const lines = [...facts.ledger.childrenAt(invoice, order).values()];
    return lines.some((line) => textOf(line['productId']) === root.id);
  });
}

/** Everything of the record and its children, so that two moments can be compared. */
export function wholeAt(facts: Facts, root: Root, order: number): string | null {
  const record = facts.ledger.fieldsAt(root, order);
  if (record === null) return null;
  const plain = (fields: object): string =>
    JSON.stringify(
      Object.entries(fields)
        .filter(([, value]) => textOf(value) !== '' && textOf(value) !== 'false')
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  const children = [...facts.ledger.childrenAt(root, order).values()].map(plain).sort();
  return `${plain(record)} ${children.join(' ')}`;
}
