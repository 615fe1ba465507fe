/** The tool `import_invoices_csv`: imports invoices from a file, text or rows. */
import { z } from 'zod';
import { sourceFields, start, startFields, startResultBrief, summarizeStart } from './start.js';
import { importOptionsBrief } from './start-options.js';
import { ADDS, defineTool } from './tool.js';

export const importInvoicesCsv = defineTool({
  name: 'import_invoices_csv',
  title: 'Import invoices',
  description:
    'Creates invoices from a file with one invoice line per row, as a job. ' +
    'Columns: invoiceRef (or invoiceNo; groups the lines), customer (contactNo, ean, vatNo or email; or columns of these names), entryDate, paymentTermsDays, taxMode (incl, excl), currency, productNo, description, quantity, unitPrice, approve; Danish headers work. ' +
    'Invoices are drafts unless approve is yes. If any customer or product is unknown, nothing is sent. Existing invoices are skipped. rollback_job deletes drafts and keeps approved invoices.',
  annotations: ADDS,
  inputSchema: z.strictObject({ ...sourceFields, ...startFields, options: importOptionsBrief }),
  outputSchema: startResultBrief,
  run: (input, call) => start({ resourceType: 'invoice', operation: 'import' }, input, call),
  summarize: summarizeStart,
});
