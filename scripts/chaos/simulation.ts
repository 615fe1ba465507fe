/** One seed from its account to its verdict, all in this process and on virtual time. */
import type { EventKind } from './events.js';
import type { Facts, Finding } from './facts/facts.js';
import { judge, type Verdict } from './oracle/judge.js';
import { scenarioOf } from './scenario.js';
import { Story } from './story.js';
import { LEASE_MS, TIMEOUT_MS } from './timing.js';
import { lateMsMaxOf, openWorld, type SimulatedWorld, type WorldOptions } from './world.js';

export interface SeedResult {
  readonly seed: number;
  readonly findings: readonly Finding[];
  /** Simulated deaths, by the moment at which they came. */
  readonly deaths: readonly string[];
  readonly rows: number;
  /** Rows that ended unknown, and those of them where nobody could know. */
  readonly unknown: Verdict['unknown'];
  readonly met: readonly EventKind[];
}

/** What a slow store, a slow network and sleep may add to the age of what a process knows. */
function slackOf({ scenario }: SimulatedWorld): number {
  const plans = scenario.acts.flatMap(({ troubles }) => troubles.processes);
  const frozenMs = plans.flatMap(({ blows }) =>
    blows.filter(({ what }) => what === 'freeze').map(({ ms }) => ms),
  );
  const storeMs = Math.max(0, ...plans.map(({ storeMsMax }) => storeMsMax));
  const asleepMs = frozenMs.reduce((sum, ms) => sum + ms, 0);
  return asleepMs + storeMs * 10 + scenario.latencyMsMax * 4 + TIMEOUT_MS * 4 + LEASE_MS;
}

function factsOf(world: SimulatedWorld): Facts {
  const { net, scenario } = world;
  const { recorder, alter } = net;
  return {
    ledger: recorder.ledger,
    sendings: recorder.sendings,
    stints: recorder.stints,
    jobs: [...recorder.jobs.values()],
    alter,
    lagMs: scenario.moods.lagMs,
    slackMs: slackOf(world),
    lateMs: lateMsMaxOf(scenario),
  };
}

/** Runs one seed to its end and judges it. */
export async function simulate(seed: number, options: WorldOptions = {}): Promise<SeedResult> {
  const scenario = scenarioOf(seed, options.kind);
  const world = await openWorld(scenario, options);
  const story = new Story(world);
  try {
    await story.tell();
    const { findings, unknown } = judge(factsOf(world));
    const rows = scenario.acts.reduce((sum, { spec }) => sum + (spec?.rows.length ?? 0), 0);
    return { seed, findings, deaths: story.deaths, rows, unknown, met: world.net.met.kinds };
  } finally {
    story.end();
    await world.store.close();
    world.folder.remove();
  }
}
