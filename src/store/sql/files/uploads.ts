/** The SQL of uploads. The secret of a one-time address is nowhere, only its SHA-256. */
import type { Kysely, Selectable } from 'kysely';
import type { Upload } from '../../../model/web-file.js';
import type { UploadsPort } from '../../ports/uploads.js';
import type { Tables, UploadsTable } from '../schema.js';

function uploadOf(row: Selectable<UploadsTable>): Upload {
  const { size_bytes: sizeBytes, sha256 } = row;
  return {
    id: row.id,
    organizationId: row.organization_id,
    fileName: row.file_name,
    received: sizeBytes === null || sha256 === null ? null : { sizeBytes, sha256 },
    expectedBytes: row.expected_bytes,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
  };
}

type Address = 'claimUpload' | 'releaseUpload' | 'completeUpload';

function fileQueries(db: Kysely<Tables>): Omit<UploadsPort, Address> {
  return {
    async createUpload(upload) {
      await db
        .insertInto('uploads')
        .values({
          id: upload.id,
          organization_id: upload.organizationId,
          file_name: upload.fileName,
          size_bytes: upload.received?.sizeBytes ?? null,
          sha256: upload.received?.sha256 ?? null,
          expected_bytes: upload.expectedBytes,
          created_by: upload.createdBy,
          created_at_ms: upload.createdAtMs,
          expires_at_ms: upload.expiresAtMs,
          secret_hash: upload.secretHash,
          is_claimed: 0,
        })
        .execute();
    },

    async findUpload({ id, organizationIds, nowMs }) {
      const row = await db
        .selectFrom('uploads')
        .selectAll()
        .where('id', '=', id)
        .where('organization_id', 'in', organizationIds)
        .where('expires_at_ms', '>', nowMs)
        .executeTakeFirst();
      return row === undefined ? null : uploadOf(row);
    },

    async listExpiredUploads({ nowMs, unsentBeforeMs }) {
      const rows = await db
        .selectFrom('uploads')
        .selectAll()
        .where('expires_at_ms', '<=', nowMs)
        .where((row) =>
          row.or([row('size_bytes', 'is not', null), row('expires_at_ms', '<=', unsentBeforeMs)]),
        )
        .execute();
      return rows.map(uploadOf);
    },

    async removeUpload({ id }) {
      await db.deleteFrom('uploads').where('id', '=', id).execute();
    },

    async isUpload({ id }) {
      const row = await db
        .selectFrom('uploads')
        .select('id')
        .where('id', '=', id)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}

function addressQueries(db: Kysely<Tables>): Pick<UploadsPort, Address> {
  return {
    async claimUpload({ secretHash, nowMs }) {
      // Deciding inside the statement closes the race between two senders.
      const row = await db
        .updateTable('uploads')
        .set({ is_claimed: 1 })
        .where('secret_hash', '=', secretHash)
        .where('is_claimed', '=', 0)
        .where('expires_at_ms', '>', nowMs)
        .returningAll()
        .executeTakeFirst();
      return row === undefined ? null : uploadOf(row);
    },

    async releaseUpload({ id }) {
      await db.updateTable('uploads').set({ is_claimed: 0 }).where('id', '=', id).execute();
    },

    async completeUpload({ id, fileName, expiresAtMs, received }) {
      const { sizeBytes, sha256 } = received;
      const file = { file_name: fileName, size_bytes: sizeBytes, sha256 };
      const completed = await db
        .updateTable('uploads')
        .set({ ...file, expires_at_ms: expiresAtMs, secret_hash: null })
        .where('id', '=', id)
        .executeTakeFirst();
      return completed.numUpdatedRows === 1n;
    },
  };
}

export function sqlUploads(db: Kysely<Tables>): UploadsPort {
  return { ...fileQueries(db), ...addressQueries(db) };
}
