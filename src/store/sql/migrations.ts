/** The database migrations. Append-only: a released migration is never edited, only followed by another. */
import { sql, type Kysely, type Migration } from 'kysely';
import { numberChanges } from './changes/migration.js';
import { createJournal, splitJournal } from './journal/migration.js';
import { createNotices } from './notices/migration.js';
import { addRequests } from './requests/migration.js';
import { OUTCOMES } from '../../model/item.js';

async function createJobs(db: Kysely<unknown>): Promise<void> {
  let table = db.schema
    .createTable('jobs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('resource_type', 'text', (column) => column.notNull())
    .addColumn('lane', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('phase', 'text', (column) => column.notNull())
    .addColumn('dry_run', 'integer', (column) => column.notNull())
    .addColumn('label', 'text')
    .addColumn('options', 'text', (column) => column.notNull())
    .addColumn('source', 'text')
    .addColumn('reading', 'text', (column) => column.notNull())
    .addColumn('plan_of_job_id', 'text')
    .addColumn('cancel_requested', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('cancelled_by', 'text')
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('total_rows', 'integer')
    .addColumn('total_items', 'integer');
  const counters = [
    ...OUTCOMES,
    'duplicates_in_file',
    'duplicates_in_billy',
    'undo_reversed',
    'undo_kept',
    'undo_errored',
  ];
  for (const counter of counters) {
    table = table.addColumn(counter, 'integer', (column) => column.notNull().defaultTo(0));
  }
  await table
    .addColumn('error', 'text')
    .addColumn('warnings', 'text', (column) => column.notNull())
    .addColumn('undo', 'text')
    .addColumn('result', 'text')
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('started_at_ms', 'bigint')
    .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('completed_at_ms', 'bigint')
    .execute();
  await db.schema
    .createIndex('jobs_by_organization')
    .on('jobs')
    .columns(['organization_id', 'created_at_ms', 'id'])
    .execute();
  await db.schema
    .createIndex('jobs_by_lane')
    .on('jobs')
    .columns(['lane', 'phase', 'created_at_ms'])
    .execute();
}

async function createItems(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('items')
    .addColumn('job_id', 'text', (column) => column.notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('row', 'integer', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull().defaultTo(''))
    .addColumn('cells', 'text', (column) => column.notNull())
    .addColumn('problem', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('plan', 'text')
    .addColumn('step', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('record_id', 'text')
    .addColumn('before', 'text')
    .addColumn('after', 'text')
    .addColumn('has_written', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('waits_for', 'integer')
    .addColumn('has_followers', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('needs_plan', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('intent_at_ms', 'bigint')
    .addColumn('lost_at_ms', 'bigint')
    .addColumn('looked_at_ms', 'bigint')
    .addColumn('outcome', 'text')
    .addColumn('code', 'text')
    .addColumn('field', 'text')
    .addColumn('message', 'text')
    .addColumn('undo_state', 'text')
    .addColumn('undo_message', 'text')
    .addPrimaryKeyConstraint('items_pk', ['job_id', 'seq'])
    .execute();
  await db.schema
    .createIndex('items_by_state')
    .on('items')
    .columns(['job_id', 'state', 'seq'])
    .execute();
  // Partial: the errors of a job are found without reading its items.
  await sql`CREATE INDEX items_in_trouble ON items (job_id, seq) WHERE code IS NOT NULL`.execute(
    db,
  );
  // Partial: finds the item that wrote a record, over all jobs.
  await sql`CREATE INDEX items_by_record ON items (record_id) WHERE has_written = 1`.execute(db);
  await sql`CREATE INDEX items_waiting ON items (job_id, waits_for, state, seq) WHERE waits_for IS NOT NULL`.execute(
    db,
  );
}

async function createRest(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('causes')
    .addColumn('job_id', 'text', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addColumn('rows', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('causes_pk', ['job_id', 'code', 'message'])
    .execute();
  await db.schema
    .createTable('leases')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('fenced', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createTable('pool')
    .addColumn('job_id', 'text', (column) => column.notNull())
    .addColumn('record_id', 'text', (column) => column.notNull())
    .addColumn('layer', 'text', (column) => column.notNull())
    .addColumn('image', 'text', (column) => column.notNull())
    .addColumn('keys', 'text', (column) => column.notNull())
    .addColumn('touched_by', 'integer')
    .addPrimaryKeyConstraint('pool_pk', ['job_id', 'record_id', 'layer'])
    .execute();
  await db.schema
    .createTable('pool_keys')
    .addColumn('job_id', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('layer', 'text', (column) => column.notNull())
    .addColumn('record_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('pool_keys_pk', ['job_id', 'key', 'value', 'layer', 'record_id'])
    .execute();
  await db.schema
    .createTable('organizations')
    .addColumn('token_hash', 'text', (column) => column.primaryKey())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('registration_no', 'text')
    .execute();
}

async function createSends(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('send_scopes')
    .addColumn('scope', 'text', (column) => column.primaryKey())
    .addColumn('paused_until_ms', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('next_at_ms', 'double precision', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createTable('sends')
    .addColumn('slot', 'text', (column) => column.primaryKey())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('sends_by_time').on('sends').columns(['scope', 'at_ms']).execute();
  await db.schema.createIndex('sends_by_expiry').on('sends').column('expires_at_ms').execute();
}

async function addStarts(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('jobs').addColumn('fingerprint', 'text').execute();
  await db.schema
    .alterTable('jobs')
    .addColumn('pause_requested', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  // Unique, so that two servers that take the same start at once agree on one job.
  await db.schema
    .createIndex('jobs_by_fingerprint')
    .on('jobs')
    .column('fingerprint')
    .unique()
    .execute();
}

async function addGroups(db: Kysely<unknown>): Promise<void> {
  for (const name of ['lines', 'group_key'] as const) {
    await db.schema.alterTable('items').addColumn(name, 'text').execute();
  }
  // Partial: only rows that are grouped, such as the lines of invoices.
  await sql`CREATE INDEX items_by_group ON items (group_key, job_id) WHERE group_key IS NOT NULL`.execute(
    db,
  );
  // Finds the items of one job that change one record, in order.
  await sql`CREATE INDEX items_by_job_record ON items (job_id, record_id, seq) WHERE record_id IS NOT NULL`.execute(
    db,
  );
  await db.schema
    .createTable('mappings')
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .addColumn('resource_type', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('mapping', 'text', (column) => column.notNull())
    .addColumn('saved_at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('mappings_pk', ['organization_id', 'resource_type', 'name'])
    .execute();
}

async function createCapabilities(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('capabilities')
    .addColumn('organization_id', 'text', (column) => column.primaryKey())
    .addColumn('findings', 'text', (column) => column.notNull())
    .addColumn('probed_at_ms', 'bigint', (column) => column.notNull())
    .execute();
}

/** Indexes only items with work left, since only these are searched by state; most items have ended. */
async function narrowStateIndex(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('items_by_state').execute();
  await sql`CREATE INDEX items_open ON items (job_id, state, seq) WHERE state <> 'ended'`.execute(
    db,
  );
}

async function addPace(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('send_scopes').addColumn('pace', 'text').execute();
  await db.schema
    .alterTable('send_scopes')
    .addColumn('pace_version', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .alterTable('sends')
    .addColumn('is_refused', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  for (const counter of ['planned_items', 'requests_planned', 'requests_left'] as const) {
    await db.schema
      .alterTable('jobs')
      .addColumn(counter, 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  }
  await db.schema.alterTable('jobs').addColumn('tempo', 'text').execute();
  await db.schema
    .alterTable('items')
    .addColumn('requests', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}

/** The fields that Billy stores in another form than they were sent, remembered over restarts. */
async function createAlteredFields(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('altered_fields')
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .addColumn('collection', 'text', (column) => column.notNull())
    .addColumn('field', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('altered_fields_pk', ['organization_id', 'collection', 'field'])
    .execute();
}

/** Sends count under the organization of their token, no longer under the hash of the token. */
async function scopeSendsByOrganization(db: Kysely<unknown>): Promise<void> {
  const ofToken = sql`(SELECT id FROM organizations WHERE token_hash = scope)`;
  const isToken = sql`scope IN (SELECT token_hash FROM organizations)`;
  await sql`UPDATE sends SET scope = ${ofToken} WHERE ${isToken}`.execute(db);
  // Several tokens of one organization become one scope, with the latest pause and no learned rate.
  await sql`
    INSERT INTO send_scopes (scope, paused_until_ms, next_at_ms, pace_version)
    SELECT ${ofToken} AS organization, max(paused_until_ms), max(next_at_ms), 0
    FROM send_scopes WHERE ${isToken} GROUP BY organization`.execute(db);
  await sql`DELETE FROM send_scopes WHERE ${isToken}`.execute(db);
}

/** The job that another one waits for. */
async function addAfterJob(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('jobs').addColumn('after_job_id', 'text').execute();
}

/** The sealed tokens of organizations, and the keys of callers. */
async function createAccess(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sealed_tokens')
    .addColumn('organization_id', 'text', (column) => column.primaryKey())
    .addColumn('token_hash', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('added_at_ms', 'integer', (column) => column.notNull())
    .addColumn('added_by', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('caller_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('prefix', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('organizations', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'integer', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('expires_at_ms', 'integer')
    .addColumn('last_used_at_ms', 'integer')
    .addColumn('revoked_at_ms', 'integer')
    .execute();
}

/** Sessions of browsers. */
async function createSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('id_hash', 'text', (column) => column.primaryKey())
    .addColumn('credential', 'text', (column) => column.notNull())
    .addColumn('key_hash', 'text')
    .addColumn('created_at_ms', 'integer', (column) => column.notNull())
    .addColumn('expires_at_ms', 'integer', (column) => column.notNull())
    .execute();
}

/** Files that callers have sent over HTTP, and one-time addresses for files to come. */
async function createUploads(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('uploads')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .addColumn('file_name', 'text', (column) => column.notNull())
    .addColumn('size_bytes', 'bigint')
    .addColumn('sha256', 'text')
    .addColumn('expected_bytes', 'bigint')
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('secret_hash', 'text', (column) => column.unique())
    .addColumn('is_claimed', 'integer', (column) => column.notNull())
    .execute();
}

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-jobs': {
    async up(db: Kysely<unknown>): Promise<void> {
      await createJobs(db);
      await createItems(db);
      await createRest(db);
    },
  },
  '0002-sends': { up: createSends },
  '0003-journal': { up: createJournal },
  '0004-starts': { up: addStarts },
  '0005-groups': { up: addGroups },
  '0006-pace': { up: addPace },
  '0007-capabilities': { up: createCapabilities },
  '0008-open-items': { up: narrowStateIndex },
  '0009-altered-fields': { up: createAlteredFields },
  '0010-send-scopes': { up: scopeSendsByOrganization },
  '0011-journal-chains': { up: splitJournal },
  '0012-after-job': { up: addAfterJob },
  '0013-access': { up: createAccess },
  '0014-sessions': { up: createSessions },
  '0015-changes': { up: numberChanges },
  '0016-notices': { up: createNotices },
  '0017-uploads': { up: createUploads },
  '0018-idempotency': { up: addRequests },
};
