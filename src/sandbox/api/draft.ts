/** Turns a body into a draft record: checks every property, notes every problem, writes nothing. */
import {
  initialFields,
  type ChildRule,
  type Draft,
  type FieldRule,
  type ResourceRule,
  type Session,
} from '../world/model.js';
import { ruleOf } from '../rules/registry.js';
import type { StoredRecord } from '../world/table.js';
import { noProblems } from '../world/refusal.js';
import { alteredValue, textMaxOf } from './alter.js';
import { TEXT, tooLong, type Localized } from '../world/texts.js';
import { coerce, isMissing, isSame } from './values.js';

export type Body = Readonly<Record<string, unknown>>;

export interface DraftScope {
  readonly session: Session;
  /** The record that the body changes; null for a new one. */
  readonly before: StoredRecord | null;
  /** For an embedded child: the field with the parent's id, and that id if it exists already. */
  readonly parent?: { readonly key: string; readonly id: string | null };
}

interface Work extends DraftScope {
  readonly draft: Draft;
  /** The record that readonly values are compared with: itself, or the child that an embedded one repeats. */
  readonly known: StoredRecord | null;
}

export function isBody(value: unknown): value is Body {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function clientIdOf(body: Body, session: Session): string | null {
  if (session.unknowns.echoClientId === 'omit') return null;
  const clientId = body['_clientId'];
  return typeof clientId === 'string' ? clientId : null;
}

/** Finds the existing child that an embedded child repeats; the save gives it a new id. */
function findRepeated(rule: ResourceRule, body: Body, scope: DraftScope): StoredRecord | null {
  const { parent, session } = scope;
  if (parent === undefined || parent.id === null || typeof body['id'] !== 'string') return null;
  const record = session.world.table(rule.plural).get(body['id']);
  return record?.fields[parent.key] === parent.id ? record : null;
}

/** A declared member; never an inherited one, such as `constructor`. */
function declared<T>(
  members: Readonly<Record<string, T>> | undefined,
  name: string,
): T | undefined {
  return members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
}

function setProblem(draft: Draft, name: string, problem: Localized): void {
  draft.problems.attributes[name] ??= problem;
}

function checkUnknown(name: string, { draft, session }: Work): void {
  if (session.unknowns.unknownProperties === 'refuse') {
    setProblem(draft, name, TEXT.unknownProperty);
  }
}

function checkId(value: unknown, { draft, known, before }: Work): void {
  if (value === known?.id) return;
  if (before !== null) setProblem(draft, 'id', TEXT.idMismatch);
  else if (value !== null) setProblem(draft, 'id', TEXT.mustNotBeSet);
}

function checkOrganization(value: unknown, { draft, session }: Work): void {
  if (session.unknowns.organizationIdInBody === 'refuse') {
    setProblem(draft, 'organizationId', TEXT.mustNotBeSet);
  } else if (value !== session.organizationId && (value !== null || draft.before !== null)) {
    setProblem(draft, 'organizationId', TEXT.organizationDiffers);
  }
}

const UNKNOWN_WHEN_REFUSED: ReadonlySet<string> = new Set([
  'undocumented',
  'contested',
  'unproven',
]);

/** The reason for refusing a changed readonly or immutable value. */
function fixedProblem({ access }: FieldRule, isCreate: boolean): Localized {
  if (access !== undefined && UNKNOWN_WHEN_REFUSED.has(access)) return TEXT.unknownProperty;
  if (isCreate) return TEXT.mustNotBeSet;
  return access === 'readonly' ? TEXT.readOnly : TEXT.mustNotChange;
}

/** True for an unapproved record in the hands of a person, who may change every part of it. */
function isPersonsDraft({ before, session }: Work): boolean {
  return session.isPerson === true && before?.fields['state'] === 'draft';
}

/** True if a client may write a field that is known only from live answers. */
function isTaken(access: 'contested' | 'unproven', { unknowns }: Session): boolean {
  const { undocumentedFields } = unknowns;
  return access === 'unproven'
    ? undocumentedFields !== 'refuseAll'
    : undocumentedFields === 'writable';
}

function isWritable({ access }: FieldRule, context: Work): boolean {
  const { before, session } = context;
  if (access === undefined) return true;
  if (access === 'contested' || access === 'unproven') {
    return session.isPerson === true || isTaken(access, session);
  }
  if (access !== 'immutable' && access !== 'draft') return false;
  const isOpen = access === 'draft' && session.unknowns.draftTerms === 'writable';
  const isFree = isOpen && before?.fields['state'] === 'draft';
  return before === null || isFree || isPersonsDraft(context);
}

/** True if a value that may not be written is sent back unchanged, which is accepted. */
function isTolerated(
  field: FieldRule,
  sent: { name: string; value: unknown },
  context: Work,
): boolean {
  if (context.known !== null && field.isVolatile === true) return true;
  return isSame(context.known?.fields[sent.name] ?? null, sent.value, field);
}

function checkNull(name: string, field: FieldRule, { draft, before }: Work): void {
  if (before !== null && field.isRequired === true) setProblem(draft, name, TEXT.required);
  else draft.values[name] = field.initial ?? null;
}

function writeField(name: string, value: unknown, context: Work & { field: FieldRule }): void {
  const { draft, field, session, before } = context;
  // An unchanged value is accepted even if it could not be written now, such as a dangling reference.
  if (before !== null && isSame(before.fields[name], value, field)) return;
  if (value === null) {
    checkNull(name, field, context);
    return;
  }
  const coerced = coerce(field, value, session);
  if ('problem' in coerced) setProblem(draft, name, coerced.problem);
  else store(name, coerced.value, context);
}

/** Stores a value in Billy's form, unless it is too long. */
function store(name: string, value: unknown, { draft, session }: Work): void {
  const { singular } = draft.rule;
  const max = typeof value === 'string' ? textMaxOf({ singular, name }, session.unknowns) : null;
  if (max !== null && String(value).length > max) setProblem(draft, name, tooLong(max));
  else draft.values[name] = alteredValue({ singular, name, value }, session.unknowns);
}

function checkField(name: string, value: unknown, context: Work): void {
  const { draft, parent } = context;
  const field = declared(draft.rule.fields, name);
  if (field === undefined) {
    checkUnknown(name, context);
    return;
  }
  if (name === parent?.key) {
    if (value !== parent.id && value !== null) setProblem(draft, name, TEXT.mustNotBeSet);
    return;
  }
  if (isWritable(field, context)) writeField(name, value, { ...context, field });
  else if (!isTolerated(field, { name, value }, context)) {
    const problem = fixedProblem(field, context.before === null);
    if (problem === TEXT.unknownProperty) checkUnknown(name, context);
    else setProblem(draft, name, problem);
  }
}

interface ChildrenBody {
  readonly relation: string;
  readonly child: ChildRule;
  readonly value: unknown;
}

function checkChildren({ relation, child, value }: ChildrenBody, context: Work): void {
  const { draft, before, session } = context;
  if (child.isFixedAfterCreate === true && before !== null && !isPersonsDraft(context)) {
    setProblem(draft, relation, TEXT.mustNotChange);
  } else if (!Array.isArray(value) || !value.every(isBody)) {
    setProblem(draft, relation, TEXT.notList);
  } else {
    const rule = ruleOf(child.collection);
    const parent = { key: child.parentKey, id: before?.id ?? null };
    const children = value.map((body) =>
      draftRecord(rule, body, { session, before: null, parent }),
    );
    draft.children.set(relation, children);
  }
}

function checkProperty(name: string, value: unknown, context: Work): void {
  const { rule } = context.draft;
  const child = declared(rule.children, name);
  if (name === '_clientId') return;
  if (name === 'id') checkId(value, context);
  else if (name === 'organizationId' && rule.hasOrganization) checkOrganization(value, context);
  else if (child !== undefined) checkChildren({ relation: name, child, value }, context);
  else checkField(name, value, context);
}

function checkRequired({ draft, parent }: Work): void {
  for (const [name, field] of Object.entries(draft.rule.fields)) {
    if (field.isRequired !== true || name === parent?.key) continue;
    if (isMissing(draft.values[name])) setProblem(draft, name, TEXT.required);
  }
}

function checkUnique(draft: Draft, session: Session): void {
  const name = draft.rule.uniqueNumber;
  if (name === undefined || session.unknowns.uniqueNumbers === 'none') return;
  const value = draft.values[name];
  if (isMissing(value)) return;
  const isTaken = session.world
    .table(draft.rule.plural)
    .findBy(name, value)
    .some(
      (other) => other.organizationId === session.organizationId && other.id !== draft.before?.id,
    );
  if (isTaken) setProblem(draft, name, TEXT.notUnique);
}

/** Checks a body against its resource. Before a save, check `problems` of the draft and of its children. */
export function draftRecord(rule: ResourceRule, body: Body, scope: DraftScope): Draft {
  const { before, session } = scope;
  const draft: Draft = {
    rule,
    before,
    clientId: clientIdOf(body, session),
    sent: new Set(Object.keys(body)),
    values: { ...(before === null ? initialFields(rule) : before.fields) },
    children: new Map(),
    problems: noProblems(),
  };
  const context: Work = { ...scope, draft, known: before ?? findRepeated(rule, body, scope) };
  for (const [name, value] of Object.entries(body)) checkProperty(name, value, context);
  if (before === null && 'createdTime' in rule.fields) {
    draft.values['createdTime'] = session.world.nowText();
  }
  rule.complete?.(draft, session);
  checkRequired(context);
  checkUnique(draft, session);
  return draft;
}
