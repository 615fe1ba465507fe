/** Saves one record or many, each with its children. */
import { draftRecord, isBody, type Body } from './draft.js';
import type { Draft, ResourceRule, Session } from '../world/model.js';
import {
  reasonOf,
  Refusal,
  refusedRecords,
  unprocessable,
  type RecordProblems,
} from '../world/refusal.js';
import { ruleOf } from '../rules/registry.js';
import { shuffled } from '../world/seeded-random.js';
import type { StoredRecord } from '../world/table.js';
import { recordNotFound, TEXT } from '../world/texts.js';

/** The changes made by a request; the answer shows them. */
export interface Changes {
  readonly saved: { rule: ResourceRule; record: StoredRecord; clientId: string | null }[];
  /** Deleted ids by collection. */
  readonly deleted: Record<string, string[]>;
}

export function noChanges(): Changes {
  return { saved: [], deleted: {} };
}

export function noteDeleted(changes: Changes, collection: string, id: string): void {
  (changes.deleted[collection] ??= []).push(id);
}

function hasProblems(problems: RecordProblems): boolean {
  return problems.message !== null || Object.keys(problems.attributes).length > 0;
}

/** Problems of children by their `_clientId`; a child without one is reported at its parent's relation. */
function childProblems(draft: Draft): Map<string, RecordProblems> {
  const found = new Map<string, RecordProblems>();
  for (const [relation, children] of draft.children) {
    for (const { clientId, problems } of children) {
      if (!hasProblems(problems)) continue;
      if (clientId !== null) found.set(clientId, problems);
      else draft.problems.attributes[relation] ??= reasonOf(problems);
    }
  }
  return found;
}

/** Problems by their key in the answer, if they are shown at all; null if there are none. */
function problemsOf(draft: Draft, session: Session): Map<string, RecordProblems> | null {
  const found = childProblems(draft);
  if (!hasProblems(draft.problems)) return found.size > 0 ? found : null;
  const isShown = draft.clientId !== null || session.unknowns.validationKey === 'singular';
  if (isShown) found.set(draft.clientId ?? draft.rule.singular, draft.problems);
  return found;
}

function saveDraft(
  draft: Draft,
  scope: { session: Session; changes: Changes; parent?: { key: string; id: string } },
): StoredRecord {
  const { session, changes, parent } = scope;
  const { world, organizationId } = session;
  if (parent !== undefined) draft.values[parent.key] = parent.id;
  const record =
    draft.before === null
      ? world.insert(draft.rule.plural, {
          id: world.newId(),
          organizationId,
          fields: draft.values,
        })
      : world.update(draft.rule.plural, draft.before, draft.values);
  changes.saved.push({ rule: draft.rule, record, clientId: draft.clientId });
  for (const [relation, children] of draft.children) {
    const child = draft.rule.children?.[relation];
    if (child === undefined) continue;
    for (const old of world.table(child.collection).findBy(child.parentKey, record.id)) {
      world.remove(child.collection, old);
      noteDeleted(changes, child.collection, old.id);
    }
    const link = { key: child.parentKey, id: record.id };
    for (const each of children) saveDraft(each, { session, changes, parent: link });
  }
  return record;
}

export interface WriteTarget {
  readonly rule: ResourceRule;
  /** The record to change; null to create one. */
  readonly before: StoredRecord | null;
  readonly body: Body;
}

/** Creates or changes one record with its children. @throws Refusal (422); then nothing is written. */
export function saveRecord(target: WriteTarget, session: Session): Changes {
  const { rule, before, body } = target;
  const changes = noChanges();
  return session.world.transaction(() => {
    const draft = draftRecord(rule, body, { session, before });
    const problems = problemsOf(draft, session);
    if (problems !== null) throw refusedRecords(problems, session.unknowns);
    saveDraft(draft, { session, changes });
    return changes;
  });
}

interface BulkWork {
  readonly rule: ResourceRule;
  readonly session: Session;
  readonly changes: Changes;
  readonly problems: Map<string, RecordProblems>;
  refused: number;
}

/** All problems of one record of a bulk save, with the problems of its children by relation. */
function problemsTogether(draft: Draft): RecordProblems {
  for (const [relation, children] of draft.children) {
    const first = children.find(({ problems }) => hasProblems(problems))?.problems;
    if (first !== undefined) {
      draft.problems.attributes[relation] ??= reasonOf(first);
    }
  }
  return draft.problems;
}

function noteProblems(
  problems: ReadonlyMap<string, RecordProblems>,
  at: { readonly draft: Draft; readonly index: number },
  work: BulkWork,
): void {
  work.refused += 1;
  const { bulkErrors } = work.session.unknowns;
  if (bulkErrors === 'omit') return;
  const keyed =
    bulkErrors === 'index' ? new Map([[String(at.index), problemsTogether(at.draft)]]) : problems;
  for (const [key, each] of keyed) if (!work.problems.has(key)) work.problems.set(key, each);
}

function saveInBulk(body: Body, index: number, work: BulkWork): void {
  const { rule, session, changes } = work;
  const id = typeof body['id'] === 'string' ? body['id'] : null;
  const found = id === null ? null : session.world.table(rule.plural).get(id);
  const isMissing = found === undefined || (found !== null && !isOwn(found, session));
  const before = isMissing ? null : found;
  const draft = draftRecord(rule, body, { session, before });
  if (isMissing) draft.problems.message = recordNotFound(rule.singular, id ?? '');
  const problems = problemsOf(draft, session);
  if (problems === null) saveDraft(draft, { session, changes });
  else noteProblems(problems, { draft, index }, work);
}

/** True for the session's own records; it may not write shared or foreign ones. */
export function isOwn(record: StoredRecord, session: Session): boolean {
  return record.organizationId === session.organizationId;
}

/** The changes of a bulk save, and its refusal if it was refused nevertheless. */
export interface BulkChanges {
  readonly changes: Changes;
  readonly refusal: Refusal | null;
}

/**
 * `PATCH /{plural}`: changes records with an id and creates the others. If one is refused, nothing is
 * written, or only the refused ones are not. Refused records are reported as the unknowns choose.
 * @throws Refusal (400, 422)
 */
export function saveMany(
  rule: ResourceRule,
  bodies: readonly unknown[],
  session: Session,
): BulkChanges {
  const { bulkSaveMax, bulkOrder, bulkSaveRefused } = session.unknowns;
  if (bodies.length > bulkSaveMax) throw unprocessable(TEXT.tooManyRecords);
  const changes = noChanges();
  const work: BulkWork = { rule, session, changes, problems: new Map(), refused: 0 };
  return session.world.transaction(() => {
    for (const [index, body] of bodies.entries()) {
      if (!isBody(body)) throw new Refusal([400, 'INVALID_REQUEST_BODY'], TEXT.bodyNotObject);
      saveInBulk(body, index, work);
    }
    const refusal = work.refused > 0 ? refusedRecords(work.problems, session.unknowns) : null;
    if (refusal !== null && bulkSaveRefused === 'allOrNothing') throw refusal;
    if (bulkOrder === 'sent') return { changes, refusal };
    const saved = shuffled(changes.saved, session.world.random);
    return { changes: { ...changes, saved }, refusal };
  });
}

/** The children of a record, which are deleted with it. */
export function childrenOf(
  rule: ResourceRule,
  record: StoredRecord,
  session: Session,
): { rule: ResourceRule; record: StoredRecord }[] {
  return Object.values(rule.children ?? {}).flatMap((child) =>
    session.world
      .table(child.collection)
      .findBy(child.parentKey, record.id)
      .map((each) => ({ rule: ruleOf(child.collection), record: each })),
  );
}
