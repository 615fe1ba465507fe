/** A job in words, for hosts that show only the text of a result. It has every decisive fact of the structure. */
import { LIMITS } from '../core/limits.js';
import { clip, quote } from '../core/text.js';
import { countWords, durationWords } from '../model/words.js';
import type { Problem } from '../model/item.js';
import type { KnownOrganization } from '../model/job.js';
import { isEnded } from '../model/job-status.js';
import type { JobView } from '../jobs/service/job-view.js';

const WARNING_CHARS = 240;
const LABEL_CHARS = 60;
const ERRORS_NAMED = 3;
const KEY_CHARS = 40;
const NAME_CHARS = 80;

export function warningLines(
  warnings: readonly Problem[],
  charsMax: number = WARNING_CHARS,
): string[] {
  const shown = warnings
    .slice(0, LIMITS.warningsShownMax)
    .map(({ code, message }) => `Warning ${code}: ${clip(message, charsMax)}`);
  const more = warnings.length - shown.length;
  return more > 0 ? [...shown, `${countWords(more, 'more warning')}.`] : shown;
}

function titleOf(job: JobView): string {
  const kind = `${job.dryRun ? 'dry run of ' : ''}${job.operation} ${job.resourceType}`;
  const label = job.label === null ? '' : `, ${quote(job.label, LABEL_CHARS)}`;
  const file = job.source === null ? '' : `, ${quote(job.source.name, LABEL_CHARS)}`;
  const total =
    job.totalItems === null ? 'items not counted yet' : countWords(job.totalItems, 'item');
  return `Job ${job.id} (${kind}${label}${file}): ${job.status}, ${String(job.progress)} % of ${total}.`;
}

function countLines(job: JobView): string[] {
  const counts = Object.entries(job.outcomes)
    .filter(([, count]) => typeof count === 'number' && count > 0)
    .map(([outcome, count]) => `${outcome} ${String(count)}`);
  const { inFile, inBilly } = job.duplicates;
  return [
    ...(counts.length > 0 ? [`Outcomes: ${counts.join(', ')}.`] : []),
    ...(isEnded(job.status) && job.notAttemptedItems > 0
      ? [`Not attempted: ${String(job.notAttemptedItems)}; retry_failed_items sends them.`]
      : []),
    ...(inFile > 0 ? [`Repeated in the file: ${countWords(inFile, 'row')}.`] : []),
    ...(inBilly > 0 ? [`Already in Billy: ${countWords(inBilly, 'row')}.`] : []),
  ];
}

/** The company, where the caller works on several. */
function companyLines(job: JobView): string[] {
  const { organization } = job as { readonly organization?: unknown };
  if (typeof organization !== 'object' || organization === null) return [];
  return [`Company ${companyWords(organization as KnownOrganization)}.`];
}

/** `"Nord ApS" (CVR "12345678", id ...)`. */
export function companyWords({ id, name, registrationNo }: KnownOrganization): string {
  const number =
    registrationNo === null ? 'no CVR number' : `CVR ${quote(registrationNo, NAME_CHARS)}`;
  return `${quote(name, NAME_CHARS)} (${number}, id ${id})`;
}

/** `money` of an invoice job: the number approved for good, and the sums by currency. */
function moneyLines(job: JobView): string[] {
  const { money } = job as { readonly money?: unknown };
  if (typeof money !== 'object' || money === null) return [];
  const { final, totals } = money as {
    final?: number;
    totals?: readonly { currency: string; net: string | null; gross: string | null }[];
  };
  const sums = (totals ?? []).map(
    ({ currency, net, gross }) =>
      `${currency} ${net ?? '?'} net${gross === null ? '' : `, ${gross} gross`}`,
  );
  return [
    ...(sums.length > 0 ? [`Sums: ${sums.join('; ')}.`] : []),
    ...((final ?? 0) > 0
      ? [`Approved for good: ${countWords(final ?? 0, 'invoice')}; an approval cannot be undone.`]
      : []),
  ];
}

/** All causes with their first rows. One that concerns few rows names these by their keys. */
function causeLines(job: JobView): string[] {
  return job.errorSummary.map(({ code, message, count, rows }) => {
    const more = count > rows.length ? ', ...' : '';
    const place = rows.length === 0 ? '' : ` (rows ${rows.join(', ')}${more})`;
    const named =
      count <= ERRORS_NAMED
        ? job.errors
            .filter(
              (error) => error.code === code && error.row !== null && rows.includes(error.row),
            )
            .map(({ key }) => quote(key, KEY_CHARS))
        : [];
    const keys = named.length === 0 ? '' : ` [${named.join(', ')}]`;
    return `${String(count)} x ${code}${place}: ${message}${keys}`;
  });
}

function rollbackLines({ rollback, dryRun }: JobView): string[] {
  if (rollback === null || dryRun) return [];
  const { status, total, reversed, kept, errored } = rollback;
  const name = status === 'foretold' ? 'Rollback preview' : `Rollback ${status}`;
  const why = kept + errored > 0 ? ' get_bulk_job_report (include all) gives the reasons.' : '';
  return [
    `${name}: ${String(reversed)} of ${String(total)} reversed, ${String(kept)} kept, ${String(errored)} errored.${why}`,
  ];
}

function requestLines(job: JobView): string[] {
  const lines: string[] = [];
  if (job.cancelRequested && !isEnded(job.status)) {
    lines.push('Cancel requested: the job stops once requests under way have finished.');
  }
  if (job.pauseRequested && job.status !== 'paused' && !isEnded(job.status)) {
    lines.push('Pause requested: the job pauses once requests under way have finished.');
  }
  if (job.status === 'paused') {
    lines.push(
      job.pauseRequested
        ? 'Paused on request; resume_bulk_job continues it.'
        : 'Paused because Billy does not answer; it continues by itself.',
    );
  }
  return lines;
}

function timeLines(job: JobView): string[] {
  const lines: string[] = [];
  if (job.queuedBehind !== null) lines.push(`Waits for job ${job.queuedBehind}.`);
  if (job.estimate !== null) {
    const { requests, seconds } = job.estimate;
    const time = seconds === null ? '' : `, about ${durationWords(seconds)} at ${job.rate.allowed}`;
    lines.push(`Running it takes ${countWords(requests, 'request')}${time}.`);
  }
  if (job.rate.learned !== null && !isEnded(job.status)) {
    lines.push(`Billy tolerates ${job.rate.learned} now; ${job.rate.allowed} is allowed.`);
  }
  if (job.etaSeconds !== null && !job.cancelRequested) {
    lines.push(`About ${durationWords(job.etaSeconds)} left.`);
  }
  return lines;
}

/** A job in a few lines. */
export function summarizeJob(job: JobView): string {
  const { error } = job;
  return [
    titleOf(job),
    ...companyLines(job),
    ...requestLines(job),
    ...countLines(job),
    ...moneyLines(job),
    ...(error === null ? [] : [`${error.code}: ${error.message} ${error.hint}`]),
    ...warningLines(job.warnings),
    ...causeLines(job),
    ...rollbackLines(job),
    ...timeLines(job),
    `Report: ${clip(job.reportUri, LIMITS.fieldCharsMax)}`,
  ].join('\n');
}
