/** The tool `import_suppliers_csv`: imports suppliers from a file, text or rows. */
import { z } from 'zod';
import { sourceFields, start, startFields, startResultBrief, summarizeStart } from './start.js';
import { importOptionsBrief } from './start-options.js';
import { ADDS, defineTool } from './tool.js';

export const importSuppliersCsv = defineTool({
  name: 'import_suppliers_csv',
  title: 'Import suppliers',
  description:
    'Imports suppliers, as a job. Columns: name (required), email, phone, address, city, zipcode, country, vatNo, contactNo, ean, paymentTermsDays, id; Danish headers work. Matching as in import_customers_csv. Example: {"filePath":"leverandører.csv","options":{"dryRun":true},"waitSeconds":45}.',
  annotations: ADDS,
  inputSchema: z.strictObject({ ...sourceFields, ...startFields, options: importOptionsBrief }),
  outputSchema: startResultBrief,
  run: (input, call) => start({ resourceType: 'supplier', operation: 'import' }, input, call),
  summarize: summarizeStart,
});
