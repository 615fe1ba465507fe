/** Counts failed items by cause whenever items change, so that a status never reads all items. */
import type { Transaction } from 'kysely';
import { LIMITS } from '../../core/limits.js';
import type { Tables } from './schema.js';

export interface FailedRow {
  readonly code: string;
  readonly message: string;
  readonly row: number;
}

/** The message for the further causes of a code, counted together once the code has too many. */
const FURTHER_MESSAGE = 'Further causes, see the report.';

type Key = Pick<FailedRow, 'code' | 'message'>;

/** A cause, with the rows of one batch that it applies to. */
interface Cause extends Key {
  readonly rows: number[];
}

/** Groups rows by cause, so that a file with the same error in every row costs only one update. */
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

/** The key under which a cause is counted: its own, or the common one if the code has too many causes. */
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
  // The row is no longer an example of this cause.
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

/** Updates the causes for one transaction: first removes those of settled items, then adds the new ones. */
export async function updateCauses(
  transaction: Transaction<Tables>,
  jobId: string,
  moves: { gone: readonly FailedRow[]; come: readonly FailedRow[] },
): Promise<void> {
  for (const trouble of moves.gone) await removeCause(transaction, jobId, trouble);
  for (const cause of causesOf(moves.come)) await addCause(transaction, jobId, cause);
}
