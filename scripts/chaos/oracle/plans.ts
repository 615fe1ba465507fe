/** Contract 5.4: what a dry run foretold comes true on an unchanged account; else the plan is stale. */
import type { ItemRecord } from '../../../src/model/item.js';
import type { Facts, Finding, JobFacts } from '../facts/facts.js';
import { changedFields } from './changes.js';
import { textOf } from './contents.js';
import { deedsOf, othersChanges, runEndOf } from './deeds.js';
import { pictureOrder } from './pictures.js';

/** What Billy refuses, or loses, no plan can know. */
const UNFORESEEABLE: readonly string[] = ['BILLY_VALIDATION', 'BILLY_SERVER', 'OUTCOME_UNKNOWN'];

function dryRunOf(facts: Facts, job: JobFacts): JobFacts | null {
  return facts.jobs.find(({ id }) => id === job.foretoldBy) ?? null;
}

/** Nobody but these two jobs touched anything from the first listing to the end. */
function isUnchanged(facts: Facts, dry: JobFacts, until: number): boolean {
  return facts.ledger.entries.every(({ order, author, atMs }) => {
    const isOutside = atMs < dry.startedMs - facts.lagMs - 1 || order > until;
    return isOutside || author.who === 'program';
  });
}

function isForeseeable(item: ItemRecord): boolean {
  if (item.outcome === null || item.outcome === 'unknown') return false;
  return item.outcome !== 'failed' || !UNFORESEEABLE.includes(item.code ?? '');
}

/** An earlier row of the same number ended as nobody could foresee: the next one takes its place. */
function isAfterSurprise(job: JobFacts, item: ItemRecord, items: readonly ItemRecord[]): boolean {
  const field = job.spec.resource === 'product' ? 'productNo' : 'contactNo';
  const numberOf = ({ seq }: ItemRecord): string => job.spec.rows[seq - 1]?.[field] ?? '';
  return items.some(
    (other) => other.seq < item.seq && numberOf(other) === numberOf(item) && !isForeseeable(other),
  );
}

function judgeForetold(facts: Facts, job: JobFacts, dry: JobFacts): Finding[] {
  const [told, came] = [dry.runs.at(-1), runEndOf(job)];
  if (told === undefined || came === null || told.job.status !== 'completed') return [];
  if (!isUnchanged(facts, dry, came.untilOrder)) return [];
  return came.items.flatMap((item): Finding[] => {
    const foretold = told.items.find(({ seq }) => seq === item.seq);
    if (!isForeseeable(item) || foretold?.outcome === item.outcome) return [];
    if (isAfterSurprise(job, item, came.items)) return [];
    const [was, is] = [foretold?.outcome ?? 'nothing', item.outcome ?? ''];
    const text = `row ${String(item.row)}: foretold ${was}, came ${is} ${item.code ?? ''} ${item.message ?? ''}`;
    return [{ kind: 'dry run differs', text }];
  });
}

/** A row whose record has changed since its plan is not written. */
function judgeStale(facts: Facts, job: JobFacts, dry: JobFacts): Finding[] {
  const told = dry.runs.at(-1);
  if (told === undefined || !job.isOfPlan) return [];
  const written = deedsOf(facts, job.id, 'run').flatMap((deed): Finding[] => {
    const { entry, root, seq, sending } = deed;
    if (entry.before === null || entry.after === null) return [];
    const seen = pictureOrder(facts, job, sending);
    const span = { jobId: job.id, after: told.order, until: seen };
    const others = othersChanges(facts, root, span).filter(({ id }) => id === entry.id);
    const fields = changedFields(deed).filter((field) => {
      const last = others.findLast(({ before, after }) => {
        return textOf(before?.[field]) !== textOf(after?.[field]);
      });
      return last !== undefined && textOf(last.after?.[field]) === textOf(entry.before?.[field]);
    });
    if (fields.length === 0) return [];
    const text = `row ${String(seq)} changed ${fields.join(', ')} of ${root.id}, which had changed since the plan`;
    return [{ kind: 'plan stale', text }];
  });
  const end = runEndOf(job);
  if (end === null || !isUnchanged(facts, dry, end.untilOrder)) return written;
  const needless = end.items
    .filter(({ code }) => code === 'PLAN_STALE')
    .map(({ row }): Finding => {
      return {
        kind: 'plan stale',
        text: `row ${String(row)} is PLAN_STALE, and nothing has changed`,
      };
    });
  return [...written, ...needless];
}

export function judgePlans(facts: Facts, job: JobFacts): Finding[] {
  const dry = dryRunOf(facts, job);
  if (dry === null) return [];
  return [...judgeForetold(facts, job, dry), ...judgeStale(facts, job, dry)];
}
