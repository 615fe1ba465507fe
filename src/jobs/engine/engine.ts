/**
 * Runs jobs from start to end: one after another in a lane, resumed after a crash, and paused while Billy
 * is unavailable. The stages do the work; the engine decides which stage is next.
 */
import type { JobRunner } from '../job/job-runner.js';
import type { BillyClient } from '../../billy/types.js';
import { AppError, messageOf } from '../../core/errors.js';
import { shownError } from '../../core/incident.js';
import { LIMITS } from '../../core/limits.js';
import type { Connection } from '../../organizations/connection.js';
import type { JobQueue } from '../../queue/job-queue.js';
import { resourceNamed } from '../../resources/registry.js';
import { ITEM_STATES, type Problem } from '../../model/item.js';
import { newRollback, type JobFailure, type JobPhase, type JobRecord } from '../../model/job.js';
import { holdLease } from './hold-lease.js';
import { rollbackNote } from '../job/journal-notes.js';
import { decidesAllFirst, jobOptionsOf } from '../job/job-options.js';
import { unplannedMaxOf } from '../job/plan-required.js';
import { refusalOf } from './refused-plan.js';
import { processIdentity } from './process-identity.js';
import { cancelledWith, turnAfter } from '../job/predecessor.js';
import { isListingFresh } from '../snapshot/listing-age.js';
import { markUnknown, finishJob } from './finish-job.js';
import { contextOf, preparePlan, resumePlan, cancelPlan, type PreparedPlan } from '../plan/plan.js';
import { prepareRetry } from './retry-items.js';
import { run } from '../send/run.js';
import { isUnderWay, mustStop } from '../send/run-state.js';
import { restampUnconfirmed, settleAll } from '../settle/settle.js';
import { scan } from '../scan/scan.js';
import { Standstills } from './standstill.js';
import { statusOfPhase, REVERSIBLE, isAtRest } from '../../model/job-status.js';
import { forecastRollback } from '../rollback/forecast-rollback.js';
import { failRollback, rollBack } from '../rollback/rollback.js';
import type { WriteTarget } from '../../files/disk/atomic-file.js';
import type { FileStore } from '../../files/store/file-store.js';
import { writeExport } from '../export/export.js';
import { waitForBilly } from './wait-for-billy.js';
import { isPassing } from './unreadable-answers.js';
import { patchJob, readJob, type EngineDeps, type JobContext } from '../job/job-context.js';
import { isStop, isStoreFailure } from '../job/job-failures.js';
import { finishPartlyWritten } from '../send/finish-partly-written.js';

/** The organizations that this process works for. */
export interface EngineOrganizations {
  /** Those of the ids that this process has an access token of. */
  idsWithToken(ids: readonly string[]): Promise<readonly string[]>;
  /** null: this process has no access token of the organization. */
  connectionOf(organizationId: string): Promise<Connection | null>;
}

export interface EngineOptions extends EngineDeps {
  readonly queue: JobQueue;
  /** Exports only read, and a caller waits for them, so they do not queue behind the writing jobs. */
  readonly exportQueue: JobQueue;
  readonly organizations: EngineOrganizations;
  readonly files: FileStore;
  /** Writes an export where its caller wanted it. */
  readonly writeTarget: WriteTarget;
}

