/** Rows that change records: each value is in Billy, once, and nothing that no row says. */
import type { ItemRecord } from '../../../src/model/item.js';
import type { Facts, Finding, JobFacts } from '../facts/facts.js';
import type { Root } from '../facts/ledger.js';
import {
  COLLECTION,
  heldContent,
  rowsOfItem,
  saidChild,
  saidFields,
  textOf,
  type Content,
} from './contents.js';
import { deedsOf, runEndOf, type Deed, type RunEnd } from './deeds.js';

/** What a row of that kind sets beside its cells: it makes the contact a customer. */
const BESIDE: readonly string[] = ['isCustomer', 'isSupplier', 'paymentTermsMode'];

/** Every state of the record while the job ran, as it was found and as it was left. */
function statesOf(facts: Facts, root: Root, span: { from: number; until: number }): Content[] {
  const orders = facts.ledger
    .changesOf(root)
    .map(({ order }) => order)
    .filter((order) => order > span.from && order <= span.until);
  return [span.from, ...orders].flatMap((order) => heldContent(facts, root, order) ?? []);
}

function isPhoneAlike(one: string, other: string): boolean {
  return one.replaceAll(' ', '') === other.replaceAll(' ', '');
}

function holdsField(state: Content, field: string, text: string): boolean {
  const held = state.fields[field] ?? '';
  return held === text || (field === 'phone' && isPhoneAlike(held, text));
}

/** Whether the row's values were in Billy while the job ran: written, or met there. */
function missingOf(facts: Facts, job: JobFacts, at: { item: ItemRecord; end: RunEnd }): string[] {
  const { item, end } = at;
  const { resource } = job.spec;
  const [row = {}] = rowsOfItem(job.spec, item.seq);
  const root = { collection: COLLECTION[resource], id: item.recordId ?? '' };
  // What a list that lags shows of the record may be older than the job.
  const from = facts.ledger.orderAt(job.startedMs - facts.lagMs - 1);
  const states = statesOf(facts, root, { from, until: end.untilOrder });
  const isMerge = job.spec.operation === 'import' && job.spec.strategy === 'merge';
  const missing = Object.entries(saidFields(resource, row, facts.alter))
    .filter(([field, text]) => {
      const isMet = states.some((state) => holdsField(state, field, text));
      const isLeft = isMerge && states.some((state) => (state.fields[field] ?? '') !== '');
      return !isMet && !isLeft;
    })
    .map(([field, text]) => `${field} ${text}`);
  const child = saidChild(resource, row, facts.alter);
  if (child === null) return missing;
  const isMet = states.some(({ children }) =>
    children.some((each) => each.toLowerCase() === child.toLowerCase()),
  );
  const isLeft = isMerge && states.some(({ children }) => children.length > 0);
  return isMet || isLeft ? missing : [...missing, child];
}

const CHANGED: readonly string[] = ['updated', 'merged', 'unchanged'];

function judgeItem(facts: Facts, job: JobFacts, at: { item: ItemRecord; end: RunEnd }): Finding[] {
  const { row, outcome, recordId } = at.item;
  if (!CHANGED.includes(outcome ?? '')) return [];
  const missing = missingOf(facts, job, at);
  if (missing.length === 0) return [];
  const text = `row ${String(row)} is ${outcome ?? ''}, but ${recordId ?? ''} never held: ${missing.join(', ')}`;
  return [{ kind: 'lost', text }];
}

function judgeDenial(facts: Facts, job: JobFacts, end: RunEnd): Finding[] {
  const deeds = deedsOf(facts, job.id, 'run').filter(({ entry }) => entry.order <= end.untilOrder);
  return end.items.flatMap((item): Finding[] => {
    const isDenying =
      item.outcome === 'failed' || (item.outcome === null && item.state === 'ready');
    if (!isDenying || item.hasWritten) return [];
    const own = deeds.find(({ seq, entry }) => seq === item.seq && entry.before !== null);
    if (own === undefined) return [];
    const text = `row ${String(item.row)} is ${item.outcome ?? 'open'} (${item.code ?? ''}), but Billy took it: ${own.root.id}`;
    return [{ kind: 'falsified', text }];
  });
}

/** Names of the fields that differ. */
export function changedFields(deed: Deed): string[] {
  const { before, after } = deed.entry;
  if (before === null || after === null) return [];
  return Object.keys(after).filter((field) => textOf(after[field]) !== textOf(before[field]));
}

function isSaid(facts: Facts, job: JobFacts, write: { deed: Deed; field: string }): boolean {
  const { deed, field } = write;
  if (deed.seq === null || BESIDE.includes(field)) return true;
  const [row = {}] = rowsOfItem(job.spec, deed.seq);
  const value = textOf(deed.entry.after?.[field]);
  if (field === 'email') return value === saidChild(job.spec.resource, row, facts.alter);
  if (field === 'unitPrice') {
    return `DKK ${String(Number(value))}` === saidChild(job.spec.resource, row, facts.alter);
  }
  return saidFields(job.spec.resource, row, facts.alter)[field] === value;
}

/** Each write says what its row says. */
function judgeWrites(facts: Facts, job: JobFacts): Finding[] {
  return deedsOf(facts, job.id, 'run').flatMap((deed) =>
    changedFields(deed)
      .filter((field) => !isSaid(facts, job, { deed, field }))
      .map((field): Finding => {
        const value = textOf(deed.entry.after?.[field]);
        const text = `row ${String(deed.seq)} wrote ${field} "${value}" to ${deed.root.id}, which it does not say`;
        return { kind: 'falsified', text };
      }),
  );
}

/** No child twice for one row. */
function judgeChildren(facts: Facts, job: JobFacts): Finding[] {
  const seen = new Map<string, number>();
  for (const { entry, sending, root, seq } of deedsOf(facts, job.id, 'run')) {
    const isChild = entry.collection !== root.collection && entry.before === null;
    if (!isChild || sending.collection === root.collection) continue;
    const key = `${root.id} for row ${String(seq)}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return [...seen]
    .filter(([, count]) => count > 1)
    .map(([key, count]) => ({ kind: 'doubled', text: `${String(count)} children on ${key}` }));
}

export function judgeChanges(facts: Facts, job: JobFacts): Finding[] {
  const end = runEndOf(job);
  if (end === null || job.spec.operation === 'delete' || job.spec.resource === 'invoice') return [];
  return [
    ...end.items.flatMap((item) => judgeItem(facts, job, { item, end })),
    ...judgeDenial(facts, job, end),
    ...judgeWrites(facts, job),
    ...judgeChildren(facts, job),
  ];
}
