/**
 * Takes jobs from start to end: one after another in a lane, resumed from whatever a crash left, and
 * paused while Billy is away. The stages do the work; this decides which stage is next.
 */
import type { JobRunner } from '../job/job-runner.js';
import { AppError, ERROR_CODES, messageOf } from '../../core/errors.js';
import { shownError } from '../../core/incident.js';
import { LIMITS } from '../../core/limits.js';
import type { JobQueue } from '../../queue/job-queue.js';
import { resourceNamed } from '../../resources/registry.js';
import { ITEM_STATES, type Problem } from '../../model/item.js';
import { newRollback, type JobFailure, type JobPhase, type JobRecord } from '../../model/job.js';
import { holdLease } from './hold-lease.js';
import { rollbackNote } from '../job/journal-notes.js';
import { decidesAllFirst, jobOptionsOf } from '../job/job-options.js';
import { processIdentity } from './process-identity.js';
import { isListingFresh } from '../snapshot/listing-age.js';
import { markUnknown, finishJob } from './finish-job.js';
import { contextOf, preparePlan, resumePlan, cancelPlan, type PreparedPlan } from '../plan/plan.js';
import { prepareRetry } from './retry-items.js';
import { run } from '../send/run.js';
import { isUnderWay, mustStop } from '../send/run-state.js';
import { restampUnconfirmed, settleAll } from '../settle/settle.js';
import { scan } from '../scan/scan.js';
import { Standstills } from './standstill.js';
import { statusOfPhase, REVERSIBLE, isAtRest } from '../job/job-status.js';
import { forecastRollback } from '../rollback/forecast-rollback.js';
import { failRollback, rollBack } from '../rollback/rollback.js';
import { writeExport, type ExportPlace } from '../export/export.js';
import { waitForBilly } from './wait-for-billy.js';
import { isPassing } from './unreadable-answers.js';
import { patchJob, readJob, type EngineDeps, type JobContext } from '../job/job-context.js';
import { isStop, isStoreFailure } from '../job/job-failures.js';
import { finishPartlyWritten } from '../send/finish-partly-written.js';

export interface EngineOptions extends EngineDeps {
  readonly queue: JobQueue;
  /** Exports read only and somebody waits for them: they take no turn among the writing jobs. */
  readonly exportQueue: JobQueue;
  readonly organizationId: () => Promise<string | null>;
  readonly exportPlace: (organizationId: string) => ExportPlace;
}

/** Other processes may leave jobs behind, or start some: looked for this often. */
const TAKE_UP_MS = 5000;

