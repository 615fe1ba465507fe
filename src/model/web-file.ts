/** Files that come and go over HTTP. */

/** A file that a caller has sent, or that it may send to a one-time address. */
export interface Upload {
  readonly id: string;
  readonly organizationId: string;
  /** The cleaned name that the sender gave the file. */
  readonly fileName: string;
  /** The bytes that arrived; null: the file has not arrived yet. */
  readonly received: { readonly sizeBytes: number; readonly sha256: string } | null;
  /** The number of bytes that the file must have; null: any. */
  readonly expectedBytes: number | null;
  readonly createdBy: string;
  readonly createdAtMs: number;
  /** The end of the one-time address, or of the file once it has arrived. */
  readonly expiresAtMs: number;
}

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
