/** What lands where or when it must not: late, in a foreign organization, or by a dry run. */
import type { Facts, Finding, JobFacts, Sending } from '../facts/facts.js';
import type { Entry } from '../facts/ledger.js';
import { textOf } from './contents.js';

function sendingOf(facts: Facts, { author }: Entry): Sending | null {
  return author.who === 'program' ? (facts.sendings[author.sendingNo] ?? null) : null;
}

function endsBefore(job: JobFacts, order: number): number {
  return job.moments.filter((moment) => moment.isEnd && moment.order < order).length;
}

function describe({ collection, id, before, after }: Entry): string {
  const name = textOf((after ?? before)?.['name']);
  const what = before === null ? 'made' : after === null ? 'deleted' : 'changed';
  return `${what} ${collection} ${id} ${name}`;
}

/** It left although the job was over: whoever sent it had slept. */
function wasOver(job: JobFacts, { order }: Sending): boolean {
  return job.moments.findLast((moment) => moment.order < order)?.isEnd === true;
}

/** A write that lands after its job, or its rollback, has come to its end. */
function judgeLate(facts: Facts): Finding[] {
  const jobs = new Map(facts.jobs.map((job) => [job.id, job] as const));
  return facts.ledger.entries.flatMap((entry): Finding[] => {
    const sending = sendingOf(facts, entry);
    const job = jobs.get(sending?.jobId ?? '');
    if (sending === null || job === undefined) return [];
    if (endsBefore(job, entry.order) <= sending.pass && !wasOver(job, sending)) return [];
    const text = `${job.id} (${sending.stage}) ${describe(entry)} at ${String(entry.atMs)}, after its end; sent at ${String(sending.sentMs)}`;
    return [{ kind: 'late', text }];
  });
}

function judgeForeign(facts: Facts): Finding[] {
  return facts.ledger.entries
    .filter((entry) => !entry.isOwn && entry.author.who === 'program')
    .map((entry) => ({ kind: 'foreign', text: `somebody else's record: ${describe(entry)}` }));
}

function judgeDryRuns(facts: Facts): Finding[] {
  const dry = new Set(facts.jobs.filter(({ spec }) => spec.dryRun).map(({ id }) => id));
  return facts.sendings
    .filter(({ jobId, method }) => method !== 'GET' && dry.has(jobId ?? ''))
    .map(({ method, collection, sentMs }) => ({
      kind: 'dry run wrote',
      text: `${method} ${collection} at ${String(sentMs)}`,
    }));
}

function judgeNobodys(facts: Facts): Finding[] {
  return facts.sendings
    .filter(({ jobId, method }) => method !== 'GET' && jobId === null)
    .map(({ method, collection, sentMs }) => ({
      kind: 'falsified',
      text: `${method} ${collection} at ${String(sentMs)} on behalf of no job`,
    }));
}

export function judgeLandings(facts: Facts): Finding[] {
  const stuck = facts.jobs.flatMap((job) =>
    job.stuck.map((text): Finding => ({ kind: 'stuck', text: `${job.id} ${text}` })),
  );
  return [
    ...stuck,
    ...judgeLate(facts),
    ...judgeForeign(facts),
    ...judgeDryRuns(facts),
    ...judgeNobodys(facts),
  ];
}
