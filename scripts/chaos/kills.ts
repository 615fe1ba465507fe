/**
 * Real kills: the built server on a data folder, the sandbox in this process, SIGKILL after SIGKILL,
 * each followed by a new server that goes on. At the end the same judge as for the simulation.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import { systemClock } from '../../src/core/clock.js';
import { isEnded } from '../../src/model/job-status.js';
import type { StateDump } from '../../src/sandbox/api/dump.js';
import type { WriteMoment } from '../../src/sandbox/world/options.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import type { JobStatus } from '../../src/model/job.js';
import { bodyOfRow } from './account.js';
import type { Finding } from './facts/facts.js';
import { judgeRun, judgeUndone, type Facts } from './kills-judge.js';
import { csvTextOf, LATENCY, plantOver, settingsFor, storedJob } from './kill-ground.js';
import { storyOf, type Kill, type Story } from './kill-plan.js';
import { callTool, connect } from './mcp-pipe.js';
import type { Outcome } from './report.js';
import { landing, startLife } from './server-life.js';

const PATIENCE_MS = 90_000;
/** A job may end before its kill comes: a bulk save needs few requests. So long after it no kill comes. */
const OVERTAKEN_MS = 2000;
/** Every third write fails: the same row may be met three times. */
const ERRORED_ROUNDS_MAX = 3;
const ENDS: readonly JobStatus[] = ['completed', 'failed', 'rolled_back', 'partially_rolled_back'];
const WAIT_SECONDS = 10;
/** Writes after which somebody else makes a record. */
const STRANGERS_AFTER: readonly number[] = [2, 9];
const EVERY_NTH_WRITE = 3;
const LATE_MS = 350;

class StoryTeller {
  readonly landed: string[] = [];
  readonly #story: Story;
  readonly #dataDir: string;
  readonly #findings: Finding[] = [];
  readonly #strangers: string[] = [];
  #sandbox: Sandbox | null = null;
  #jobId: string | null = null;
  #savedCount = 0;
  /** Called at each moment of a write, while a kill waits for one. */
  #onMoment: (moment: WriteMoment) => void = () => undefined;

  constructor(story: Story) {
    this.#story = story;
    this.#dataDir = mkdtempSync(join(tmpdir(), 'chaos-kills-'));
  }

