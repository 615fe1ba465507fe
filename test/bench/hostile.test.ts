// Worst files of each format: their cost grows with their size, and their memory does not. `npm run bench -- --only hostile` has all.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBench, QUICK, type Bench } from '../../scripts/bench/bench.js';
import { HOSTILE_FILES } from '../../scripts/bench/hostile/files.js';
import { buildPeers } from '../../scripts/bench/peer.js';
import type { HostileCost } from '../../scripts/bench/peers/hostile.js';
import {
  GROWTH_MOST,
  growthOf,
  measureFile,
  type Measured,
} from '../../scripts/bench/sections/hostile.js';

const NAMES = [
  'csv: a long quoted cell, and quotes behind it',
  'csv: pairs of quotes',
  'csv: quoted commas in long rows',
  'csv: marks that compose',
  'json: a list within a record',
  'json: records of one key many times',
  'xlsx: elements within one another: texts',
  'xlsx: cells in the last column',
  'xlsx: one cell of many runs',
  'xlsx: texts far apart',
];
const PEAK_MIB_MOST = 160;

let bench: Bench;

beforeAll(async () => {
  buildPeers();
  bench = await openBench(QUICK, () => undefined);
});

afterAll(() => bench.close());

describe('a hostile file', () => {
  it.each(NAMES)('(%s) costs in proportion to its size', async (name) => {
    const file = HOSTILE_FILES.find((one) => one.name === name);
    if (file === undefined) throw new Error('there is no such file');
    const small = await measureFile(file, { folder: bench.folder, mib: 2 });
    const large = await measureFile(file, { folder: bench.folder, mib: 8 });
    // Two doublings at once, since what is rare (a collection of garbage) hits one of them.
    expect(growthOf([small, large])).toBeLessThan(GROWTH_MOST ** 2);
    expect(large.cost.reading.end).not.toContain('bug');
    expect(large.cost.peakMiB).toBeLessThan(PEAK_MIB_MOST);
  });
});

describe('growth', () => {
  const measured = (cpuMs: number): Measured => ({ mib: 1, cost: { cpuMs } as HostileCost });

  it('is that of the worst doubling, and none of times that mean nothing', () => {
    expect(growthOf([100, 200, 600, 900].map(measured))).toBe(3);
    expect(growthOf([1, 20, 99].map(measured))).toBe(1);
  });
});
