/** The tool `bulk_update_products`: updates many products from a list or a file, such as a price list. */
import { z } from 'zod';
import {
  sourceFields,
  start,
  startFieldsBrief,
  startResult,
  summarizeStart,
  updatesField,
} from './start.js';
import { CHANGES, defineTool } from './tool.js';

export const bulkUpdateProducts = defineTool({
  name: 'bulk_update_products',
  title: 'Update products',
  description:
    'Starts a job that updates existing products and answers at once with a jobId. Give updates (id and changes), or a file such as a price list (productNo,currency,unitPrice). ' +
    'Columns: name, description, accountNo, unitPrice, salesTaxRuleset (vat25, vat0, abroad), isArchived, productNo, currency, unit; rows are matched by id, productNo or exact name. ' +
    'rollback_job restores the earlier values.',
  annotations: CHANGES,
  inputSchema: z.strictObject({ updates: updatesField, ...sourceFields, ...startFieldsBrief }),
  outputSchema: startResult,
  run: (input, call) => start({ resourceType: 'product', operation: 'update' }, input, call),
  summarize: summarizeStart,
});
