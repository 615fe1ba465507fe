/** The SQL for the send log. All processes on the database share it, so that together they keep one limit. */
import type { Kysely, Transaction } from 'kysely';
import {
  AHEAD_MS_MAX,
  pauseLeftMs,
  placeOf,
  type StoredRate,
  type Place,
  type SendDecision,
} from '../../model/send-log.js';
import type { ScopedSendRequest, SendLogPort } from '../ports/send-log.js';
import type { SendScopesTable, Tables } from './schema.js';

/**
 * Locks the scope by writing its row first. This closes the race between two processes that both see the
 * last free send time: the second waits here until the first has finished its transaction.
 */
function enterScope(transaction: Transaction<Tables>, scope: string): Promise<SendScopesTable> {
  return transaction
    .insertInto('send_scopes')
    .values({ scope, paused_until_ms: 0, next_at_ms: 0, pace_version: 0 })
    .onConflict((conflict) => conflict.column('scope').doUpdateSet({ scope }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Deletes expired send times and the slot's earlier one. Corrects those too far ahead of now. */
async function tidyStamps(
  transaction: Transaction<Tables>,
  ask: ScopedSendRequest,
  nowMs: number,
): Promise<void> {
  await transaction
    .deleteFrom('sends')
    .where((row) => row.or([row('slot', '=', ask.slot), row('expires_at_ms', '<=', nowMs)]))
    .execute();
  // The clock was set back: these sends have left by now, so "now" keeps them in every window they belong to.
  await transaction
    .updateTable('sends')
    .set({ at_ms: nowMs, expires_at_ms: Math.ceil(nowMs + ask.keepMs) })
    .where('scope', '=', ask.scope)
    .where('at_ms', '>', nowMs + AHEAD_MS_MAX)
    .execute();
}

/** Returns the time of a send, counted back from the last one (0). */
async function stampedAtMs(
  transaction: Transaction<Tables>,
  scope: string,
  back: number,
): Promise<number> {
  const stamp = await transaction
    .selectFrom('sends')
    .select('at_ms')
    .where('scope', '=', scope)
    .orderBy('at_ms', 'desc')
    .offset(back)
    .limit(1)
    .executeTakeFirst();
  return stamp?.at_ms ?? Number.NEGATIVE_INFINITY;
}

async function stamp(
  transaction: Transaction<Tables>,
  ask: ScopedSendRequest,
  { atMs, nextAtMs }: Extract<Place, { kind: 'taken' }>,
): Promise<void> {
  const { slot, scope, keepMs } = ask;
  const expiresAtMs = Math.ceil(atMs + keepMs);
  await transaction
    .insertInto('sends')
    .values({ slot, scope, at_ms: atMs, expires_at_ms: expiresAtMs, is_refused: 0 })
    .execute();
  if (nextAtMs === null) return;
  await transaction
    .updateTable('send_scopes')
    .set({ next_at_ms: nextAtMs })
    .where('scope', '=', scope)
    .execute();
}

function keptPaceOf(scope: Pick<SendScopesTable, 'pace' | 'pace_version'> | undefined): StoredRate {
  const text = scope?.pace ?? null;
  const pace: unknown = text === null ? null : JSON.parse(text);
  return { version: scope?.pace_version ?? 0, pace };
}

async function decide(
  transaction: Transaction<Tables>,
  ask: ScopedSendRequest,
): Promise<SendDecision> {
  const scope = await enterScope(transaction, ask.scope);
  if (scope.pace_version !== ask.paceVersion) return { kind: 'stale', kept: keptPaceOf(scope) };
  const nowMs = ask.now();
  await tidyStamps(transaction, ask, nowMs);
  const pausedMs = pauseLeftMs(scope.paused_until_ms, nowMs);
  if (pausedMs > 0) return { kind: 'paused', waitMs: pausedMs };
  const place = placeOf(ask, {
    nowMs,
    pausedUntilMs: scope.paused_until_ms,
    nextAtMs: scope.next_at_ms,
    lastAtMs: await stampedAtMs(transaction, ask.scope, 0),
    oldestAtMs: await stampedAtMs(transaction, ask.scope, ask.count - 1),
  });
  if (place.kind === 'full') return place;
  await stamp(transaction, ask, place);
  return { kind: 'taken', inMs: place.atMs - nowMs };
}

function stampQueries(
  db: Kysely<Tables>,
): Pick<SendLogPort, 'reserveSend' | 'correctSendTime' | 'pauseSends'> {
  return {
    reserveSend: (ask) => db.transaction().execute((transaction) => decide(transaction, ask)),

    async correctSendTime({ slot, atMs }) {
      await db
        .updateTable('sends')
        .set((row) => ({
          at_ms: atMs,
          expires_at_ms: row('expires_at_ms', '+', row(row.val(atMs), '-', row.ref('at_ms'))),
        }))
        .where('slot', '=', slot)
        .where('at_ms', '<', atMs)
        .execute();
    },

    async pauseSends({ scope, nowMs, ms }) {
      await db.transaction().execute(async (transaction) => {
        const entered = await enterScope(transaction, scope);
        if (pauseLeftMs(entered.paused_until_ms, nowMs) >= ms) return;
        await transaction
          .updateTable('send_scopes')
          .set({ paused_until_ms: nowMs + ms })
          .where('scope', '=', scope)
          .execute();
      });
    },
  };
}

function paceQueries(
  db: Kysely<Tables>,
): Pick<SendLogPort, 'markRefused' | 'readSends' | 'listSendScopes' | 'saveLearnedRate'> {
  return {
    async markRefused({ slot }) {
      const refused = await db
        .updateTable('sends')
        .set({ is_refused: 1 })
        .where('slot', '=', slot)
        .returning('at_ms')
        .executeTakeFirst();
      return refused?.at_ms ?? null;
    },

    async readSends({ scope, sinceMs, untilMs }) {
      const known = await db
        .selectFrom('send_scopes')
        .select(['pace', 'pace_version'])
        .where('scope', '=', scope)
        .executeTakeFirst();
      const stamps = await db
        .selectFrom('sends')
        .select('at_ms')
        .where('scope', '=', scope)
        .where('at_ms', '>=', sinceMs)
        .where('at_ms', '<', untilMs)
        .where('is_refused', '=', 0)
        .orderBy('at_ms')
        .execute();
      return { accepted: stamps.map(({ at_ms: atMs }) => atMs), kept: keptPaceOf(known) };
    },

    async listSendScopes({ sinceMs }) {
      const rows = await db
        .selectFrom('send_scopes')
        .select(['scope', 'pace_version'])
        .where('scope', 'in', (inner) =>
          inner.selectFrom('sends').select('scope').where('at_ms', '>=', sinceMs),
        )
        .orderBy('scope')
        .execute();
      return rows.map(({ scope, pace_version: paceVersion }) => ({ scope, paceVersion }));
    },

    async saveLearnedRate({ scope, version, pace }) {
      // The version in the condition closes the race between two processes that save a rate at once.
      const kept = await db
        .updateTable('send_scopes')
        .set({ pace: JSON.stringify(pace), pace_version: version + 1 })
        .where('scope', '=', scope)
        .where('pace_version', '=', version)
        .executeTakeFirst();
      return kept.numUpdatedRows === 1n;
    },
  };
}

export function sqlSends(db: Kysely<Tables>): SendLogPort {
  return { ...stampQueries(db), ...paceQueries(db) };
}
