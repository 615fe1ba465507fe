/** Formats records for answers: wire names, the reader's language, related records on request. */
import type { Includes } from './include.js';
import { isVisible, type FieldRule, type ResourceRule, type Session } from '../world/model.js';
import { ruleOf } from '../rules/registry.js';
import type { Changes } from './save.js';
import { alphanumeric } from '../world/seeded-random.js';
import type { StoredRecord } from '../world/table.js';
import { isLocalized } from '../world/texts.js';

export type Wire = Record<string, unknown>;

/** Sideloaded records by collection and id. */
type Roots = Map<string, Map<string, Wire>>;

interface View {
  readonly session: Session;
  readonly includes: Includes;
  readonly roots: Roots;
}

function valueOf(stored: unknown, session: Session): unknown {
  return isLocalized(stored) ? stored[session.language ?? 'da'] : stored;
}

/** A link that differs on each read (billy-api.md sections 6.5 and 12, A13). */
function volatileLink({ id, organizationId, fields }: StoredRecord, { world }: Session): string {
  const kind = fields['type'] === 'creditNote' ? 'credit-note' : 'invoice';
  const { invoiceNo } = fields;
  const name = typeof invoiceNo === 'string' ? `${kind}-no-${invoiceNo}` : `draft-${kind}`;
  const hash = alphanumeric(world.random, 32);
  const place = [`${kind}s`, id, organizationId, hash].join('/');
  return `https://api.billysbilling.com/v2/downloads/${place}/${name}.pdf`;
}

/** The form of an unset value; undefined if it is not shown. */
function presentUnset(field: FieldRule, record: StoredRecord, session: Session): unknown {
  const { nulls, unsetTexts, sparseFields } = session.unknowns;
  if (field.isBlankWhenUnset === true) {
    if (unsetTexts === 'empty') return '';
    if (unsetTexts === 'dropped') return undefined;
  }
  const isThinned = field.isSporadic === true && sparseFields === 'some';
  if (nulls === 'dropped' || (isThinned && record.sequence % SPORADIC_EVERY !== 0))
    return undefined;
  return null;
}

/** Shows an empty list of links on some records only, or on none. */
function presentLinks(links: unknown, record: StoredRecord, session: Session): unknown {
  const isShown =
    session.unknowns.sparseFields === 'some' && record.sequence % SPORADIC_EVERY === 1;
  return isShown ? links : undefined;
}

/** One in this number of records shows a sporadic field. */
const SPORADIC_EVERY = 3;

function presentField(
  [name, field]: readonly [string, FieldRule],
  record: StoredRecord,
  session: Session,
): unknown {
  if (field.isVolatile === true) return volatileLink(record, session);
  const stored = record.fields[name] ?? null;
  if (Array.isArray(stored)) return presentLinks(stored, record, session);
  return stored === null ? presentUnset(field, record, session) : valueOf(stored, session);
}

const DECLARED = new WeakMap<ResourceRule, readonly [string, FieldRule][]>();

/** The fields of a resource as pairs; cached, since a page shows them a thousand times. */
function declaredFields(rule: ResourceRule): readonly [string, FieldRule][] {
  const known = DECLARED.get(rule) ?? Object.entries(rule.fields);
  DECLARED.set(rule, known);
  return known;
}

/** One record without related ones: `id`, `organizationId`, then every field of its resource. */
function presentRecord(rule: ResourceRule, record: StoredRecord, session: Session): Wire {
  const wire: Wire = { id: record.id };
  if (rule.hasOrganization === true) wire['organizationId'] = record.organizationId;
  for (const declared of declaredFields(rule)) {
    const value = presentField(declared, record, session);
    if (value !== undefined) wire[declared[0]] = value;
  }
  return wire;
}

function sideload(target: { rule: ResourceRule; record: StoredRecord }, view: View): void {
  const { rule, record } = target;
  const root = view.roots.get(rule.plural) ?? new Map<string, Wire>();
  view.roots.set(rule.plural, root);
  if (root.has(record.id)) return;
  // Marked first: two records may include each other.
  const wire: Wire = {};
  root.set(record.id, wire);
  Object.assign(wire, presentWithIncludes({ rule, record, depth: 0 }, view));
}

interface Presented {
  readonly rule: ResourceRule;
  readonly record: StoredRecord;
  /** The depth of embedding; it is limited, since two records may embed each other. */
  readonly depth: number;
}

const EMBED_DEPTH_MAX = 3;

interface Relation {
  readonly property: string;
  readonly mode: 'sideload' | 'embed';
  readonly wire: Wire;
}

function addChildren({ property, mode, wire }: Relation, at: Presented, view: View): void {
  const child = at.rule.children?.[property];
  if (child === undefined) return;
  const rule = ruleOf(child.collection);
  const records = view.session.world.table(child.collection).findBy(child.parentKey, at.record.id);
  if (mode === 'embed') {
    wire[property] = records.map((record) =>
      presentWithIncludes({ rule, record, depth: at.depth + 1 }, view),
    );
    return;
  }
  wire[child.idsName] = records.map(({ id }) => id);
  for (const record of records) sideload({ rule, record }, view);
}

function addParent({ property, mode, wire }: Relation, at: Presented, view: View): void {
  const name = `${property}Id`;
  const rule = ruleOf(at.rule.fields[name]?.target ?? '');
  const id = at.record.fields[name];
  const found = typeof id === 'string' ? view.session.world.table(rule.plural).get(id) : undefined;
  const record = found !== undefined && isVisible(found, view.session) ? found : null;
  if (mode === 'sideload') {
    if (record !== null) sideload({ rule, record }, view);
    return;
  }
  wire[property] =
    record === null ? null : presentWithIncludes({ rule, record, depth: at.depth + 1 }, view);
  Reflect.deleteProperty(wire, name);
}

function presentWithIncludes(at: Presented, view: View): Wire {
  const wire = presentRecord(at.rule, at.record, view.session);
  if (at.depth > EMBED_DEPTH_MAX) return wire;
  for (const include of view.includes.get(at.rule.singular) ?? []) {
    const add = at.rule.children?.[include.property] === undefined ? addParent : addChildren;
    add({ ...include, wire }, at, view);
  }
  return wire;
}

/** Records with their included ones; `roots` holds the sideloaded ones by collection. */
export function presentMany(
  rule: ResourceRule,
  records: readonly StoredRecord[],
  view: { session: Session; includes: Includes },
): { wires: Wire[]; roots: Wire } {
  const roots: Roots = new Map();
  const wires = records.map((record) =>
    presentWithIncludes({ rule, record, depth: 0 }, { ...view, roots }),
  );
  const named = [...roots].map(([plural, byId]) => [plural, [...byId.values()]] as const);
  return { wires, roots: Object.fromEntries(named) };
}

/** All records that a write saved, in arrays by collection, with `_clientId` echoed. */
export function presentChanges(changes: Changes, session: Session): Wire {
  const roots: Record<string, Wire[]> = {};
  for (const { rule, record, clientId } of changes.saved) {
    const wire = presentRecord(rule, record, session);
    if (clientId !== null) wire['_clientId'] = clientId;
    (roots[rule.plural] ??= []).push(wire);
  }
  return roots;
}
