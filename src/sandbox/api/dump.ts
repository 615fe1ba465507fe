/** Dumps the whole state in a canonical form, so that two states can be compared as texts or hashes. */
import { createHash } from 'node:crypto';
import type { ResourceRule } from '../world/model.js';
import { ruleOf } from '../rules/registry.js';
import type { StoredRecord } from '../world/table.js';
import type { World } from '../world/world.js';

export type DumpedRecord = { readonly id: string } & Readonly<Record<string, unknown>>;
type Records = Readonly<Record<string, readonly DumpedRecord[]>>;

export interface StateDump {
  /** The token's organization by collection, each ordered by id; without the read-only reference data. */
  readonly records: Records;
  /** The other organization, which no client may change. */
  readonly foreign: Records;
}

export interface StateSummary {
  /** Records of the token's organization by collection. */
  readonly counts: Readonly<Record<string, number>>;
  /** The hash of the canonical dump, foreign records included. */
  readonly sha256: string;
}

/** Field names in the order of the dump, without those that change on each read. */
function dumpedNames(rule: ResourceRule): readonly string[] {
  const names = Object.keys(rule.fields).filter((name) => rule.fields[name]?.isVolatile !== true);
  return rule.hasOrganization === true ? [...names, 'organizationId'].sort() : names.sort();
}

function valueOf(record: StoredRecord, name: string): unknown {
  if (name === 'organizationId') return record.organizationId;
  const value = record.fields[name] ?? null;
  // An empty text and null mean the same to every reader of Billy (billy-api.md section 12, A6).
  return value === '' ? null : value;
}

function dumpRecord(names: readonly string[], record: StoredRecord): DumpedRecord {
  const dumped: Record<string, unknown> & { id: string } = { id: record.id };
  for (const name of names) dumped[name] = valueOf(record, name);
  return dumped;
}

function byId(left: StoredRecord, right: StoredRecord): number {
  return left.id < right.id ? -1 : 1;
}

interface Part {
  readonly collection: string;
  readonly names: readonly string[];
  readonly own: readonly StoredRecord[];
  readonly others: readonly StoredRecord[];
}

/** Yields collections in order with records in order of id, without the shared collections. */
function* parts(world: World, organizationId: string): Iterable<Part> {
  for (const collection of [...world.collections()].sort()) {
    const [own, others]: [StoredRecord[], StoredRecord[]] = [[], []];
    const table = world.table(collection);
    if (table.idsOf(null).length > 0) continue;
    for (const record of table.values()) {
      (record.organizationId === organizationId ? own : others).push(record);
    }
    const names = dumpedNames(ruleOf(collection));
    yield { collection, names, own: own.sort(byId), others: others.sort(byId) };
  }
}

/** All records of organizations, keys and ids in order, without fields that change on each read. */
export function dumpState(world: World, organizationId: string): StateDump {
  const records: Record<string, DumpedRecord[]> = {};
  const foreign: Record<string, DumpedRecord[]> = {};
  for (const { collection, names, own, others } of parts(world, organizationId)) {
    records[collection] = own.map((record) => dumpRecord(names, record));
    foreign[collection] = others.map((record) => dumpRecord(names, record));
  }
  return { records, foreign };
}

/** Counts and a hash, for states too large to transfer. */
export function summarize(world: World, organizationId: string): StateSummary {
  const hash = createHash('sha256');
  const counts: Record<string, number> = {};
  for (const { collection, names, own, others } of parts(world, organizationId)) {
    counts[collection] = own.length;
    for (const [owner, list] of Object.entries({ own, others })) {
      hash.update(`${owner} ${collection} ${list.length} ${names.join()}\n`);
      // One record at a time: 100,000 of them do not fit into one string.
      for (const record of list) {
        hash.update(JSON.stringify([record.id, ...names.map((name) => valueOf(record, name))]));
      }
    }
  }
  return { counts, sha256: hash.digest('hex') };
}
