/**
 * The verdict on one job that was really killed: what its items say, against what Billy holds. It asks the sandbox alone and
 * compares with the rows of the file, so that it shares no mistake with the engine.
 */
import { isDeepStrictEqual } from 'node:util';
import type { DumpedRecord, StateDump } from '../../src/sandbox/api/dump.js';
import type { ItemRecord, Outcome } from '../../src/model/item.js';
import type { JobRecord } from '../../src/model/job.js';
import type { Finding, Row } from './facts/facts.js';
import type { Story } from './kill-plan.js';

export interface Facts {
  readonly scenario: Pick<Story, 'rows' | 'planted' | 'options'>;
  readonly collection: 'contacts' | 'products';
  readonly before: StateDump;
  readonly after: StateDump;
  /** Records that somebody else made meanwhile. */
  readonly strangers: readonly string[];
  readonly job: JobRecord;
  readonly items: readonly ItemRecord[];
}

export interface UndoneFacts extends Facts {
  /** The record of the job that somebody else edited or used before the rollback. */
  readonly touchedId: string | null;
  readonly touch?: 'edit' | 'invoice' | null;
  /** Billy right before the rollback, where somebody touched something. */
  readonly touched?: StateDump;
}

const CHILDREN = {
  contacts: { collection: 'contactPersons', parentKey: 'contactId' },
  products: { collection: 'productPrices', parentKey: 'productId' },
} as const;

const WRITTEN: readonly (Outcome | null)[] = ['created', 'updated', 'merged'];
const SENT: readonly (Outcome | null)[] = ['created', 'failed', 'unknown'];
const BUG_CODES: readonly string[] = ['INTERNAL', 'STORE_FAILED', 'OUTCOME_UNKNOWN'];

function byId(records: readonly DumpedRecord[] | undefined): Map<string, DumpedRecord> {
  return new Map((records ?? []).map((record) => [record.id, record] as const));
}

function held(dump: StateDump, { collection }: Pick<Facts, 'collection'>) {
  return byId(dump.records[collection]);
}

function childrenIn(dump: StateDump, facts: Pick<Facts, 'collection'>, id: string): DumpedRecord[] {
  const { collection, parentKey } = CHILDREN[facts.collection];
  return (dump.records[collection] ?? []).filter((child) => child[parentKey] === id);
}

/** Contract 5.2. */
function judgeCounts({ job, items }: Facts): Finding[] {
  const texts: string[] = [];
  for (const [outcome, count] of Object.entries(job.outcomes)) {
    const counted = items.filter((item) => item.outcome === outcome).length;
    if (count !== counted) texts.push(`${outcome}: ${count} said, ${counted} items`);
  }
  const open = items.filter(({ state }) => state !== 'ended').length;
  if (job.status === 'completed' && open > 0) texts.push(`completed with ${open} items open`);
  const between = items.filter(({ state }) => state === 'sending' || state === 'doubt').length;
  if (between > 0) texts.push(`ended with ${between} items under way`);
  return texts.map((text) => ({ kind: 'falsified', text }));
}

function judgeItem(item: ItemRecord, isCreateOnly: boolean): Finding[] {
  const { outcome, row, code, message } = item;
  if (outcome === null) return [];
  const text = `row ${row} is ${outcome}: ${code ?? ''} ${message ?? ''}`;
  if (outcome === 'unknown') return [{ kind: 'unknown without need', text }];
  const isBug = BUG_CODES.includes(code ?? '');
  const isOdd = isCreateOnly && !SENT.includes(outcome);
  return isBug || isOdd ? [{ kind: 'falsified', text }] : [];
}

/** Nothing that these scenarios hold makes a job fail by itself. */
function judgeEnd({ job, items, scenario }: Facts): Finding[] {
  const { continueOnError = true, rollbackOnError = false, duplicateStrategy } = scenario.options;
  const mayFail = !continueOnError || rollbackOnError;
  const isExpected = job.error === null || (mayFail && job.error.code === 'ROW_INVALID');
  const text = `job error ${job.error?.code ?? ''}: ${job.error?.message ?? ''}`;
  return [
    ...(isExpected ? [] : [{ kind: 'falsified', text } as const]),
    ...items.flatMap((item) => judgeItem(item, duplicateStrategy === 'create')),
  ];
}

