/** Kept answers in SQL. A request is one row: held while it is carried out, with its answer afterwards. */
import type { Kysely, Selectable } from 'kysely';
import type { KeptAnswer, Repetition } from '../../../model/kept-answer.js';
import type { KeptAnswersPort } from '../../ports/kept-answers.js';
import type { KeptAnswersTable, Tables } from '../schema.js';

type Row = Selectable<KeptAnswersTable>;

function repetitionOf(row: Row, fingerprint: string): Repetition {
  if (row.fingerprint !== fingerprint) return { kind: 'other' };
  if (row.status === null) return { kind: 'running' };
  const headers = JSON.parse(row.headers ?? '{}') as KeptAnswer['headers'];
  const answer = { status: row.status, headers, body: row.body };
  return { kind: 'answered', answer, jobId: row.job_id };
}

function beginQuery(db: Kysely<Tables>): Pick<KeptAnswersPort, 'beginRequest'> {
  return {
    beginRequest({ id, holder, fingerprint, nowMs, keptUntilMs, heldUntilMs }) {
      return db.transaction().execute(async (transaction): Promise<Repetition> => {
        // First a write, so that of two transactions one waits for the other.
        await transaction.deleteFrom('kept_answers').where('kept_until_ms', '<=', nowMs).execute();
        const held = { holder, held_until_ms: heldUntilMs };
        const begun = await transaction
          .insertInto('kept_answers')
          .values({ id, fingerprint, kept_until_ms: keptUntilMs, ...held })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirst();
        if (begun.numInsertedOrUpdatedRows === 1n) return { kind: 'begun' };
        // The process that held it has died: it would have held it longer.
        const taken = await transaction
          .updateTable('kept_answers')
          .set(held)
          .where('id', '=', id)
          .where('fingerprint', '=', fingerprint)
          .where('status', 'is', null)
          .where('held_until_ms', '<=', nowMs)
          .executeTakeFirst();
        if (taken.numUpdatedRows === 1n) return { kind: 'begun' };
        const row = await transaction
          .selectFrom('kept_answers')
          .selectAll()
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        return repetitionOf(row, fingerprint);
      });
    },
  };
}

export function sqlKeptAnswers(db: Kysely<Tables>): KeptAnswersPort {
  return {
    ...beginQuery(db),

    async holdRequest({ id, holder, heldUntilMs }) {
      const held = await db
        .updateTable('kept_answers')
        .set({ held_until_ms: heldUntilMs })
        .where('id', '=', id)
        .where('holder', '=', holder)
        .where('status', 'is', null)
        .executeTakeFirst();
      return held.numUpdatedRows === 1n;
    },

    async keepAnswer({ id, holder, answer, jobId }) {
      const { status, headers, body } = answer;
      await db
        .updateTable('kept_answers')
        .set({ status, headers: JSON.stringify(headers), body, job_id: jobId })
        .where('id', '=', id)
        .where('holder', '=', holder)
        .execute();
    },

    async removeOldAnswers({ nowMs }) {
      await db.deleteFrom('kept_answers').where('kept_until_ms', '<=', nowMs).execute();
    },

    async forgetRequest({ id, holder }) {
      await db
        .deleteFrom('kept_answers')
        .where('id', '=', id)
        .where('holder', '=', holder)
        .where('status', 'is', null)
        .execute();
    },
  };
}
