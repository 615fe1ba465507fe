/** Removes uploads that have expired. A job that was started from one has its own name for the bytes. */
import { LIMITS } from '../../core/limits.js';
import { uploadFileOf, type UploadParts } from './upload-parts.js';

type Parts = Pick<UploadParts, 'store' | 'files' | 'clock'>;

/** Removes the files of expired uploads, and then their records, so that an interrupted removal is repeated. */
export async function purgeUploads(parts: Parts, stop: AbortSignal): Promise<number> {
  const { store, files, clock } = parts;
  const nowMs = clock.nowMs();
  // A sender may still be at work at an address that has expired.
  const sinceMs = nowMs - LIMITS.staleFileMs;
  let count = 0;
  for (const upload of await store.listExpiredUploads({ nowMs, unsentBeforeMs: sinceMs })) {
    if (stop.aborted) break;
    await files.remove(uploadFileOf(upload));
    await store.removeUpload({ id: upload.id });
    count += 1;
  }
  return count;
}

/** Removes files without a record: the process was killed between the two. A young one may still get its record. */
export async function removeLostUploads(parts: Parts, stop: AbortSignal): Promise<void> {
  const { store, files, clock } = parts;
  const kind = 'upload';
  for await (const organizationId of files.listOrganizations(kind)) {
    for await (const { name, modifiedAtMs } of files.list({ organizationId, kind })) {
      if (stop.aborted) return;
      const isYoung = clock.nowMs() - modifiedAtMs <= LIMITS.staleFileMs;
      if (isYoung || (await store.isUpload({ id: name }))) continue;
      await files.remove({ organizationId, kind, name });
    }
  }
}
