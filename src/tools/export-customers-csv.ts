/** The tool `export_customers_csv`: exports customers to a file. */
import { z } from 'zod';
import {
  checkCountry,
  contactFilters,
  countedExport,
  exportFields,
  exportResultFields,
  EXPORTS,
  summarizeExport,
} from './export.js';
import { defineTool } from './tool.js';

export const exportCustomersCsv = defineTool({
  name: 'export_customers_csv',
  title: 'Export customers',
  description:
    'Exports all customers of the account (archived ones too, unless filtered) to a file that import_customers_csv understands: CSV, or a workbook where filePath ends in .xlsx. ' +
    'Small CSV exports are also returned as csvContent. After 20 seconds the export continues as a job and its jobId is returned instead.',
  annotations: EXPORTS,
  inputSchema: z.strictObject({ filters: contactFilters, ...exportFields }),
  outputSchema: z.looseObject({ ...exportResultFields, totalCustomers: z.number().optional() }),
  run({ filters = {}, ...input }, call) {
    checkCountry(filters.country);
    const what = { resourceType: 'customer', filters, totalName: 'totalCustomers' } as const;
    return countedExport(what, input, call);
  },
  summarize: (result) => summarizeExport('customers', result.totalCustomers, result),
});
