/** The tool `bulk_update_customers`: updates many customers from a list or a file. */
import { z } from 'zod';
import {
  setField,
  sourceFields,
  start,
  startFields,
  startResultBrief,
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
    'Updates existing customers, as a job. Give updates (id and changes), where and set, or a file; its rows are matched by id, contactNo, ean, vatNo or email. ' +
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
  outputSchema: startResultBrief,
  run: (input, call) => start({ resourceType: 'customer', operation: 'update' }, input, call),
  summarize: summarizeStart,
});
