/** Contract 5.3: a rollback undoes what its job did, all of it, and nothing else. */
import type { Facts, Finding, JobFacts } from '../facts/facts.js';
import { changedByRow, type UndoPlace } from './undo-facts.js';
import { judgeTooLittle } from './undo-little.js';
import { judgeTooMuch } from './undo-much.js';

/** The forecast of a rollback, where nobody but the program came in between. */
function judgeForecast({ facts, job, undo, end }: UndoPlace): Finding[] {
  const { foretold } = job;
  const came = end.job.rollback;
  const run = job.runs.at(-1);
  if (foretold === null || came === null || run === undefined || job.undos[0] !== undo) return [];
  const isQuiet = facts.ledger.entries.every(
    ({ order, author }) => order < job.startedOrder || author.who === 'program',
  );
  if (!isQuiet || came.errored > 0) return [];
  const [told, is] = [foretold, came].map(
    ({ total, reversed, kept }) =>
      `${String(total)} (${String(reversed)} reversed, ${String(kept)} kept)`,
  );
  if (told === is) return [];
  return [{ kind: 'dry run differs', text: `rollback foretold ${told ?? ''}, came ${is ?? ''}` }];
}

export function judgeUndo(facts: Facts, job: JobFacts): Finding[] {
  const touched = changedByRow(facts, job);
  return job.undos.flatMap((undo): Finding[] => {
    const { end } = undo;
    if (end === null) return [];
    const place = { facts, job, undo, end, touched };
    const isLast = job.undos.at(-1) === undo;
    return [
      ...judgeTooMuch(place),
      ...(isLast ? judgeTooLittle(place) : []),
      ...judgeForecast(place),
    ];
  });
}
