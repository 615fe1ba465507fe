/**
 * The outbox in SQL. A claim is one statement, so that two processes never hold one delivery; each end of a try names
 * its owner, so that a process that was too slow changes nothing.
 */
import type { Kysely, Selectable } from 'kysely';
import { StoreError } from '../../../core/errors.js';
import type { ClaimedDelivery, Delivery, DeliveryStatus } from '../../../model/notice.js';
import type { OutboxPort } from '../../ports/notices.js';
import { jobOf } from '../rows.js';
import type { JobsTable, NoticeDeliveriesTable, NoticeEventsTable, Tables } from '../schema.js';
import { newDeliveryRow } from './record-event.js';
import { webhookOf } from './webhooks.js';

type DeliveryRow = Selectable<NoticeDeliveriesTable> &
  Pick<Selectable<NoticeEventsTable>, 'event' | 'job_id' | 'at_ms' | 'job' | 'body'>;

/** Deliveries that one look reads. Those of receivers under way are left out, so that all get their turn. */
const DUE_ROWS_MAX = 1000;

const NOT_HELD = { held_by: null, held_until_ms: null };

/** Deliveries with their events. */
function withEvents(db: Kysely<Tables>) {
  return db
    .selectFrom('notice_deliveries')
    .innerJoin('notice_events', 'notice_events.id', 'notice_deliveries.event_id')
    .selectAll('notice_deliveries')
    .select(['event', 'job_id', 'at_ms', 'job', 'body']);
}

function deliveryOf(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    eventId: row.event_id,
    event: row.event,
    organizationId: row.organization_id,
    jobId: row.job_id,
    status: row.status as DeliveryStatus,
    tries: row.tries,
    createdAtMs: row.created_at_ms,
    triedAtMs: row.tried_at_ms,
    nextTryAtMs: row.next_try_at_ms,
    answered: row.answered,
    failure: row.failure,
  };
}

/** The held deliveries of these ids, with all that a try needs. */
async function readClaimed(db: Kysely<Tables>, ids: readonly string[]): Promise<ClaimedDelivery[]> {
  const rows = await withEvents(db)
    .where('notice_deliveries.id', 'in', [...ids])
    .execute();
  const hooks = rows.map(({ webhook_id: id }) => id).filter((id) => id !== null);
  const webhooks =
    hooks.length === 0
      ? []
      : await db.selectFrom('webhooks').selectAll().where('id', 'in', hooks).execute();
  return rows.map((row) => {
    const webhook = webhooks.find(({ id }) => id === row.webhook_id);
    return {
      ...deliveryOf(row),
      atMs: row.at_ms,
      job: row.job === null ? null : jobOf(JSON.parse(row.job) as Selectable<JobsTable>),
      body: row.body,
      webhook: webhook === undefined ? null : webhookOf(webhook),
      recipient: row.recipient,
    };
  });
}

function claimQueries(db: Kysely<Tables>): Pick<OutboxPort, 'claimDeliveries'> {
  return {
    async claimDeliveries({ owner, nowMs, untilMs, limit, exceptTargets }) {
      let due = db
        .selectFrom('notice_deliveries')
        .select(['id', 'target', 'next_try_at_ms'])
        .where('status', '=', 'pending')
        .where('next_try_at_ms', '<=', nowMs)
        .where((row) =>
          row.or([row('held_until_ms', 'is', null), row('held_until_ms', '<=', nowMs)]),
        )
        .orderBy('next_try_at_ms')
        .orderBy('id')
        .limit(DUE_ROWS_MAX);
      if (exceptTargets.length > 0) due = due.where('target', 'not in', [...exceptTargets]);
      const first = new Map<string, string>();
      for (const { id, target } of await due.execute())
        if (!first.has(target)) first.set(target, id);
      const ids = [...first.values()].slice(0, limit);
      if (ids.length === 0) return [];
      const held = await db
        .updateTable('notice_deliveries')
        .set({ held_by: owner, held_until_ms: untilMs })
        .where('id', 'in', ids)
        // Another process may have been first since the look.
        .where('status', '=', 'pending')
        .where((row) =>
          row.or([row('held_until_ms', 'is', null), row('held_until_ms', '<=', nowMs)]),
        )
        .returning('id')
        .execute();
      return held.length === 0
        ? []
        : readClaimed(
            db,
            held.map(({ id }) => id),
          );
    },
  };
}

