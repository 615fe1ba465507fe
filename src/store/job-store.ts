/**
 * The store as a whole: all ports together. A new database implements one port after another.
 * Each operation takes one options object, is asynchronous and names no SQL type. A write of a job's
 * worker names its lease and rejects with `LEASE_LOST` when another process holds that lease.
 */
import type { AccessPort } from './ports/access.js';
import type { ItemGroupsPort } from './ports/item-groups.js';
import type { ItemsPort } from './ports/items.js';
import type { JobChangesPort } from './ports/job-changes.js';
import type { JobRequestsPort } from './ports/job-requests.js';
import type { JobsPort } from './ports/jobs.js';
import type { JournalPort } from './ports/journal.js';
import type { KeptAnswersPort } from './ports/kept-answers.js';
import type { LeasesPort } from './ports/leases.js';
import type { MetricsPort } from './ports/metrics.js';
import type { NoticesPort } from './ports/notices.js';
import type { OrganizationsPort } from './ports/organizations.js';
import type { PlannedItemsPort } from './ports/planned-items.js';
import type { PurgePort } from './ports/purge.js';
import type { SendLogPort } from './ports/send-log.js';
import type { SettingsPort } from './ports/settings.js';
import type { SnapshotPort } from './ports/snapshot.js';
import type { UploadsPort } from './ports/uploads.js';

export type JobStore = OrganizationsPort &
  AccessPort &
  SettingsPort &
  JobsPort &
  JobChangesPort &
  JobRequestsPort &
  LeasesPort &
  ItemsPort &
  PlannedItemsPort &
  ItemGroupsPort &
  SnapshotPort &
  SendLogPort &
  UploadsPort &
  JournalPort &
  MetricsPort &
  KeptAnswersPort &
  NoticesPort &
  PurgePort & { close(): Promise<void> };
