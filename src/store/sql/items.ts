/** The SQL for items. Their states change in one transaction with the counters of their job. */
import {
  sql,
  type Kysely,
  type Selectable,
  type SelectQueryBuilder,
  type Transaction,
  type Updateable,
} from 'kysely';
import { StoreError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { fenced } from './fence.js';
import type { ItemsPort } from '../ports/items.js';
import { itemOf, itemPatchRow, newItemRow } from './rows.js';
import type { ItemsTable, Tables } from './schema.js';
import { Counters, countMoves, updateCounters, type CountedState } from './counters.js';
import { causeText, rowsWarnedOf } from '../../model/cause-text.js';
import { isRowWarning, ROW_WARNING_CODES } from '../../model/row-warning.js';
import { updateCauses, type FailedRow } from './failure-causes.js';
import { OUTCOMES, type ItemChange, type Outcome } from '../../model/item.js';

/** Sets columns of one item, inside the open transaction; each database does it in its quickest way. */
export type UpdateItem = (
  transaction: Transaction<Tables>,
  change: { jobId: string; seq: number; row: Updateable<ItemsTable> },
) => Promise<void>;

/** An item before a change, with the field that is part of its cause. */
interface Met extends CountedState {
  readonly field: string | null;
}

async function readStandings(
  transaction: Transaction<Tables>,
  jobId: string,
  changes: readonly ItemChange[],
): Promise<Map<number, Met>> {
  const rows = await transaction
    .selectFrom('items')
    .select([
      ...(['seq', 'row', 'state', 'outcome', 'code', 'field', 'message'] as const),
      ...(['undo_state', 'requests', 'step'] as const),
    ])
    .where('job_id', '=', jobId)
    .where(
      'seq',
      'in',
      changes.map((change) => change.seq),
    )
    .execute();
  const standings = new Map(rows.map((row) => [row.seq, row]));
  if (new Set(changes.map(({ seq }) => seq)).size === changes.length) return standings;
  throw new StoreError({
    code: 'STORE_FAILED',
    message: 'One batch changes an item twice.',
    hint: 'The batch was not stored.',
  });
}

/** The entry of the item in its job's causes; empty unless the item failed, is unknown, or carries a warning. */
export function failedRowOf(
  item: {
    outcome?: string | null;
    code?: string | null;
    field?: string | null;
    message?: string | null;
  },
  row: number,
): FailedRow[] {
  const { outcome = null, field = null } = item;
  const isFailed = outcome === 'failed' || outcome === 'unknown';
  if (!isFailed && (outcome === null || !isRowWarning(item.code ?? null))) return [];
  const code = item.code ?? 'INTERNAL';
  const message = item.message ?? '';
  const cause = { code, message: causeText({ code, field, message }) };
  const rows = isFailed ? [row] : rowsWarnedOf(message, row);
  return rows.map((each) => ({ ...cause, row: each }));
}

function checkedStanding(standings: Map<number, Met>, change: ItemChange): Met {
  const before = standings.get(change.seq);
  if (before === undefined || !(change.from as readonly string[]).includes(before.state)) {
    throw new StoreError({
      code: 'STORE_FAILED',
      message: `Item ${String(change.seq)} is ${before?.state ?? 'absent'}, expected ${change.from.join(' or ')}.`,
      hint: 'Two workers changed the same item; the job continues from the stored state.',
    });
  }
  return before;
}

function changeQueries(db: Kysely<Tables>, update: UpdateItem): Pick<ItemsPort, 'changeItems'> {
  return {
    async changeItems({ jobId, lease, changes, duplicates, nowMs, journal, moved = [] }) {
      if (changes.length === 0) return;
      await fenced(db, lease, async (transaction, pending) => {
        await pending.add({ jobId, nowMs }, journal);
        const standings = await readStandings(transaction, jobId, changes);
        const counters = new Counters();
        const gone: FailedRow[] = [];
        const come: FailedRow[] = [];
        for (const change of changes) {
          const before = checkedStanding(standings, change);
          countMoves(counters, change.patch, before);
          if (change.patch.outcome !== undefined) {
            gone.push(...failedRowOf(before, before.row));
            // A row that is sent keeps the warning of its plan, unless it ends with a code of its own.
            come.push(...failedRowOf({ ...before, ...change.patch }, before.row));
          }
          await update(transaction, { jobId, seq: change.seq, row: itemPatchRow(change.patch) });
        }
        counters.add('duplicates_in_file', duplicates?.inFile ?? 0);
        counters.add('duplicates_in_billy', duplicates?.inBilly ?? 0);
        await updateCauses(transaction, jobId, { gone, come });
        await updateCounters(transaction, { jobId, nowMs }, counters);
        for (const { from, to } of moved) {
          await transaction
            .updateTable('items')
            .set({ record_id: to })
            .where('record_id', '=', from)
            .where('has_written', '=', 1)
            .execute();
        }
      });
    },
  };
}

function batchQueries(db: Kysely<Tables>): Pick<ItemsPort, 'addItems' | 'clearItems'> {
  return {
    async addItems({ jobId, lease, items }) {
      if (items.length === 0) return;
      await fenced(db, lease, async (transaction) => {
        await transaction
          .insertInto('items')
          .values(items.map((item) => newItemRow(jobId, item)))
          .execute();
      });
    },

    async clearItems({ jobId, lease }) {
      await fenced(db, lease, async (transaction) => {
        for (const table of ['items', 'causes', 'pool', 'pool_keys'] as const) {
          await transaction.deleteFrom(table).where('job_id', '=', jobId).execute();
        }
        const zero = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0]));
        await transaction
          .updateTable('jobs')
          .set({ ...zero, duplicates_in_file: 0, duplicates_in_billy: 0 })
          .set({ planned_items: 0, requests_planned: 0, requests_left: 0, tempo: null })
          .where('id', '=', jobId)
          .execute();
      });
    },
  };
}

