/** The tool `get_bulk_job_report`: writes the rows of a job with their outcomes. */
import { z } from 'zod';
import { DATA_NOTICE, fence } from '../core/fence.js';
import { addressOf } from '../jobs/job/addresses.js';
import { dialectOptions, exportFields } from './export.js';
import { defineTool, downloadOf, downloadUrlField, filePathOut, jobIdField } from './tool.js';

export const getBulkJobReport = defineTool({
  name: 'get_bulk_job_report',
  title: 'Job report',
  description:
    'Writes the rows of a job as CSV, or as a workbook where filePath ends in .xlsx. include failed (default): the original columns plus row, code, reason, to correct and import again. include all: every row with its outcome, Billy id and rollback.',
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  },
  inputSchema: z.strictObject({
    jobId: jobIdField,
    include: z.enum(['failed', 'all']).optional(),
    filePath: filePathOut,
    overwrite: exportFields.overwrite,
    options: dialectOptions,
  }),
  outputSchema: z.looseObject({
    success: z.literal(true),
    totalRows: z.number(),
    filename: z.string(),
    resourceUri: z.string(),
    downloadUrl: downloadUrlField,
    filePath: z.string().optional(),
    preview: z.string(),
    notice: z.string().optional(),
  }),
  async run({ jobId, include, filePath, overwrite, options }, call) {
    const { service } = call;
    const scope = include ?? 'failed';
    const dialect = options?.dialect ?? 'standard';
    const report = await service.report(jobId, { scope, filePath, overwrite, dialect });
    const { organizationId } = report;
    const format = report.filename.endsWith('.xlsx') ? 'xlsx' : 'csv';
    return {
      success: true as const,
      totalRows: report.totalRows,
      filename: report.filename,
      resourceUri: addressOf({ kind: 'report', jobId, scope }),
      ...downloadOf(call, { kind: 'report', organizationId, jobId, scope, dialect, format }),
      ...(report.filePath === null ? {} : { filePath: report.filePath }),
      preview: report.preview,
      notice: DATA_NOTICE,
    };
  },
  summarize: ({ totalRows, filePath, resourceUri, preview }) =>
    `${String(totalRows)} rows in ${filePath ?? resourceUri}.\n${fence(preview)}`,
});
