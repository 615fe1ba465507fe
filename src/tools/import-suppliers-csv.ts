/** The tool `import_suppliers_csv`: imports suppliers from a file, text or rows. */
import { z } from 'zod';
import { sourceFields, start, startFields, startResult, summarizeStart } from './start.js';
import { importOptionsBrief } from './start-options.js';
import { ADDS, defineTool } from './tool.js';

export const importSuppliersCsv = defineTool({
  name: 'import_suppliers_csv',
  title: 'Import suppliers',
  description:
    'Starts a job that imports suppliers into Billy; columns, matching and options as in import_customers_csv.',
  annotations: ADDS,
  inputSchema: z.strictObject({ ...sourceFields, ...startFields, options: importOptionsBrief }),
  outputSchema: startResult,
  run: (input, call) => start({ resourceType: 'supplier', operation: 'import' }, input, call),
  summarize: summarizeStart,
});
