/** All tools, in the fixed order of `tools/list`. */
import { bulkDeleteRecords } from './bulk-delete-records.js';
import { bulkUpdateCustomers } from './bulk-update-customers.js';
import { bulkUpdateProducts } from './bulk-update-products.js';
import { cancelBulkJob } from './cancel-bulk-job.js';
import { downloadCsvTemplate } from './download-csv-template.js';
import { exportCustomersCsv } from './export-customers-csv.js';
import { exportInvoicesCsv } from './export-invoices-csv.js';
import { exportProductsCsv } from './export-products-csv.js';
import { exportSuppliersCsv } from './export-suppliers-csv.js';
import { getBulkJobReport } from './get-bulk-job-report.js';
import { getBulkJobStatus } from './get-bulk-job-status.js';
import { importCustomersCsv } from './import-customers-csv.js';
import { importInvoicesCsv } from './import-invoices-csv.js';
import { importProductsCsv } from './import-products-csv.js';
import { importSuppliersCsv } from './import-suppliers-csv.js';
import { inspectFile } from './inspect-file.js';
import { listBulkJobs } from './list-bulk-jobs.js';
import { listOrganizations } from './list-organizations.js';
import { pauseBulkJob } from './pause-bulk-job.js';
import { requestUpload } from './request-upload.js';
import { resumeBulkJob } from './resume-bulk-job.js';
import { retryFailedItems } from './retry-failed-items.js';
import { rollbackJob } from './rollback-job.js';
import type { Tool } from './tool.js';

export const TOOLS: readonly Tool[] = [
  importCustomersCsv,
  importProductsCsv,
  importInvoicesCsv,
  importSuppliersCsv,
  exportCustomersCsv,
  exportProductsCsv,
  exportSuppliersCsv,
  exportInvoicesCsv,
  bulkUpdateCustomers,
  bulkUpdateProducts,
  bulkDeleteRecords,
  inspectFile,
  getBulkJobStatus,
  listBulkJobs,
  getBulkJobReport,
  cancelBulkJob,
  pauseBulkJob,
  resumeBulkJob,
  retryFailedItems,
  rollbackJob,
  downloadCsvTemplate,
  listOrganizations,
  requestUpload,
];

/** The tools that most sessions need: `BULK_TOOLS=core`. */
const CORE: readonly Tool[] = [
  importCustomersCsv,
  importProductsCsv,
  importInvoicesCsv,
  bulkUpdateProducts,
  inspectFile,
  getBulkJobStatus,
  listBulkJobs,
  getBulkJobReport,
  cancelBulkJob,
  rollbackJob,
];

/** The tools that `BULK_TOOLS` names, in the order of the list: `all`, `core`, or names. */
export function chosenTools(names: readonly string[]): readonly Tool[] {
  if (names.includes('all')) return TOOLS;
  const isChosen = (tool: Tool): boolean =>
    names.includes(tool.name) || (names.includes('core') && CORE.includes(tool));
  return TOOLS.filter(isChosen);
}

/** Names in `BULK_TOOLS` that no tool has. */
export function unknownTools(names: readonly string[]): string[] {
  const known = new Set(['all', 'core', ...TOOLS.map(({ name }) => name)]);
  return names.filter((name) => !known.has(name));
}
