/** The port of uploads: files that callers have sent over HTTP, and one-time addresses for files to come. */
import type { Upload } from '../../model/web-file.js';

export interface UploadsPort {
  /** Stores an upload. `secretHash`: the SHA-256 of the secret in its one-time address; null: it has none. */
  createUpload(upload: Upload & { readonly secretHash: string | null }): Promise<void>;
  /** The upload if it is of one of the organizations and has not expired; null, by the same query, if not. */
  findUpload(upload: {
    id: string;
    organizationIds: readonly string[];
    nowMs: number;
  }): Promise<Upload | null>;
  /** Takes the one-time address for one sender; null: there is none, it has expired, or another sender has it. */
  claimUpload(address: { secretHash: string; nowMs: number }): Promise<Upload | null>;
  /** Gives the address back, because the sender sent no whole file. */
  releaseUpload(upload: { id: string }): Promise<void>;
  /** Notes the file that arrived at the address, which ends with it; false: the upload is gone. */
  completeUpload(
    upload: Pick<Upload, 'id' | 'fileName' | 'expiresAtMs'> & {
      readonly received: NonNullable<Upload['received']>;
    },
  ): Promise<boolean>;
  /** The uploads that have expired; of those without a file, only those that expired before `unsentBeforeMs`. */
  listExpiredUploads(ask: { nowMs: number; unsentBeforeMs: number }): Promise<Upload[]>;
  removeUpload(upload: { id: string }): Promise<void>;
  /** True if an upload with that id is known, expired ones too. */
  isUpload(upload: { id: string }): Promise<boolean>;
}
