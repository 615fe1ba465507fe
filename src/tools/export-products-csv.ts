/** The tool `export_products_csv`: exports products to a CSV file. */
import { z } from 'zod';
import {
  exportFields,
  exportResultFields,
  EXPORTS,
  countedExport,
  summarizeExport,
} from './export.js';
import { defineTool } from './tool.js';

const filters = z.strictObject({ isArchived: z.boolean().optional() }).optional();

export const exportProductsCsv = defineTool({
  name: 'export_products_csv',
  title: 'Export products',
  description:
    'Exports all products of the account (archived ones too, unless filtered) to a file that import_products_csv understands; otherwise like export_customers_csv.',
  annotations: EXPORTS,
  inputSchema: z.strictObject({ filters, ...exportFields }),
  outputSchema: z.looseObject({ ...exportResultFields, totalProducts: z.number().optional() }),
  run({ filters: chosen, ...input }, call) {
    const isArchived = chosen?.isArchived;
    const wanted = isArchived === undefined ? {} : { isArchived };
    const what = { resourceType: 'product', filters: wanted, totalName: 'totalProducts' } as const;
    return countedExport(what, input, call);
  },
  summarize: (result) => summarizeExport('products', result.totalProducts, result),
});
