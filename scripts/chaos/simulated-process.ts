/**
 * A server process inside the simulation: the real engine, client and store, and a gate through which
 * everything it does must pass, at which it may die, freeze or meet a failing disk.
 */
import { hostname } from 'node:os';
import { createBillyClient } from '../../src/billy/client.js';
import { systemClock, type Clock } from '../../src/core/clock.js';
import { StoreError } from '../../src/core/errors.js';
import { createLog } from '../../src/core/log.js';
import { Engine } from '../../src/jobs/engine.js';
import type { EngineSettings } from '../../src/jobs/work.js';
import { createInProcessQueue } from '../../src/queue/in-process-queue.js';
import type { Random } from '../../src/sandbox/seeded.js';
import type { JobStore } from '../../src/store/job-store.js';
import type { Lease, LeaseHolder } from '../../src/store/types.js';
import { momentOf } from './moments.js';
import { gated, type Around } from './store-gate.js';
import type { VirtualTime } from './virtual-time.js';
import { createLine, type Net, type Trace } from './wire.js';

/** What befalls a process at the n-th moment of its life, or the n-th of one name. */
export interface Blow {
  readonly point: string | null;
  readonly nth: number;
  readonly what: 'die' | 'freeze' | 'disk';
  /** How long a freeze lasts. */
  readonly ms: number;
}

export interface ProcessPlan {
  readonly blows: readonly Blow[];
  /** Each operation of the store takes up to this long. */
  readonly storeMsMax: number;
  /** Its death is seen at once (same machine), or only by the end of its lease. */
  readonly isNearby: boolean;
}

export interface Ground {
  readonly time: VirtualTime;
  readonly startMs: number;
  readonly random: Random;
  readonly store: JobStore;
  readonly net: Net;
  readonly settings: EngineSettings;
  readonly organizationId: string;
  /** Leases of processes that are known to be dead. */
  readonly deadOwners: Set<string>;
  readonly trace: Trace;
}

/** `core/clock` on virtual time; `isGone` stills the timers of a dead process. */
export function virtualClock(
  ground: Pick<Ground, 'time' | 'startMs' | 'random'>,
  pass: () => Promise<void> | undefined = () => undefined,
): Clock {
  const { time, startMs, random } = ground;
  const wake = (run: () => void): void => {
    const awake = pass();
    if (awake === undefined) run();
    else void awake.then(run);
  };
  return {
    nowMs: () => Math.floor(startMs + time.ms),
    monotonicMs: () => time.ms,
    turn: () => systemClock.turn(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        const finish = (): void => {
          cancel();
          signal?.removeEventListener('abort', finish);
          resolve();
        };
        const cancel = time.at(time.ms + Math.max(0, ms), () => {
          wake(finish);
        });
        signal?.addEventListener('abort', finish, { once: true });
      }),
    random,
    randomHex: (bytes) =>
      Array.from({ length: bytes * 2 }, () => Math.floor(random() * 16).toString(16)).join(''),
    deadline: (ms) => {
      const controller = new AbortController();
      const cancel = time.at(time.ms + ms, () => {
        controller.abort(new DOMException('deadline passed', 'TimeoutError'));
      });
      return { signal: controller.signal, cancel };
    },
    every: (ms, run) => {
      let cancel = (): void => undefined;
      const next = (): void => {
        cancel = time.at(time.ms + ms, () => {
          next();
          wake(run);
        });
      };
      next();
      return () => {
        cancel();
      };
    },
  };
}

/** No such boot of this machine any more: the owner's death is certain. */
const DEAD_ALIAS = [hostname(), 'an earlier boot', '1', '1', 'dead'].join('|');
const SILENT = createLog({ level: 'silent' });

function forever(): Promise<void> {
  return new Promise(() => undefined);
}

export class SimulatedProcess {
  readonly engine: Engine;
  isDead = false;
  /** The moment at which it died of its own plan. */
  diedAt: string | null = null;
  readonly #ground: Ground;
  readonly #plan: ProcessPlan;
  readonly #owners = new Set<string>();
  readonly #passed = new Map<string | null, number>();
  #frozenUntilMs = 0;

