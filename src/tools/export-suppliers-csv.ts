/** The tool `export_suppliers_csv`: exports suppliers to a file. */
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

export const exportSuppliersCsv = defineTool({
  name: 'export_suppliers_csv',
  title: 'Export suppliers',
  description:
    'Exports all suppliers to a file that import_suppliers_csv understands; otherwise like export_customers_csv.',
  annotations: EXPORTS,
  inputSchema: z.strictObject({ filters: contactFilters, ...exportFields }),
  outputSchema: z.looseObject({ ...exportResultFields, total: z.number().optional() }),
  run({ filters = {}, ...input }, call) {
    checkCountry(filters.country);
    const what = { resourceType: 'supplier', filters, totalName: 'total' } as const;
    return countedExport(what, input, call);
  },
  summarize: (result) => summarizeExport('suppliers', result.total, result),
});
