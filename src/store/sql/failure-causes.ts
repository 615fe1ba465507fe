/** Why items failed, counted per cause while the items move, so that a status never reads them all. */
import type { Transaction } from 'kysely';
import { LIMITS } from '../../core/limits.js';
import type { Tables } from './schema.js';

export interface FailedRow {
  readonly code: string;
  readonly message: string;
  readonly row: number;
}

/** Under this message causes of one code are counted together once too many are known. */
const FURTHER_MESSAGE = 'Further causes, see the report.';

type Key = Pick<FailedRow, 'code' | 'message'>;

/** The rows of one batch that a cause is new to. */
interface Cause extends Key {
  readonly rows: number[];
}

/** A file in which every row has the same fault costs no more than one in which none has. */
function causesOf(troubles: readonly FailedRow[]): Iterable<Cause> {
  const causes = new Map<string, Cause>();
  for (const { code, message, row } of troubles) {
    const key = `${code} ${message}`;
    const known = causes.get(key);
    if (known === undefined) causes.set(key, { code, message, rows: [row] });
    else known.rows.push(row);
  }
  return causes.values();
}

async function isKnown(transaction: Transaction<Tables>, jobId: string, key: Key) {
  const row = await transaction
    .selectFrom('causes')
    .select('count')
    .where('job_id', '=', jobId)
    .where('code', '=', key.code)
    .where('message', '=', key.message)
    .executeTakeFirst();
  return row !== undefined;
}

async function isFull(transaction: Transaction<Tables>, jobId: string): Promise<boolean> {
  const { count } = await transaction
    .selectFrom('causes')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow();
  return count >= LIMITS.jobCausesKept;
}

/** The row under which a cause is counted: its own, or the common one when it is one too many. */
async function keyOf(transaction: Transaction<Tables>, jobId: string, { code, message }: Key) {
  const own = { code, message };
  if (await isKnown(transaction, jobId, own)) return { key: own, isNew: false };
  if (!(await isFull(transaction, jobId))) return { key: own, isNew: true };
  const further = { code, message: FURTHER_MESSAGE };
  return { key: further, isNew: !(await isKnown(transaction, jobId, further)) };
}

async function addCause(transaction: Transaction<Tables>, jobId: string, cause: Cause) {
  const { key, isNew } = await keyOf(transaction, jobId, cause);
  const [first, count] = [cause.rows.slice(0, LIMITS.causeRowsMax), cause.rows.length];
  if (isNew) {
    const row = { job_id: jobId, ...key, count, rows: JSON.stringify(first) };
    await transaction.insertInto('causes').values(row).execute();
    return;
  }
  const { rows: listed } = await transaction
    .selectFrom('causes')
    .select('rows')
    .where('job_id', '=', jobId)
    .where('code', '=', key.code)
    .where('message', '=', key.message)
    .executeTakeFirstOrThrow();
  const rows = [...(JSON.parse(listed) as number[]), ...first].slice(0, LIMITS.causeRowsMax);
  await transaction
    .updateTable('causes')
    .set((row) => ({ count: row('count', '+', count), rows: JSON.stringify(rows) }))
    .where('job_id', '=', jobId)
    .where('code', '=', key.code)
    .where('message', '=', key.message)
    .execute();
}

async function removeCause(transaction: Transaction<Tables>, jobId: string, trouble: FailedRow) {
  const own = { code: trouble.code, message: trouble.message };
  const further = { code: trouble.code, message: FURTHER_MESSAGE };
  const key = (await isKnown(transaction, jobId, own)) ? own : further;
  const held = await transaction
    .selectFrom('causes')
    .select(['count', 'rows'])
    .where('job_id', '=', jobId)
    .where('code', '=', key.code)
    .where('message', '=', key.message)
    .executeTakeFirst();
  if (held === undefined) return;
  // The row is no example of this cause any more.
  const rows = (JSON.parse(held.rows) as number[]).filter((row) => row !== trouble.row);
  await transaction
    .updateTable('causes')
    .set({ count: held.count - 1, rows: JSON.stringify(rows) })
    .where('job_id', '=', jobId)
    .where('code', '=', key.code)
    .where('message', '=', key.message)
    .execute();
  await transaction
    .deleteFrom('causes')
    .where('job_id', '=', jobId)
    .where('count', '<=', 0)
    .execute();
}

/** Moves causes with the items of one transaction: first what is settled, then what is new. */
export async function updateCauses(
  transaction: Transaction<Tables>,
  jobId: string,
  moves: { gone: readonly FailedRow[]; come: readonly FailedRow[] },
): Promise<void> {
  for (const trouble of moves.gone) await removeCause(transaction, jobId, trouble);
  for (const cause of causesOf(moves.come)) await addCause(transaction, jobId, cause);
}