  async tell(): Promise<readonly Finding[]> {
    const { unknowns, planted, seed, fault, runKills, undoKills } = this.#story;
    const sandbox = await startSandbox({
      ...{ port: 0, seed, unknowns, rateLimit: null, latencyMs: LATENCY, faults: null },
      ...{ contacts: 0, products: 0, clock: systemClock },
      onWrite: (moment) => {
        this.#hear(moment);
      },
    });
    this.#sandbox = sandbox;
    try {
      for (const row of planted) await plantOver(sandbox, bodyOfRow(row, 'contacts'));
      const before = sandbox.control.state();
      this.#savedCount = 0;
      const everyNthWrite = [{ n: EVERY_NTH_WRITE, kind: fault }];
      sandbox.control.setFaults({ seed, rates: {}, everyNthWrite, lateMs: LATE_MS });
      for (const kill of runKills) await this.#dieBy(kill, this.#begin);
      const run = await this.#toEnd(before, this.#begin);
      if (run !== null) this.#findings.push(...judgeRun(run));
      if (this.#findings.length > 0) return this.#findings;
      for (const kill of undoKills) await this.#dieBy(kill, this.#rollBack);
      const undone = await this.#toEnd(before, this.#rollBack);
      if (undone !== null) this.#findings.push(...judgeUndone({ ...undone, touchedId: null }));
      return this.#findings;
    } finally {
      await sandbox.close();
      rmSync(this.#dataDir, { recursive: true, force: true });
    }
  }

  #hear(moment: WriteMoment): void {
    this.#onMoment(moment);
    if (moment !== 'saved') return;
    this.#savedCount += 1;
    if (!STRANGERS_AFTER.includes(this.#savedCount) || this.#jobId === null) return;
    const changes = { name: `Fremmed ${String(this.#savedCount)}` };
    const made = this.#sandbox?.control.thirdParty({ action: 'create-contact', changes });
    if (made !== undefined) this.#strangers.push(made.id);
  }

  #env(): Record<string, string> {
    if (this.#sandbox === null) throw new TypeError('no sandbox yet');
    return settingsFor(this.#sandbox, this.#dataDir, {
      rateLimit: 'unlimited',
      bulkSave: this.#story.bulkSave,
    });
  }

  /** A server that must die by this kill, whatever it is doing for us meanwhile. */
  async #dieBy(kill: Kill, act: (client: Client) => Promise<void>): Promise<void> {
    const life = startLife(this.#env(), kill);
    let isFired = false;
    const fire = (): void => {
      isFired = true;
      life.kill();
    };
    if (kill.by === 'time') setTimeout(fire, kill.nth);
    let heard = 0;
    this.#onMoment = (moment) => {
      if (kill.by !== 'wire' || moment !== kill.point) return;
      heard += 1;
      if (heard === kill.nth) fire();
    };
    // It dies in the middle of our calls: how they end tells nothing.
    const late = { isOvertaken: false };
    const watch = async (client: Client): Promise<void> => {
      await act(client);
      if (!ENDS.includes(await this.#status(client, WAIT_SECONDS))) return;
      await systemClock.sleep(OVERTAKEN_MS);
      late.isOvertaken = true;
      life.kill();
    };
    connect(life.child)
      .then(watch)
      .catch(() => undefined);
    const missed = await landing(life, kill, () => isFired);
    this.#onMoment = () => undefined;
    if (missed === null) this.landed.push(`${kill.by}: ${kill.point}`);
    else if (!late.isOvertaken) this.#findings.push({ kind: 'falsified', text: missed });
  }

  /** Starts the job, once; a server that died before it answered may have started it all the same. */
  readonly #begin = async (client: Client): Promise<void> => {
    if (this.#jobId !== null) return;
    const { jobs } = await callTool(client, 'list_bulk_jobs', {});
    const [known] = jobs as { id: string }[];
    if (known !== undefined) {
      this.#jobId = known.id;
      return;
    }
    const { options } = this.#story;
    const args = { csvContent: csvTextOf(this.#story.rows), options };
    const { jobId } = await callTool(client, 'import_customers_csv', args);
    this.#jobId = String(jobId);
  };

  readonly #rollBack = async (client: Client): Promise<void> => {
    const status = await this.#status(client, 0);
    if (status !== 'completed' && status !== 'partially_rolled_back') return;
    await callTool(client, 'rollback_job', { jobId: this.#jobId });
  };

  async #status(client: Client, waitSeconds: number): Promise<JobStatus> {
    const args = { jobId: this.#jobId, waitSeconds };
    const { job } = await callTool(client, 'get_bulk_job_status', args);
    return (job as { status: JobStatus }).status;
  }

  async #hasEnded(client: Client): Promise<boolean> {
    const endMs = systemClock.monotonicMs() + PATIENCE_MS;
    while (!isEnded(await this.#status(client, WAIT_SECONDS))) {
      if (systemClock.monotonicMs() < endMs) continue;
      this.#findings.push({ kind: 'stuck', text: 'the job has not ended' });
      return false;
    }
    return true;
  }

  /** Rows of the rollback that were given up after three lost answers: a second rollback takes them up. */
  async #hasErrored(client: Client): Promise<boolean> {
    const { job } = await callTool(client, 'get_bulk_job_status', { jobId: this.#jobId });
    return ((job as { rollback?: { errored: number } | null }).rollback?.errored ?? 0) > 0;
  }

  /** A server that may live: what the job has come to, or null with a finding. */
  async #toEnd(before: StateDump, act: (client: Client) => Promise<void>): Promise<Facts | null> {
    const life = startLife(this.#env(), null);
    try {
      const client = await connect(life.child);
      for (let round = 0; round <= ERRORED_ROUNDS_MAX; round += 1) {
        await act(client);
        if (!(await this.#hasEnded(client))) return null;
        if (!(await this.#hasErrored(client))) break;
      }
    } finally {
      life.child.stdin.end();
      const { code } = await life.ended;
      if (code !== 0) this.#findings.push({ kind: 'falsified', text: `exit code ${String(code)}` });
    }
    const after = this.#sandbox?.control.state() ?? before;
    const collection = 'contacts' as const;
    const seen = { scenario: this.#story, collection, strangers: this.#strangers, before, after };
    return { ...seen, ...(await storedJob(this.#dataDir, this.#jobId ?? '')) };
  }
}

/** Tells one story of six kills and judges it. */
export async function runStory(seed: number): Promise<Outcome> {
  const story = storyOf(seed);
  const names = {
    name: `story ${seed} (${story.profile}, ${story.fault})`,
    repeat: `npm run chaos -- --only kills --story ${seed}`,
    rows: story.rows.length,
    unknown: { rows: 0, needed: 0 },
    met: [],
  };
  const teller = new StoryTeller(story);
  try {
    return { ...names, findings: await teller.tell(), deaths: teller.landed };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...names, findings: [{ kind: 'falsified', text }], deaths: teller.landed };
  }
}