export class Engine implements JobRunner {
  readonly #options: EngineOptions;
  readonly #owner: string;
  readonly #stopping = new AbortController();
  readonly #queued = new Set<string>();
  readonly #standstills: Standstills;
  #stopTakingUp: () => void = () => undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#owner = processIdentity(options.clock.randomHex(4));
    this.#standstills = new Standstills(options.store);
  }

  /** Takes up what is unfinished, now and whenever another process leaves something. */
  start(): void {
    const takeUp = (): void => {
      this.takeUp().catch((error: unknown) => {
        this.#options.log.error({ event: 'engine.take-up-failed', error: messageOf(error) });
      });
    };
    takeUp();
    this.#stopTakingUp = this.#options.clock.every(TAKE_UP_MS, takeUp);
  }

  /** Begins nothing new and waits for what is in flight, at most `LIMITS.shutdownMs`. */
  async stop(): Promise<void> {
    this.#stopTakingUp();
    this.#stopping.abort(new DOMException('the process stops', 'AbortError'));
    const { queue, exportQueue, clock } = this.#options;
    const idle = Promise.all([queue.idle(), exportQueue.idle()]);
    await Promise.race([idle, clock.sleep(LIMITS.shutdownMs)]);
  }

  /** Queues the job's next work in its lane; once, however often it is called. */
  enqueue(job: JobRecord): void {
    if (this.#queued.has(job.id) || this.#stopping.signal.aborted) return;
    this.#queued.add(job.id);
    const working = this.#inLane(job, (context) => this.#advanceInOrder(context));
    this.#standstills
      .watch(job.id, working)
      .catch((error: unknown) => {
        this.#options.log.error({ event: 'job.broke-off', jobId: job.id, error: messageOf(error) });
      })
      .finally(() => this.#queued.delete(job.id));
  }

  /** Why the job stands still, if the database is the reason; as this process knows. */
  standstillOf(job: JobRecord): Problem | null {
    return this.#standstills.warningFor(job);
  }

  /** Judges a rollback in the job's lane and stores the forecast. */
  async forecastRollback(job: JobRecord, reason: string | null): Promise<void> {
    await this.#inLane(job, async (context) => {
      // Rolled back while this waited for its turn: a forecast would overwrite what happened.
      if (!REVERSIBLE.includes((await readJob(context)).status)) return;
      const forecast = await forecastRollback(context, reason);
      const { store, jobId, lease, clock } = context;
      const nowMs = clock.nowMs();
      const patch = { rollback: forecast };
      // In one statement: a rollback that somebody asks for meanwhile must not look like a forecast.
      await store.updateJob({ jobId, lease, patch, nowMs, whileStatus: REVERSIBLE });
    });
  }

  /** Queues every job that has work left, the oldest first. */
  async takeUp(): Promise<void> {
    const organizationId = await this.#options.organizationId();
    if (organizationId === null) return;
    const jobs = await this.#options.store.listUnfinished({ organizationId });
    for (const job of jobs) if (!isAtRest(job)) this.enqueue(job);
  }

  #inLane(job: JobRecord, act: (context: JobContext) => Promise<void>): Promise<void> {
    const { queue, exportQueue } = this.#options;
    const turns = job.operation === 'export' ? exportQueue : queue;
    return turns.add(job.lane, () => this.#withLease(job, act));
  }

  async #withLease(job: JobRecord, act: (context: JobContext) => Promise<void>): Promise<void> {
    const lease = { name: job.lane, owner: this.#owner };
    const claim = await holdLease(this.#options, lease, this.#stopping.signal);
    if (claim === null) return;
    const { store, billy, clock, log, settings } = this.#options;
    const resource = resourceNamed(job.resourceType);
    const parts = { store, billy, clock, log, settings };
    try {
      await act({ ...parts, jobId: job.id, resource, lease, stop: claim.stop });
    } catch (error) {
      if (!isStop(error)) throw error;
    } finally {
      await claim.release();
    }
  }

  /** A job of the lane that another process left unfinished comes first: it may own what this meets. */
  async #advanceInOrder(context: JobContext): Promise<void> {
    const { store, jobId, lease } = context;
    const ahead = await store.jobAhead({ jobId, lane: lease.name });
    if (ahead !== null) {
      await this.#advanceInOrder({ ...context, jobId: ahead });
      // One that somebody paused keeps its place: who comes after it was not to meet half of its work.
      if ((await readJob({ store, jobId: ahead })).phase !== 'done') return;
    }
    context.log.info({ event: 'job.taken', jobId });
    await this.#advance(context);
  }

  /** Stage after stage until the job is done; an outage pauses it, then the same stage goes on. */
  async #advance(context: JobContext): Promise<void> {
    await restampUnconfirmed(context);
    const memory: Memory = { prepared: null };
    for (;;) {
      const job = await readJob(context);
      if (job.phase === 'done' || context.stop.aborted) return;
      try {
        if (job.pauseRequested && job.phase !== 'undo') {
          await this.#rest(context);
          return;
        }
        if (await this.#begins(context, job, job.phase)) await this.#stage(context, job, memory);
      } catch (error) {
        memory.prepared = null;
        if (await isPassing(context, error)) await waitForBilly(context, error as AppError);
        else await this.#fail(context, error);
      }
    }
  }

  /** Somebody asked for a pause: what is in doubt is settled, then the job waits for its resume. */
  async #rest(context: JobContext): Promise<void> {
    await settleAll(context);
    if (!context.stop.aborted) await patchJob(context, { status: 'paused' });
  }

  async #begins(
    context: JobContext,
    job: JobRecord,
    phase: Exclude<JobPhase, 'done'>,
  ): Promise<boolean> {
    const { store, jobId, lease, clock } = context;
    const status = statusOfPhase(phase);
    if (job.status === status) return true;
    const nowMs = clock.nowMs();
    const startedAtMs = job.startedAtMs ?? nowMs;
    return store.beginStage({ jobId, lease, status, startedAtMs, nowMs });
  }

  async #stage(context: JobContext, job: JobRecord, memory: Memory): Promise<void> {
    if (job.phase === 'undo') {
      await rollBack(context);
      return;
    }
    if (job.operation === 'export') {
      await writeExport(context, this.#options.exportPlace(job.organizationId));
      return;
    }
    if (job.phase === 'run' && (mustStop(job) || (await isUnderWay(context, job)))) {
      await this.#goOn(context, job, memory);
      return;
    }
    if (job.phase === 'retry' && (await this.#isScanned(context, job))) {
      await this.#planStage(context, await this.#prepareRetry(context), memory);
      return;
    }
    // Nothing is sent yet: after a restart scan and plan simply begin anew.
    if (job.cancelRequested) {
      await finishJob(context, { status: 'cancelled' });
      return;
    }
    await patchJob(context, { phase: 'scan', status: 'validating' });
    await scan(context);
    const prepared = await preparePlan(context);
    // Asked to pause meanwhile: what is listed now may be old when the job goes on.
    if ((await readJob(context)).pauseRequested) return;
    if (decidesAllFirst(job, context.resource)) {
      await patchJob(context, { phase: 'plan', status: 'processing' });
      await this.#planStage(context, prepared, memory);
      return;
    }
    await patchJob(context, { phase: 'run', status: 'processing' });
    await this.#runStage(context, prepared);
  }

  /** A run that has begun: stopped by a failed row, or sent on. */
  async #goOn(context: JobContext, job: JobRecord, memory: Memory): Promise<void> {
    if (mustStop(job)) return this.#afterFirstFailure(context, null);
    const { prepared } = memory;
    memory.prepared = null;
    const isFresh = prepared !== null && isListingFresh(context, prepared.listing);
    await this.#runStage(context, isFresh ? prepared : await resumePlan(context));
  }

  /** A job that ended while its rows were gathered has some of them only: it begins anew. */
  async #isScanned(context: JobContext, { totalItems }: JobRecord): Promise<boolean> {
    if (totalItems === null) return false;
    const { store, jobId, resource } = context;
    if (resource.grouping === null) return true;
    return totalItems === (await store.countItems({ jobId, states: ITEM_STATES }));
  }

  async #prepareRetry(context: JobContext): Promise<PreparedPlan | null> {
    await prepareRetry(context);
    return context.stop.aborted ? null : preparePlan(context);
  }

  /** Decides every row; the run goes on with what was listed for that, if it comes at once. */
  async #planStage(
    context: JobContext,
    prepared: PreparedPlan | null,
    memory: Memory,
  ): Promise<void> {
    if (prepared === null) return;
    await this.#afterPlan(context, await prepared.planner.toEnd());
    memory.prepared = prepared;
  }

  async #afterPlan(context: JobContext, isWhole: boolean): Promise<void> {
    const job = await readJob(context);
    const options = jobOptionsOf(job);
    if (job.cancelRequested) return finishJob(context, { status: 'cancelled' });
    // The plan was broken off, or is not to be acted on for who knows how long: made anew then, also
    // when somebody has resumed the job meanwhile.
    if (job.pauseRequested || !isWhole) return;
    if (context.resource.needsAllReferences && (await this.#lacksReferences(context))) {
      const error = {
        code: 'REFERENCE_NOT_FOUND',
        message: 'Rows refer to what this account does not have, so nothing of this plan was sent.',
        hint: 'job.warnings and the report name each; correct the file or add the records in Billy, then start again.',
      };
      return this.#refuse(context, job, error);
    }
    const isRefused =
      job.outcomes.failed > 0 &&
      (options.validateBeforeCreate || !options.continueOnError || options.rollbackOnError);
    if (isRefused) {
      const error = {
        code: 'ROW_INVALID',
        message: 'At least one row cannot be taken, so nothing of this plan was sent.',
        hint: 'get_bulk_job_report lists the rows; mend them and start again.',
      };
      return this.#refuse(context, job, error);
    }
    if (job.dryRun) return finishJob(context, { status: 'completed' });
    return patchJob(context, { phase: 'run' });
  }

  /** Nothing of the plan is sent; a dry run says so of each item that would have been. */
  async #refuse(context: JobContext, job: JobRecord, error: JobFailure): Promise<void> {
    if (job.dryRun) await cancelPlan(context);
    return finishJob(context, { status: 'failed', error });
  }

  async #lacksReferences({ store, jobId }: JobContext): Promise<boolean> {
    // Each code may have one line more, for what is counted together.
    const limit = LIMITS.jobCausesKept + ERROR_CODES.length;
    const causes = await store.listCauses({ jobId, limit });
    return causes.some(({ code }) => code === 'REFERENCE_NOT_FOUND');
  }

  async #runStage(context: JobContext, prepared: PreparedPlan): Promise<void> {
    const options = jobOptionsOf(await readJob(context));
    const end = await run(context, { ...prepared, options });
    switch (end.kind) {
      case 'stopped':
      case 'paused':
        return;
      case 'error':
        throw end.error;
      case 'drained':
        return finishJob(context, { status: 'completed' });
      case 'cancelled':
        return this.#afterCancel(context, prepared);
      case 'firstFailure':
        return this.#afterFirstFailure(context, prepared);
    }
  }

  async #afterCancel(context: JobContext, prepared: PreparedPlan): Promise<void> {
    await finishPartlyWritten(context, () => contextOf(context, prepared));
    if (context.stop.aborted) return;
    // A row that was under way has failed: what the job was told for that case counts as well.
    if (mustStop(await readJob(context))) return this.#afterFirstFailure(context, prepared);
    return finishJob(context, { status: 'cancelled' });
  }

  /** Whatever breaks this off, an outage or the end of the process: the next stage begins here again. */
  async #afterFirstFailure(context: JobContext, prepared: PreparedPlan | null): Promise<void> {
    await finishPartlyWritten(context, () => contextOf(context, prepared));
    if (context.stop.aborted) return;
    const { rollbackOnError } = jobOptionsOf(await readJob(context));
    const error = {
      code: 'ROW_INVALID',
      message: 'A row failed, and the job was told to stop at the first failure.',
      hint: 'get_bulk_job_report shows why; start again with the mended file, or roll the job back.',
    };
    if (!rollbackOnError) return finishJob(context, { status: 'failed', error });
    // One write: a kill cannot leave the job failed with its rollback forgotten.
    const nowMs = context.clock.nowMs();
    const rollback = newRollback({ reason: 'rollbackOnError', nowMs });
    const completedAtMs = nowMs;
    const patch = {
      status: 'rolling_back',
      phase: 'undo',
      error,
      rollback,
      completedAtMs,
    } as const;
    return patchJob(context, patch, [rollbackNote(true)]);
  }

  async #fail(context: JobContext, error: unknown): Promise<void> {
    if (isStop(error)) throw error;
    if (isStoreFailure(error)) throw error;
    const { code, message, hint } = shownError(error, context, { jobId: context.jobId });
    const failure = { code, message, hint };
    const job = await readJob(context);
    if (job.phase === 'undo') {
      await failRollback(context, failure);
      return;
    }
    await markUnknown(context);
    await finishJob(context, { status: 'failed', error: failure });
  }
}

/** What one stage leaves to the next, as long as nothing comes between them. */
interface Memory {
  prepared: PreparedPlan | null;
}
