/** The log of sends that all processes on the database keep together, so that they keep one limit. */
import type { Kysely, Transaction } from 'kysely';
import { LIMITS } from '../core/limits.js';
import type { JobStore } from './job-store.js';
import type { Tables } from './schema.js';
import type { SendAsk } from './types.js';

type SendPart = Pick<JobStore, 'takeSend' | 'pauseSends'>;

/**
 * Beginning with a write to the one row that all askers share closes the race between two processes
 * that both see the last free place: the second waits here until the first has stamped or gone.
 * Answers until when the scope is paused.
 */
async function enterScope(transaction: Transaction<Tables>, scope: string): Promise<number> {
  const entered = await transaction
    .insertInto('send_scopes')
    .values({ scope, paused_until_ms: 0 })
    .onConflict((conflict) => conflict.column('scope').doUpdateSet({ scope }))
    .returning('paused_until_ms')
    .executeTakeFirstOrThrow();
  return entered.paused_until_ms;
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

/** When the n-th last send was stamped, from 1. */
async function nthLastMs(
  transaction: Transaction<Tables>,
  scope: string,
  n: number,
): Promise<number> {
  const stamp = await transaction
    .selectFrom('sends')
    .select('at_ms')
    .where('scope', '=', scope)
    .orderBy('at_ms', 'desc')
    .offset(n - 1)
    .limit(1)
    .executeTakeFirst();
  return stamp?.at_ms ?? Number.NEGATIVE_INFINITY;
}

/** What is left of a pause; one longer than any that is obeyed dates from before the clock was set back. */
function pauseLeftMs(untilMs: number, nowMs: number): number {
  const leftMs = untilMs - nowMs;
  return leftMs > LIMITS.retryAfterMsMax ? 0 : leftMs;
}

export function sqlSends(db: Kysely<Tables>): SendPart {
  return {
    async takeSend(ask) {
      const { scope, slot, count, windowMs, spacingMs } = ask;
      return db.transaction().execute(async (transaction) => {
        const pausedUntilMs = await enterScope(transaction, scope);
        const nowMs = ask.now();
        await tidyStamps(transaction, ask, nowMs);
        const pausedMs = pauseLeftMs(pausedUntilMs, nowMs);
        if (pausedMs > 0) return { kind: 'paused', waitMs: pausedMs };
        const freeAtMs = Math.max(
          (await nthLastMs(transaction, scope, count)) + windowMs,
          (await nthLastMs(transaction, scope, 1)) + spacingMs,
        );
        if (freeAtMs > nowMs) return { kind: 'full', waitMs: freeAtMs - nowMs };
        const expiresAtMs = Math.ceil(nowMs + windowMs);
        await transaction
          .insertInto('sends')
          .values({ slot, scope, at_ms: nowMs, expires_at_ms: expiresAtMs })
          .execute();
        return { kind: 'taken' };
      });
    },

    async pauseSends({ scope, nowMs, ms }) {
      await db.transaction().execute(async (transaction) => {
        const pausedUntilMs = await enterScope(transaction, scope);
        if (pauseLeftMs(pausedUntilMs, nowMs) >= ms) return;
        await transaction
          .updateTable('send_scopes')
          .set({ paused_until_ms: nowMs + ms })
          .where('scope', '=', scope)
          .execute();
      });
    },
  };
}
