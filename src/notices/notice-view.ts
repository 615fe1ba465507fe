/** The job of a notice, and the body that a webhook receives. */
import { LIMITS } from '../core/limits.js';
import { viewJob, type JobView } from '../jobs/service/job-view.js';
import type { AllowedRate } from '../jobs/service/progress.js';
import type { ClaimedDelivery } from '../model/notice.js';
import type { Organizations } from '../organizations/organizations.js';
import type { JobStore } from '../store/job-store.js';

export interface ViewDeps {
  readonly store: JobStore;
  readonly organizations: Pick<Organizations, 'amongSeveral'>;
  readonly rateLimit: AllowedRate | null;
}

/** The job as it was at the event. Null: the event is about no job. */
export async function noticeViewOf(
  { store, organizations, rateLimit }: ViewDeps,
  { job, atMs }: Pick<ClaimedDelivery, 'job' | 'atMs'>,
): Promise<JobView | null> {
  if (job === null) return null;
  const organization = await organizations.amongSeveral(job.organizationId);
  return viewJob(store, job, { nowMs: atMs, rate: rateLimit, organization });
}

/** The view without its rows, which hold values of files and of Billy. */
export function withoutRows(view: JobView | null): object | null {
  if (view === null) return null;
  const shown: Partial<JobView> = { ...view };
  delete shown.errors;
  return shown;
}

/** The body, in the form that Standard Webhooks proposes. */
export function bodyOf(event: { type: string; atMs: number; data: unknown }): string {
  const { type, atMs, data } = event;
  return JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data });
}

/** Stored characters of a receiver's answer, or of a failure. */
export const FAILURE_CHARS_MAX = LIMITS.fieldCharsMax;
