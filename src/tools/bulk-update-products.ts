/** The tool `bulk_update_products`: updates many products from a list or a file, such as a price list. */
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

export const bulkUpdateProducts = defineTool({
  name: 'bulk_update_products',
  title: 'Update products',
  description:
    'Updates existing products, as a job. Give updates (id and changes), where and set, or a file such as a price list (productNo,currency,unitPrice). unitPrice in set: in the currency that set or where names, else the base one. ' +
    'Columns: name, description, accountNo, unitPrice, salesTaxRuleset (vat25, vat0, abroad), isArchived, productNo, currency, unit; rows are matched by id, productNo or exact name. ' +
    'rollback_job restores the earlier values.',
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
  run: (input, call) => start({ resourceType: 'product', operation: 'update' }, input, call),
  summarize: summarizeStart,
});