/** Interval of the search for jobs that other processes started or left unfinished. */
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

  /** Takes up unfinished jobs, now and at every interval. */
  start(): void {
    void this.#tryTakeUp();
    this.#stopTakingUp = this.#options.clock.every(TAKE_UP_MS, () => void this.#tryTakeUp());
  }

  /** Starts no further work and waits for the work in progress, at most `LIMITS.shutdownMs`. */
  async stop(): Promise<void> {
    this.#stopTakingUp();
    this.#stopping.abort(new DOMException('the process stops', 'AbortError'));
    const { queue, exportQueue, clock } = this.#options;
    const idle = Promise.all([queue.idle(), exportQueue.idle()]);
    await Promise.race([idle, clock.sleep(LIMITS.shutdownMs)]);
  }

  /** Queues the job's next work in its lane. Does nothing if the job is queued already. */
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

  /** Returns the warning if the job is stuck, as far as this process knows: by the database, or without a token. */
  standstillOf(job: JobRecord): Problem | null {
    return this.#standstills.warningFor(job);
  }

  /** Judges a rollback in the job's lane and stores the forecast. */
  async forecastRollback(job: JobRecord, reason: string | null): Promise<void> {
    await this.#inLane(job, async (context) => {
      // If the job was rolled back while the forecast waited, the forecast would overwrite the result.
      if (!REVERSIBLE.includes((await readJob(context)).status)) return;
      const forecast = await forecastRollback(context, reason);
      const { store, jobId, lease, clock } = context;
      const nowMs = clock.nowMs();
      const patch = { rollback: forecast };
      // In one statement: a rollback requested meanwhile must not be overwritten by the forecast.
      await store.updateJob({ jobId, lease, patch, nowMs, whileStatus: REVERSIBLE });
    });
  }

  /** Queues every job with work left, the oldest first. */
  async takeUp(): Promise<void> {
    const { organizations, store } = this.#options;
    const waiting = await store.listWaitingOrganizations();
    const ids = await organizations.idsWithToken(waiting);
    this.#standstills.noteWithoutToken(waiting.filter((id) => !ids.includes(id)));
    const jobs = await store.listUnfinished({ organizationIds: ids });
    for (const job of jobs) if (!isAtRest(job)) this.enqueue(job);
  }

  /** A failure is only logged: the next interval tries again. */
  async #tryTakeUp(): Promise<void> {
    try {
      await this.takeUp();
    } catch (error) {
      this.#options.log.error({ event: 'engine.take-up-failed', error: messageOf(error) });
    }
  }

  #inLane(job: JobRecord, act: (context: JobContext) => Promise<void>): Promise<void> {
    const { queue, exportQueue } = this.#options;
    const turns = job.operation === 'export' ? exportQueue : queue;
    const { organizationId, lane } = job;
    return turns.add({ organizationId, lane }, async () => {
      const connection = await this.#options.organizations.connectionOf(organizationId);
      // The job waits for a process that has a token of its organization.
      await connection?.use((billy) => this.#withLease(job, billy, act));
    });
  }

  async #withLease(
    job: JobRecord,
    billy: BillyClient,
    act: (context: JobContext) => Promise<void>,
  ): Promise<void> {
    const lease = { name: job.lane, owner: this.#owner };
    const claim = await holdLease(this.#options, lease, this.#stopping.signal);
    if (claim === null) return;
    const { store, clock, log, settings, files } = this.#options;
    const resource = resourceNamed(job.resourceType);
    const parts = { store, billy, clock, log, settings, files };
    try {
      await act({ ...parts, jobId: job.id, resource, lease, stop: claim.stop });
    } catch (error) {
      if (!isStop(error)) throw error;
    } finally {
      await claim.release();
    }
  }

  /** Advances unfinished jobs of the lane from other processes first: they may own records of this job. */
  async #advanceInOrder(context: JobContext): Promise<void> {
    const { store, jobId, lease } = context;
    const ahead = await store.jobAhead({ jobId, lane: lease.name });
    if (ahead !== null) {
      await this.#advanceInOrder({ ...context, jobId: ahead });
      // A paused job keeps its place: later jobs must not meet its half-finished work.
      if ((await readJob({ store, jobId: ahead })).phase !== 'done') return;
    }
    context.log.info({ event: 'job.taken', jobId });
    await this.#advance(context);
    // Jobs that were to start after this one may be of other lanes.
    if ((await readJob(context)).phase === 'done') await this.#tryTakeUp();
  }

  /** Runs stage after stage until the job is done. After an outage the interrupted stage runs again. */
  async #advance(context: JobContext): Promise<void> {
    await restampUnconfirmed(context);
    const memory: Memory = { prepared: null };
    for (;;) {
      const job = await readJob(context);
      if (job.phase === 'done' || context.stop.aborted) return;
      if (!(await this.#mayBegin(context, job))) return;
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

  /** False if the job waits for another one to complete. Cancels it if that ended otherwise. */
  async #mayBegin(context: JobContext, job: JobRecord): Promise<boolean> {
    if (job.phase !== 'scan' || job.startedAtMs !== null || job.afterJobId === null) return true;
    const predecessor = await context.store.getJob({ jobId: job.afterJobId });
    const turn = turnAfter(predecessor);
    if (turn === 'never' && predecessor !== null) {
      await finishJob(context, { status: 'cancelled', error: cancelledWith(predecessor) });
    }
    return turn === 'go';
  }

  /** Settles the unconfirmed items of a job that is to be paused, then marks it as paused. */
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
      await writeExport(context, this.#options.writeTarget);
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
    // Nothing is sent yet, so after a restart scan and plan start from the beginning.
    if (job.cancelRequested) {
      await finishJob(context, { status: 'cancelled' });
      return;
    }
    await patchJob(context, { phase: 'scan', status: 'validating' });
    await scan(context);
    const prepared = await preparePlan(context);
    // If a pause was requested meanwhile, the listing may be outdated when the job continues.
    if ((await readJob(context)).pauseRequested) return;
    const isCounted = unplannedMaxOf(job, context.settings) !== null;
    if (isCounted || decidesAllFirst(job, context.resource)) {
      await patchJob(context, { phase: 'plan', status: 'processing' });
      await this.#planStage(context, prepared, memory);
      return;
    }
    await patchJob(context, { phase: 'run', status: 'processing' });
    await this.#runStage(context, prepared);
  }

  /** Continues a run that has begun, or ends it if a row has failed. */
  async #goOn(context: JobContext, job: JobRecord, memory: Memory): Promise<void> {
    if (mustStop(job)) return this.#afterFirstFailure(context, null);
    const { prepared } = memory;
    memory.prepared = null;
    const isFresh = prepared !== null && isListingFresh(context, prepared.listing);
    await this.#runStage(context, isFresh ? prepared : await resumePlan(context));
  }

  /** False if the job ended while its rows were gathered: some are missing, and it must be scanned again. */
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

  /** Decides every row. If the run follows at once, it uses the same listing. */
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
    if (job.cancelRequested) return finishJob(context, { status: 'cancelled' });
    // An interrupted plan, or the plan of a job with a pause request, is discarded. The plan is made again
    // when the job continues, even if it was resumed meanwhile.
    if (job.pauseRequested || !isWhole) return;
    const refusal = await refusalOf(context, job);
    if (refusal !== null) return this.#refuse(context, job, refusal);
    if (job.dryRun) return finishJob(context, { status: 'completed' });
    return patchJob(context, { phase: 'run' });
  }

  /** Ends the job as failed without sending anything. A dry run also marks each planned item as not sent. */
  async #refuse(context: JobContext, job: JobRecord, error: JobFailure): Promise<void> {
    if (job.dryRun) await cancelPlan(context);
    return finishJob(context, { status: 'failed', error });
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
    // If a row that was under way has failed, the job's options for a failed row apply too.
    if (mustStop(await readJob(context))) return this.#afterFirstFailure(context, prepared);
    return finishJob(context, { status: 'cancelled' });
  }

  /** Ends or rolls back the job after its first failure. After an interruption the next stage starts here. */
  async #afterFirstFailure(context: JobContext, prepared: PreparedPlan | null): Promise<void> {
    await finishPartlyWritten(context, () => contextOf(context, prepared));
    if (context.stop.aborted) return;
    const { rollbackOnError } = jobOptionsOf(await readJob(context));
    const error = {
      code: 'ROW_INVALID',
      message: 'A row failed, and the options of the job stop it at the first failure.',
      hint: 'get_bulk_job_report shows why; start again with the corrected file, or roll the job back.',
    };
    if (!rollbackOnError) return finishJob(context, { status: 'failed', error });
    // In one write: a kill cannot leave the job failed without its rollback.
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

/** The plan that one stage hands to the next if the next follows directly. */
interface Memory {
  prepared: PreparedPlan | null;
}
