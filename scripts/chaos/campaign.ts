/** Many seeds in a row, and the proof that each safeguard is needed. */
import { KILLS_A_STORY } from './kill-plan.js';
import { runStory } from './kills.js';
import { Tally, type Outcome, type Summary } from './report.js';
import { firstRedWithout, REMOVAL_NAMES, type Removal } from './removals.js';
import { SAFEGUARDS, type Safeguard } from './safeguards.js';
import type { StoryKind } from './scenario.js';
import { buildVictim } from './server-life.js';
import { runStops, STOPS_A_STORY } from './stops.js';
import { simulate } from './simulation.js';

export interface Campaign {
  readonly seeds: number;
  readonly firstSeed?: number;
  readonly without?: Safeguard | null;
  readonly kind?: StoryKind;
  readonly say: (line: string) => void;
}

const LINE_EVERY_SEEDS = 250;

async function outcomeOf(
  seed: number,
  without: Safeguard | null,
  kind: StoryKind = 'any',
): Promise<Outcome> {
  const flag = without === null ? '' : ` --without ${without}`;
  const [word, option] = kind === 'any' ? ['seed', '--seed'] : ['raise', '--raise'];
  const repeat = `npm run chaos -- ${option} ${seed}${flag}`;
  const names = { name: `${word} ${seed}`, repeat };
  try {
    return { ...names, ...(await simulate(seed, { without, kind })) };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const nothing = { deaths: [], rows: 0, unknown: { rows: 0, needed: 0 }, met: [] };
    return { ...names, ...nothing, findings: [{ kind: 'broken', text }] };
  }
}

/** Simulates seed after seed; without a safeguard the first failure is enough. */
export async function runSeeds(campaign: Campaign): Promise<Summary> {
  const { seeds, firstSeed = 1, without = null, kind = 'any', say } = campaign;
  const tally = new Tally();
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const outcome = await outcomeOf(seed, without, kind);
    tally.add(outcome);
    for (const { kind, text } of outcome.findings) say(`${outcome.name}: ${kind}: ${text}`);
    if (without !== null && tally.failures.length > 0) break;
    if ((seed - firstSeed + 1) % LINE_EVERY_SEEDS !== 0) continue;
    say(`seed ${seed}: ${tally.deathCount} deaths, ${tally.failures.length} failures`);
  }
  return tally.summary();
}

/** Stories of real processes: kills, or freezes. */
const STORIES = {
  kills: { tell: runStory, aStory: KILLS_A_STORY },
  stops: { tell: runStops, aStory: STOPS_A_STORY },
} as const;

/** Real kills or freezes, some stories side by side. */
export async function runReal(
  what: keyof typeof STORIES,
  campaign: {
    readonly count: number;
    readonly firstStory?: number;
    readonly sideBySide: number;
    readonly say: (line: string) => void;
  },
): Promise<Summary> {
  const { count, firstStory = 0, sideBySide, say } = campaign;
  const { tell, aStory } = STORIES[what];
  buildVictim();
  const tally = new Tally();
  const stories = Math.ceil(count / aStory);
  let next = firstStory;
  const tellStories = async (): Promise<void> => {
    // A story whose job ended before a kill came lands fewer than it was meant to.
    while (next < firstStory + stories || (stories > 1 && tally.deathCount < count)) {
      const story = next;
      next += 1;
      const outcome = await tell(story);
      tally.add(outcome);
      const verdict = outcome.findings.length === 0 ? 'exact' : 'FAILED';
      say(`${outcome.name}: ${verdict}; ${tally.deathCount} ${what}`);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, tellStories));
  return tally.summary();
}

export interface Proof {
  readonly without: Safeguard | Removal;
  /** The seed that fails without it and passes with it; null: none was found. */
  readonly seed: number | null;
  readonly text: string;
}

/** Looks for a seed that only this safeguard keeps green. */
export async function proveNeeded(
  safeguard: Safeguard,
  seedsMax: number,
  firstSeed = 1,
): Promise<Proof> {
  for (let seed = firstSeed; seed < firstSeed + seedsMax; seed += 1) {
    const [first] = (await outcomeOf(seed, safeguard)).findings;
    if (first === undefined) continue;
    // Only what the safeguard alone prevents counts.
    if ((await outcomeOf(seed, null)).findings.length > 0) continue;
    return { without: safeguard, seed, text: `${first.kind}: ${first.text}` };
  }
  return { without: safeguard, seed: null, text: `nothing found in ${seedsMax} seeds` };
}

/** The same for a correction inside the engine, which a copy of the sources does without. */
export async function proveRemoved(
  removal: Removal,
  seedsMax: number,
  firstSeed = 1,
): Promise<Proof> {
  const endSeed = firstSeed + seedsMax;
  for (let from = firstSeed; from < endSeed;) {
    const found = await firstRedWithout(removal, { firstSeed: from, seedsMax: endSeed - from });
    if (found.seed === null) return { without: removal, ...found };
    if ((await outcomeOf(found.seed, null)).findings.length === 0) {
      return { without: removal, ...found };
    }
    from = found.seed + 1;
  }
  return { without: removal, seed: null, text: `nothing found in ${seedsMax} seeds` };
}

export async function proveAll(
  seedsMax: number,
  say: (line: string) => void,
): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  const note = (proof: Proof): void => {
    proofs.push(proof);
    const where = proof.seed === null ? 'NOT CAUGHT' : `caught by seed ${proof.seed}`;
    say(`without ${proof.without}: ${where} (${proof.text})`);
  };
  for (const safeguard of SAFEGUARDS) note(await proveNeeded(safeguard, seedsMax));
  for (const removal of REMOVAL_NAMES) note(await proveRemoved(removal, seedsMax));
  return proofs;
}
