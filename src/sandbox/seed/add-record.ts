/** Adds made-up records without the checks of a request. */
import { initialFields } from '../world/model.js';
import { ruleOf } from '../rules/registry.js';
import type { StoredRecord } from '../world/table.js';
import type { World } from '../world/world.js';

export interface NewRecord {
  readonly collection: string;
  /** Absent: a new id is generated. */
  readonly id?: string;
  /** Null for a record that all organizations share. */
  readonly organizationId: string | null;
  /** Declared fields; absent ones get the initial value of the resource. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Adds a record outside any request; absent fields get their initial values. */
export function addRecord(world: World, newRecord: NewRecord): StoredRecord {
  const { collection, organizationId, values } = newRecord;
  const fields = { ...initialFields(ruleOf(collection)), ...values };
  return world.insert(collection, { id: newRecord.id ?? world.newId(), organizationId, fields });
}
