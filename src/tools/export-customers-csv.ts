/** The tool `export_customers_csv`: exports customers to a CSV file. */
import { z } from 'zod';
import { InputError } from '../core/errors.js';
import { countryCode } from '../resources/definition/cells.js';
import { exportFields, exportResultFields, runExport, summarizeExport } from './export.js';
import { defineTool } from './tool.js';

const filters = z
  .strictObject({
    isArchived: z.boolean().optional(),
    country: z.string().max(100).optional().describe('ISO code, or Danish or English name.'),
  })
  .optional();

function unknownCountry(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'filters.country is not a known ISO code or country name.',
    hint: 'Use an ISO code such as DK, or the Danish or English name.',
  });
}

export const exportCustomersCsv = defineTool({
  name: 'export_customers_csv',
  title: 'Export customers',
  description:
    'Exports all customers of the account (archived ones too, unless filtered) to a CSV file that import_customers_csv understands. ' +
    'Small exports are also returned as csvContent; filePath writes a file of your own. After 20 seconds the export continues as a job and its jobId is returned instead.',
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  inputSchema: z.strictObject({ filters, ...exportFields }),
  outputSchema: z.looseObject({ ...exportResultFields, totalCustomers: z.number().optional() }),
  async run({ filters: chosen, ...input }, call) {
    const { isArchived, country } = chosen ?? {};
    if (country !== undefined && countryCode(country) === null) throw unknownCountry();
    const wanted = {
      ...(isArchived === undefined ? {} : { isArchived }),
      ...(country === undefined ? {} : { country }),
    };
    const { total, facts } = await runExport(
      { resourceType: 'customer', filters: wanted },
      input,
      call,
    );
    const counted = total === null ? {} : { totalCustomers: total };
    return { success: true as const, ...facts, ...counted };
  },
  summarize: (result) => summarizeExport('customers', result.totalCustomers, result),
});
