/** What a chaos run comes to: numbers that add up, and for each failure the command that repeats it. */
import type { Finding } from './judge.js';

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
  readonly found: Readonly<Record<Finding['kind'], number>>;
  readonly failures: readonly Failure[];
}

export interface Outcome {
  readonly name: string;
  readonly repeat: string;
  readonly findings: readonly Finding[];
  readonly deaths: readonly string[];
  readonly rows: number;
}

export class Tally {
  #runs = 0;
  #rows = 0;
  readonly #deaths = new Map<string, number>();
  readonly #found = { lost: 0, doubled: 0, unknown: 0, stuck: 0, wrong: 0 };
  readonly #failures: Failure[] = [];

  get failures(): readonly Failure[] {
    return this.#failures;
  }

  get deathCount(): number {
    return [...this.#deaths.values()].reduce((sum, count) => sum + count, 0);
  }

  add({ name, repeat, findings, deaths, rows }: Outcome): void {
    this.#runs += 1;
    this.#rows += rows;
    for (const point of deaths) this.#deaths.set(point, (this.#deaths.get(point) ?? 0) + 1);
    for (const { kind } of findings) this.#found[kind] += 1;
    if (findings.length > 0) this.#failures.push({ name, repeat, findings });
  }

  summary(): Summary {
    const byCount = [...this.#deaths].sort(([, left], [, right]) => right - left);
    return {
      runs: this.#runs,
      rows: this.#rows,
      deaths: Object.fromEntries(byCount),
      found: { ...this.#found },
      failures: this.#failures,
    };
  }
}

const FAILURES_SHOWN = 20;
const FINDINGS_SHOWN = 4;

/** The summary as lines for people, the figures as one line of JSON. */
export function summaryLines(title: string, { failures, ...figures }: Summary): string[] {
  const deaths = Object.values(figures.deaths).reduce((sum, count) => sum + count, 0);
  const { lost, doubled, unknown, stuck, wrong } = figures.found;
  return [
    `${title}: ${figures.runs} runs, ${figures.rows} rows, ${deaths} deaths; ` +
      `lost ${lost}, doubled ${doubled}, unknown ${unknown}, stuck ${stuck}, wrong ${wrong}`,
    JSON.stringify({ [title]: { ...figures, failed: failures.length } }),
    ...failures
      .slice(0, FAILURES_SHOWN)
      .flatMap(({ name, repeat, findings }) => [
        `${name} FAILED, to be repeated by: ${repeat}`,
        ...findings.slice(0, FINDINGS_SHOWN).map(({ kind, text }) => `  ${kind}: ${text}`),
      ]),
  ];
}
