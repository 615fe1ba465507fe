/** Contract 5.2: the counts equal the rows, and a job that is completed has none left. */
import type { Captured, Finding, JobFacts } from '../facts/facts.js';
import { itemCountOf } from './contents.js';

const BUG_CODES: readonly string[] = ['INTERNAL', 'STORE_FAILED'];

function falsified(text: string): Finding {
  return { kind: 'falsified', text };
}

function judgeRows({ spec }: JobFacts, { job, items }: Captured): Finding[] {
  const findings: Finding[] = [];
  for (const [outcome, count] of Object.entries(job.outcomes)) {
    const counted = items.filter((item) => item.outcome === outcome).length;
    if (count !== counted) {
      findings.push(falsified(`${outcome}: ${String(count)} said, ${String(counted)} rows`));
    }
  }
  const isWhole = job.status === 'completed';
  const open = items.filter(({ state }) => state !== 'ended').length;
  if (isWhole && open > 0) findings.push(falsified(`completed with ${String(open)} rows open`));
  const wanted = itemCountOf(spec);
  if (isWhole && items.length !== wanted) {
    const text = `completed with ${String(items.length)} of ${String(wanted)} rows`;
    findings.push({ kind: 'lost', text });
  }
  return findings;
}

function judgeStates({ job, items }: Captured): Finding[] {
  const findings: Finding[] = [];
  for (const { row, state, outcome, code, message } of items) {
    const isUnderWay = state === 'sending' || state === 'doubt';
    if (isUnderWay) findings.push(falsified(`ended with row ${String(row)} ${state}`));
    if (outcome === 'failed' && BUG_CODES.includes(code ?? '')) {
      findings.push(falsified(`row ${String(row)}: ${code ?? ''} ${message ?? ''}`));
    }
  }
  const isBug = job.error !== null && BUG_CODES.includes(job.error.code);
  if (isBug) findings.push(falsified(`the job: ${job.error.code} ${job.error.message}`));
  return findings;
}

/** A rollback: `reversed + kept + errored` is what the job had written. */
function judgeUndoCounts({ runs }: JobFacts, { job, items }: Captured): Finding[] {
  const first = runs.at(-1);
  const { rollback } = job;
  if (rollback === null) return [falsified('no rollback is noted')];
  const findings: Finding[] = [];
  const total = items.filter(({ hasWritten }) => hasWritten).length;
  const sum = rollback.reversed + rollback.kept + rollback.errored;
  if (sum !== total || rollback.total !== total) {
    const [said, counted, written] = [String(rollback.total), String(sum), String(total)];
    findings.push(falsified(`rollback of ${said}: ${counted} counted, ${written} written`));
  }
  const ofRun = first?.job.error?.message;
  const isStale = job.status === 'rolled_back' && job.error !== null && job.error.message !== ofRun;
  const isOwn = job.error?.code === 'ROW_INVALID';
  if (isStale && !isOwn) findings.push(falsified(`rolled back, and still says ${job.error.code}`));
  return findings;
}

export function judgeCounts(job: JobFacts): Finding[] {
  const runs = job.runs.flatMap((end) => [...judgeRows(job, end), ...judgeStates(end)]);
  const undos = job.undos.flatMap(({ end }) =>
    end === null ? [] : [...judgeRows(job, end), ...judgeStates(end), ...judgeUndoCounts(job, end)],
  );
  return [...runs, ...undos];
}
