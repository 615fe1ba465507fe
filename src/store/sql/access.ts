/** Sealed tokens, keys of callers and sessions of browsers in SQL. Each change has an entry in the journal: ids and roles, no names. */
import type { Insertable, Kysely, Selectable } from 'kysely';
import type {
  CallerKey,
  OrganizationsReached,
  Role,
  SessionCredential,
} from '../../model/access.js';
import type { LooseEntry } from '../../model/journal.js';
import type {
  AccessPort,
  CallerKeysPort,
  NewKey,
  SealedTokensPort,
  SessionsPort,
} from '../ports/access.js';
import { journalled } from './fence.js';
import type { CallerKeysTable, Tables } from './schema.js';

function entry(
  about: Pick<LooseEntry, 'kind' | 'actor' | 'organizationId'>,
  body: LooseEntry['body'] = {},
): LooseEntry {
  return { ...about, jobId: null, durationMs: null, body };
}

function openJobsOf(db: Kysely<Tables>, organizationId: string) {
  return db
    .selectFrom('jobs')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('phase', '!=', 'done');
}

function tokenQueries(db: Kysely<Tables>): SealedTokensPort {
  return {
    async saveToken({ organizationId, tokenHash, sealed, by, nowMs }) {
      const row = { token_hash: tokenHash, sealed, added_at_ms: nowMs, added_by: by };
      await journalled(db, async (transaction, pending) => {
        await transaction
          .insertInto('sealed_tokens')
          .values({ organization_id: organizationId, ...row })
          .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(row))
          .execute();
        pending.addEntry(entry({ kind: 'organization.add', actor: by, organizationId }), nowMs);
      });
    },

    async listTokens() {
      const rows = await db
        .selectFrom('sealed_tokens')
        .selectAll()
        .orderBy('organization_id')
        .execute();
      return rows.map((row) => ({
        organizationId: row.organization_id,
        tokenHash: row.token_hash,
        sealed: row.sealed,
        addedAtMs: row.added_at_ms,
        addedBy: row.added_by,
      }));
    },

    removeToken({ organizationId, by, nowMs }) {
      return journalled(db, async (transaction, pending) => {
        const removed = await transaction
          .deleteFrom('sealed_tokens')
          .where('organization_id', '=', organizationId)
          .where((row) => row.not(row.exists(openJobsOf(db, organizationId))))
          .executeTakeFirst();
        if (removed.numDeletedRows === 0n) return false;
        const about = { kind: 'organization.remove', actor: by, organizationId } as const;
        pending.addEntry(entry(about), nowMs);
        return true;
      });
    },

    async resealToken({ organizationId, from, to }) {
      const changed = await db
        .updateTable('sealed_tokens')
        .set({ sealed: to })
        .where('organization_id', '=', organizationId)
        .where('sealed', '=', from)
        .executeTakeFirst();
      return changed.numUpdatedRows === 1n;
    },
  };
}

function keyOf(row: Selectable<CallerKeysTable>): CallerKey {
  return {
    id: row.id,
    hash: row.hash,
    prefix: row.prefix,
    name: row.name,
    role: row.role as Role,
    organizations: JSON.parse(row.organizations) as OrganizationsReached,
    createdAtMs: row.created_at_ms,
    createdBy: row.created_by,
    expiresAtMs: row.expires_at_ms,
    lastUsedAtMs: row.last_used_at_ms,
    revokedAtMs: row.revoked_at_ms,
  };
}

function newKeyRow(key: NewKey): Insertable<CallerKeysTable> {
  return {
    id: key.id,
    hash: key.hash,
    prefix: key.prefix,
    name: key.name,
    role: key.role,
    organizations: JSON.stringify(key.organizations),
    created_at_ms: key.createdAtMs,
    created_by: key.createdBy,
    expires_at_ms: key.expiresAtMs,
    last_used_at_ms: null,
    revoked_at_ms: null,
  };
}

function keyQueries(db: Kysely<Tables>): CallerKeysPort {
  return {
    async createKey(key) {
      const { id, role, organizations, createdAtMs, createdBy, expiresAtMs } = key;
      await journalled(db, async (transaction, pending) => {
        await transaction.insertInto('caller_keys').values(newKeyRow(key)).execute();
        const body = { keyId: id, role, organizations, expiresAtMs };
        const about = { kind: 'key.create', actor: createdBy, organizationId: null } as const;
        pending.addEntry(entry(about, body), createdAtMs);
      });
    },

    async findKey({ hash }) {
      const row = await db
        .selectFrom('caller_keys')
        .selectAll()
        .where('hash', '=', hash)
        .executeTakeFirst();
      return row === undefined ? null : keyOf(row);
    },

    async listKeys() {
      const rows = await db
        .selectFrom('caller_keys')
        .selectAll()
        .orderBy('created_at_ms')
        .orderBy('id')
        .execute();
      return rows.map(keyOf);
    },

    revokeKey({ id, by, nowMs }) {
      return journalled(db, async (transaction, pending) => {
        const revoked = await transaction
          .updateTable('caller_keys')
          .set({ revoked_at_ms: nowMs })
          .where('id', '=', id)
          .where('revoked_at_ms', 'is', null)
          .executeTakeFirst();
        if (revoked.numUpdatedRows === 0n) return false;
        const about = { kind: 'key.revoke', actor: by, organizationId: null } as const;
        pending.addEntry(entry(about, { keyId: id }), nowMs);
        return true;
      });
    },

    async touchKey({ id, nowMs }) {
      await db
        .updateTable('caller_keys')
        .set({ last_used_at_ms: nowMs })
        .where('id', '=', id)
        .execute();
    },
  };
}

function sessionQueries(db: Kysely<Tables>): SessionsPort {
  return {
    async createSession({ idHash, credential, keyHash, createdAtMs, expiresAtMs, by }) {
      await journalled(db, async (transaction, pending) => {
        await transaction
          .deleteFrom('sessions')
          .where('expires_at_ms', '<=', createdAtMs)
          .execute();
        const row = { id_hash: idHash, credential, key_hash: keyHash, expires_at_ms: expiresAtMs };
        await transaction
          .insertInto('sessions')
          .values({ ...row, created_at_ms: createdAtMs })
          .execute();
        const about = { kind: 'session.begin', actor: by, organizationId: null } as const;
        pending.addEntry(entry(about, { credential, expiresAtMs }), createdAtMs);
      });
    },

    async findSession({ idHash }) {
      const row = await db
        .selectFrom('sessions')
        .selectAll()
        .where('id_hash', '=', idHash)
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        idHash: row.id_hash,
        credential: row.credential as SessionCredential,
        keyHash: row.key_hash,
        createdAtMs: row.created_at_ms,
        expiresAtMs: row.expires_at_ms,
      };
    },

    endSession({ idHash, by, nowMs }) {
      return journalled(db, async (transaction, pending) => {
        const ended = await transaction
          .deleteFrom('sessions')
          .where('id_hash', '=', idHash)
          .executeTakeFirst();
        if (ended.numDeletedRows === 0n) return false;
        const about = { kind: 'session.end', actor: by, organizationId: null } as const;
        pending.addEntry(entry(about), nowMs);
        return true;
      });
    },
  };
}

export function sqlAccess(db: Kysely<Tables>): AccessPort {
  return { ...tokenQueries(db), ...keyQueries(db), ...sessionQueries(db) };
}
