/** Deletes records with their children: idempotent, and refused while other records depend on them. */
import type { ResourceRule, Session } from '../world/model.js';
import { forbidden, refusedRemoval } from '../world/refusal.js';
import { childrenOf, isOwn, noChanges, noteDeleted, type Changes } from './save.js';
import type { StoredRecord } from '../world/table.js';
import type { Localized } from '../world/texts.js';

/** The session's own record; null if it has none. @throws Refusal (403) if the unknowns choose so. */
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

/** Deletes one record and its children; an unknown id deletes nothing. @throws Refusal (422) if in use. */
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
 * Deletes many. If one is refused, it deletes nothing, or (an unknown) the others, with or without a 422.
 * @throws Refusal (422); its `deleted` holds the deleted ids.
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
