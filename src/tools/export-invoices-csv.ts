/** The tool `export_invoices_csv`: exports invoices to a file, one line a row. */
import { z } from 'zod';
import {
  exportFields,
  exportResultFields,
  EXPORTS,
  countedExport,
  summarizeExport,
} from './export.js';
import { defineTool } from './tool.js';

const day = z.string().max(40).optional();

const filters = z
  .strictObject({
    state: z.enum(['draft', 'approved', 'voided']).optional(),
    from: day.describe('First entryDate, e.g. 2026-01-31.'),
    to: day.describe('Last entryDate, included.'),
    customer: z
      .string()
      .min(1)
      .max(160)
      .optional()
      .describe('contactNo, EAN, VAT number, e-mail or Billy id.'),
  })
  .optional();

export const exportInvoicesCsv = defineTool({
  name: 'export_invoices_csv',
  title: 'Export invoices',
  description:
    'Exports invoices, one line a row, to a file that import_invoices_csv understands, as drafts; credit notes are left out and counted in a warning. total counts invoices. Otherwise like export_customers_csv.',
  annotations: EXPORTS,
  inputSchema: z.strictObject({ filters, ...exportFields }),
  outputSchema: z.looseObject({ ...exportResultFields, total: z.number().optional() }),
  run({ filters: chosen = {}, ...input }, call) {
    const what = { resourceType: 'invoice', filters: chosen, totalName: 'total' } as const;
    return countedExport(what, input, call);
  },
  summarize: (result) => summarizeExport('invoices', result.total, result),
});
