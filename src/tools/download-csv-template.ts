/** A file to start from. */
import { z } from 'zod';
import { TEMPLATE_NAMES } from '../resources/registry.js';
import { defineTool, READS } from './tool.js';

export const downloadCsvTemplate = defineTool({
  name: 'download_csv_template',
  title: 'CSV template',
  description:
    'A CSV with the columns of a resource (or of a price list) and example rows that import without an error.',
  annotations: READS,
  inputSchema: z.strictObject({ resourceType: z.enum(TEMPLATE_NAMES) }),
  outputSchema: z.looseObject({
    success: z.literal(true),
    csvContent: z.string(),
    filename: z.string(),
  }),
  run({ resourceType }, { service }) {
    const template = service.template(resourceType);
    return Promise.resolve({ success: true as const, ...template });
  },
  summarize: ({ filename, csvContent }) => `${filename}\n${csvContent}`,
});
