/** `continueOnError: false` and `rollbackOnError`: no request starts after the first failure is known. */
import type { FailureMoment, Facts, Finding, JobFacts, Sending } from '../facts/facts.js';
import { deedsOf } from './deeds.js';

/** Between what is stored and what is on its way a process needs a moment; another one needs none. */
const GRACE_MS = 50;

/** Rows that had begun get the rest: half a row is nobody's wish. */
function isBegun(facts: Facts, job: JobFacts, sending: Sending): boolean {
  const begun = new Set(
    deedsOf(facts, job.id, 'run')
      .filter(({ entry }) => entry.order < sending.order)
      .map(({ seq }) => seq),
  );
  return sending.records.some(({ seq }) => begun.has(seq));
}

function isLate(facts: Facts, failure: FailureMoment, sending: Sending): boolean {
  if (sending.order < failure.order || sending.pass !== failure.pass) return false;
  if (sending.process !== failure.process) return true;
  return sending.sentMs > failure.atMs + GRACE_MS + facts.slackMs;
}

export function judgeStops(facts: Facts, job: JobFacts): Finding[] {
  const { continueOnError, rollbackOnError, dryRun, operation } = job.spec;
  const isStopping = !continueOnError || (rollbackOnError && operation !== 'delete');
  const [failure] = job.failures;
  if (!isStopping || dryRun || failure === undefined) return [];
  const late = facts.sendings.filter(
    (sending) =>
      sending.jobId === job.id &&
      sending.stage === 'run' &&
      sending.method !== 'GET' &&
      isLate(facts, failure, sending) &&
      !isBegun(facts, job, sending),
  );
  const [first] = late;
  if (first === undefined) return [];
  const rows = late.flatMap(({ records }) => records.map(({ seq }) => String(seq))).join(', ');
  const text = `row ${String(failure.seq)} failed at ${String(failure.atMs)}, and rows ${rows} were sent from ${String(first.sentMs)}`;
  return [{ kind: 'stop forgotten', text }];
}
