/** The log of sends that all processes on the database keep together, so that they keep one limit. */
import type { Kysely, Transaction } from 'kysely';
import { LIMITS } from '../core/limits.js';
import type { JobStore } from './job-store.js';
import type { SendScopesTable, Tables } from './schema.js';
import type { SendAsk } from './types.js';

type SendPart = Pick<JobStore, 'takeSend' | 'pauseSends'>;

/** How much of a spacing a send may be late and the next ones still make up for. */
const CATCH_UP_SHARE = 0.5;

/**
 * Beginning with a write to the one row that all askers share closes the race between two processes
 * that both see the last free place: the second waits here until the first has stamped or gone.
 */
function enterScope(transaction: Transaction<Tables>, scope: string): Promise<SendScopesTable> {
  return transaction
    .insertInto('send_scopes')
    .values({ scope, paused_until_ms: 0, next_at_ms: 0 })
    .onConflict((conflict) => conflict.column('scope').doUpdateSet({ scope }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Leaves the stamps that still count, none of them later than now. */
async function tidyStamps(
  transaction: Transaction<Tables>,
  ask: SendAsk,
  nowMs: number,
): Promise<void> {
  await transaction
    .deleteFrom('sends')
    .where((row) => row.or([row('slot', '=', ask.slot), row('expires_at_ms', '<=', nowMs)]))
    .execute();
  // The clock was set back: these were sent by now, so "now" counts them in every window they are in.
  await transaction
    .updateTable('sends')
    .set({ at_ms: nowMs, expires_at_ms: Math.ceil(nowMs + ask.windowMs) })
    .where('scope', '=', ask.scope)
    .where('at_ms', '>', nowMs)
    .execute();
}

/** When the window has room for one more send. */
async function roomAtMs(transaction: Transaction<Tables>, ask: SendAsk): Promise<number> {
  const stamp = await transaction
    .selectFrom('sends')
    .select('at_ms')
    .where('scope', '=', ask.scope)
    .orderBy('at_ms', 'desc')
    .offset(ask.count - 1)
    .limit(1)
    .executeTakeFirst();
  return stamp === undefined ? Number.NEGATIVE_INFINITY : stamp.at_ms + ask.windowMs;
}

async function stamp(
  transaction: Transaction<Tables>,
  ask: SendAsk,
  at: { nowMs: number; dueAtMs: number },
): Promise<void> {
  const { slot, scope, windowMs, spacingMs } = ask;
  const { nowMs, dueAtMs } = at;
  const expiresAtMs = Math.ceil(nowMs + windowMs);
  await transaction
    .insertInto('sends')
    .values({ slot, scope, at_ms: nowMs, expires_at_ms: expiresAtMs })
    .execute();
  if (spacingMs === 0) return;
  // Counted from when it was due, so that a timer which fires late does not slow down all that follow.
  const lateMsMax = spacingMs * CATCH_UP_SHARE;
  await transaction
    .updateTable('send_scopes')
    .set({ next_at_ms: Math.max(dueAtMs, nowMs - lateMsMax) + spacingMs })
    .where('scope', '=', scope)
    .execute();
}

/** What is left of a pause; one longer than any that is obeyed dates from before the clock was set back. */
function pauseLeftMs(untilMs: number, nowMs: number): number {
  const leftMs = untilMs - nowMs;
  return leftMs > LIMITS.retryAfterMsMax ? 0 : leftMs;
}

export function sqlSends(db: Kysely<Tables>): SendPart {
  return {
    async takeSend(ask) {
      return db.transaction().execute(async (transaction) => {
        const scope = await enterScope(transaction, ask.scope);
        const nowMs = ask.now();
        await tidyStamps(transaction, ask, nowMs);
        const pausedMs = pauseLeftMs(scope.paused_until_ms, nowMs);
        if (pausedMs > 0) return { kind: 'paused', waitMs: pausedMs };
        // More than one spacing ahead, it dates from before the clock was set back.
        const isStale = scope.next_at_ms > nowMs + ask.spacingMs;
        const dueAtMs = isStale ? nowMs : scope.next_at_ms;
        const freeAtMs = Math.max(await roomAtMs(transaction, ask), dueAtMs);
        if (freeAtMs > nowMs) return { kind: 'full', waitMs: freeAtMs - nowMs };
        await stamp(transaction, ask, { nowMs, dueAtMs });
        return { kind: 'taken' };
      });
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
