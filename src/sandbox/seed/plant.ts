/** Puts made-up records in place without the checks that a request would pass. */
import { initialFields } from '../world/model.js';
import { ruleOf } from '../rules/registry.js';
import type { StoredRecord } from '../world/table.js';
import type { World } from '../world/world.js';

export interface Seedling {
  readonly collection: string;
  /** Absent: a new one is made. */
  readonly id?: string;
  /** null: shared by all organizations. */
  readonly organizationId: string | null;
  /** Declared fields; what is left out gets its resource's initial value. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Adds a record as if it had always been there. */
export function plant(world: World, seedling: Seedling): StoredRecord {
  const { collection, organizationId, values } = seedling;
  const fields = { ...initialFields(ruleOf(collection)), ...values };
  return world.insert(collection, { id: seedling.id ?? world.newId(), organizationId, fields });
}
