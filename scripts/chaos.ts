/**
 * `npm run chaos`: the engine under simulated faults by the thousand, then the built server under
 * real kills. Exit code 1 when a single promise of contract section 5 was broken.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { proveAll, runReal, runSeeds } from './chaos/campaign.js';
import { CORRECTIONS } from './chaos/corrections.js';
import { summaryLines } from './chaos/report.js';
import { SAFEGUARDS, type Safeguard } from './chaos/safeguards.js';
import { scenarioOf, type StoryKind } from './chaos/scenario.js';
import { simulate } from './chaos/simulation.js';

const PARTS = ['simulation', 'raises', 'kills', 'stops'] as const;
type Part = (typeof PARTS)[number];

interface Options {
  readonly seeds: number;
  readonly raises: number;
  readonly kills: number;
  readonly stops: number;
  readonly seed?: number;
  readonly raise?: number;
  readonly firstSeed: number;
  readonly story?: number;
  readonly sideBySide: number;
  readonly without?: Safeguard;
  readonly prove?: boolean;
  readonly only?: Part;
}

/** A safeguard that nothing misses in so many seeds is not proven. */
const PROOF_SEEDS_MAX = 2000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

function parseOptions(): Options {
  return new Command('chaos')
    .description('simulated faults and real kills; what they must not do is lose or double a row')
    .option('--seeds <count>', 'simulated scenarios', count, 500)
    .option('--raises <count>', 'simulated raises of prices by a filter', count, 100)
    .option('--kills <count>', 'real SIGKILLs', count, 40)
    .option('--stops <count>', 'real SIGSTOPs, each longer than a lease', count, 8)
    .option('--first-seed <number>', 'where the seeds begin', count, 1)
    .option('--story <number>', 'repeats one story of real kills or stops (with --only)', count)
    .option('--side-by-side <count>', 'servers that are killed at the same time', count, 2)
    .option('--seed <number>', 'repeats one seed and tells everything that happens', count)
    .option('--raise <number>', 'the same for one raise', count)
    .addOption(new Option('--without <safeguard>', 'without it this must fail').choices(SAFEGUARDS))
    .option('--prove', 'each safeguard in turn is taken away and must be missed')
    .addOption(new Option('--only <part>', 'one part').choices(PARTS))
    .parse()
    .opts<Options>();
}

async function repeatSeed(
  seed: number,
  kind: StoryKind,
  without: Safeguard | null,
): Promise<boolean> {
  say(JSON.stringify({ ...scenarioOf(seed, kind), unknowns: undefined }, null, 2));
  const trace = (line: () => string): void => {
    say(line());
  };
  const { findings } = await simulate(seed, { without, kind, trace });
  for (const { kind, text } of findings) say(`${kind}: ${text}`);
  say(`seed ${seed}: ${findings.length === 0 ? 'passed' : 'FAILED'}`);
  return findings.length === 0;
}

async function simulateAll(options: Options, kind: StoryKind): Promise<boolean> {
  const { firstSeed } = options;
  const seeds = kind === 'any' ? options.seeds : options.raises;
  const without: Safeguard | null = options.without ?? null;
  const startedMs = performance.now();
  const summary = await runSeeds({ seeds, firstSeed, without, kind, say });
  for (const line of summaryLines(kind === 'any' ? 'simulation' : 'raises', summary)) say(line);
  say(`${((performance.now() - startedMs) / summary.runs).toFixed(1)} ms a seed`);
  return summary.failures.length === 0;
}

async function runAllReal(what: 'kills' | 'stops', options: Options): Promise<boolean> {
  const { story, sideBySide } = options;
  const startedMs = performance.now();
  const one = story === undefined ? { count: options[what] } : { count: 1, firstStory: story };
  const summary = await runReal(what, { ...one, sideBySide, say });
  for (const line of summaryLines(what, summary)) say(line);
  say(`${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  return summary.failures.length === 0;
}

function runPart(part: Part, options: Options): Promise<boolean> {
  if (part === 'simulation') return simulateAll(options, 'any');
  return part === 'raises' ? simulateAll(options, 'raise') : runAllReal(part, options);
}

async function run(options: Options): Promise<boolean> {
  const { seed, raise, prove = false, only, without = null } = options;
  if (seed !== undefined) return repeatSeed(seed, 'any', without);
  if (raise !== undefined) return repeatSeed(raise, 'raise', without);
  if (prove) {
    for (const { fault, what, theme, takenAwayBy } of CORRECTIONS) {
      say(`fault ${fault}: ${what} (theme "${theme}"; taken away by: ${takenAwayBy})`);
    }
    const proofs = await proveAll(PROOF_SEEDS_MAX, say);
    return proofs.every((proof) => proof.seed !== null);
  }
  // A safeguard is taken from the simulation only.
  const parts = options.without === undefined ? PARTS : (['simulation'] as const);
  let isGreen = true;
  for (const part of only === undefined ? parts : [only]) {
    const isPartGreen = await runPart(part, options);
    isGreen &&= isPartGreen;
  }
  return isGreen;
}

process.exitCode = (await run(parseOptions())) ? 0 : 1;
