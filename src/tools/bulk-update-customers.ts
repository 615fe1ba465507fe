/** The tool `bulk_update_customers`: updates many customers from a list or a file. */
import { z } from 'zod';
import {
  setField,
  sourceFields,
  start,
  startFields,
  startResult,
  summarizeStart,
  updatesField,
  whereField,
} from './start.js';
import { updateOptions } from './start-options.js';
import { CHANGES, defineTool } from './tool.js';

export const bulkUpdateCustomers = defineTool({
  name: 'bulk_update_customers',
  title: 'Update customers',
  description:
    'Starts a job that updates existing customers and answers at once with a jobId. Give updates (id and changes), where and set, or a file; its rows are matched by id, contactNo, ean, vatNo or email. ' +
    'Columns: as in import_customers_csv. rollback_job restores the earlier values.',
  annotations: CHANGES,
  inputSchema: z.strictObject({
    updates: updatesField,
    where: whereField,
    set: setField,
    ...sourceFields,
    ...startFields,
    options: updateOptions,
  }),
  outputSchema: startResult,
  run: (input, call) => start({ resourceType: 'customer', operation: 'update' }, input, call),
  summarize: summarizeStart,
});
