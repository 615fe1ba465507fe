// A bounded part of `npm run chaos`: it is green, each safeguard's absence turns it red, and real
// kills land where they are meant.
import { describe, expect, it } from 'vitest';
import { proveNeeded, runReal, runSeeds } from '../../scripts/chaos/campaign.js';
import { KILLS_A_STORY } from '../../scripts/chaos/kill-plan.js';
import { CORRECTIONS } from '../../scripts/chaos/corrections.js';
import type { FindingKind } from '../../scripts/chaos/facts/facts.js';
import { SAFEGUARDS } from '../../scripts/chaos/safeguards.js';
import { simulate } from '../../scripts/chaos/simulation.js';

const SEEDS = 120;
/** Where each safeguard is missed is a matter of chance. */
const PROOF_SEEDS_MAX = 400;
/**
 * Findings that stand for faults which are not corrected yet (scripts/chaos/corrections.ts). What is
 * corrected is taken out; in the end nothing is left.
 */
const KNOWN_RED: ReadonlySet<FindingKind> = new Set(CORRECTIONS.flatMap(({ kinds }) => kinds));
const TIMEOUT_MS = 180_000;

const say = (): void => undefined;

async function traceOf(seed: number): Promise<string[]> {
  const lines: string[] = [];
  await simulate(seed, { trace: (line) => lines.push(line()) });
  // The owner of a lease names the process that this runs in.
  return lines.map((line) => line.replaceAll(/"owner":"[^"]*"/g, '').replaceAll(/chaos-\w+/g, ''));
}

describe('the simulation', () => {
  it(
    'keeps contract section 5 whatever happens, and all of it happens',
    async () => {
      const summary = await runSeeds({ seeds: SEEDS, say });
      const findings = summary.failures.flatMap((failure) => failure.findings);
      expect(findings.filter(({ kind }) => !KNOWN_RED.has(kind))).toEqual([]);
      const missed = Object.entries(summary.met).flatMap(([kind, count]) =>
        count > 0 ? [] : [kind],
      );
      expect(missed).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it('is the same again for the same seed', async () => {
    const first = await traceOf(7);
    expect(first.length).toBeGreaterThan(50);
    expect(await traceOf(7)).toEqual(first);
  });

  it.each(SAFEGUARDS)(
    'fails without %s',
    async (safeguard) => {
      const { seed, text } = await proveNeeded(safeguard, PROOF_SEEDS_MAX);
      expect(seed, text).not.toBeNull();
    },
    TIMEOUT_MS,
  );
});

describe('real kills', () => {
  it(
    'land, and leave every row with exactly one effect',
    async () => {
      const kills = 2 * KILLS_A_STORY;
      const summary = await runReal('kills', { count: kills, sideBySide: 2, say });
      expect(summary.failures).toEqual([]);
      const landed = Object.values(summary.deaths).reduce((sum, count) => sum + count, 0);
      expect(landed).toBe(kills);
    },
    TIMEOUT_MS,
  );
});
