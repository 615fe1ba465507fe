/**
 * A server process inside the simulation: the real engine, client and store, and a gate through which
 * everything it does must pass, at which it may die, stop in order, freeze or meet a failing disk.
 */
import { hostname } from 'node:os';
import { createBillyClient } from '../../src/billy/http/client.js';
import { StoreError } from '../../src/core/errors.js';
import type { RateLimit } from '../../src/billy/throttle/rate-limit.js';
import type { Transport } from '../../src/billy/http/transport.js';
import type { Clock } from '../../src/core/clock.js';
import { createLog } from '../../src/core/log.js';
import type { FileStore } from '../../src/files/store/file-store.js';
import { Engine } from '../../src/jobs/engine/engine.js';
import type { EngineSettings } from '../../src/jobs/job/job-context.js';
import { Connection } from '../../src/organizations/connection.js';
import { createInProcessQueue } from '../../src/queue/in-process-queue.js';
import type { Random } from '../../src/sandbox/world/seeded-random.js';
import type { JobStore } from '../../src/store/job-store.js';
import type { Lease, LeaseHolder } from '../../src/model/job.js';
import { sendsOfOrganization } from '../../src/wiring/send-scope.js';
import { momentOf } from './moments.js';
import { gated, type Around } from './store-gate.js';
import { virtualClock } from '../../test/support/simulation/virtual-clock.js';
import type { VirtualTime } from '../../test/support/simulation/virtual-time.js';
import { createLine, type Net, type Trace } from './wire.js';

/** What befalls a process at the n-th moment of an act, or the n-th of one name. */
export interface Blow {
  readonly point: string | null;
  readonly nth: number;
  readonly what: 'die' | 'stop' | 'freeze' | 'disk' | 'clock' | 'machine clock';
  /** How long a freeze lasts, or how far the wall clock jumps. */
  readonly ms: number;
}

export interface ProcessPlan {
  readonly blows: readonly Blow[];
  /** Each operation of the store takes up to this long. */
  readonly storeMsMax: number;
  /** Its death is seen at once (same machine), or only by the end of its lease. */
  readonly isNearby: boolean;
}

/** Takes a safeguard away from a process, from outside; absent: all is as it is. */
export interface Tampering {
  readonly store?: (store: JobStore) => JobStore;
  readonly clock?: (clock: Clock) => Clock;
  readonly transport?: (transport: Transport) => Transport;
  /** Reads by id show what lists show. */
  readonly readsLag?: boolean;
}

export interface Ground {
  readonly time: VirtualTime;
  readonly startMs: number;
  readonly random: Random;
  readonly store: JobStore;
  readonly net: Net;
  readonly settings: EngineSettings;
  readonly files: FileStore;
  readonly organizationId: string;
  /** The limit that all processes keep together; null: unlimited. */
  readonly rateLimit: RateLimit | null;
  /** Leases of processes that are known to be dead. */
  readonly deadOwners: Set<string>;
  /** How far the wall clock of the machine is off, and of all its processes with it. */
  readonly machine: { clockOffMs: number };
  readonly tampering: Tampering;
  readonly trace: Trace;
}

/** No such boot of this machine any more: the owner's death is certain. */
const DEAD_ALIAS = [hostname(), 'an earlier boot', '1', '1', 'dead'].join('|');
const SILENT = createLog({ level: 'silent' });

function forever(): Promise<void> {
  return new Promise(() => undefined);
}

export class SimulatedProcess {
  readonly engine: Engine;
  readonly number: number;
  isDead = false;
  /** The moment at which it died of its own plan. */
  diedAt: string | null = null;
  readonly #ground: Ground;
  readonly #owners = new Set<string>();
  #plan: ProcessPlan;
  #passed = new Map<string | null, number>();
  #frozenUntilMs = 0;
  #clockOffMs = 0;

