/** The tool `import_customers_csv`: imports customers from a file, text or rows. */
import { z } from 'zod';
import { sourceFields, start, startFields, startResult, summarizeStart } from './start.js';
import { importOptions } from './start-options.js';
import { ADDS, defineTool } from './tool.js';

export const importCustomersCsv = defineTool({
  name: 'import_customers_csv',
  title: 'Import customers',
  description:
    'Imports customers from a CSV, XLSX or JSON file (or a few inline rows), as a job. ' +
    'Columns: name (required), email, phone, address, city, zipcode, country, vatNo, contactNo, ean, type, isArchived, paymentTermsDays, id; Danish headers work. ' +
    'Existing customers are matched by contactNo, ean, vatNo, email: options.duplicateStrategy skip (default), update, merge or create. ' +
    'Use options.dryRun first, then dryRunJobId. rollback_job undoes an import.',
  annotations: ADDS,
  inputSchema: z.strictObject({ ...sourceFields, ...startFields, options: importOptions }),
  outputSchema: startResult,
  run: (input, call) => start({ resourceType: 'customer', operation: 'import' }, input, call),
  summarize: summarizeStart,
});
