/**
 * Searches the labels and source names of jobs. Each database folds other letters (SQLite only those of ASCII), so the
 * names are compared here; an organization has some thousands of jobs.
 */
import type { ExpressionBuilder, ExpressionWrapper, SelectQueryBuilder, SqlBool } from 'kysely';
import type { JobSource } from '../../../model/job.js';
import type { JobsTable, Tables } from '../schema.js';

const BATCH = 1000;

type Searched = Pick<JobsTable, 'id' | 'created_at_ms' | 'label' | 'source'>;

function folded(text: string): string {
  return text.normalize('NFC').toLocaleLowerCase('da');
}

function isNamed(job: Searched, wanted: string): boolean {
  const name = job.source === null ? '' : (JSON.parse(job.source) as JobSource).name;
  return [job.label ?? '', name].some((text) => folded(text).includes(wanted));
}

/** The place of a job in lists: newest first. */
export interface ListPlace {
  readonly id: string;
  readonly createdAtMs: number;
}

/** Jobs that stand after the place in lists. */
export function after(
  row: ExpressionBuilder<Tables, 'jobs'>,
  { id, createdAtMs }: ListPlace,
): ExpressionWrapper<Tables, 'jobs', SqlBool> {
  return row.or([
    row('created_at_ms', '<', createdAtMs),
    row.and([row('created_at_ms', '=', createdAtMs), row('id', '<', id)]),
  ]);
}

/** The ids of the first `count` jobs of the query with the text in the label or the source name. */
export async function idsNamed(
  jobs: SelectQueryBuilder<Tables, 'jobs', object>,
  { text, count }: { text: string; count: number },
): Promise<string[]> {
  const wanted = folded(text);
  const ids: string[] = [];
  let place: ListPlace | null = null;
  for (;;) {
    const from: ListPlace | null = place;
    const rest = from === null ? jobs : jobs.where((row) => after(row, from));
    const rows: readonly Searched[] = await rest
      .select(['id', 'created_at_ms', 'label', 'source'])
      .limit(BATCH)
      .execute();
    ids.push(...rows.filter((row) => isNamed(row, wanted)).map(({ id }) => id));
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH || ids.length >= count) {
      return ids.slice(0, count);
    }
    place = { id: last.id, createdAtMs: last.created_at_ms };
  }
}
