/** What a chaos run comes to: numbers that add up, and for each failure the command that repeats it. */
import { EVENTS, type EventKind } from './events.js';
import { FINDING_KINDS, type Finding, type FindingKind } from './facts/facts.js';
import type { UnknownCount } from './oracle/unknowns.js';

export interface Failure {
  readonly name: string;
  readonly repeat: string;
  readonly findings: readonly Finding[];
}

export interface Summary {
  readonly runs: number;
  readonly rows: number;
  /** Deaths by the point at which they came. */
  readonly deaths: Readonly<Record<string, number>>;
  readonly found: Readonly<Record<FindingKind, number>>;
  /** Runs that met each kind of event. */
  readonly met: Readonly<Partial<Record<EventKind, number>>>;
  readonly unknown: UnknownCount;
  readonly failures: readonly Failure[];
}

export interface Outcome {
  readonly name: string;
  readonly repeat: string;
  readonly findings: readonly Finding[];
  readonly deaths: readonly string[];
  readonly rows: number;
  readonly unknown: UnknownCount;
  readonly met: readonly EventKind[];
}

export class Tally {
  #runs = 0;
  #rows = 0;
  readonly #deaths = new Map<string, number>();
  readonly #found = new Map<FindingKind, number>();
  readonly #met = new Map<EventKind, number>();
  #unknown: UnknownCount = { rows: 0, needed: 0 };
  readonly #failures: Failure[] = [];

  get failures(): readonly Failure[] {
    return this.#failures;
  }

  get deathCount(): number {
    return [...this.#deaths.values()].reduce((sum, count) => sum + count, 0);
  }

  add({ name, repeat, findings, deaths, rows, unknown, met }: Outcome): void {
    this.#runs += 1;
    this.#rows += rows;
    for (const point of deaths) this.#deaths.set(point, (this.#deaths.get(point) ?? 0) + 1);
    for (const { kind } of findings) this.#found.set(kind, (this.#found.get(kind) ?? 0) + 1);
    for (const kind of met) this.#met.set(kind, (this.#met.get(kind) ?? 0) + 1);
    this.#unknown = {
      rows: this.#unknown.rows + unknown.rows,
      needed: this.#unknown.needed + unknown.needed,
    };
    if (findings.length > 0) this.#failures.push({ name, repeat, findings });
  }

  summary(): Summary {
    const byCount = [...this.#deaths].sort(([, left], [, right]) => right - left);
    return {
      runs: this.#runs,
      rows: this.#rows,
      deaths: Object.fromEntries(byCount),
      found: countsOf(FINDING_KINDS, this.#found),
      met: countsOf(EVENTS, this.#met),
      unknown: this.#unknown,
      failures: this.#failures,
    };
  }
}

const FAILURES_SHOWN = 20;
const FINDINGS_SHOWN = 4;

/** Every kind with its count, in order, those that never came included. */
function countsOf<Kind extends string>(
  kinds: readonly Kind[],
  counted: ReadonlyMap<Kind, number>,
): Record<Kind, number> {
  const counts = kinds.map((kind) => [kind, counted.get(kind) ?? 0] as const);
  return Object.fromEntries(counts) as Record<Kind, number>;
}

function eventLines(met: Summary['met']): string[] {
  const known = Object.entries(met).filter(([, count]) => count > 0);
  return known.map(([kind, count]) => `  ${String(count).padStart(6)} met: ${kind}`);
}

function unknownLine({ rows, needed }: UnknownCount, all: number): string {
  const share = all === 0 ? 0 : (rows / all) * 100;
  const [unknown, hidden] = [String(rows), String(needed)];
  return `${unknown} rows unknown (${share.toFixed(2)} %), ${hidden} of which nobody could know`;
}

/** The summary as lines for people, the figures as one line of JSON. */
export function summaryLines(title: string, { failures, ...figures }: Summary): string[] {
  const deaths = Object.values(figures.deaths).reduce((sum, count) => sum + count, 0);
  const found = Object.entries(figures.found).map(([kind, count]) => `${kind} ${String(count)}`);
  return [
    ...eventLines(figures.met),
    `${title}: ${String(figures.runs)} runs, ${String(figures.rows)} rows, ${String(deaths)} deaths`,
    unknownLine(figures.unknown, figures.rows),
    `findings: ${found.join(', ')}`,
    JSON.stringify({ [title]: { ...figures, failed: failures.length } }),
    ...failures
      .slice(0, FAILURES_SHOWN)
      .flatMap(({ name, repeat, findings }) => [
        `${name} FAILED, to be repeated by: ${repeat}`,
        ...findings.slice(0, FINDINGS_SHOWN).map(({ kind, text }) => `  ${kind}: ${text}`),
      ]),
  ];
}
