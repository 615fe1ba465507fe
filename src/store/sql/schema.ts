/** The tables as Kysely types. Booleans are 0/1 and structures are JSON text, which both dialects support. */

export interface JobsTable {
  id: string;
  organization_id: string;
  operation: string;
  resource_type: string;
  lane: string;
  status: string;
  phase: string;
  dry_run: number;
  label: string | null;
  options: string;
  source: string | null;
  reading: string;
  plan_of_job_id: string | null;
  after_job_id: string | null;
  fingerprint: string | null;
  cancel_requested: number;
  pause_requested: number;
  cancelled_by: string | null;
  created_by: string;
  total_rows: number | null;
  total_items: number | null;
  created: number;
  updated: number;
  merged: number;
  unchanged: number;
  skipped: number;
  failed: number;
  unknown: number;
  deleted: number;
  archived: number;
  duplicates_in_file: number;
  duplicates_in_billy: number;
  /** Number of decided items. */
  planned_items: number;
  /** Number of requests of their plans, and the number of these still to be sent. */
  requests_planned: number;
  requests_left: number;
  tempo: string | null;
  error: string | null;
  warnings: string;
  undo: string | null;
  undo_reversed: number;
  undo_kept: number;
  undo_errored: number;
  result: string | null;
  created_at_ms: number;
  started_at_ms: number | null;
  updated_at_ms: number;
  completed_at_ms: number | null;
  purged_at_ms: number | null;
  /** 1 while a purge is unfinished. */
  is_purging: number;
  /** The number of the last change, set by triggers (`changes/migration`). */
  change: number;
}

/** One row: the number of the last change to any job. */
export interface JobChangesTable {
  id: number;
  last: number;
}

export interface ItemsTable {
  job_id: string;
  seq: number;
  row: number;
  key: string;
  cells: string;
  problem: string | null;
  /** null: no further rows. */
  lines: string | null;
  group_key: string | null;
  state: string;
  plan: string | null;
  /** Steps of the plan. */
  requests: number;
  step: number;
  record_id: string | null;
  before: string | null;
  after: string | null;
  has_written: number;
  waits_for: number | null;
  has_followers: number;
  needs_plan: number;
  attempts: number;
  intent_at_ms: number | null;
  lost_at_ms: number | null;
  looked_at_ms: number | null;
  outcome: string | null;
  code: string | null;
  field: string | null;
  message: string | null;
  undo_state: string | null;
  undo_message: string | null;
}

export interface CausesTable {
  job_id: string;
  code: string;
  message: string;
  count: number;
  rows: string;
}

export interface LeasesTable {
  name: string;
  owner: string;
  expires_at_ms: number;
  /** Incremented by every fenced write, so that each fenced transaction begins with a write. */
  fenced: number;
}

export interface PoolTable {
  job_id: string;
  layer: string;
  record_id: string;
  /** JSON; `null` hides the record's entries in lower layers. */
  image: string;
  keys: string;
  touched_by: number | null;
}

export interface PoolKeysTable {
  job_id: string;
  key: string;
  value: string;
  layer: string;
  record_id: string;
}

export interface OrganizationsTable {
  token_hash: string;
  id: string;
  name: string;
  registration_no: string | null;
}

export interface SealedTokensTable {
  organization_id: string;
  token_hash: string;
  sealed: string;
  added_at_ms: number;
  added_by: string;
}

export interface SessionsTable {
  id_hash: string;
  credential: string;
  key_hash: string | null;
  created_at_ms: number;
  expires_at_ms: number;
}

export interface CallerKeysTable {
  id: string;
  hash: string;
  prefix: string;
  name: string;
  role: string;
  /** JSON: 'all', or the ids. */
  organizations: string;
  created_at_ms: number;
  created_by: string;
  expires_at_ms: number | null;
  last_used_at_ms: number | null;
  revoked_at_ms: number | null;
}

/** Requests with a key of their own, and their answers. */
export interface KeptAnswersTable {
  id: string;
  fingerprint: string;
  holder: string;
  held_until_ms: number;
  kept_until_ms: number;
  /** null: the request is being carried out. */
  status: number | null;
  headers: string | null;
  body: string | null;
  job_id: string | null;
}

