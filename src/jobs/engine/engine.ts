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
import { beganUndo, type JobFailure, type JobPhase, type JobRecord } from '../../model/job.js';
import { claimLease } from './hold-lease.js';
import { rollbackNote } from '../job/journal-notes.js';
import { decidesAllFirst, jobOptionsOf } from '../job/job-options.js';
import { ownerName } from './process-identity.js';
import { servesStill } from '../snapshot/listing-age.js';
import { declareUnknown, finishJob } from './finish-job.js';
import {
  contextOf,
  preparePlan,
  resumePlan,
  withdrawPlan,
  type PreparedPlan,
} from '../plan/plan.js';
import { prepareRetry } from './retry-items.js';
import { finishBegun, run, settleAll } from '../send/run.js';
import { isUnderWay, mustStop } from '../send/run-state.js';
import { restampDoubts } from '../settle/settle.js';
import { scan } from '../scan/scan.js';
import { Standstills } from './standstill.js';
import { statusOfPhase, UNDOABLE, isAtRest } from '../job/job-status.js';
import { foretellUndo } from '../rollback/forecast-rollback.js';
import { giveUpUndo, undo } from '../rollback/rollback.js';
import { writeExport, type ExportPlace } from '../export/export.js';
import { isPassing } from './unreadable-answers.js';
import { isOutage, patchJob, readJob, type EngineParts, type Work } from '../job/job-context.js';
import { isStop, isStoreFailure } from '../job/job-failures.js';

export interface EngineOptions extends EngineParts {
  readonly queue: JobQueue;
  /** Exports read only and somebody waits for them: they take no turn among the writing jobs. */
  readonly exportQueue: JobQueue;
  readonly organizationId: () => Promise<string | null>;
  readonly exportPlace: (organizationId: string) => ExportPlace;
}

/** Other processes may leave jobs behind, or start some: looked for this often. */
const TAKE_UP_MS = 5000;
const PROBE_MS = 2000;