  constructor(ground: Ground, plan: ProcessPlan) {
    this.#ground = ground;
    this.#plan = plan;
    const clock = virtualClock(ground, () => this.#awake());
    const { settings, net, organizationId } = ground;
    const store = gated(ground.store, this.#around);
    const billy = createBillyClient({
      baseUrl: 'http://127.0.0.1:1/v2',
      token: net.billy.token,
      rateLimit: null,
      maxConcurrent: settings.maxConcurrent,
      timeoutMs: settings.timeoutMs,
      clock,
      log: SILENT,
      transport: createLine(net, (moment) => this.#pass(moment)),
    });
    this.engine = new Engine({
      ...{ store, billy, clock, log: SILENT, settings },
      queue: createInProcessQueue({ jobsAtOnce: 3 }),
      exportQueue: createInProcessQueue({ jobsAtOnce: 1 }),
      organizationId: () => Promise.resolve(organizationId),
      exportFolder: () => '',
    });
    this.engine.start();
  }

  /** At a moment of its plan, or (null) because the simulation is over. */
  die(moment: string | null): void {
    if (this.isDead) return;
    this.isDead = true;
    this.diedAt = moment;
    this.#ground.trace(() => `process dies: ${moment ?? 'the end'}`);
    if (!this.#plan.isNearby) return;
    for (const owner of this.#owners) this.#ground.deadOwners.add(owner);
  }

  /** Undefined: alive and awake. */
  #awake(): Promise<void> | undefined {
    if (this.isDead) return forever();
    const { time } = this.#ground;
    if (time.ms >= this.#frozenUntilMs) return undefined;
    return time.sleep(this.#frozenUntilMs - time.ms).then(() => this.#awake());
  }

  #pass(moment: string): Promise<void> | undefined {
    if (this.isDead) return forever();
    for (const key of [null, moment]) this.#passed.set(key, (this.#passed.get(key) ?? 0) + 1);
    const blow = this.#plan.blows.find(({ point, nth }) => {
      return (point === null || point === moment) && this.#passed.get(point) === nth;
    });
    if (blow?.what === 'die') this.die(moment);
    // Stopped between its last check and the wire nothing can hold it back: no promise covers that.
    if (blow?.what === 'freeze' && !moment.startsWith('send ')) {
      const { time, trace } = this.#ground;
      trace(() => `process freezes for ${String(blow.ms)} ms: ${moment}`);
      this.#frozenUntilMs = time.ms + blow.ms;
    }
    if (blow?.what === 'disk' && moment.startsWith('before ')) {
      this.#ground.trace(() => `disk fails: ${moment}`);
      throw new StoreError({ code: 'STORE_FAILED', message: 'the disk hiccups' });
    }
    return this.#awake();
  }

  readonly #around: Around = async (name, parameter, call) => {
    const { time, random, trace } = this.#ground;
    const { storeMsMax } = this.#plan;
    const moment = momentOf(name, parameter);
    await this.#pass(`before ${moment}`);
    if (storeMsMax > 0) await time.sleep(Math.floor(random() * storeMsMax));
    if (this.isDead) await forever();
    const result = await this.#call(name, parameter, call);
    trace(() => `${name} ${JSON.stringify(parameter).slice(0, 300)}`);
    await this.#pass(`after ${moment}`);
    return result;
  };

  /** Dead owners show as what they are, and are taken over under their real name. */
  async #call(
    name: string,
    parameter: unknown,
    call: (parameter: unknown) => Promise<unknown>,
  ): Promise<unknown> {
    const { deadOwners } = this.#ground;
    if (name === 'readLease') {
      const holder = (await call(parameter)) as LeaseHolder | null;
      const isDead = holder !== null && deadOwners.has(holder.owner);
      return isDead ? { ...holder, owner: DEAD_ALIAS } : holder;
    }
    if (name !== 'acquireLease') return call(parameter);
    const claim = parameter as { lease: Lease; takeFrom?: string };
    this.#owners.add(claim.lease.owner);
    if (claim.takeFrom !== DEAD_ALIAS) return call(claim);
    for (const takeFrom of deadOwners) {
      if (await call({ ...claim, takeFrom })) return true;
    }
    return false;
  }
}