export interface UploadsTable {
  id: string;
  organization_id: string;
  file_name: string;
  /** null: the file has not arrived. */
  size_bytes: number | null;
  sha256: string | null;
  expected_bytes: number | null;
  created_by: string;
  created_at_ms: number;
  expires_at_ms: number;
  /** null: the file came without a one-time address, or has arrived. */
  secret_hash: string | null;
  /** 1 once a sender has the one-time address. */
  is_claimed: number;
}

export interface MappingsTable {
  organization_id: string;
  resource_type: string;
  name: string;
  mapping: string;
  saved_at_ms: number;
}

export interface CapabilitiesTable {
  organization_id: string;
  /** JSON. */
  findings: string;
  probed_at_ms: number;
}

export interface AlteredFieldsTable {
  organization_id: string;
  collection: string;
  field: string;
}

export interface SendScopesTable {
  scope: string;
  paused_until_ms: number;
  /** Time when the next send is due, by the spacing. */
  next_at_ms: number;
  /** The learned rate; null: none. */
  pace: string | null;
  pace_version: number;
}

export interface SendsTable {
  slot: string;
  scope: string;
  at_ms: number;
  /** Time when the row is no longer needed. */
  expires_at_ms: number;
  is_refused: number;
}

/** The sealed chain: the entries of all organizations from before each had its own chain. */
export interface SealedJournalTable {
  seq: number;
  at_ms: number;
  kind: string;
  organization_id: string | null;
  job_id: string | null;
  actor: string;
  duration_ms: number | null;
  body: string;
  prev_hash: string;
  hash: string;
}

/** One row: the end of the sealed chain. */
export interface SealedHeadTable {
  id: number;
  entries: number;
  last_hash: string;
}

/** The chains of the organizations. */
export interface JournalEntriesTable extends Omit<SealedJournalTable, 'organization_id'> {
  /** The organization of the chain; empty: the entries that belong to no organization. */
  organization_id: string;
}

/** The end of each chain. Each append updates it first, so writers of one chain run one after another. */
export interface JournalHeadsTable {
  organization_id: string;
  entries: number;
  last_hash: string;
}

export interface WebhooksTable {
  id: string;
  organization_id: string;
  url: string;
  /** JSON. */
  events: string;
  sealed_secret: string;
  created_at_ms: number;
  created_by: string;
  off_at_ms: number | null;
  off_reason: string | null;
}

/** The events of jobs that have a receiver. */
export interface NoticeEventsTable {
  id: string;
  organization_id: string;
  /** null: the event is about no job. */
  job_id: string | null;
  event: string;
  at_ms: number;
  /** JSON: the row of the job at the event. */
  job: string | null;
  /** JSON: the body of every try; null: none has been made yet. */
  body: string | null;
}

export interface NoticeDeliveriesTable {
  id: string;
  event_id: string;
  organization_id: string;
  /** The id of the webhook, or the address. */
  target: string;
  webhook_id: string | null;
  recipient: string | null;
  status: string;
  tries: number;
  created_at_ms: number;
  tried_at_ms: number | null;
  next_try_at_ms: number | null;
  /** The process that is trying, and the moment from which another one may. */
  held_by: string | null;
  held_until_ms: number | null;
  answered: number | null;
  failure: string | null;
}

export interface Tables {
  jobs: JobsTable;
  job_changes: JobChangesTable;
  items: ItemsTable;
  causes: CausesTable;
  leases: LeasesTable;
  pool: PoolTable;
  pool_keys: PoolKeysTable;
  sealed_tokens: SealedTokensTable;
  caller_keys: CallerKeysTable;
  sessions: SessionsTable;
  kept_answers: KeptAnswersTable;
  uploads: UploadsTable;
  webhooks: WebhooksTable;
  notice_events: NoticeEventsTable;
  notice_deliveries: NoticeDeliveriesTable;
  organizations: OrganizationsTable;
  mappings: MappingsTable;
  capabilities: CapabilitiesTable;
  altered_fields: AlteredFieldsTable;
  send_scopes: SendScopesTable;
  sends: SendsTable;
  journal: SealedJournalTable;
  journal_head: SealedHeadTable;
  journal_entries: JournalEntriesTable;
  journal_heads: JournalHeadsTable;
}
