/** The SQL for snapshots: Billy's records in layers, found by match key or id. */
import type { Kysely, Selectable, Transaction } from 'kysely';
import { fenced } from './fence.js';
import type { SnapshotPort } from '../ports/snapshot.js';
import type { PoolTable, Tables } from './schema.js';
import type { RecordImage } from '../../model/record.js';
import type { MatchKey, SnapshotEntry, SnapshotLayer } from '../../model/snapshot.js';

/** The image of a record that Billy has no longer. */
const HIDDEN = 'null';

/** Rows per statement. SQLite allows 32,766 parameters; this many rows of six stay far below. */
const ROWS_PER_INSERT = 500;

/** Upper layers lie over `before`. The rollback's listing and the references have no layer below. */
function layersUnder(layer: SnapshotLayer): SnapshotLayer[] {
  return layer === 'planned' || layer === 'done' ? ['before', layer] : [layer];
}

/** Groups values by key, each value once: the lines of many invoices name few customers and products. */
function valuesByKey(keys: readonly MatchKey[]): Map<string, string[]> {
  const groups = new Map<string, Set<string>>();
  for (const { key, value } of keys) {
    groups.set(key, (groups.get(key) ?? new Set<string>()).add(value));
  }
  return new Map([...groups].map(([key, values]) => [key, [...values]]));
}