/** Each created item its own record, and no record of the job without an item. */
function judgeRecords(facts: Facts): Finding[] {
  const { items, before, after, strangers } = facts;
  const findings: Finding[] = [];
  const [was, is] = [held(before, facts), held(after, facts)];
  const owners = new Map<string, number>();
  for (const { outcome, recordId, row } of items) {
    if (outcome !== 'created') continue;
    const id = recordId ?? '';
    const other = owners.get(id);
    if (!is.has(id)) findings.push({ kind: 'lost', text: `row ${row} names ${id}: not in Billy` });
    if (other !== undefined) {
      findings.push({ kind: 'lost', text: `rows ${other} and ${row} name one record` });
    }
    if (was.has(id) || strangers.includes(id)) {
      findings.push({ kind: 'lost', text: `row ${row} names somebody else's record` });
    }
    owners.set(id, row);
  }
  for (const [id, record] of is) {
    if (was.has(id) || strangers.includes(id) || owners.has(id)) continue;
    findings.push({ kind: 'doubled', text: `${textOf(record['name'])} (${id}) belongs to no row` });
  }
  return findings;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function rowOf({ scenario }: Facts, item: ItemRecord): Row {
  return scenario.rows[item.seq - 1] ?? {};
}

/** What the record should hold: what it held, and over it the rows that wrote it, in their order. */
function expectedOf(facts: Facts, id: string): Record<string, string> | null {
  const was = held(facts.before, facts).get(id);
  const planted = facts.scenario.planted.find(({ name }) => name === was?.['name']);
  const expected: Record<string, string> = { ...planted };
  for (const item of facts.items.filter(({ recordId }) => recordId === id)) {
    const isWhole = WRITTEN.includes(item.outcome);
    // A row that failed, or was cancelled, half-way has left what it had sent: nothing to compare with.
    if (item.hasWritten && !isWhole) return null;
    if (!isWhole) continue;
    for (const [column, cell] of Object.entries(rowOf(facts, item))) {
      if (cell !== '') expected[column] = cell;
    }
  }
  return expected;
}

function childCells(facts: Facts, id: string): Record<string, string[]> {
  const children = childrenIn(facts.after, facts, id);
  return facts.collection === 'contacts'
    ? { email: children.map((person) => String(person['email'])) }
    : { unitPrice: children.map((price) => Number(price['unitPrice']).toFixed(2)) };
}

/** Every record that the job wrote holds what its rows say, children once. */
function judgeContents(facts: Facts): Finding[] {
  const is = held(facts.after, facts);
  const ids = new Set(
    facts.items
      .filter(({ outcome }) => WRITTEN.includes(outcome))
      .map(({ recordId }) => recordId ?? ''),
  );
  return [...ids].flatMap((id) => {
    const [record, expected] = [is.get(id), expectedOf(facts, id)];
    if (record === undefined || expected === null) return [];
    const children = childCells(facts, id);
    return Object.entries(expected).flatMap(([column, cell]): Finding[] => {
      const cells = children[column] ?? [textOf(record[column])];
      const wanted = column in children && cell === '' ? [] : [cell];
      if (isDeepStrictEqual(cells, wanted)) return [];
      const kind = cells.length > wanted.length ? 'doubled' : 'lost';
      return [{ kind, text: `${id} ${column}: ${cells.join(' + ')} instead of ${cell}` }];
    });
  });
}

/** What nobody but others wrote is as they left it. */
function judgeOthers(facts: Facts, left: StateDump): Finding[] {
  const written = new Set(facts.items.map(({ recordId }) => recordId));
  const [was, is] = [held(left, facts), held(facts.after, facts)];
  const findings: Finding[] = [...was].flatMap(([id, record]) =>
    written.has(id) || isDeepStrictEqual(is.get(id), record)
      ? []
      : [{ kind: 'falsified', text: `${id} of somebody else was changed` }],
  );
  const isForeignKept = isDeepStrictEqual(left.foreign, facts.after.foreign);
  if (!isForeignKept)
    findings.push({ kind: 'falsified', text: 'a foreign organization was changed' });
  return findings;
}

/** A job that ran to an end and was not taken back. */
export function judgeRun(facts: Facts): Finding[] {
  return [
    ...judgeCounts(facts),
    ...judgeEnd(facts),
    ...judgeRecords(facts),
    ...judgeContents(facts),
    ...judgeOthers(facts, facts.before),
  ];
}

function judgeUndoCounts({ job, items }: Facts): Finding[] {
  const { rollback } = job;
  if (rollback === null) return [{ kind: 'falsified', text: 'no rollback is noted' }];
  const findings: Finding[] = [];
  const total = items.filter(({ hasWritten }) => hasWritten).length;
  const sum = rollback.reversed + rollback.kept + rollback.errored;
  if (sum !== total || rollback.total !== total) {
    const text = `rollback of ${rollback.total}, ${sum} counted, ${total} written`;
    findings.push({ kind: 'falsified', text });
  }
  for (const { rollbackState, rollbackMessage, row } of items) {
    if (rollbackState !== 'errored') continue;
    findings.push({ kind: 'falsified', text: `row ${row} was not taken back: ${rollbackMessage}` });
  }
  return findings;
}

/** The record and its children without ids: Billy may renew those of children. */
function pictureOf(dump: StateDump, facts: Pick<Facts, 'collection'>, id: string): unknown {
  const texts = childrenIn(dump, facts, id)
    .map((child) => JSON.stringify({ ...child, id: null }))
    .sort();
  return { record: held(dump, facts).get(id), texts };
}

/** Billy's records are those of before, and those that somebody else made or touched. */
function judgeWhatIsLeft(facts: UndoneFacts): Finding[] {
  const { before, after, strangers, touchedId } = facts;
  const [was, is] = [held(before, facts), held(after, facts)];
  const findings: Finding[] = [];
  for (const [id, record] of is) {
    if (was.has(id) || strangers.includes(id) || id === touchedId) continue;
    const text = `${textOf(record['name'])} (${id}) is still there after the rollback`;
    findings.push({ kind: 'doubled', text });
  }
  for (const id of was.keys()) {
    const [now, then] = [pictureOf(after, facts, id), pictureOf(before, facts, id)];
    if (isDeepStrictEqual(now, then)) continue;
    findings.push({ kind: 'lost', text: `${id} is not as it was before the job` });
  }
  return findings;
}

/** An edit keeps all of the record, and so does a use of one that the job made. */
function judgeTouched({ touchedId, touch, touched, items, ...facts }: UndoneFacts): Finding[] {
  const findings: Finding[] = items
    .filter(({ rollbackState, recordId }) => rollbackState === 'kept' && recordId !== touchedId)
    .map(({ row, rollbackMessage }) => ({
      kind: 'falsified',
      text: `row ${row} was kept: ${rollbackMessage ?? ''}`,
    }));
  if (touchedId === null || touched === undefined) return findings;
  const { before, after, collection } = facts;
  const isMade = !held(before, { collection }).has(touchedId);
  const now = pictureOf(after, { collection }, touchedId);
  const isThere = held(after, { collection }).has(touchedId);
  const isLeft = isDeepStrictEqual(now, pictureOf(touched, { collection }, touchedId));
  if (!isThere || (!isLeft && (isMade || touch === 'edit'))) {
    findings.push({ kind: 'lost', text: 'a record that others touched was not left to them' });
  }
  return findings;
}

/** A job that was taken back: Billy is as before, but for what others did. */
export function judgeUndone(facts: UndoneFacts): Finding[] {
  return [
    ...judgeCounts(facts),
    ...judgeUndoCounts(facts),
    ...judgeWhatIsLeft(facts),
    ...judgeTouched(facts),
    ...judgeOthers(facts, facts.touched ?? facts.before),
  ];
}
