/** Hears of every change that the sandbox's Billy commits, whoever made it. */
import type { StoredRecord } from '../../../src/sandbox/world/table.js';
import type { World } from '../../../src/sandbox/world/world.js';

export interface WorldChange {
  readonly collection: string;
  readonly before: StoredRecord | null;
  readonly after: StoredRecord | null;
}

/**
 * Calls `onCommit` with what one transaction changed, once it is committed; what is rolled back is
 * never told. Nothing of the sandbox is changed by that.
 */
export function watchWorld(
  world: World,
  onCommit: (changes: readonly WorldChange[]) => void,
): void {
  const insert = world.insert.bind(world);
  const update = world.update.bind(world);
  const remove = world.remove.bind(world);
  const transaction = world.transaction.bind(world);
  let pending: WorldChange[] | null = null;
  const note = (change: WorldChange): void => {
    if (pending === null) onCommit([change]);
    else pending.push(change);
  };
  world.insert = (collection, record) => {
    const after = insert(collection, record);
    note({ collection, before: null, after });
    return after;
  };
  world.update = (collection, before, fields) => {
    const after = update(collection, before, fields);
    note({ collection, before, after });
    return after;
  };
  world.remove = (collection, record) => {
    remove(collection, record);
    note({ collection, before: record, after: null });
  };
  world.transaction = (work) => {
    const changes: WorldChange[] = [];
    pending = changes;
    try {
      const result = transaction(work);
      if (changes.length > 0) onCommit(changes);
      return result;
    } finally {
      pending = null;
    }
  };
}
