/** The start: how long until `initialize` is answered, and what a server takes that nobody calls. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseOf } from '../../../src/config.js';
import type { Bench } from '../bench.js';
import { atMost, percentile, type Findings } from '../figures.js';
import { peerFile } from '../peer.js';
import { memoryMiBOf } from '../process-cost.js';
import { startOn } from '../started.js';

const INITIALIZE_MS_MOST = 400;
const IDLE_MIB_MOST = 90;
/** The store is opened a second after the start; memory is read well after that. */
const IDLE_MS = 5000;
const IDLE_SERVERS = 3;
const MEDIAN = 0.5;

interface Starts {
  readonly initializeMs: number[];
  readonly toolsMs: number[];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function newFolder(bench: Bench): Promise<string> {
  return mkdtemp(join(bench.folder, 'start-'));
}

/** Starts a server for each folder, one after another. */
async function startEach(folders: readonly string[]): Promise<Starts> {
  const starts: Starts = { initializeMs: [], toolsMs: [] };
  for (const folder of folders) {
    const { initializeMs, toolsMs, close } = await startOn(folder);
    await close();
    starts.initializeMs.push(initializeMs);
    starts.toolsMs.push(toolsMs);
  }
  return starts;
}

/** What an idle server takes that has made or opened its database in `folder`. */
async function idleMiB(folder: string): Promise<number> {
  const server = await startOn(folder);
  await pause(IDLE_MS);
  const memoryMiB = server.memoryMiB();
  await server.close();
  if (!existsSync(databaseOf(folder))) throw new Error('the idle server has not opened its store');
  return memoryMiB;
}

/** The same of a process that is nothing but Node. */
async function bareNode(): Promise<{ ms: number; memoryMiB: number }> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [peerFile('bare-node')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.write('\n');
  await once(child.stdout, 'data');
  const ms = performance.now() - startedMs;
  const memoryMiB = memoryMiBOf(child.pid ?? 0);
  child.kill();
  return { ms, memoryMiB };
}

async function bareNodes(count: number): Promise<{ ms: number; memoryMiB: number }> {
  const bare: { ms: number; memoryMiB: number }[] = [];
  for (let index = 0; index < count; index += 1) bare.push(await bareNode());
  return {
    ms: percentile(
      bare.map(({ ms }) => ms),
      MEDIAN,
    ),
    memoryMiB: percentile(
      bare.map(({ memoryMiB }) => memoryMiB),
      MEDIAN,
    ),
  };
}

export async function measureStart(bench: Bench): Promise<Findings> {
  const count = bench.sizes.starts;
  const used = await newFolder(bench);
  bench.say('start: memory of idle servers');
  const idle: number[] = [];
  for (let index = 0; index < IDLE_SERVERS; index += 1) idle.push(await idleMiB(used));
  bench.say(`start: ${String(count)} starts on each kind of folder`);
  const bare = await bareNodes(count);
  const onUsed = await startEach(Array<string>(count).fill(used));
  const empty = await Promise.all(Array.from({ length: count }, () => newFolder(bench)));
  const onEmpty = await startEach(empty);
  const node = { peer: bare.ms, peerName: 'Node alone' };
  const [usedMs, emptyMs] = [onUsed, onEmpty].map((starts) =>
    percentile(starts.initializeMs, MEDIAN),
  ) as [number, number];
  const memoryMiB = percentile(idle, MEDIAN);
  return {
    figures: [
      { what: 'ms to initialize, existing data folder', ours: usedMs, ...node },
      { what: 'ms to initialize, empty data folder', ours: emptyMs, ...node },
      { what: 'ms to tools/list', ours: percentile(onUsed.toolsMs, MEDIAN), ...node },
      { what: 'idle MiB', ours: memoryMiB, peer: bare.memoryMiB, peerName: 'Node alone' },
    ],
    checks: [
      atMost('initialize on an existing data folder (at most 400 ms)', usedMs, {
        most: INITIALIZE_MS_MOST,
        unit: 'ms',
      }),
      atMost('initialize on an empty data folder (at most 400 ms)', emptyMs, {
        most: INITIALIZE_MS_MOST,
        unit: 'ms',
      }),
      atMost('idle server, memory (at most 90 MiB)', memoryMiB, {
        most: IDLE_MIB_MOST,
        unit: 'MiB',
      }),
    ],
  };
}