export class Engine implements JobRunner {
  readonly #options: EngineOptions;
  readonly #owner: string;
  readonly #stopping = new AbortController();
  readonly #queued = new Set<string>();
  readonly #standstills: Standstills;
  #stopTakingUp: () => void = () => undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#owner = ownerName(options.clock.randomHex(4));
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
    const working = this.#inLane(job, (work) => this.#advanceInOrder(work));
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
    await this.#inLane(job, async (work) => {
      // Rolled back while this waited for its turn: a forecast would overwrite what happened.
      if (!UNDOABLE.includes((await readJob(work)).status)) return;
      const forecast = await foretellUndo(work, reason);
      const { store, jobId, lease, clock } = work;
      const nowMs = clock.nowMs();
      const patch = { undo: forecast };
      // In one statement: a rollback that somebody asks for meanwhile must not look like a forecast.
      await store.updateJob({ jobId, lease, patch, nowMs, whileStatus: UNDOABLE });
    });
  }

  /** Queues every job that has work left, the oldest first. */
  async takeUp(): Promise<void> {
    const organizationId = await this.#options.organizationId();
    if (organizationId === null) return;
    const jobs = await this.#options.store.listUnfinished({ organizationId });
    for (const job of jobs) if (!isAtRest(job)) this.enqueue(job);
  }

  #inLane(job: JobRecord, act: (work: Work) => Promise<void>): Promise<void> {
    const { queue, exportQueue } = this.#options;
    const turns = job.operation === 'export' ? exportQueue : queue;
    return turns.add(job.lane, () => this.#withLease(job, act));
  }

  async #withLease(job: JobRecord, act: (work: Work) => Promise<void>): Promise<void> {
    const lease = { name: job.lane, owner: this.#owner };
    const claim = await claimLease(this.#options, lease, this.#stopping.signal);
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
  async #advanceInOrder(work: Work): Promise<void> {
    const { store, jobId, lease } = work;
    const ahead = await store.jobAhead({ jobId, lane: lease.name });
    if (ahead !== null) {
      await this.#advanceInOrder({ ...work, jobId: ahead });
      // One that somebody paused keeps its place: who comes after it was not to meet half of its work.
      if ((await readJob({ store, jobId: ahead })).phase !== 'done') return;
    }
    work.log.info({ event: 'job.taken', jobId });
    await this.#advance(work);
  }

  /** Stage after stage until the job is done; an outage pauses it, then the same stage goes on. */
  async #advance(work: Work): Promise<void> {
    await restampDoubts(work);
    const memory: Memory = { prepared: null };
    for (;;) {
      const job = await readJob(work);
      if (job.phase === 'done' || work.stop.aborted) return;
      try {
        if (job.pauseRequested && job.phase !== 'undo') {
          await this.#rest(work);
          return;
        }
        if (await this.#begins(work, job, job.phase)) await this.#stage(work, job, memory);
      } catch (error) {
        memory.prepared = null;
        if (await isPassing(work, error)) await this.#waitForBilly(work, error as AppError);
        else await this.#fail(work, error);
      }
    }
  }

  /** Somebody asked for a pause: what is in doubt is settled, then the job waits for its resume. */
  async #rest(work: Work): Promise<void> {
    await settleAll(work);
    if (!work.stop.aborted) await patchJob(work, { status: 'paused' });
  }

  async #begins(work: Work, job: JobRecord, phase: Exclude<JobPhase, 'done'>): Promise<boolean> {
    const { store, jobId, lease, clock } = work;
    const status = statusOfPhase(phase);
    if (job.status === status) return true;
    const nowMs = clock.nowMs();
    const startedAtMs = job.startedAtMs ?? nowMs;
    return store.beginStage({ jobId, lease, status, startedAtMs, nowMs });
  }

  async #stage(work: Work, job: JobRecord, memory: Memory): Promise<void> {
    if (job.phase === 'undo') {
      await undo(work);
      return;
    }
    if (job.operation === 'export') {
      await writeExport(work, this.#options.exportPlace(job.organizationId));
      return;
    }
    if (job.phase === 'run' && (mustStop(job) || (await isUnderWay(work, job)))) {
      await this.#goOn(work, job, memory);
      return;
    }
    if (job.phase === 'retry' && (await this.#isScanned(work, job))) {
      await this.#planStage(work, await this.#prepareRetry(work), memory);
      return;
    }
    // Nothing is sent yet: after a restart scan and plan simply begin anew.
    if (job.cancelRequested) {
      await finishJob(work, { status: 'cancelled' });
      return;
    }
    await patchJob(work, { phase: 'scan', status: 'validating' });
    await scan(work);
    const prepared = await preparePlan(work);
    // Asked to pause meanwhile: what is listed now may be old when the job goes on.
    if ((await readJob(work)).pauseRequested) return;
    if (decidesAllFirst(job, work.resource)) {
      await patchJob(work, { phase: 'plan', status: 'processing' });
      await this.#planStage(work, prepared, memory);
      return;
    }
    await patchJob(work, { phase: 'run', status: 'processing' });
    await this.#runStage(work, prepared);
  }

  /** A run that has begun: stopped by a failed row, or sent on. */
  async #goOn(work: Work, job: JobRecord, memory: Memory): Promise<void> {
    if (mustStop(job)) return this.#afterFirstFailure(work, null);
    const { prepared } = memory;
    memory.prepared = null;
    const isFresh = prepared !== null && servesStill(work, prepared.picture);
    await this.#runStage(work, isFresh ? prepared : await resumePlan(work));
  }

  /** A job that ended while its rows were gathered has some of them only: it begins anew. */
  async #isScanned(work: Work, { totalItems }: JobRecord): Promise<boolean> {
    if (totalItems === null) return false;
    const { store, jobId, resource } = work;
    if (resource.grouping === null) return true;
    return totalItems === (await store.countItems({ jobId, states: ITEM_STATES }));
  }

  async #prepareRetry(work: Work): Promise<PreparedPlan | null> {
    await prepareRetry(work);
    return work.stop.aborted ? null : preparePlan(work);
  }

  /** Decides every row; the run goes on with what was listed for that, if it comes at once. */
  async #planStage(work: Work, prepared: PreparedPlan | null, memory: Memory): Promise<void> {
    if (prepared === null) return;
    await this.#afterPlan(work, await prepared.planner.toEnd());
    memory.prepared = prepared;
  }

  async #afterPlan(work: Work, isWhole: boolean): Promise<void> {
    const job = await readJob(work);
    const options = jobOptionsOf(job);
    if (job.cancelRequested) return finishJob(work, { status: 'cancelled' });
    // The plan was broken off, or is not to be acted on for who knows how long: made anew then, also
    // when somebody has resumed the job meanwhile.
    if (job.pauseRequested || !isWhole) return;
    if (work.resource.needsAllReferences && (await this.#lacksReferences(work))) {
      const error = {
        code: 'REFERENCE_NOT_FOUND',
        message: 'Rows refer to what this account does not have, so nothing of this plan was sent.',
        hint: 'job.warnings and the report name each; correct the file or add the records in Billy, then start again.',
      };
      return this.#refuse(work, job, error);
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
      return this.#refuse(work, job, error);
    }
    if (job.dryRun) return finishJob(work, { status: 'completed' });
    return patchJob(work, { phase: 'run' });
  }

  /** Nothing of the plan is sent; a dry run says so of each item that would have been. */
  async #refuse(work: Work, job: JobRecord, error: JobFailure): Promise<void> {
    if (job.dryRun) await withdrawPlan(work);
    return finishJob(work, { status: 'failed', error });
  }

  async #lacksReferences({ store, jobId }: Work): Promise<boolean> {
    // Each code may have one line more, for what is counted together.
    const limit = LIMITS.jobCausesKept + ERROR_CODES.length;
    const causes = await store.listCauses({ jobId, limit });
    return causes.some(({ code }) => code === 'REFERENCE_NOT_FOUND');
  }

  async #runStage(work: Work, prepared: PreparedPlan): Promise<void> {
    const options = jobOptionsOf(await readJob(work));
    const end = await run(work, { ...prepared, options });
    switch (end.kind) {
      case 'stopped':
      case 'paused':
        return;
      case 'error':
        throw end.error;
      case 'drained':
        return finishJob(work, { status: 'completed' });
      case 'cancelled':
        return this.#afterCancel(work, prepared);
      case 'firstFailure':
        return this.#afterFirstFailure(work, prepared);
    }
  }

  async #afterCancel(work: Work, prepared: PreparedPlan): Promise<void> {
    await finishBegun(work, () => contextOf(work, prepared));
    if (work.stop.aborted) return;
    // A row that was under way has failed: what the job was told for that case counts as well.
    if (mustStop(await readJob(work))) return this.#afterFirstFailure(work, prepared);
    return finishJob(work, { status: 'cancelled' });
  }

  /** Whatever breaks this off, an outage or the end of the process: the next stage begins here again. */
  async #afterFirstFailure(work: Work, prepared: PreparedPlan | null): Promise<void> {
    await finishBegun(work, () => contextOf(work, prepared));
    if (work.stop.aborted) return;
    const { rollbackOnError } = jobOptionsOf(await readJob(work));
    const error = {
      code: 'ROW_INVALID',
      message: 'A row failed, and the job was told to stop at the first failure.',
      hint: 'get_bulk_job_report shows why; start again with the mended file, or roll the job back.',
    };
    if (!rollbackOnError) return finishJob(work, { status: 'failed', error });
    // One write: a kill cannot leave the job failed with its rollback forgotten.
    const nowMs = work.clock.nowMs();
    const undo = beganUndo({ reason: 'rollbackOnError', nowMs });
    const completedAtMs = nowMs;
    const patch = { status: 'rolling_back', phase: 'undo', error, undo, completedAtMs } as const;
    return patchJob(work, patch, [rollbackNote(true)]);
  }

  async #fail(work: Work, error: unknown): Promise<void> {
    if (isStop(error)) throw error;
    if (isStoreFailure(error)) throw error;
    const { code, message, hint } = shownError(error, work, { jobId: work.jobId });
    const failure = { code, message, hint };
    const job = await readJob(work);
    if (job.phase === 'undo') {
      await giveUpUndo(work, failure);
      return;
    }
    await declareUnknown(work);
    await finishJob(work, { status: 'failed', error: failure });
  }

  async #waitForBilly(work: Work, error: AppError): Promise<void> {
    const { clock, billy, stop, log } = work;
    log.warn({ event: 'job.paused', jobId: work.jobId, code: error.code });
    const { phase } = await readJob(work);
    if (phase !== 'undo') await patchJob(work, { status: 'paused' });
    for (let waitMs = PROBE_MS; ; waitMs = Math.min(waitMs * 2, LIMITS.backoffMsMax)) {
      if (await this.#isCancelledIdle(work)) return;
      await clock.sleep(waitMs, stop);
      try {
        await billy.organization({ priority: 'job', patienceMs: 0, signal: stop });
        return;
      } catch (failure) {
        // Billy answers again, if only to refuse: the stage itself meets that and ends the job. Or
        // the process stops.
        if (!isOutage(failure)) return;
      }
    }
  }

  /** Cancelled while Billy is away and nothing is in doubt: there is nothing to wait for. */
  async #isCancelledIdle(work: Work): Promise<boolean> {
    const { store, jobId } = work;
    const job = await readJob(work);
    if (!job.cancelRequested || job.phase === 'undo') return false;
    if ((await store.countItems({ jobId, states: ['sending', 'doubt'] })) > 0) return false;
    await finishJob(work, { status: 'cancelled' });
    return true;
  }
}

/** What one stage leaves to the next, as long as nothing comes between them. */
interface Memory {
  prepared: PreparedPlan | null;
}
