/** The tool `export_invoices_csv`: exports invoices to a file, one line a row. */
import { z } from 'zod';
import { InputError } from '../core/errors.js';
import { parseDate } from '../files/cells/dates.js';
import { exportFields, exportResultFields, EXPORTS, runExport, summarizeExport } from './export.js';
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

/** The day as YYYY-MM-DD. Throws `INPUT_INVALID` for a text that is not a date. */
function dayOf(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  // With slashes the order of day and month is open.
  const date = text.includes('/') ? null : parseDate(text, 'dmy');
  if (date !== null) return date;
  throw new InputError({
    code: 'INPUT_INVALID',
    message: `filters.${name} is not a date.`,
    hint: 'Give it as YYYY-MM-DD, for example 2026-01-31.',
  });
}

function checkOrder(from: string | undefined, to: string | undefined): void {
  if (from === undefined || to === undefined || from <= to) return;
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'filters.from is later than filters.to.',
    hint: 'Swap the two dates.',
  });
}

export const exportInvoicesCsv = defineTool({
  name: 'export_invoices_csv',
  title: 'Export invoices',
  description:
    'Exports invoices, one line a row, to a file that import_invoices_csv understands, as drafts; credit notes are left out and counted in a warning. total counts invoices. Otherwise like export_customers_csv.',
  annotations: EXPORTS,
  inputSchema: z.strictObject({ filters, ...exportFields }),
  outputSchema: z.looseObject({ ...exportResultFields, total: z.number().optional() }),
  async run({ filters: chosen = {}, ...input }, call) {
    const [from, to] = [dayOf('from', chosen.from), dayOf('to', chosen.to)];
    checkOrder(from, to);
    const what = { resourceType: 'invoice', filters: { ...chosen, from, to } };
    const { total, facts } = await runExport(what, input, call);
    const counted = total === null ? {} : { total };
    return { success: true as const, ...facts, ...counted };
  },
  summarize: (result) => summarizeExport('invoices', result.total, result),
});
