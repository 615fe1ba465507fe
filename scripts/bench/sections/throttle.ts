/** The throttle alone, at two limits, by one process and by two: the used share, and the largest window. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.js';
import { atLeast, atMost, type Check, type Figure, type Findings } from '../figures.js';
import { runBuilt } from '../peer.js';

interface Limit {
  readonly name: string;
  readonly count: number;
  readonly windowMs: number;
}

const LIMITS: readonly Limit[] = [
  { name: '20/s', count: 20, windowMs: 1000 },
  { name: '100/min', count: 100, windowMs: 60_000 },
];
const SHARE_LEAST = 98;
const FOLDER = join(import.meta.dirname, '..', '..', '..', 'src', 'billy', 'throttle');
/** The folder when its own queue granted the turns, and the learned rate had estimates. */
const LINES_BEFORE = 1009;

interface Used {
  readonly sharePercent: number;
  readonly largestWindow: number;
}

/** What a limit came to, by the moments of the sends of all processes. */
export function usedOf({ count, windowMs }: Limit, sentAtMs: readonly number[]): Used {
  const times = [...sentAtMs].sort((left, right) => left - right);
  const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  let first = 0;
  let largestWindow = 0;
  for (const [last, atMs] of times.entries()) {
    while ((times[first] ?? 0) <= atMs - windowMs) first += 1;
    largestWindow = Math.max(largestWindow, last - first + 1);
  }
  const allowed = (count * spanMs) / windowMs;
  return { sharePercent: (100 * (times.length - 1)) / allowed, largestWindow };
}

async function measure(bench: Bench, limit: Limit, processes: number): Promise<Used> {
  const { count, windowMs, name } = limit;
  // Two windows and a half, or half a minute: the first sends have nothing to wait for.
  const sends = Math.max(2.5, 30_000 / windowMs) * count;
  bench.say(`throttle: ${String(sends)} sends at ${name} by ${String(processes)} process(es)`);
  const path = join(bench.folder, `throttle-${String(count)}-${String(processes)}.sqlite`);
  const parameters = [path, count, windowMs, sends / processes].map(String);
  const runs = Array.from({ length: processes }, () =>
    runBuilt<{ times: readonly number[] }>('throttle', parameters),
  );
  const times = (await Promise.all(runs)).flatMap((run) => run.times);
  return usedOf(limit, times);
}

function linesOfThrottle(): number {
  const files = readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name), 'utf8'));
  return files.reduce((sum, text) => sum + text.split('\n').length - 1, 0);
}

function findingsOf(limit: Limit, one: Used, two: Used): Findings {
  const { name, count } = limit;
  const peerName = 'two processes';
  const figures: Figure[] = [
    {
      what: `% of ${name} used by the throttle`,
      ours: one.sharePercent,
      peer: two.sharePercent,
      peerName,
    },
    {
      what: `largest window of ${name} (allowed: ${String(count)})`,
      ours: one.largestWindow,
      peer: two.largestWindow,
      peerName,
    },
  ];
  const checks: Check[] = Object.entries({ 'one process': one, 'two processes': two }).flatMap(
    ([who, used]) => [
      atLeast(`${name} used by ${who} (at least ${String(SHARE_LEAST)} %)`, used.sharePercent, {
        least: SHARE_LEAST,
        unit: '%',
      }),
      atMost(`largest window of ${name} by ${who}`, used.largestWindow, {
        most: count,
        unit: `of ${String(count)}`,
      }),
    ],
  );
  return { figures, checks };
}

export async function measureThrottle(bench: Bench): Promise<Findings> {
  const all: Findings[] = [];
  for (const limit of LIMITS) {
    const one = await measure(bench, limit, 1);
    all.push(findingsOf(limit, one, await measure(bench, limit, 2)));
  }
  const lines: Figure = {
    what: 'lines of src/billy/throttle',
    ours: linesOfThrottle(),
    peer: LINES_BEFORE,
    peerName: 'before Bottleneck',
  };
  return {
    figures: [...all.flatMap(({ figures }) => figures), lines],
    checks: all.flatMap(({ checks }) => checks),
  };
}