type ItemQuery = SelectQueryBuilder<Tables, 'items', Selectable<ItemsTable>>;

/** Repeats the condition of the partial index that has the outcome, so that SQLite uses the index. */
function withOutcome(query: ItemQuery, outcome: Outcome): ItemQuery {
  const wanted = query.where('outcome', '=', outcome);
  if (outcome === 'failed' || outcome === 'unknown') return wanted.where('code', 'is not', null);
  return wanted.where(
    sql<boolean>`outcome IS NOT NULL AND outcome <> 'failed' AND outcome <> 'unknown'`,
  );
}

function readQueries(db: Kysely<Tables>): Pick<ItemsPort, 'listItems' | 'getItem' | 'listUnknown'> {
  return {
    async listItems(filter) {
      const { jobId, states, isTrouble, hasWritten, recordId } = filter;
      const { waitsFor, outcome, afterSeq, beforeSeq, limit } = filter;
      let query = db.selectFrom('items').selectAll().where('job_id', '=', jobId).limit(limit);
      if (states !== undefined) query = query.where('state', 'in', [...states]);
      // Repeats the condition of the partial index, so that SQLite uses the index.
      if (states?.includes('ended') === false) query = query.where('state', '<>', 'ended');
      if (isTrouble === true) {
        query = query.where('code', 'is not', null).where('outcome', 'in', ['failed', 'unknown']);
      }
      if (outcome !== undefined) query = withOutcome(query, outcome);
      if (waitsFor !== undefined) query = query.where('waits_for', '=', waitsFor);
      if (hasWritten === true) query = query.where('has_written', '=', 1);
      if (recordId !== undefined) query = query.where('record_id', '=', recordId);
      if (afterSeq !== undefined) query = query.where('seq', '>', afterSeq);
      if (beforeSeq !== undefined) query = query.where('seq', '<', beforeSeq);
      query = query.orderBy('seq', beforeSeq === undefined ? 'asc' : 'desc');
      return (await query.execute()).map(itemOf);
    },

    async listUnknown({ lane, exceptJobId, intentAfterMs, limit }) {
      const jobs = db
        .selectFrom('jobs')
        .select('id')
        .where('lane', '=', lane)
        .where('id', '!=', exceptJobId)
        // Uses the job's counter, so that items of jobs without unknown outcomes are not read.
        .where('unknown', '>', 0);
      const rows = await db
        .selectFrom('items')
        .selectAll()
        .where('job_id', 'in', jobs)
        .where('code', 'is not', null)
        .where('outcome', '=', 'unknown')
        .where('intent_at_ms', '>', intentAfterMs)
        .limit(limit)
        .execute();
      return rows.map(itemOf);
    },

    async getItem({ jobId, seq }) {
      const row = await db
        .selectFrom('items')
        .selectAll()
        .where('job_id', '=', jobId)
        .where('seq', '=', seq)
        .executeTakeFirst();
      return row === undefined ? null : itemOf(row);
    },
  };
}

function summaryQueries(
  db: Kysely<Tables>,
): Pick<ItemsPort, 'countItems' | 'countWritten' | 'listCauses' | 'findOwned'> {
  return {
    async countItems({ jobId, states }) {
      let query = db
        .selectFrom('items')
        .select((row) => row.fn.countAll<number>().as('count'))
        .where('job_id', '=', jobId)
        .where('state', 'in', [...states]);
      if (!states.includes('ended')) query = query.where('state', '<>', 'ended');
      return (await query.executeTakeFirstOrThrow()).count;
    },

    async countWritten({ jobId }) {
      const { count } = await db
        .selectFrom('items')
        .select((row) => row.fn.countAll<number>().as('count'))
        .where('job_id', '=', jobId)
        .where('has_written', '=', 1)
        .executeTakeFirstOrThrow();
      return count;
    },

    async listCauses({ jobId, kind = 'failure', limit }) {
      const rows = await db
        .selectFrom('causes')
        .selectAll()
        .where('job_id', '=', jobId)
        .where('code', kind === 'warning' ? 'in' : 'not in', [...ROW_WARNING_CODES])
        .orderBy('count', 'desc')
        .orderBy('code')
        .limit(limit)
        .execute();
      return rows.map(({ code, message, count, rows: first }) => ({
        code,
        message,
        count,
        rows: JSON.parse(first) as number[],
      }));
    },

    async findOwned({ recordIds, jobId }) {
      const owned = new Set<string>();
      for (let start = 0; start < recordIds.length; start += LIMITS.storeBatchRows) {
        let query = db
          .selectFrom('items')
          .select('record_id')
          .where('record_id', 'in', recordIds.slice(start, start + LIMITS.storeBatchRows))
          .where('has_written', '=', 1);
        if (jobId !== undefined) query = query.where('job_id', '=', jobId);
        const rows = await query.execute();
        for (const { record_id: id } of rows) if (id !== null) owned.add(id);
      }
      return owned;
    },
  };
}

export function sqlItems(db: Kysely<Tables>, update: UpdateItem): ItemsPort {
  return {
    ...batchQueries(db),
    ...changeQueries(db, update),
    ...readQueries(db),
    ...summaryQueries(db),
  };
}
