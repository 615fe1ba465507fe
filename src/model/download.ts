/** A file that an address may lead to without a key: an export, or the report of a job. */
export type DownloadTarget =
  | { readonly kind: 'export'; readonly organizationId: string; readonly filename: string }
  | {
      readonly kind: 'report';
      readonly organizationId: string;
      readonly jobId: string;
      readonly scope: 'failed' | 'all';
      readonly dialect: 'standard' | 'da';
      readonly format: 'csv' | 'xlsx';
    };
