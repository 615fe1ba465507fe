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
import { listBulkJobs } from './list-bulk-jobs.js';
import { pauseBulkJob } from './pause-bulk-job.js';
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
  getBulkJobStatus,
  listBulkJobs,
  getBulkJobReport,
  cancelBulkJob,
  pauseBulkJob,
  resumeBulkJob,
  retryFailedItems,
  rollbackJob,
  downloadCsvTemplate,
];
