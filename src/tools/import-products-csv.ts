/** The tool `import_products_csv`: imports products from a file, text or rows. */
import { z } from 'zod';
import { sourceFields, start, startFields, startResultBrief, summarizeStart } from './start.js';
import { importOptionsBrief } from './start-options.js';
import { ADDS, defineTool } from './tool.js';

export const importProductsCsv = defineTool({
  name: 'import_products_csv',
  title: 'Import products',
  description:
    'Imports products from a CSV, XLSX or JSON file, as a job. ' +
    'Columns: name and unitPrice (required), description, accountNo, salesTaxRuleset (vat25, vat0, abroad), isArchived, productNo, currency, unit, id; Danish headers work. ' +
    'Existing products are matched by productNo, then exact name; otherwise like import_customers_csv.',
  annotations: ADDS,
  inputSchema: z.strictObject({ ...sourceFields, ...startFields, options: importOptionsBrief }),
  outputSchema: startResultBrief,
  run: (input, call) => start({ resourceType: 'product', operation: 'import' }, input, call),
  summarize: summarizeStart,
});
