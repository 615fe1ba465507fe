/** Lives through the acts of a seed: starts, retries and rollbacks, one after another, with their troubles. */
import type { ItemRecord } from '../../src/model/item.js';
import type { JobRecord } from '../../src/model/job.js';
import type { Captured, JobSpec } from './facts/facts.js';
import type { JobLog } from './facts/recorder.js';
import { perform } from './people.js';
import type { Act } from './acts.js';
import { csvOf, eventOf, newJobOf, questionOf, resolvedSpec } from './starting.js';
import { Supervisor } from './supervisor.js';
import { START_MS, type SimulatedWorld } from './world.js';

/** What has not ended by then never will. */
const PATIENCE_MS = 2_000_000;
/** After the end: what is still on its way arrives, whoever is frozen thaws. */
const AFTERMATH_MS = 45_000;
const CALM_UNDOS = 2;
/** Of one act; who asks more often goes round in circles. */
const REQUESTS_MAX = 1500;
const FOREVER_MS = Number.MAX_SAFE_INTEGER;

const UNDOABLE = ['completed', 'failed', 'cancelled', 'partially_rolled_back'] as const;
const RETRYABLE = ['completed', 'failed', 'cancelled'] as const;

export class Story {
  readonly #world: SimulatedWorld;
  readonly #supervisor: Supervisor;
  readonly #jobs: JobLog[] = [];
  #savedCount = 0;

  constructor(world: SimulatedWorld) {
    this.#world = world;
    this.#supervisor = new Supervisor(world.ground, world.scenario.respawnMs);
  }

  get deaths(): readonly string[] {
    return this.#supervisor.deaths;
  }

