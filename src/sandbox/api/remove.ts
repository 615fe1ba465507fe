/** Deleting: idempotent, children with it, refused while something depends on the record. */
import type { ResourceRule, Session } from '../world/model.js';
import { forbidden, refusedRemoval } from '../world/refusal.js';
import { childrenOf, isOwn, noChanges, noteDeleted, type Changes } from './save.js';
import type { StoredRecord } from '../world/table.js';
import type { Localized } from '../world/texts.js';

/** The session's own record; null when there is none to see. @throws Refusal (403) where the unknowns say so. */
export function findOwn(rule: ResourceRule, id: string, session: Session): StoredRecord | null {
  const record = session.world.table(rule.plural).get(id);
  if (record === undefined || isOwn(record, session)) return record ?? null;
  if (session.unknowns.foreignRecord === 403) throw forbidden();
  return null;
}

function removeWithChildren(
  target: { rule: ResourceRule; record: StoredRecord },
  session: Session,
  changes: Changes,
): void {
  const { rule, record } = target;
  for (const child of childrenOf(rule, record, session)) {
    session.world.remove(child.rule.plural, child.record);
    noteDeleted(changes, child.rule.plural, child.record.id);
  }
  session.world.remove(rule.plural, record);
  noteDeleted(changes, rule.plural, record.id);
}

/** Deletes one record and its children; an absent id deletes nothing. @throws Refusal (422) when in use. */
export function removeRecord(rule: ResourceRule, id: string, session: Session): Changes {
  const changes = noChanges();
  return session.world.transaction(() => {
    const record = findOwn(rule, id, session);
    if (record === null) return changes;
    const reason = rule.refuseRemoval?.(record, session) ?? null;
    if (reason !== null) {
      throw refusedRemoval({ singular: rule.singular, reason }, session.unknowns);
    }
    removeWithChildren({ rule, record }, session, changes);
    return changes;
  });
}

/**
 * Deletes many: nothing when one is refused, or (an unknown) those that may go, with a 422 or without.
 * @throws Refusal (422); its `deleted` tells what went.
 */
export function removeMany(rule: ResourceRule, ids: readonly string[], session: Session): Changes {
  const changes = noChanges();
  const reasons: Localized[] = [];
  const { singular } = rule;
  session.world.transaction(() => {
    for (const id of new Set(ids)) {
      const record = findOwn(rule, id, session);
      if (record === null) continue;
      const reason = rule.refuseRemoval?.(record, session) ?? null;
      if (reason === null) removeWithChildren({ rule, record }, session, changes);
      else if (session.unknowns.bulkDelete === 'allOrNothing') {
        throw refusedRemoval({ singular, reason }, session.unknowns);
      } else reasons.push(reason);
    }
  });
  const [reason] = reasons;
  if (reason === undefined || session.unknowns.bulkDelete === 'silentPartial') return changes;
  throw refusedRemoval({ singular, reason }, session.unknowns, changes.deleted);
}
