/** What every store must do, whatever holds it: called for SQLite in memory and on file, and for the stores to come. */
import { describe } from 'vitest';
import { describeAccess } from '../store/contract/access.js';
import { describeAlteredFields } from '../store/contract/altered-fields.js';
import { describeCapabilities } from '../store/contract/capabilities.js';
import { describeChanges } from '../store/contract/changes.js';
import { describeCauses } from '../store/contract/causes.js';
import { describeFollowing } from '../store/contract/chains.js';
import { describeCounters } from '../store/contract/counters.js';
import { describeDecided } from '../store/contract/decided.js';
import { describeFence } from '../store/contract/fence.js';
import type { OpenStore } from '../store/contract/fixtures.js';
import { describeGroupsOfRows } from '../store/contract/groups.js';
import { describeItems } from '../store/contract/items.js';
import { describeJobs } from '../store/contract/jobs.js';
import { describeJournal } from '../store/contract/journal.js';
import { describeJournalOrder, type WatchedStore } from '../store/contract/journal-order.js';
import { describeKeptAnswers } from '../store/contract/kept-answers.js';
import { describeLeases } from '../store/contract/leases.js';
import { describeMappings } from '../store/contract/mappings.js';
import { describeMetrics } from '../store/contract/metrics.js';
import { describeNotices } from '../store/contract/notices.js';
import { describePool } from '../store/contract/pool.js';
import { describePurge } from '../store/contract/purge.js';
import { describeReopening } from '../store/contract/reopening.js';
import { describeRequests } from '../store/contract/requests.js';
import { describeUploads } from '../store/contract/uploads.js';
import { describeStatuses } from '../store/contract/statuses.js';
import { describeStarts } from '../store/contract/starts.js';
import { describeSends } from '../store/contract/sends.js';

/** `openWatched` is for the one store of a database that shows the order of its statements. */
export function describeJobStore(
  name: string,
  open: OpenStore,
  openWatched?: () => Promise<WatchedStore>,
): void {
  describe(`${name} as a job store`, () => {
    describeJobs(open);
    describeStarts(open);
    describeStatuses(open);
    describeRequests(open);
    describeLeases(open);
    describeDecided(open);
    describeFollowing(open);
    describeFence(open);
    describeItems(open);
    describeGroupsOfRows(open);
    describeCounters(open);
    describeCauses(open);
    describeChanges(open);
    describePool(open);
    describeMappings(open);
    describeCapabilities(open);
    describeAlteredFields(open);
    describeAccess(open);
    describeKeptAnswers(open);
    describeUploads(open);
    describeSends(open);
    describeMetrics(open);
    describeNotices(open);
    describeJournal(open);
    if (openWatched !== undefined) describeJournalOrder(openWatched);
    describePurge(open);
    describeReopening(open);
  });
}
