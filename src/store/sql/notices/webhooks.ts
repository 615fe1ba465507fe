/** Webhooks in SQL. Each change has an entry in the journal of the organization: ids and events, no address. */
import type { Insertable, Kysely, Selectable } from 'kysely';
import type { LooseEntry } from '../../../model/journal.js';
import type { NewWebhook, NoticeEvent, Webhook } from '../../../model/notice.js';
import type { WebhooksPort } from '../../ports/notices.js';
import { journalled } from '../fence.js';
import type { Tables, WebhooksTable } from '../schema.js';

export function webhookOf(row: Selectable<WebhooksTable>): Webhook {
  return {
    id: row.id,
    organizationId: row.organization_id,
    url: row.url,
    events: JSON.parse(row.events) as NoticeEvent[],
    sealedSecret: row.sealed_secret,
    createdAtMs: row.created_at_ms,
    createdBy: row.created_by,
    offAtMs: row.off_at_ms,
    offReason: row.off_reason,
  };
}

function newWebhookRow(webhook: NewWebhook): Insertable<WebhooksTable> {
  return {
    id: webhook.id,
    organization_id: webhook.organizationId,
    url: webhook.url,
    events: JSON.stringify(webhook.events),
    sealed_secret: webhook.sealedSecret,
    created_at_ms: webhook.createdAtMs,
    created_by: webhook.createdBy,
    off_at_ms: null,
    off_reason: null,
  };
}

function entry(
  about: Pick<LooseEntry, 'kind' | 'actor' | 'organizationId'>,
  body: LooseEntry['body'],
): LooseEntry {
  return { ...about, jobId: null, durationMs: null, body };
}

function lookQueries(db: Kysely<Tables>): Pick<WebhooksPort, 'listWebhooks' | 'findWebhook'> {
  return {
    async listWebhooks({ organizationIds }) {
      const rows = await db
        .selectFrom('webhooks')
        .selectAll()
        .where('organization_id', 'in', [...organizationIds])
        .orderBy('created_at_ms')
        .orderBy('id')
        .execute();
      return rows.map(webhookOf);
    },

    async findWebhook({ id, organizationIds }) {
      const row = await db
        .selectFrom('webhooks')
        .selectAll()
        .where('id', '=', id)
        .where('organization_id', 'in', [...organizationIds])
        .executeTakeFirst();
      return row === undefined ? null : webhookOf(row);
    },
  };
}

function changeQueries(
  db: Kysely<Tables>,
): Pick<WebhooksPort, 'createWebhook' | 'removeWebhook' | 'switchOffWebhook'> {
  return {
    createWebhook({ max, ...webhook }) {
      const { id, organizationId, createdAtMs, createdBy: actor, events } = webhook;
      return journalled(db, async (transaction, pending) => {
        const row = await transaction
          .insertInto('webhooks')
          .values(newWebhookRow(webhook))
          .returningAll()
          .executeTakeFirstOrThrow();
        const { count } = await transaction
          .selectFrom('webhooks')
          .select((each) => each.fn.countAll<number>().as('count'))
          .where('organization_id', '=', organizationId)
          .executeTakeFirstOrThrow();
        if (count > max) {
          await transaction.deleteFrom('webhooks').where('id', '=', id).execute();
          return null;
        }
        const about = { kind: 'webhook.create', actor, organizationId } as const;
        pending.addEntry(entry(about, { webhookId: id, events }), createdAtMs);
        return webhookOf(row);
      });
    },

    removeWebhook({ id, organizationId, by: actor, nowMs }) {
      return journalled(db, async (transaction, pending) => {
        const removed = await transaction
          .deleteFrom('webhooks')
          .where('id', '=', id)
          .where('organization_id', '=', organizationId)
          .executeTakeFirst();
        if (removed.numDeletedRows === 0n) return false;
        await transaction.deleteFrom('notice_deliveries').where('webhook_id', '=', id).execute();
        const about = { kind: 'webhook.remove', actor, organizationId } as const;
        pending.addEntry(entry(about, { webhookId: id }), nowMs);
        return true;
      });
    },

    async switchOffWebhook({ id, reason, nowMs }) {
      await db.transaction().execute(async (transaction) => {
        await transaction
          .updateTable('webhooks')
          .set({ off_at_ms: nowMs, off_reason: reason })
          .where('id', '=', id)
          .where('off_at_ms', 'is', null)
          .execute();
        await transaction
          .updateTable('notice_deliveries')
          .set({ status: 'failed', next_try_at_ms: null, failure: reason })
          .where('webhook_id', '=', id)
          .where('status', '=', 'pending')
          .execute();
      });
    },
  };
}

export function sqlWebhooks(db: Kysely<Tables>): WebhooksPort {
  return { ...lookQueries(db), ...changeQueries(db) };
}
