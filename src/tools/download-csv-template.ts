/** The tool `download_csv_template`: returns a file to start from. */
import { z } from 'zod';
import { fence } from '../core/fence.js';
import { addressOf } from '../jobs/job/addresses.js';
import { TEMPLATE_NAMES } from '../resources/registry.js';
import { dialectField, exportFields, EXPORTS } from './export.js';
import { defineTool } from './tool.js';

const options = z
  .strictObject({ dialect: dialectField, format: z.enum(['csv', 'xlsx']).optional() })
  .optional();

export const downloadCsvTemplate = defineTool({
  name: 'download_csv_template',
  title: 'Template',
  description:
    'Returns a CSV with the columns of a resource (or of a price list) and example rows that import without an error; filePath writes it, as a workbook where it ends in .xlsx.',
  // Example rows use records of the account, if Billy answers.
  annotations: EXPORTS,
  inputSchema: z.strictObject({
    resourceType: z.enum(TEMPLATE_NAMES),
    filePath: exportFields.filePath,
    overwrite: exportFields.overwrite,
    options,
  }),
  outputSchema: z.looseObject({
    success: z.literal(true),
    csvContent: z.string().optional(),
    filename: z.string(),
    filePath: z.string().optional(),
    resourceUri: z.string(),
  }),
  async run({ resourceType, options: chosen = {}, ...target }, { service }) {
    const { dialect = 'standard', format } = chosen;
    const file = await service.writeTemplate({ name: resourceType, dialect, format, ...target });
    const { csvContent, filename, filePath } = file;
    const form = {
      format: csvContent === null ? ('xlsx' as const) : ('csv' as const),
      isDanish: dialect === 'da',
    };
    return {
      success: true as const,
      filename,
      ...(csvContent === null ? {} : { csvContent }),
      ...(filePath === null ? {} : { filePath }),
      resourceUri: addressOf({ kind: 'template', name: resourceType, file: form }),
    };
  },
  summarize: ({ filename, csvContent, filePath, resourceUri }) => {
    const place = filePath ?? (csvContent === undefined ? resourceUri : filename);
    return csvContent === undefined ? place : `${place}\n${fence(csvContent)}`;
  },
});
