/** The worst files found, in four sizes: their cost may grow with their size and no faster. */
import type { Bench } from '../bench.js';
import { atMost, type Check, type Figure, type Findings } from '../figures.js';
import { HOSTILE_FILES, type HostileFile } from '../hostile/files.js';
import { runPeer } from '../peer.js';
import type { HostileCost } from '../peers/hostile.js';

export const GROWTH_MOST = 2.5;
const TURN_MS_MOST = 250;
const HEAD_MS_MOST = 2000;
const PEAK_MIB_MOST = 160;

const MIB = 1024 * 1024;
const SIZES_MIB = [1, 2, 4, 8] as const;
/** Below this, CPU time is that of starting up, compiling and collecting garbage. */
const FLOOR_CPU_MS = 100;

export interface Measured {
  readonly mib: number;
  readonly cost: HostileCost;
}

/** CPU time does not count what else the machine does; what it does count, it counts less of the second time. */
export async function measureFile(
  file: HostileFile,
  place: { folder: string; mib: number },
): Promise<Measured> {
  const path = await file.write(place.folder, place.mib * MIB);
  const first = await runPeer<HostileCost>('hostile', [path]);
  const second = await runPeer<HostileCost>('hostile', [path]);
  return { mib: place.mib, cost: first.cpuMs < second.cpuMs ? first : second };
}

/** How many times the CPU time of one size is that of half of it, at most. */
export function growthOf(measured: readonly Measured[]): number {
  const times = measured.map(({ cost }) => Math.max(FLOOR_CPU_MS, cost.cpuMs));
  return Math.max(...times.slice(1).map((time, index) => time / (times[index] ?? time)));
}

function figuresOf(name: string, measured: readonly Measured[]): Figure[] {
  return measured.slice(1).map(({ mib, cost }, index) => {
    const half = measured[index];
    return {
      what: `${name}, CPU ms at ${String(mib)} MB`,
      ours: cost.cpuMs,
      peer: half?.cost.cpuMs ?? NaN,
      peerName: `${String(half?.mib ?? 0)} MB (${cost.reading.end})`,
    };
  });
}

/** The largest of all, with the file that has it. */
function most(
  text: string,
  values: readonly (readonly [name: string, value: number])[],
  bound: { most: number; unit: string },
): Check {
  const [name, value] = values.reduce((worst, next) => (next[1] > worst[1] ? next : worst));
  return atMost(`${text} (${name})`, value, bound);
}

export async function measureHostile(bench: Bench): Promise<Findings> {
  const all: { name: string; measured: Measured[] }[] = [];
  for (const file of HOSTILE_FILES) {
    bench.say(`hostile: ${file.name}`);
    const measured: Measured[] = [];
    for (const mib of SIZES_MIB) {
      measured.push(await measureFile(file, { folder: bench.folder, mib }));
    }
    all.push({ name: file.name, measured });
  }
  const worst = (value: (cost: HostileCost) => number) =>
    all.map(({ name, measured }): [string, number] => [
      name,
      Math.max(...measured.map(({ cost }) => value(cost))),
    ]);
  const growth = all.map(({ name, measured }): [string, number] => [name, growthOf(measured)]);
  const bugs = all.filter(({ measured }) =>
    measured.some(({ cost }) => cost.reading.end.startsWith('bug')),
  );
  return {
    figures: all.flatMap(({ name, measured }) => figuresOf(name, measured)),
    checks: [
      most('growth per doubling', growth, { most: GROWTH_MOST, unit: 'times' }),
      most(
        'longest turn of the event loop',
        worst(({ reading }) => reading.longestTurnMs),
        {
          most: TURN_MS_MOST,
          unit: 'ms',
        },
      ),
      most(
        'head, inside a call',
        worst(({ reading }) => reading.headMs),
        {
          most: HEAD_MS_MOST,
          unit: 'ms',
        },
      ),
      most(
        'peak memory',
        worst(({ peakMiB }) => peakMiB),
        { most: PEAK_MIB_MOST, unit: 'MiB' },
      ),
      atMost('files that end in a bug', bugs.length, { most: 0, unit: 'files' }),
    ],
  };
}
