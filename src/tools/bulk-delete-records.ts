/** The tool `bulk_delete_records`: deletes many records, named by ids or by a file. */
import { z } from 'zod';
import { RESOURCE_NAMES } from '../resources/registry.js';
import {
  idsField,
  sourceFields,
  start,
  startFields,
  startResultBrief,
  summarizeStart,
  whereField,
} from './start.js';
import { deleteOptions } from './start-options.js';
import { CHANGES, defineTool } from './tool.js';

export const bulkDeleteRecords = defineTool({
  name: 'bulk_delete_records',
  title: 'Delete records',
  description:
    'Deletes records, as a job. Records used by an invoice or bill fail, or are archived with options.archiveIfInUse; approved invoices are never deleted; unknown ids are skipped. ' +
    'Name them by ids, where or a file. More than 20 need a plan: start with options.dryRun, then with its dryRunJobId. rollback_job recreates deleted records under new ids.',
  annotations: CHANGES,
  inputSchema: z.strictObject({
    resourceType: z.enum(RESOURCE_NAMES),
    ids: idsField,
    where: whereField,
    ...sourceFields,
    ...startFields,
    options: deleteOptions,
  }),
  outputSchema: startResultBrief,
  run: ({ resourceType, ...input }, call) =>
    start({ resourceType, operation: 'delete' }, input, call),
  summarize: summarizeStart,
});
