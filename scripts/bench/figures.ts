/** Figures with their peers, the bounds, and how both are printed. */

export interface Figure {
  /** What was measured, with its unit. */
  readonly what: string;
  readonly ours: number;
  /** The same of whom it is compared with, from the same run. */
  readonly peer: number;
  readonly peerName: string;
}

export interface Check {
  /** As the issue says it. */
  readonly text: string;
  readonly measured: string;
  readonly passed: boolean;
}

export interface Findings {
  readonly figures: readonly Figure[];
  readonly checks: readonly Check[];
}

export interface Section extends Findings {
  readonly name: string;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Three digits that count, more where the number is large. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return '';
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  const [whole = '', fraction] = value.toFixed(digits).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

type Cells = readonly string[];

function lineOf(cells: Cells, widths: readonly number[]): string {
  const [first = '', ...rest] = cells;
  const numbers = rest.map((cell, index) =>
    index === 2 ? cell.padEnd(widths[index + 1] ?? 0) : cell.padStart(widths[index + 1] ?? 0),
  );
  return [first.padEnd(widths[0] ?? 0), ...numbers].join('  ').trimEnd();
}

function cellsOf({ what, ours, peer, peerName }: Figure): Cells {
  const ratio = peer === 0 || Number.isNaN(peer) ? '' : `x${numberText(ours / peer)}`;
  return [what, numberText(ours), numberText(peer), peerName, ratio];
}

/** One table of all sections: this, its peer, and how many times the peer's figure ours is. */
export function tableLines(sections: readonly Section[]): string[] {
  const head = ['', 'this', 'peer', '', 'ratio'];
  const rows = sections.flatMap(({ name, figures }) => [
    [name.toUpperCase()],
    ...figures.map(cellsOf),
  ]);
  const widths = head.map((_cell, column) =>
    Math.max(
      ...[head, ...rows].map((cells) => (cells.length > 1 ? (cells[column] ?? '') : '').length),
    ),
  );
  return [head, ...rows].map((cells) => lineOf(cells, widths));
}

/** The bounds, met or not. */
export function checkLines(sections: readonly Section[]): string[] {
  return sections
    .flatMap(({ checks }) => checks)
    .map(({ text, measured, passed }) => `${passed ? 'pass' : 'FAIL'}  ${text}: ${measured}`);
}

export function atMost(
  text: string,
  measured: number,
  bound: { most: number; unit: string },
): Check {
  const { most, unit } = bound;
  return { text, measured: `${numberText(measured)} ${unit}`, passed: measured <= most };
}

export function atLeast(
  text: string,
  measured: number,
  bound: { least: number; unit: string },
): Check {
  const { least, unit } = bound;
  return { text, measured: `${numberText(measured)} ${unit}`, passed: measured >= least };
}
