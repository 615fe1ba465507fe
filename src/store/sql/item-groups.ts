/** The SQL for items with several rows. The rows of a group may be anywhere in the file. */
import type { Kysely } from 'kysely';
import { LIMITS } from '../../core/limits.js';
import { fenced } from './fence.js';
import type { ItemGroupsPort } from '../ports/item-groups.js';
import { linesOf, textOfLines } from './rows.js';
import type { Tables } from './schema.js';
import type { EarlierRecord } from '../../model/item.js';

function* chunksOf<T>(values: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < values.length; start += LIMITS.storeBatchRows) {
    yield values.slice(start, start + LIMITS.storeBatchRows);
  }
}

function rowsQueries(db: Kysely<Tables>): Pick<ItemGroupsPort, 'findGroups' | 'addLines'> {
  return {
    async findGroups({ jobId, groupKeys }) {
      const found = new Map<string, { seq: number; lineCount: number }>();
      for (const keys of chunksOf(groupKeys)) {
        const rows = await db
          .selectFrom('items')
          .select(['seq', 'group_key', 'lines'])
          .where('job_id', '=', jobId)
          .where('group_key', 'in', [...keys])
          .execute();
        for (const { seq, group_key: key, lines } of rows) {
          if (key !== null) found.set(key, { seq, lineCount: linesOf(lines).length });
        }
      }
      return found;
    },

    async addLines({ jobId, lease, additions }) {
      if (additions.length === 0) return;
      await fenced(db, lease, async (transaction) => {
        for (const { seq, lines } of additions) {
          const place = transaction
            .selectFrom('items')
            .select('lines')
            .where('job_id', '=', jobId)
            .where('seq', '=', seq);
          const { lines: stored } = await place.executeTakeFirstOrThrow();
          await transaction
            .updateTable('items')
            .set({ lines: textOfLines([...linesOf(stored), ...lines]) })
            .where('job_id', '=', jobId)
            .where('seq', '=', seq)
            .execute();
        }
      });
    },
  };
}

function historyQueries(db: Kysely<Tables>): Pick<ItemGroupsPort, 'findEarlierRecords'> {
  return {
    async findEarlierRecords({ lane, exceptJobId, groupKeys }) {
      const made: EarlierRecord[] = [];
      for (const keys of chunksOf(groupKeys)) {
        const rows = await db
          .selectFrom('items')
          .innerJoin('jobs', 'jobs.id', 'items.job_id')
          .select(['items.group_key', 'items.record_id', 'items.has_written'])
          .where('items.group_key', 'in', [...keys])
          .where('jobs.lane', '=', lane)
          .where('jobs.id', '!=', exceptJobId)
          // Only imports: a deletion with the same group keys did not create the records.
          .where('jobs.operation', '=', 'import')
          .where((row) =>
            row.or([
              row('items.has_written', '=', 1),
              // A complete rollback has looked again: the lost write of such an item was not saved.
              row.and([
                row('items.outcome', '=', 'unknown'),
                row('jobs.status', '!=', 'rolled_back'),
              ]),
              // Another job was interrupted: its write may be saved already, or later.
              row('items.state', 'in', ['sending', 'doubt']),
            ]),
          )
          .where((row) =>
            row.or([
              row('items.undo_state', 'is', null),
              row('items.undo_state', '!=', 'reversed'),
            ]),
          )
          // Without records that a later deletion job deleted and did not roll back.
          .where((row) =>
            row.not(
              row.exists(
                row
                  .selectFrom('items as deletions')
                  .select('deletions.seq')
                  .whereRef('deletions.record_id', '=', 'items.record_id')
                  .where('deletions.has_written', '=', 1)
                  .where('deletions.outcome', '=', 'deleted')
                  .where((deletion) =>
                    deletion.or([
                      deletion('deletions.undo_state', 'is', null),
                      deletion('deletions.undo_state', '!=', 'reversed'),
                    ]),
                  ),
              ),
            ),
          )
          .execute();
        for (const { group_key: groupKey, record_id: recordId, has_written: written } of rows) {
          if (groupKey !== null) made.push({ groupKey, recordId: written === 1 ? recordId : null });
        }
      }
      return made;
    },
  };
}

export function sqlGroups(db: Kysely<Tables>): ItemGroupsPort {
  return { ...rowsQueries(db), ...historyQueries(db) };
}
