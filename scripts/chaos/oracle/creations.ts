/** Contract 5.1 for rows that make records: each exactly one, whole, and its own. */
import type { ItemRecord } from '../../../src/model/item.js';
import type { Facts, Finding, JobFacts } from '../facts/facts.js';
import type { Root } from '../facts/ledger.js';
import {
  COLLECTION,
  heldContent,
  isRecognizable,
  keyOf,
  saidContent,
  textOf,
  type Content,
} from './contents.js';
import { madeBy, runEndOf, type Made, type RunEnd } from './deeds.js';

/** Rows that say the same: which of them made which record nobody can tell. */
interface Class {
  readonly content: Content;
  readonly items: ItemRecord[];
  readonly made: Made[];
}

function classesOf(facts: Facts, job: JobFacts, end: RunEnd): Map<string, Class> {
  const classes = new Map<string, Class>();
  const classOf = (seq: number): Class => {
    const content = saidContent(job.spec, seq, facts.alter);
    const key = keyOf(content);
    const known = classes.get(key) ?? { content, items: [], made: [] };
    classes.set(key, known);
    return known;
  };
  for (const item of end.items) classOf(item.seq).items.push(item);
  for (const made of madeBy(facts, job, 'run')) {
    const { seq } = made.deed;
    if (seq !== null) classOf(seq).made.push(made);
  }
  return classes;
}

/** Somebody took the record away, or made another of it, before the program could look. */
function isBeyondKnowing(
  facts: Facts,
  made: Made,
  at: { content: Content; job: JobFacts; until: number },
): boolean {
  const { content, job, until } = at;
  const entries = facts.ledger.changesOf(made.root);
  return entries.some(({ order, author }) => {
    if (author.who !== 'person' || order > until) return false;
    const held = heldContent(facts, made.root, order);
    return held === null || !isRecognizable(content, held, job.spec.resource);
  });
}

function describe(facts: Facts, root: Root): string {
  const [made] = facts.ledger.versionsOf(root.collection, root.id);
  return `${root.id} (${textOf(made?.after?.['name'] ?? made?.after?.['contactId'])})`;
}

class CreationJudge {
  readonly #facts: Facts;
  readonly #job: JobFacts;
  readonly #end: RunEnd;
  readonly #made: ReadonlyMap<string, Made>;
  readonly #classes: Map<string, Class>;
  readonly #owners = new Map<string, ItemRecord>();

  constructor(facts: Facts, job: JobFacts, end: RunEnd) {
    this.#facts = facts;
    this.#job = job;
    this.#end = end;
    this.#made = new Map(madeBy(facts, job, 'run').map((made) => [made.root.id, made]));
    this.#classes = classesOf(facts, job, end);
  }

  judge(): Finding[] {
    const findings: Finding[] = [];
    for (const item of this.#end.items) {
      if (item.outcome === 'created') findings.push(...this.#judgeCreated(item));
    }
    for (const each of this.#classes.values()) findings.push(...this.#judgeClass(each));
    return findings;
  }

  #judgeCreated(item: ItemRecord): Finding[] {
    const id = item.recordId ?? '';
    const other = this.#owners.get(id);
    this.#owners.set(id, item);
    const name = `row ${String(item.row)}`;
    if (other !== undefined) {
      return [{ kind: 'lost', text: `${name} and row ${String(other.row)} name one record ${id}` }];
    }
    const made = this.#made.get(id);
    if (made === undefined) return this.#judgeForeign(item);
    const said = saidContent(this.#job.spec, item.seq, this.#facts.alter);
    const held = heldContent(this.#facts, made.root, made.order);
    if (held !== null && keyOf(held) === keyOf(said)) return [];
    const text = `${name} names ${id}, which holds ${JSON.stringify(held)} instead of ${JSON.stringify(said)}`;
    return [{ kind: 'lost', text }];
  }

  /** It names what the job did not make: a person's, which is told where its number names it. */
  #judgeForeign(item: ItemRecord): Finding[] {
    const { ledger } = this.#facts;
    const id = item.recordId ?? '';
    const root = this.#rootOf(item);
    const name = `row ${String(item.row)}`;
    const versions = ledger.versionsOf(root.collection, id);
    const [first] = versions;
    if (first === undefined) {
      return [
        { kind: 'lost', text: `${name} is created and names ${id}, which never was in Billy` },
      ];
    }
    // What came right before the job, a list that lags shows as new.
    const fromMs = this.#job.startedMs - this.#facts.lagMs;
    if (first.author.who !== 'person' || first.atMs < fromMs) {
      return [{ kind: 'lost', text: `${name} is created and names ${id}, which was there before` }];
    }
    if (item.code === 'ADOPTED_BY_KEY') return [];
    if (this.#isTwin(item, root)) return [];
    return [{ kind: 'lost', text: `${name} is created and names ${id}, which a person made` }];
  }

  #rootOf({ recordId }: ItemRecord) {
    return { collection: COLLECTION[this.#job.spec.resource], id: recordId ?? '' };
  }

  /** At some time it held just what the row says. */
  #isTwin({ seq }: ItemRecord, root: Root): boolean {
    const key = keyOf(saidContent(this.#job.spec, seq, this.#facts.alter));
    return this.#facts.ledger.changesOf(root).some(({ order }) => {
      const held = heldContent(this.#facts, root, order);
      return held !== null && keyOf(held) === key;
    });
  }

  /**
   * A person made the same record while the row's write was under way, and the row names that one: of two
   * equal records nobody can tell which is whose.
   */
  #ownsTwin(item: ItemRecord): boolean {
    const { outcome, recordId } = item;
    if (outcome !== 'created' || recordId === null || this.#made.has(recordId)) return false;
    return this.#isTwin(item, this.#rootOf(item));
  }

  /** No record of these rows without a row that owns it, or that says it cannot know. */
  #judgeClass({ content, items, made }: Class): Finding[] {
    const at = { content, job: this.#job, until: this.#end.untilOrder };
    const extra = made.filter(({ root }) => !this.#owners.has(root.id));
    const known = extra.filter((each) => !isBeyondKnowing(this.#facts, each, at));
    const unknown = items.filter(({ outcome }) => outcome === 'unknown').length;
    const swapped = items.filter((item) => this.#ownsTwin(item)).length;
    if (known.length <= unknown + swapped) return [];
    const ids = known.map(({ root }) => describe(this.#facts, root)).join(', ');
    const denying = items.filter(({ outcome, state }) => {
      return outcome === 'failed' || (outcome === null && state !== 'ended');
    });
    if (made.length <= items.length && denying.length > 0) {
      const rows = denying
        .map(({ row, outcome }) => `${String(row)} ${outcome ?? 'open'}`)
        .join(', ');
      return [{ kind: 'falsified', text: `Billy has ${ids} of rows that say otherwise: ${rows}` }];
    }
    const rows = items.map(({ row }) => row).join(', ');
    const [all, few] = [String(made.length), String(items.length)];
    return [
      { kind: 'doubled', text: `${all} records for ${few} rows (${rows}); no row owns ${ids}` },
    ];
  }
}

export function judgeCreations(facts: Facts, job: JobFacts): Finding[] {
  const end = runEndOf(job);
  if (end === null || job.spec.operation !== 'import') return [];
  return new CreationJudge(facts, job, end).judge();
}
