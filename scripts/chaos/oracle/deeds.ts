/** Who did what for which row: the program's changes of Billy, by job, stage and row. */
import type { Captured, Facts, JobFacts, Sending, Stage } from '../facts/facts.js';
import { rootOf, type Entry, type Root } from '../facts/ledger.js';
import { COLLECTION, textOf } from './contents.js';

/** A change that the program made. */
export interface Deed {
  readonly entry: Entry;
  readonly sending: Sending;
  readonly root: Root;
  /** The row that it was sent for; null: the request does not tell. */
  readonly seq: number | null;
}

/** A record that the program made. */
export interface Made {
  readonly root: Root;
  readonly deed: Deed;
  /** By then it stood there whole. */
  readonly order: number;
}

type Body = Readonly<Record<string, unknown>>;

function fits(body: Body, entry: Entry, facts: Facts): boolean {
  return Object.entries(body).every(([field, value]) => {
    const isPlain = typeof value === 'string' || typeof value === 'number';
    if (!isPlain || field.startsWith('_') || field === 'organizationId') return true;
    const kept = textOf(facts.alter(entry.collection, field, value));
    return kept === textOf(entry.after?.[field]);
  });
}

/** The rows of a save of many, in the order in which Billy made their records. */
class Matcher {
  readonly #facts: Facts;
  readonly #next = new Map<number, number>();

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  seqOf(sending: Sending, entry: Entry): number | null {
    const { records } = sending;
    const root = rootOf(entry);
    const byId = records.find(({ id }) => id === entry.id || id === root.id);
    if (byId !== undefined) return byId.seq;
    if (records.length === 1) return records[0]?.seq ?? null;
    if (entry.before !== null || entry.collection !== root.collection) return null;
    const from = this.#next.get(sending.no) ?? 0;
    const index = records.findIndex(
      ({ id, body }, at) => at >= from && id === null && fits(body, entry, this.#facts),
    );
    if (index === -1) return null;
    this.#next.set(sending.no, index + 1);
    return records[index]?.seq ?? null;
  }
}

const KNOWN = new WeakMap<Facts, readonly Deed[]>();

function allDeeds(facts: Facts): readonly Deed[] {
  const known = KNOWN.get(facts);
  if (known !== undefined) return known;
  const matcher = new Matcher(facts);
  const deeds = facts.ledger.entries.flatMap((entry): Deed[] => {
    if (entry.author.who !== 'program') return [];
    const sending = facts.sendings[entry.author.sendingNo];
    if (sending === undefined) return [];
    return [{ entry, sending, root: rootOf(entry), seq: matcher.seqOf(sending, entry) }];
  });
  KNOWN.set(facts, deeds);
  return deeds;
}

/** What the program did for a job. */
export function deedsOf(facts: Facts, jobId: string, stage: Stage): readonly Deed[] {
  return allDeeds(facts).filter(
    ({ sending }) => sending.jobId === jobId && sending.stage === stage,
  );
}

/** Records that the job made, each with the row that it was made for. */
export function madeBy(facts: Facts, job: JobFacts, stage: Stage): readonly Made[] {
  const collection = COLLECTION[job.spec.resource];
  return deedsOf(facts, job.id, stage).flatMap((deed): Made[] => {
    const { entry, sending, root } = deed;
    if (entry.before !== null || entry.collection !== collection) return [];
    const done = sending.executions.find(({ order }) => order > entry.order);
    return [{ root, deed, order: done?.order ?? entry.order }];
  });
}

/** How the job's run ended, before anything of it was taken back. */
export interface RunEnd extends Captured {
  /** Nothing that came later belongs to the run. */
  readonly untilOrder: number;
}

export function runEndOf(job: JobFacts): RunEnd | null {
  const last = job.runs.at(-1);
  // A retry that takes itself back comes after the runs that were told before it.
  const undone = job.undos.find(({ endsRun }) => endsRun === true) ?? job.undos[0];
  if (last !== undefined && undone?.endsRun !== true) return { ...last, untilOrder: last.order };
  if (undone === undefined || undone.end === null) return null;
  return { ...undone.end, untilOrder: undone.askedOrder };
}

/** Changes of the record and its children that anybody but this job made, in a span of what happened. */
export function othersChanges(
  facts: Facts,
  root: Root,
  span: { readonly jobId: string; readonly after: number; readonly until: number },
): readonly Entry[] {
  return facts.ledger.changesOf(root).filter(({ order, author }) => {
    if (order <= span.after || order > span.until) return false;
    if (author.who !== 'program') return true;
    return facts.sendings[author.sendingNo]?.jobId !== span.jobId;
  });
}
