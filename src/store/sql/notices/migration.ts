/** The migration that adds webhooks, events and their deliveries. */
import { sql, type Kysely } from 'kysely';

async function createWebhooks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('webhooks')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('events', 'text', (column) => column.notNull())
    .addColumn('sealed_secret', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('off_at_ms', 'bigint')
    .addColumn('off_reason', 'text')
    .execute();
  await db.schema
    .createIndex('webhooks_by_organization')
    .on('webhooks')
    .columns(['organization_id', 'created_at_ms'])
    .execute();
}

async function createEvents(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('notice_events')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .addColumn('job_id', 'text')
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('job', 'text')
    .addColumn('body', 'text')
    .execute();
  await db.schema
    .createIndex('notice_events_by_job')
    .on('notice_events')
    .column('job_id')
    .execute();
  await db.schema.createIndex('notice_events_by_age').on('notice_events').column('at_ms').execute();
}

async function createDeliveries(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('notice_deliveries')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('webhook_id', 'text')
    .addColumn('recipient', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('tries', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('tried_at_ms', 'bigint')
    .addColumn('next_try_at_ms', 'bigint')
    .addColumn('held_by', 'text')
    .addColumn('held_until_ms', 'bigint')
    .addColumn('answered', 'integer')
    .addColumn('failure', 'text')
    .execute();
  // Every process asks once a second for those that are due; most have ended.
  await sql`CREATE INDEX notice_deliveries_due ON notice_deliveries (next_try_at_ms) WHERE status = 'pending'`.execute(
    db,
  );
  await db.schema
    .createIndex('notice_deliveries_by_webhook')
    .on('notice_deliveries')
    .columns(['webhook_id', 'created_at_ms', 'id'])
    .execute();
  await db.schema
    .createIndex('notice_deliveries_by_event')
    .on('notice_deliveries')
    .column('event_id')
    .execute();
}

export async function createNotices(db: Kysely<unknown>): Promise<void> {
  await createWebhooks(db);
  await createEvents(db);
  await createDeliveries(db);
}
