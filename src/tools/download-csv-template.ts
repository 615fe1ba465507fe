/** The tool `download_csv_template`: returns a file to start from. */
import { z } from 'zod';
import { fence } from '../core/fence.js';
import { TEMPLATE_NAMES } from '../resources/registry.js';
import { defineTool, READS } from './tool.js';

export const downloadCsvTemplate = defineTool({
  name: 'download_csv_template',
  title: 'CSV template',
  description:
    'Returns a CSV with the columns of a resource (or of a price list) and example rows that import without an error.',
  // Example rows use records of the account, if Billy answers.
  annotations: { ...READS, openWorldHint: true },
  inputSchema: z.strictObject({ resourceType: z.enum(TEMPLATE_NAMES) }),
  outputSchema: z.looseObject({
    success: z.literal(true),
    csvContent: z.string(),
    filename: z.string(),
  }),
  async run({ resourceType }, { service }) {
    return { success: true as const, ...(await service.template(resourceType)) };
  },
  summarize: ({ filename, csvContent }) => `${filename}\n${fence(csvContent)}`,
});
