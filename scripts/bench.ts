/**
 * `npm run bench`: what this does beside what does the same without it, all measured in one run on
 * one machine. Exit code 1 when a bound of the promise is not met. Linux only: costs come from /proc.
 */
import { availableParallelism, loadavg } from 'node:os';
import { Command, Option } from 'commander';
import { FULL, openBench, QUICK, type Bench } from './bench/bench.js';
import { checkLines, tableLines, type Findings, type Section } from './bench/figures.js';
import { buildPeers } from './bench/peer.js';
import { measureBulk } from './bench/sections/bulk.js';
import { measureDryRun } from './bench/sections/dry-run.js';
import { measureExport } from './bench/sections/exporting.js';
import { measureHostile } from './bench/sections/hostile.js';
import { measureHttp } from './bench/sections/http.js';
import { measureReading, measureStoring } from './bench/sections/reading.js';
import { measureRealRun } from './bench/sections/real-run.js';
import { measureSeeds } from './bench/sections/seeds.js';
import { measureSending } from './bench/sections/sending.js';
import { measureStart } from './bench/sections/start.js';

const SECTIONS: Readonly<Record<string, (bench: Bench) => Promise<Findings>>> = {
  start: measureStart,
  seeds: measureSeeds,
  sending: measureSending,
  bulk: measureBulk,
  reading: measureReading,
  storing: measureStoring,
  'dry-run': measureDryRun,
  'real-run': measureRealRun,
  export: measureExport,
  hostile: measureHostile,
  http: measureHttp,
};

interface Options {
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly only?: readonly string[];
}

function parseOptions(): Options {
  return new Command('bench')
    .description('speed, cost and memory beside peers, measured in the same run')
    .option('--quick', 'small sizes, to develop the benchmark: the bounds mean nothing then')
    .option('--json', 'the results as JSON')
    .addOption(new Option('--only <names...>', 'these sections').choices(Object.keys(SECTIONS)))
    .parse()
    .opts<Options>();
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function print(sections: readonly Section[], isJson: boolean): void {
  const lines = isJson
    ? [JSON.stringify(sections, null, 2)]
    : [...tableLines(sections), '', ...checkLines(sections)];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** What else the machine is doing goes into every figure. */
function sayLoad(): void {
  const [load = 0] = loadavg();
  const cores = availableParallelism();
  const isBusy = load > cores / 2;
  if (isBusy)
    say(`The machine is busy (load ${load.toFixed(1)}, ${String(cores)} cores): measure anew.`);
}

async function run({ quick = false, json = false, only }: Options): Promise<boolean> {
  sayLoad();
  buildPeers();
  const bench = await openBench(quick ? QUICK : FULL, say);
  const sections: Section[] = [];
  try {
    for (const name of only ?? Object.keys(SECTIONS)) {
      const measure = SECTIONS[name];
      if (measure === undefined) continue;
      const section = { name, ...(await measure(bench)) };
      sections.push(section);
      // What is measured is told at once: a later section may end the benchmark.
      for (const line of checkLines([section])) say(line);
    }
  } finally {
    await bench.close();
  }
  print(sections, json);
  return sections.every(({ checks }) => checks.every(({ passed }) => passed));
}

process.exitCode = (await run(parseOptions())) ? 0 : 1;