function tryQueries(
  db: Kysely<Tables>,
): Pick<OutboxPort, 'keepBody' | 'endTry' | 'releaseDeliveries' | 'listDeliveryOwners'> {
  return {
    async keepBody({ eventId, body }) {
      await db
        .updateTable('notice_events')
        .set({ body })
        .where('id', '=', eventId)
        .where('body', 'is', null)
        .execute();
      const row = await db
        .selectFrom('notice_events')
        .select('body')
        .where('id', '=', eventId)
        .executeTakeFirst();
      return row?.body ?? body;
    },

    async endTry({ deliveryId, owner, nowMs, status, nextTryAtMs, answered, failure }) {
      const ended = await db
        .updateTable('notice_deliveries')
        .set((row) => ({
          ...NOT_HELD,
          status,
          answered,
          failure,
          tries: row('tries', '+', 1),
          tried_at_ms: nowMs,
          next_try_at_ms: nextTryAtMs,
        }))
        .where('id', '=', deliveryId)
        .where('held_by', '=', owner)
        .executeTakeFirst();
      return ended.numUpdatedRows === 1n;
    },

    async releaseDeliveries({ owner, deliveryId }) {
      let release = db.updateTable('notice_deliveries').set(NOT_HELD).where('held_by', '=', owner);
      if (deliveryId !== undefined) release = release.where('id', '=', deliveryId);
      await release.execute();
    },

    async listDeliveryOwners() {
      const rows = await db
        .selectFrom('notice_deliveries')
        .select('held_by')
        .distinct()
        .where('status', '=', 'pending')
        .where('held_by', 'is not', null)
        .execute();
      return rows.map(({ held_by: owner }) => owner).filter((owner) => owner !== null);
    },
  };
}

/** Parses a cursor `<createdAtMs>.<id>`: the last delivery of the page before. */
function parseCursor(cursor: string): { createdAtMs: number; id: string } {
  const match = /^(\d{1,16})\.([\w-]{1,400})$/.exec(cursor);
  if (match !== null) return { createdAtMs: Number(match[1]), id: match[2] ?? '' };
  throw new StoreError({
    code: 'INPUT_INVALID',
    message: 'The cursor is invalid.',
    hint: 'Pass nextCursor of the page before, or leave it out.',
  });
}

function listQueries(db: Kysely<Tables>): Pick<OutboxPort, 'listDeliveries' | 'repeatDelivery'> {
  return {
    async listDeliveries({ webhookId, limit, cursor }) {
      let query = withEvents(db)
        .where('webhook_id', '=', webhookId)
        .orderBy('created_at_ms', 'desc')
        .orderBy('notice_deliveries.id', 'desc')
        .limit(limit + 1);
      if (cursor !== undefined) {
        const { createdAtMs, id } = parseCursor(cursor);
        query = query.where((row) =>
          row.or([
            row('created_at_ms', '<', createdAtMs),
            row.and([row('created_at_ms', '=', createdAtMs), row('notice_deliveries.id', '<', id)]),
          ]),
        );
      }
      const deliveries = (await query.execute()).map(deliveryOf);
      const page = deliveries.slice(0, limit);
      const last = page.at(-1);
      const hasMore = deliveries.length > limit && last !== undefined;
      const nextCursor = hasMore ? `${String(last.createdAtMs)}.${last.id}` : null;
      return { deliveries: page, nextCursor };
    },

    async repeatDelivery({ webhookId, deliveryId, nowMs }) {
      const repeated = await db
        .updateTable('notice_deliveries')
        .set({ ...NOT_HELD, status: 'pending', tries: 0, next_try_at_ms: nowMs })
        .where('id', '=', deliveryId)
        .where('webhook_id', '=', webhookId)
        .where('status', '!=', 'pending')
        .executeTakeFirst();
      return repeated.numUpdatedRows === 1n;
    },
  };
}

function eventQueries(db: Kysely<Tables>): Pick<OutboxPort, 'addTestDelivery' | 'purgeNotices'> {
  return {
    async addTestDelivery({ webhook, eventId: id, event, body, owner, nowMs, untilMs }) {
      const { organizationId: organization_id } = webhook;
      const target = { target: webhook.id, webhook_id: webhook.id, recipient: null };
      const delivery = newDeliveryRow({ id, organization_id, nowMs }, target);
      await db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('notice_events')
          .values({ id, organization_id, job_id: null, event, at_ms: nowMs, job: null, body })
          .execute();
        await transaction
          .insertInto('notice_deliveries')
          .values({ ...delivery, held_by: owner, held_until_ms: untilMs })
          .execute();
      });
      const [claimed] = await readClaimed(db, [delivery.id]);
      if (claimed !== undefined) return claimed;
      throw new StoreError({
        code: 'STORE_FAILED',
        message: 'The webhook was removed while it was tried.',
      });
    },

    async purgeNotices({ beforeMs }) {
      return db.transaction().execute(async (transaction) => {
        const gone = transaction
          .selectFrom('notice_events')
          .select('id')
          .where('at_ms', '<', beforeMs);
        await transaction.deleteFrom('notice_deliveries').where('event_id', 'in', gone).execute();
        const purged = await transaction
          .deleteFrom('notice_events')
          .where('at_ms', '<', beforeMs)
          .executeTakeFirst();
        return Number(purged.numDeletedRows);
      });
    },
  };
}

export function sqlOutbox(db: Kysely<Tables>): OutboxPort {
  return {
    ...claimQueries(db),
    ...tryQueries(db),
    ...listQueries(db),
    ...eventQueries(db),
  };
}
