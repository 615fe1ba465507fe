/**
 * Puts the event of a job into the outbox, in the transaction that gives the job its status. Every statement that may
 * give a job one of the statuses of `model/notice` is followed by `recordEvent`, or the event would be lost.
 */
import type { Insertable, Selectable, Transaction } from 'kysely';
import type { JobStatus } from '../../../model/job.js';
import { eventOfStatus, isMailed, type NoticeEvent } from '../../../model/notice.js';
import type { JobsTable, NoticeDeliveriesTable, Tables } from '../schema.js';

/** A webhook or an address that receives an event. */
type Target = Pick<NoticeDeliveriesTable, 'target' | 'webhook_id' | 'recipient'>;

/** The status of the job before a change to a status that has an event; null: it has none. */
export async function statusBefore(
  transaction: Transaction<Tables>,
  jobId: string,
  to: JobStatus | undefined,
): Promise<string | null> {
  if (to === undefined || eventOfStatus(to) === null) return null;
  const row = await transaction
    .selectFrom('jobs')
    .select('status')
    .where('id', '=', jobId)
    .executeTakeFirst();
  return row?.status ?? null;
}

async function webhookTargets(
  transaction: Transaction<Tables>,
  organizationId: string,
  event: NoticeEvent,
): Promise<Target[]> {
  const rows = await transaction
    .selectFrom('webhooks')
    .select(['id', 'events'])
    .where('organization_id', '=', organizationId)
    .where('off_at_ms', 'is', null)
    .execute();
  return rows
    .filter(({ events }) => (JSON.parse(events) as NoticeEvent[]).includes(event))
    .map(({ id }) => ({ target: id, webhook_id: id, recipient: null }));
}

/** The address that the start of the job named. */
function mailTargets({ options }: Selectable<JobsTable>, event: NoticeEvent): Target[] {
  const { notifyEmail } = JSON.parse(options) as { notifyEmail?: unknown };
  if (typeof notifyEmail !== 'string' || !isMailed(event)) return [];
  return [{ target: notifyEmail, webhook_id: null, recipient: notifyEmail }];
}

/** The number of a job's event, counted from 1: a job that is tried again ends again. */
async function nextNumber(transaction: Transaction<Tables>, jobId: string): Promise<number> {
  const { count } = await transaction
    .selectFrom('notice_events')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow();
  return count + 1;
}

/** The job's own settings for reading its source have no place in a notice. */
function storedJob(job: Selectable<JobsTable>): string {
  return JSON.stringify({ ...job, reading: 'null', fingerprint: null });
}

/**
 * Records the event of the job's status, with a delivery for each webhook that asked for it and for the address of the
 * start. Does nothing if the status has no event, was the status before, or if there is no receiver.
 */
export async function recordEvent(
  transaction: Transaction<Tables>,
  { jobId, before, nowMs }: { jobId: string; before?: string; nowMs: number },
): Promise<void> {
  const job = await transaction
    .selectFrom('jobs')
    .selectAll()
    .where('id', '=', jobId)
    .executeTakeFirstOrThrow();
  const event = eventOfStatus(job.status as JobStatus);
  if (event === null || job.status === before) return;
  const { organization_id } = job;
  const targets = [
    ...(await webhookTargets(transaction, organization_id, event)),
    ...mailTargets(job, event),
  ];
  if (targets.length === 0) return;
  const id = `msg_${jobId}_${String(await nextNumber(transaction, jobId))}`;
  await transaction
    .insertInto('notice_events')
    .values({ id, organization_id, job_id: jobId, event, at_ms: nowMs, job: storedJob(job) })
    .execute();
  await transaction
    .insertInto('notice_deliveries')
    .values(targets.map((target) => newDeliveryRow({ id, organization_id, nowMs }, target)))
    .execute();
}

/** The row of a delivery that is due now. */
export function newDeliveryRow(
  event: { id: string; organization_id: string; nowMs: number },
  target: Target,
): Insertable<NoticeDeliveriesTable> {
  return {
    ...target,
    // One event goes to an address once: one delivery for each webhook, and one e-mail.
    id: `${event.id}_${target.webhook_id ?? 'mail'}`,
    event_id: event.id,
    organization_id: event.organization_id,
    status: 'pending',
    tries: 0,
    created_at_ms: event.nowMs,
    next_try_at_ms: event.nowMs,
  };
}
