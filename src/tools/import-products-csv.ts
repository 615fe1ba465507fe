/** The tool `import_products_csv`: imports products from a file, text or rows. */
import { z } from 'zod';
import { sourceFields, start, startFields, startResult, summarizeStart } from './start.js';
import { importOptionsBrief } from './start-options.js';
import { ADDS, defineTool } from './tool.js';

export const importProductsCsv = defineTool({
  name: 'import_products_csv',
  title: 'Import products',
  description:
    'Starts a job that imports products into Billy from a CSV, XLSX or JSON file and answers at once with a jobId. ' +
    'Columns: name and unitPrice (required), description, accountNo, salesTaxRuleset (vat25, vat0, abroad), isArchived, productNo, currency, unit, id; Danish headers work. ' +
    'Existing products are matched by productNo, then exact name; otherwise like import_customers_csv.',
  annotations: ADDS,
  inputSchema: z.strictObject({ ...sourceFields, ...startFields, options: importOptionsBrief }),
  outputSchema: startResult,
  run: (input, call) => start({ resourceType: 'product', operation: 'import' }, input, call),
  summarize: summarizeStart,
});