  async tell(): Promise<void> {
    const { scenario, time } = this.#world;
    for (const act of scenario.acts) {
      if (!(await this.#play(act))) break;
    }
    this.#clearUp();
    await this.#live(time.ms + AFTERMATH_MS, () => false);
  }

  end(): void {
    this.#supervisor.end();
  }

  /** Until it is done or too late. */
  async #live(untilMs: number, isDone: () => boolean): Promise<void> {
    await this.#world.time.run(untilMs, () => {
      this.#supervisor.mourn();
      return isDone();
    });
  }

  /** False when it does not end. */
  async #play(act: Act): Promise<boolean> {
    const { time } = this.#world;
    await this.#live(time.ms + act.gapMs, () => false);
    const { processes, rivalAfterMs } = act.troubles;
    this.#supervisor.arm(processes, rivalAfterMs);
    const spec = act.spec ?? this.#jobs[act.job]?.spec;
    if (spec === undefined) return true;
    const log = await this.#begin(act, spec);
    if (log === null) return true;
    const stopOthers = this.#schedule(act, log);
    const isEnded = await this.#awaitEnd(log, act.kind);
    stopOthers();
    if (!isEnded || act.kind !== 'undo') return isEnded;
    return this.#undoAgain(log);
  }

  /** Null: the job is in no state for it. */
  async #begin(act: Act, spec: JobSpec): Promise<JobLog | null> {
    if (act.kind === 'start') return this.#start(act, spec);
    const log = this.#jobs[act.job];
    if (log === undefined) return null;
    if (act.kind === 'retry') return this.#retry(log);
    return this.#undo(log, act.isForetold);
  }

  async #start(act: Act, draft: JobSpec): Promise<JobLog | null> {
    const spec = resolvedSpec(draft, this.#world.plantedIds);
    const dry = act.foretoldBy === null ? null : (this.#jobs[act.foretoldBy] ?? null);
    const plan = dry !== null && act.isOfPlan ? await this.#jobOf(dry) : null;
    const isRunnable = plan === null || plan.status === 'completed';
    if (spec.rows.length === 0 || !isRunnable) return null;
    const { net } = this.#world;
    const lane = `${net.billy.organizationId}:${spec.resource}`;
    const id = `job${String(act.job)}`;
    const [foretoldBy, isOfPlan] = [dry?.id ?? null, plan !== null];
    const log = net.recorder.begin({ id, lane, spec, foretoldBy, isOfPlan });
    this.#jobs[act.job] = log;
    this.#noteStart(act, log);
    await this.#create(log, plan);
    return log;
  }

  async #create({ id, lane, spec }: JobLog, plan: JobRecord | null): Promise<void> {
    const { store, net, scenario, time, folder } = this.#world;
    const { raise } = spec;
    const fileName = raise === undefined ? `${id}.csv` : `${id}.json`;
    const text = raise === undefined ? csvOf(spec.rows) : questionOf(raise);
    if (plan === null) folder.write(fileName, text);
    const byFilter = raise === undefined ? {} : { filter: {} };
    const own = { storedAs: fileName, fileName, columnMapping: {}, ...byFilter };
    const [sourceSettings, planOfJobId] = [plan?.sourceSettings ?? own, plan?.id ?? null];
    const { organizationId } = net.billy;
    const createdAtMs = START_MS + time.ms;
    const start = { id, organizationId, lane, spec, sourceSettings, planOfJobId, createdAtMs };
    const job = await store.createJob(newJobOf(start));
    this.#supervisor.awake?.engine.enqueue(job);
    if (scenario.bulkSave) net.met.note('bulk save');
  }

  #noteStart(act: Act, { spec, isOfPlan }: JobLog): void {
    const { met } = this.#world.net;
    const kind = eventOf(spec);
    if (kind !== undefined) met.note(kind);
    if (spec.dryRun) met.note('dry run');
    if (isOfPlan) met.note('run of a plan');
    if (act.job > 0 && act.foretoldBy === null) {
      const isAfterUndo = this.#jobs[0] !== undefined && this.#jobs[0].undos.length > 0;
      met.note(isAfterUndo ? 'job after a rollback' : 'second job');
    }
  }

  async #retry(log: JobLog): Promise<JobLog | null> {
    const { store, net, time } = this.#world;
    const job = await this.#jobOf(log);
    const nowMs = START_MS + time.ms;
    if (job.rollback !== null || job.dryRun) return null;
    const isAsked = await store.requestRetry({ jobId: log.id, from: RETRYABLE, nowMs });
    if (!isAsked) return null;
    net.met.note('retry');
    net.recorder.noteStatus(null, log.id, { status: 'pending', isEnd: false });
    this.#supervisor.awake?.engine.enqueue(await this.#jobOf(log));
    return log;
  }

  async #undo(log: JobLog, isForetold: boolean): Promise<JobLog | null> {
    const { store, net, time } = this.#world;
    const job = await this.#jobOf(log);
    if (job.dryRun || job.status === 'rolled_back') return null;
    if (isForetold) await this.#foretell(log, job);
    const nowMs = START_MS + time.ms;
    const ask = { jobId: log.id, from: UNDOABLE, reason: null, nowMs };
    if (!(await store.requestRollback(ask))) return null;
    net.met.note('rollback');
    this.#noteUndo(log);
    this.#supervisor.awake?.engine.enqueue(await this.#jobOf(log));
    return log;
  }

  #noteUndo(log: JobLog): void {
    const { recorder } = this.#world.net;
    const { time } = this.#world;
    recorder.noteStatus(null, log.id, { status: 'rolling_back', isEnd: false });
    log.undos.push({ askedMs: time.ms, askedOrder: recorder.sequence.next(), end: null });
  }

  async #foretell(log: JobLog, job: JobRecord): Promise<void> {
    const { net, time } = this.#world;
    const { awake } = this.#supervisor;
    if (awake === null) return;
    let isTold = false;
    const tell = (): void => {
      isTold = true;
    };
    awake.engine.forecastRollback(job, null).then(tell, tell);
    await this.#live(time.ms + AFTERMATH_MS, () => isTold || !awake.isAwake);
    const { rollback } = await this.#jobOf(log);
    if (rollback?.status !== 'foretold') return;
    net.met.note('rollback foretold');
    log.foretold = rollback;
  }

  /** Billy failed too often in a row: the rollback is asked for again, without faults. */
  async #undoAgain(log: JobLog): Promise<boolean> {
    for (let times = 0; times < CALM_UNDOS; times += 1) {
      const { rollback } = await this.#jobOf(log);
      if (rollback === null || rollback.errored === 0) return true;
      this.#clearUp();
      if ((await this.#undo(log, false)) === null) return true;
      if (!(await this.#awaitEnd(log, 'undo'))) return false;
    }
    return true;
  }

  /** No more faults, moods or deaths. What Billy keeps of a value stays as it is. */
  #clearUp(): void {
    const { net } = this.#world;
    net.faultPicker = null;
    net.outages = [];
    if (net.moods !== null) {
      net.moods = {
        ...net.moods,
        gateways: [],
        duplicates: 0,
        silentDeletions: 0,
        highTotals: null,
      };
    }
    this.#supervisor.arm([], null);
  }

  async #awaitEnd(log: JobLog, kind: Act['kind']): Promise<boolean> {
    const { net, time } = this.#world;
    const { recorder } = net;
    const wanted = 1 + log.runs.length + log.undos.filter(({ end }) => end !== null).length;
    const enough = recorder.sendings.length + REQUESTS_MAX;
    await this.#live(time.ms + PATIENCE_MS, () => {
      return recorder.passOf(log.id) >= wanted || recorder.sendings.length > enough;
    });
    const job = await this.#jobOf(log);
    if (recorder.passOf(log.id) < wanted) {
      log.stuck.push(`${kind}: still ${job.status} (${job.phase}) ${job.error?.code ?? ''}`);
      return false;
    }
    await this.#capture(log, job);
    return true;
  }

  async #capture(log: JobLog, job: JobRecord): Promise<void> {
    const { net, time } = this.#world;
    const items = await this.#itemsOf(log);
    const order = net.recorder.sequence.next();
    const captured: Captured = { order, atMs: time.ms, job, items };
    const undone = log.undos.at(-1);
    if (job.rollback !== null && job.rollback.status === 'done' && undone === undefined) {
      // It took itself back at its first failure.
      net.met.note('rollback at the first failure');
      const begin = log.moments.find(({ status }) => status === 'rolling_back');
      const [askedMs, askedOrder] = [begin?.atMs ?? time.ms, begin?.order ?? order];
      log.undos.push({ askedMs, askedOrder, end: captured, endsRun: true });
      return;
    }
    if (undone !== undefined) undone.end = captured;
    else log.runs.push(captured);
    this.#noteOutcomes(log, captured);
  }

  #noteOutcomes({ spec }: JobLog, { items, job }: Captured): void {
    const { met } = this.#world.net;
    if (items.some(({ outcome }) => outcome === 'unknown')) met.note('unknown row');
    if (items.some(({ outcome }) => outcome === 'failed')) met.note('failed row');
    if (!spec.continueOnError && job.status === 'failed') met.note('stop at the first failure');
  }

  /** People and asks of this act; the returned function calls off what has not happened. */
  #schedule({ troubles }: Act, log: JobLog): () => void {
    const { time, net, scenario } = this.#world;
    const town = { net, resource: scenario.resource, rows: log.spec.rows };
    let isOver = false;
    const at = (atMs: number, act: () => void): void => {
      time.at(time.ms + atMs, () => {
        if (!isOver) act();
      });
    };
    for (const act of troubles.people) {
      if (act.afterSaved === null)
        at(act.atMs, () => {
          perform(town, act);
        });
    }
    for (const ask of troubles.asks)
      at(ask.atMs, () => {
        this.#ask(log, ask.what);
      });
    this.#savedCount = 0;
    net.onSaved = () => {
      this.#savedCount += 1;
      const due = troubles.people.filter(({ afterSaved }) => afterSaved === this.#savedCount);
      // After the answer is made, and before anybody hears of it.
      for (const act of due)
        at(0, () => {
          perform(town, act);
        });
    };
    return () => {
      isOver = true;
      net.onSaved = () => undefined;
      const resume = troubles.asks.some(({ what }) => what === 'resume');
      if (resume) this.#ask(log, 'resume');
    };
  }

  #ask(log: JobLog, what: 'pause' | 'resume' | 'cancel'): void {
    void this.#askStore(log, what);
  }

  async #askStore({ id: jobId }: JobLog, what: 'pause' | 'resume' | 'cancel'): Promise<void> {
    const { store, net, time } = this.#world;
    const nowMs = START_MS + time.ms;
    const engine = this.#supervisor.awake?.engine;
    net.trace(() => `asked: ${what}`);
    if (what === 'pause') {
      await store.requestPause({ jobId, nowMs });
      return;
    }
    if (what === 'resume') {
      if (await store.requestResume({ jobId, nowMs })) net.met.note('pause and resume');
      await engine?.takeUp();
      return;
    }
    if (!(await store.requestCancel({ jobId, by: 'chaos', nowMs }))) return;
    net.met.note('cancel');
    const job = await store.getJob({ jobId });
    // A job that nobody has begun ends with that.
    if (job?.phase === 'done')
      net.recorder.noteStatus(null, jobId, { status: job.status, isEnd: true });
    else if (job !== null) engine?.enqueue(job);
  }

  async #itemsOf({ id }: JobLog): Promise<ItemRecord[]> {
    return this.#world.store.listItems({ jobId: id, limit: FOREVER_MS });
  }

  async #jobOf({ id }: JobLog): Promise<JobRecord> {
    const job = await this.#world.store.getJob({ jobId: id });
    if (job === null) throw new Error('the job is gone');
    return job;
  }
}
