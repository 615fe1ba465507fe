/**
 * Real freezes: built servers on one data folder, the sandbox in this process. SIGSTOP for longer than
 * the lease, SIGCONT, again and again, with a second server in half of the stories.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import { systemClock } from '../../src/core/clock.js';
import { isEnded } from '../../src/model/job-status.js';
import type { StateDump } from '../../src/sandbox/api/dump.js';
import { seededRandom, type Random } from '../../src/sandbox/world/seeded-random.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import type { JobStatus } from '../../src/model/job.js';
import { bodyOfRow } from './account.js';
import type { Finding } from './facts/facts.js';
import {
  csvTextOf,
  LATENCY,
  LEASE_SECONDS,
  plantOver,
  settingsFor,
  storedJob,
} from './kill-ground.js';
import { storyOf, type Story } from './kill-plan.js';
import { judgeRun, judgeUndone, type Facts } from './kills-judge.js';
import { callTool, connect } from './mcp-pipe.js';
import type { Outcome } from './report.js';
import { startLife, type Life } from './server-life.js';

export const STOPS_A_STORY = 4;

const PATIENCE_MS = 120_000;
const WAIT_SECONDS = 5;
/** Slow enough that there is something left to send after each freeze. */
const RATE_LIMIT = '4/s';
const MOMENTS = ['arrived', 'saved', 'answered', 'any time'] as const;
/** By then a freeze comes whatever happens. */
const SOON_MS = 1500;
const LEASE_MS = LEASE_SECONDS * 1000;

interface Server {
  readonly life: Life;
  readonly client: Client;
}

class FreezeTeller {
  readonly landed: string[] = [];
  readonly #story: Story;
  readonly #isShared: boolean;
  readonly #random: Random;
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'chaos-stops-'));
  readonly #findings: Finding[] = [];
  readonly #servers: Server[] = [];
  #sandbox: Sandbox | null = null;
  #jobId = '';
  #onMoment: (moment: string) => void = () => undefined;

  constructor(story: Story, isShared: boolean) {
    this.#story = story;
    this.#isShared = isShared;
    this.#random = seededRandom(story.seed + 71);
  }

  async tell(): Promise<readonly Finding[]> {
    const { unknowns, planted, seed } = this.#story;
    const sandbox = await startSandbox({
      ...{ port: 0, seed, unknowns, rateLimit: null, latencyMs: LATENCY, faults: null },
      ...{ contacts: 0, products: 0, clock: systemClock },
      onWrite: (moment) => {
        this.#onMoment(moment);
      },
    });
    this.#sandbox = sandbox;
    try {
      for (const row of planted) await plantOver(sandbox, bodyOfRow(row, 'contacts'));
      const before = sandbox.control.state();
      await this.#run(sandbox, before);
      return this.#findings;
    } finally {
      for (const { life } of this.#servers) life.kill();
      await sandbox.close();
      rmSync(this.#dataDir, { recursive: true, force: true });
    }
  }

  async #run(sandbox: Sandbox, before: StateDump): Promise<void> {
    const pace = { rateLimit: RATE_LIMIT, bulkSave: this.#story.bulkSave };
    const env = settingsFor(sandbox, this.#dataDir, pace);
    for (let count = 0; count < (this.#isShared ? 2 : 1); count += 1) {
      const life = startLife(env, null);
      this.#servers.push({ life, client: await connect(life.child) });
    }
    const args = { csvContent: csvTextOf(this.#story.rows), options: this.#story.options };
    const { jobId } = await callTool(this.#server(0).client, 'import_customers_csv', args);
    this.#jobId = String(jobId);
    for (let nth = 0; nth < STOPS_A_STORY - 1; nth += 1) await this.#freeze(nth);
    const run = await this.#toEnd(before);
    if (run === null) return;
    await callTool(this.#server(1).client, 'rollback_job', { jobId: this.#jobId });
    await this.#freeze(STOPS_A_STORY - 1);
    const undone = await this.#toEnd(before);
    await this.#close();
    this.#findings.push(...judgeRun(run));
    if (undone !== null) this.#findings.push(...judgeUndone({ ...undone, touchedId: null }));
  }

  /** One of those that run, counted round. */
  #server(index: number): Server {
    const server = this.#servers[index % this.#servers.length];
    if (server === undefined) throw new RangeError('no server runs');
    return server;
  }

  /** Stops one server at a moment of a write, for longer than its lease, and lets it go on. */
  async #freeze(nth: number): Promise<void> {
    const moment = MOMENTS[(this.#story.seed + nth) % MOMENTS.length] ?? 'any time';
    const { life } = this.#server(nth);
    await new Promise<void>((resolve) => {
      const stop = (): void => {
        this.#onMoment = () => undefined;
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(stop, Math.floor(this.#random() * SOON_MS) + 200);
      this.#onMoment = (heard) => {
        if (heard === moment) stop();
      };
    });
    life.child.kill('SIGSTOP');
    await systemClock.sleep(LEASE_MS + 500 + Math.floor(this.#random() * LEASE_MS));
    life.child.kill('SIGCONT');
    this.landed.push(`SIGSTOP: ${moment}`);
  }

  async #toEnd(before: StateDump): Promise<Facts | null> {
    const endMs = systemClock.monotonicMs() + PATIENCE_MS;
    for (;;) {
      const args = { jobId: this.#jobId, waitSeconds: WAIT_SECONDS };
      const { job } = await callTool(this.#server(0).client, 'get_bulk_job_status', args);
      if (isEnded((job as { status: JobStatus }).status)) break;
      if (systemClock.monotonicMs() < endMs) continue;
      this.#findings.push({ kind: 'stuck', text: 'the job has not ended' });
      return null;
    }
    const after = this.#sandbox?.control.state() ?? before;
    const seen = { scenario: this.#story, collection: 'contacts' as const, strangers: [] };
    return { ...seen, before, after, ...(await storedJob(this.#dataDir, this.#jobId)) };
  }

  async #close(): Promise<void> {
    for (const { life } of this.#servers) {
      life.child.stdin.end();
      const { code } = await life.ended;
      if (code !== 0) this.#findings.push({ kind: 'broken', text: `exit code ${String(code)}` });
    }
  }
}

/** Tells one story of four freezes and judges it; two servers in every other pair of stories. */
export async function runStops(seed: number): Promise<Outcome> {
  const story = storyOf(seed);
  const isShared = Math.floor(seed / 4) % 2 === 0;
  const servers = isShared ? 'two servers' : 'one server';
  const names = {
    name: `freezes ${String(seed)} (${story.profile}, ${servers}${story.bulkSave ? ', bulk' : ''})`,
    repeat: `npm run chaos -- --only stops --story ${String(seed)}`,
    rows: story.rows.length,
    unknown: { rows: 0, needed: 0 },
    met: [],
  };
  const teller = new FreezeTeller(story, isShared);
  try {
    return { ...names, findings: await teller.tell(), deaths: teller.landed };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...names, findings: [{ kind: 'broken', text }], deaths: teller.landed };
  }
}
