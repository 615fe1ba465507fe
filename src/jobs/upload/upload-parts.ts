/** The parts that the use-cases of uploads work with, the file on its way, and the refusals that they share. */
import type { Clock } from '../../core/clock.js';
import { InputError } from '../../core/errors.js';
import type { FileStore } from '../../files/store/file-store.js';
import type { StoredName } from '../../files/store/stored-name.js';
import type { Upload } from '../../model/web-file.js';
import type { Caller } from '../../organizations/caller.js';
import type { Organizations } from '../../organizations/organizations.js';
import type { UploadsPort } from '../../store/ports/uploads.js';

export interface UploadParts {
  readonly store: UploadsPort;
  readonly files: FileStore;
  readonly clock: Clock;
  readonly organizations: Organizations;
  readonly caller: Caller;
  readonly fileBytesMax: number;
}

/** A file on its way. */
export interface ArrivingFile {
  /** The name as the sender wrote it; null: it gave none. */
  readonly fileName: string | null;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Called after the last chunk. Rejects if more, or something else, followed the file. */
  readonly end: () => Promise<void>;
}

/** A file that has arrived. */
export interface UploadView {
  readonly uploadId: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly expiresAt: string;
}

/** The stored file of an upload. */
export function uploadFileOf({
  id,
  organizationId,
}: Pick<Upload, 'id' | 'organizationId'>): StoredName {
  return { organizationId, kind: 'upload', name: id };
}

/** In the same words whether the id is unknown, expired or of another organization. */
export function noUpload(): InputError {
  return new InputError({
    code: 'UPLOAD_NOT_FOUND',
    message: 'There is no such upload in this organization.',
    hint: 'An upload is good for 24 hours. Upload the file again, and pass the uploadId of the answer.',
  });
}

/** In the same words whether the address is unknown, used or expired. */
export function noAddress(): InputError {
  return new InputError({
    code: 'UPLOAD_NOT_FOUND',
    message: 'There is no such upload address.',
    hint: 'An address takes one file, within 15 minutes. Ask for another one with request_upload.',
  });
}

export function fileTooLarge(bytesMax: number): InputError {
  return new InputError({
    code: 'INPUT_TOO_LARGE',
    message: `The file has more than ${String(bytesMax)} bytes.`,
    hint: 'Split it, or raise BULK_MAX_FILE_BYTES.',
  });
}