async function insertChunks(
  transaction: Transaction<Tables>,
  batch: { jobId: string; layer: SnapshotLayer; entries: readonly SnapshotEntry[] },
): Promise<void> {
  const { jobId, layer, entries } = batch;
  const keys = entries.flatMap((entry) =>
    [...entry.keys, ...(entry.formerKeys ?? [])].map((key) => {
      return { job_id: jobId, layer, record_id: entry.recordId, ...key };
    }),
  );
  await transaction
    .insertInto('pool')
    .values(
      entries.map((entry) => ({
        job_id: jobId,
        layer,
        record_id: entry.recordId,
        image: JSON.stringify(entry.image),
        keys: JSON.stringify(entry.keys),
        touched_by: entry.changedByRow,
      })),
    )
    .execute();
  for (let start = 0; start < keys.length; start += ROWS_PER_INSERT) {
    await transaction
      .insertInto('pool_keys')
      .values(keys.slice(start, start + ROWS_PER_INSERT))
      // A record may have a key twice (two persons with one e-mail), or may have had it before.
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

type PoolRow = Selectable<PoolTable>;

function readRows(
  db: Kysely<Tables>,
  wanted: { jobId: string; layer: SnapshotLayer; ids: readonly string[] },
): Promise<PoolRow[]> {
  return db
    .selectFrom('pool')
    .selectAll()
    .where('job_id', '=', wanted.jobId)
    .where('record_id', 'in', [...wanted.ids])
    .where('layer', 'in', layersUnder(wanted.layer))
    .execute();
}

function listQueries(db: Kysely<Tables>): Pick<SnapshotPort, 'countSnapshot' | 'listSnapshotIds'> {
  return {
    async countSnapshot({ jobId, layers }) {
      const { count } = await db
        .selectFrom('pool')
        .select((row) => row.fn.countAll<number>().as('count'))
        .where('job_id', '=', jobId)
        .where('layer', 'in', [...layers])
        .executeTakeFirstOrThrow();
      return count;
    },

    async listSnapshotIds({ jobId, layer, afterId, limit }) {
      const rows = await db
        .selectFrom('pool')
        .select('record_id')
        .where('job_id', '=', jobId)
        .where('layer', '=', layer)
        .where('record_id', '>', afterId)
        .orderBy('record_id')
        .limit(limit)
        .execute();
      return rows.map(({ record_id: id }) => id);
    },
  };
}

function readQueries(db: Kysely<Tables>): Pick<SnapshotPort, 'findInSnapshot' | 'getFromSnapshot'> {
  const getFromSnapshot: SnapshotPort['getFromSnapshot'] = async ({ jobId, layer, recordIds }) => {
    const found = new Map<string, SnapshotEntry>();
    const rows: PoolRow[] = [];
    for (let start = 0; start < recordIds.length; start += ROWS_PER_INSERT) {
      const ids = recordIds.slice(start, start + ROWS_PER_INSERT);
      rows.push(...(await readRows(db, { jobId, layer, ids })));
    }
    const upper = new Set(rows.filter((row) => row.layer === layer).map((row) => row.record_id));
    for (const row of rows) {
      if (row.image === HIDDEN || (row.layer !== layer && upper.has(row.record_id))) continue;
      found.set(row.record_id, {
        recordId: row.record_id,
        image: JSON.parse(row.image) as RecordImage,
        keys: JSON.parse(row.keys) as MatchKey[],
        changedByRow: row.touched_by,
      });
    }
    return found;
  };

  return {
    getFromSnapshot,

    async findInSnapshot({ jobId, layer, keys }) {
      const found = new Set<string>();
      for (const [key, values] of valuesByKey(keys)) {
        for (let start = 0; start < values.length; start += ROWS_PER_INSERT) {
          const hits = await db
            .selectFrom('pool_keys')
            .select('record_id')
            .distinct()
            .where('job_id', '=', jobId)
            .where('layer', 'in', layersUnder(layer))
            .where('key', '=', key)
            .where('value', 'in', values.slice(start, start + ROWS_PER_INSERT))
            .execute();
          for (const { record_id: recordId } of hits) found.add(recordId);
        }
      }
      return [...(await getFromSnapshot({ jobId, layer, recordIds: [...found] })).values()];
    },
  };
}

/** Puts entries into a layer, inside a transaction. They replace the layer's entries of the same records. */
export async function putEntries(
  transaction: Transaction<Tables>,
  {
    jobId,
    layer,
    entries,
  }: { jobId: string; layer: SnapshotLayer; entries: readonly SnapshotEntry[] },
): Promise<void> {
  for (let start = 0; start < entries.length; start += ROWS_PER_INSERT) {
    const part = entries.slice(start, start + ROWS_PER_INSERT);
    await transaction
      .deleteFrom('pool')
      .where('job_id', '=', jobId)
      .where('layer', '=', layer)
      .where(
        'record_id',
        'in',
        part.map((entry) => entry.recordId),
      )
      .execute();
    await insertChunks(transaction, { jobId, layer, entries: part });
  }
}

/** Deletes records from a layer, so that the layers below show again. */
async function deleteEntries(
  transaction: Transaction<Tables>,
  { jobId, layer, ids }: { jobId: string; layer: SnapshotLayer; ids: readonly string[] },
): Promise<void> {
  for (const table of ['pool', 'pool_keys'] as const) {
    await transaction
      .deleteFrom(table)
      .where('job_id', '=', jobId)
      .where('layer', '=', layer)
      .where('record_id', 'in', [...ids])
      .execute();
  }
}

function writeQueries(
  db: Kysely<Tables>,
): Pick<SnapshotPort, 'putSnapshot' | 'clearSnapshot' | 'hideInSnapshot'> {
  return {
    async hideInSnapshot({ jobId, lease, layer, recordIds }) {
      if (recordIds.length === 0) return;
      const isLowest = layersUnder(layer).length === 1;
      await fenced(db, lease, async (transaction) => {
        for (let start = 0; start < recordIds.length; start += ROWS_PER_INSERT) {
          const ids = recordIds.slice(start, start + ROWS_PER_INSERT);
          await deleteEntries(transaction, { jobId, layer, ids });
          if (isLowest) continue;
          const rows = ids.map((id) => ({ job_id: jobId, layer, record_id: id }));
          await transaction
            .insertInto('pool')
            .values(rows.map((row) => ({ ...row, image: HIDDEN, keys: '[]', touched_by: null })))
            .execute();
        }
      });
    },

    async putSnapshot({ jobId, lease, layer, entries }) {
      if (entries.length === 0) return;
      await fenced(db, lease, (transaction) => putEntries(transaction, { jobId, layer, entries }));
    },

    async clearSnapshot({ jobId, lease, layers }) {
      await fenced(db, lease, async (transaction) => {
        for (const table of ['pool', 'pool_keys'] as const) {
          await transaction
            .deleteFrom(table)
            .where('job_id', '=', jobId)
            .where('layer', 'in', [...layers])
            .execute();
        }
      });
    },
  };
}

export function sqlSnapshot(db: Kysely<Tables>): SnapshotPort {
  return { ...listQueries(db), ...readQueries(db), ...writeQueries(db) };
}
