// A part of `npm run chaos`: 120 seeds are green, each safeguard's absence turns one red, and real kills land
// where they are meant.
import { describe, expect, it } from 'vitest';
import { proveNeeded, proveRemoved, runReal, runSeeds } from '../../scripts/chaos/campaign.js';
import { KILLS_A_STORY } from '../../scripts/chaos/kill-plan.js';
import { CORRECTIONS } from '../../scripts/chaos/corrections.js';
import { REMOVAL_NAMES, type Removal } from '../../scripts/chaos/removals.js';
import { SAFEGUARDS, type Safeguard } from '../../scripts/chaos/safeguards.js';
import { STOPS_A_STORY } from '../../scripts/chaos/stops.js';

const SEEDS = 120;
/** Prices raised by a filter have stories of their own. */
const RAISES = 20;
const RAISE = 'raise by filter';
/** Where each safeguard is missed is a matter of chance. */
const PROOF_SEEDS_MAX = 400;
/** Where it is known to be missed, so that the test need not look for long. */
const PROOF_FROM: Partial<Record<Safeguard, number>> = { stop: 80, afresh: 60, deadline: 165 };
const REMOVED_FROM: Record<Removal, number> = {
  kin: 40,
  children: 45,
  'late-rollback': 95,
  'silent-deletions': 75,
  'same-passes': 225,
};
const TIMEOUT_MS = 180_000;

const say = (): void => undefined;

describe('the simulation', () => {
  it(
    'keeps contract section 5 whatever happens, and all of it happens',
    async () => {
      const summary = await runSeeds({ seeds: SEEDS, say });
      const raises = await runSeeds({ seeds: RAISES, kind: 'raise', say });
      expect([...summary.failures, ...raises.failures]).toEqual([]);
      const missed = Object.entries(summary.met).flatMap(([kind, count]) =>
        count > 0 ? [] : [kind],
      );
      expect(raises.met[RAISE]).toBe(RAISES);
      expect(missed).toEqual([RAISE]);
    },
    TIMEOUT_MS,
  );

  it.each(SAFEGUARDS)(
    'fails without %s',
    async (safeguard) => {
      const { seed, text } = await proveNeeded(safeguard, PROOF_SEEDS_MAX, PROOF_FROM[safeguard]);
      expect(seed, text).not.toBeNull();
    },
    TIMEOUT_MS,
  );
});

describe('the corrections inside the engine', () => {
  it.each(REMOVAL_NAMES)(
    'are missed when %s is taken out of the sources',
    async (removal) => {
      const from = REMOVED_FROM[removal];
      const { seed, text } = await proveRemoved(removal, PROOF_SEEDS_MAX, from);
      expect(seed, text).not.toBeNull();
    },
    TIMEOUT_MS,
  );

  it('all have something that takes them away', () => {
    const names: readonly string[] = [...SAFEGUARDS, ...REMOVAL_NAMES];
    for (const { fault, takenAwayBy } of CORRECTIONS) {
      expect(names, `fault ${String(fault)}`).toContain(takenAwayBy);
    }
    expect(CORRECTIONS.map(({ fault }) => fault)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13]);
  });
});

describe('real processes', () => {
  it(
    'are killed and frozen where they are meant to, and leave every row with exactly one effect',
    async () => {
      const wanted = { kills: KILLS_A_STORY, stops: STOPS_A_STORY };
      const [kills, stops] = await Promise.all([
        runReal('kills', { count: wanted.kills, sideBySide: 1, say }),
        runReal('stops', { count: wanted.stops, sideBySide: 1, say }),
      ]);
      expect([...kills.failures, ...stops.failures]).toEqual([]);
      const landed = [kills, stops].map(({ deaths }) =>
        Object.values(deaths).reduce((sum, count) => sum + count, 0),
      );
      expect(landed).toEqual([wanted.kills, wanted.stops]);
    },
    TIMEOUT_MS,
  );
});
