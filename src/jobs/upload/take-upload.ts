/** Takes an upload as the source of a job, or for a look at it. Its bytes are shared, not copied, where the disk allows it. */
import { InputError } from '../../core/errors.js';
import type { StagedFile } from '../../files/store/file-store.js';
import { fileTooLarge, noUpload, uploadFileOf, type UploadParts } from './upload-parts.js';

export interface TakenUpload {
  /** The caller keeps it as the source of a job, or discards it. */
  readonly copy: StagedFile;
  readonly fileName: string;
}

/** Only the caller's own organization learns that an address was made and not used. */
function notArrived(): InputError {
  return new InputError({
    code: 'UPLOAD_NOT_FOUND',
    message: 'No file has been sent to the address of this upload yet.',
    hint: 'Send the file with PUT to uploadUrl, then pass uploadId again.',
  });
}

function asUpload(error: unknown): unknown {
  const isGone = error instanceof InputError && error.code === 'FILE_NOT_FOUND';
  return isGone ? noUpload() : error;
}

/** Rejects with `UPLOAD_NOT_FOUND` for an upload that is unknown, expired or of another organization. */
export async function takeUpload(
  {
    store,
    files,
    clock,
    fileBytesMax,
  }: Pick<UploadParts, 'store' | 'files' | 'clock' | 'fileBytesMax'>,
  upload: { readonly id: string; readonly organizationIds: readonly string[] },
): Promise<TakenUpload> {
  const found = await store.findUpload({ ...upload, nowMs: clock.nowMs() });
  if (found === null) throw noUpload();
  const { received, fileName } = found;
  if (received === null) throw notArrived();
  if (received.sizeBytes > fileBytesMax) throw fileTooLarge(fileBytesMax);
  const copying = files.stageCopy(uploadFileOf(found), 'source', received);
  const copy = await copying.catch((error: unknown) => {
    throw asUpload(error);
  });
  return { copy, fileName };
}