  constructor(ground: Ground, number: number, plan: ProcessPlan) {
    this.#ground = ground;
    this.#plan = plan;
    this.number = number;
    const { settings, net, organizationId, rateLimit, tampering } = ground;
    const own = virtualClock(ground, {
      pass: () => this.#awake(),
      offMs: () => this.#clockOffMs + ground.machine.clockOffMs,
    });
    const clock = tampering.clock?.(own) ?? own;
    const tampered = tampering.store?.(ground.store) ?? ground.store;
    const store = gated(tampered, this.#around);
    const line = createLine(net, number, (moment) => this.#pass(moment));
    const billy = createBillyClient({
      baseUrl: 'http://127.0.0.1:1/v2',
      token: net.billy.token,
      rateLimit,
      sharedSends: sendsOfOrganization(store, organizationId),
      maxConcurrent: settings.maxConcurrent,
      timeoutMs: settings.timeoutMs,
      clock,
      log: SILENT,
      transport: tampering.transport?.(line) ?? line,
    });
    const connection = new Connection({ open: () => Promise.resolve(billy), clock });
    this.engine = new Engine({
      ...{ store, clock, log: SILENT, settings },
      queue: createInProcessQueue({ jobsAtOnce: 3 }),
      exportQueue: createInProcessQueue({ jobsAtOnce: 1 }),
      organizations: {
        idsWithToken: () => Promise.resolve([organizationId]),
        connectionOf: () => Promise.resolve(connection),
      },
      files: ground.files,
      writeTarget: () => Promise.resolve(),
    });
    this.engine.start();
  }

  get isAwake(): boolean {
    return !this.isDead && this.#ground.time.ms >= this.#frozenUntilMs;
  }

  /** What befalls it from now on. */
  arm(plan: ProcessPlan): void {
    this.#plan = plan;
    this.#passed = new Map();
  }

  /** At a moment of its plan, or (null) because the simulation is over. */
  die(moment: string | null): void {
    if (this.isDead) return;
    this.isDead = true;
    this.diedAt = moment;
    this.#ground.trace(() => `process ${String(this.number)} dies: ${moment ?? 'the end'}`);
    if (!this.#plan.isNearby) return;
    for (const owner of this.#owners) this.#ground.deadOwners.add(owner);
  }

  /** Ends as a signal asks it to: what is in flight may finish, then it is gone. */
  stop(moment: string): void {
    const { trace, net } = this.#ground;
    trace(() => `process ${String(this.number)} is asked to stop: ${moment}`);
    net.met.note('orderly stop');
    void this.engine.stop().then(() => {
      this.die(`stopped at ${moment}`);
    });
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
    if (blow !== undefined) this.#suffer(blow, moment);
    return this.#awake();
  }

  #suffer({ what, ms }: Blow, moment: string): void {
    const { time, trace, net, settings } = this.#ground;
    const number = String(this.number);
    switch (what) {
      case 'die':
        net.met.note('kill');
        this.die(moment);
        break;
      case 'stop':
        this.stop(moment);
        break;
      case 'freeze':
        trace(() => `process ${number} freezes for ${String(ms)} ms: ${moment}`);
        net.met.note('freeze');
        if (ms > settings.leaseMs) net.met.note('freeze longer than the lease');
        if (moment.startsWith('send ')) net.met.note('freeze at the wire');
        this.#frozenUntilMs = time.ms + ms;
        break;
      case 'clock':
      case 'machine clock':
        trace(() => `the clock of process ${number} jumps by ${String(ms)} ms: ${moment}`);
        net.met.note(ms > 0 ? 'clock +1 h' : 'clock -1 h');
        if (what === 'clock') this.#clockOffMs += ms;
        else this.#ground.machine.clockOffMs += ms;
        break;
      case 'disk':
        if (!moment.startsWith('before ')) break;
        trace(() => `disk fails: ${moment}`);
        net.met.note('failing disk');
        throw new StoreError({ code: 'STORE_FAILED', message: 'the disk hiccups' });
    }
  }

  readonly #around: Around = async (name, parameter, call) => {
    const { time, random, trace, net } = this.#ground;
    const { storeMsMax } = this.#plan;
    const moment = momentOf(name, parameter);
    await this.#pass(`before ${moment}`);
    if (storeMsMax > 0) await time.sleep(Math.floor(random() * storeMsMax));
    if (this.isDead) await forever();
    const result = await this.#call(name, parameter, call);
    net.recorder.noteStore(this.number, name, { parameter, result });
    trace(
      () => `${String(this.number)} ${name} ${JSON.stringify(parameter ?? null).slice(0, 300)}`,
    );
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
