/**
 * The oracle's verdict on one seed: contract section 5, word by word, from the full history of Billy,
 * the wire and the file. It shares no code and no opinion with the engine.
 */
import type { Facts, Finding } from '../facts/facts.js';
import { judgeChanges } from './changes.js';
import { judgeCounts } from './counts.js';
import { judgeCreations } from './creations.js';
import { judgeDeletions } from './deletions.js';
import { judgeLandings } from './landings.js';
import { judgePictures } from './pictures.js';
import { judgePlans } from './plans.js';
import { judgeRaises, withRaisedRows } from './raises.js';
import { judgeStops } from './stops.js';
import { judgeUndo } from './undo.js';
import { judgeUnknowns, type UnknownCount } from './unknowns.js';

export interface Verdict {
  readonly findings: readonly Finding[];
  readonly unknown: UnknownCount;
}

export function judge(told: Facts): Verdict {
  const facts = withRaisedRows(told);
  const findings: Finding[] = [...judgeLandings(facts)];
  const unknown = { rows: 0, needed: 0 };
  for (const job of facts.jobs) {
    findings.push(...judgeCounts(job));
    if (job.spec.dryRun) continue;
    const unknowns = judgeUnknowns(facts, job);
    unknown.rows += unknowns.count.rows;
    unknown.needed += unknowns.count.needed;
    findings.push(
      ...judgeCreations(facts, job),
      ...judgeChanges(facts, job),
      ...judgeDeletions(facts, job),
      ...judgePictures(facts, job),
      ...judgeStops(facts, job),
      ...judgePlans(facts, job),
      ...judgeRaises(facts, job),
      ...unknowns.findings,
      ...judgeUndo(facts, job),
    );
  }
  return { findings, unknown };
}
