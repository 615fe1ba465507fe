// A second process on the same database, in this one: its own client, engine and view of the store,
// which may be slow, or die at a given operation as a killed process would. The connection is shared:
// two in one thread would each block the thread that the other needs to go on.
import { onTestFinished } from 'vitest';
import { createBillyClient } from '../../../src/billy/http/client.js';
import { systemClock } from '../../../src/core/clock.js';
import { StoreError } from '../../../src/core/errors.js';
import { Account } from '../../../src/organizations/account.js';
import { Connection } from '../../../src/organizations/connection.js';
import { fixedAccounts } from '../../../src/organizations/account-source.js';
import { Organizations } from '../../../src/organizations/organizations.js';
import { Engine } from '../../../src/jobs/engine/engine.js';
import { createInProcessQueue } from '../../../src/queue/in-process-queue.js';
import type { JobStore } from '../../../src/store/job-store.js';
import type { World } from '../../support/engine-world.js';

/** Stands before each operation of a store; may wait, throw, or never return. */
export interface Gate {
  before?(name: keyof JobStore, parameter: unknown): Promise<void> | void;
  after?(name: keyof JobStore, parameter: unknown): Promise<void> | void;
}

function gated(store: JobStore, gate: Gate): JobStore {
  const entries = Object.entries(store).map(([name, operation]) => {
    const call = operation as (parameter: unknown) => Promise<unknown>;
    const gatedCall = async (parameter: unknown): Promise<unknown> => {
      await gate.before?.(name as keyof JobStore, parameter);
      const result = await call(parameter);
      await gate.after?.(name as keyof JobStore, parameter);
      return result;
    };
    return [name, name === 'close' ? operation : gatedCall] as const;
  });
  return Object.fromEntries(entries) as unknown as JobStore;
}

/** Dies at the n-th operation, before or after it took effect: nothing returns any more. */
export class Death implements Gate {
  readonly #at: number;
  readonly #isAfter: boolean;
  count = 0;
  isDead = false;
  /** The operation at which it died. */
  where = '';

  constructor(at: number, isAfter: boolean) {
    this.#at = at;
    this.#isAfter = isAfter;
  }

  before(name: keyof JobStore): Promise<void> | undefined {
    this.count += 1;
    if (this.count === this.#at) {
      this.where = `${this.#isAfter ? 'after' : 'before'} ${name}`;
      if (!this.#isAfter) this.isDead = true;
    }
    return this.isDead ? forever() : undefined;
  }

  after(): Promise<void> | undefined {
    if (this.#isAfter && this.count >= this.#at) this.isDead = true;
    return this.isDead ? forever() : undefined;
  }
}

function forever(): Promise<void> {
  return new Promise(() => undefined);
}

/** Each operation takes a while before and after, as with a database across a network. */
export class Slowness implements Gate {
  readonly #ms: number;
  #state: number;

  constructor(ms: number, seed: number) {
    this.#ms = ms;
    this.#state = seed;
  }

  before(): Promise<void> {
    return this.#wait();
  }

  after(): Promise<void> {
    return this.#wait();
  }

  #wait(): Promise<void> {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return systemClock.sleep((this.#state % 1000) * (this.#ms / 1000));
  }
}

/** Fails once, at the n-th call of the named operation, with nothing done. */
export class Hiccup implements Gate {
  readonly #name: keyof JobStore;
  #left: number;
  hasStruck = false;

  constructor(name: keyof JobStore, at: number) {
    this.#name = name;
    this.#left = at;
  }

  before(name: keyof JobStore): void {
    if (name !== this.#name) return;
    this.#left -= 1;
    if (this.#left !== 0) return;
    this.hasStruck = true;
    throw new StoreError({ code: 'STORE_FAILED', message: 'the disk hiccups' });
  }
}

export interface Rival {
  readonly engine: Engine;
  readonly store: JobStore;
  stop(): Promise<void>;
}

/** The world should be `isHeld`, lest its own engine take part. */
export function openRival(
  world: World,
  options: { gate?: Gate; leaseMs?: number; rateLimit?: { count: number; windowMs: number } } = {},
): Rival {
  const { clock, log, sandbox, tokenHash } = world;
  const { gate = {}, leaseMs = world.settings.leaseMs, rateLimit = null } = options;
  const settings = { ...world.settings, leaseMs };
  const { timeoutMs, maxConcurrent } = settings;
  const store = gated(world.store, gate);
  const [baseUrl, token] = [sandbox.url, sandbox.token];
  const sending = { baseUrl, token, rateLimit, maxConcurrent, timeoutMs };
  const billy = createBillyClient({ ...sending, clock, log });
  const connection = new Connection({ open: () => Promise.resolve(billy), clock });
  const account = new Account({ store: world.store, connection, tokenHash, expectedId: null });
  const engine = new Engine({
    ...{ store, clock, log, settings },
    queue: createInProcessQueue({ jobsAtOnce: 3 }),
    exportQueue: createInProcessQueue({ jobsAtOnce: 1 }),
    organizations: new Organizations({ source: fixedAccounts([account]), clock, log }),
    files: world.parts.files,
    writeTarget: world.parts.writeTarget,
  });
  const stop = async (): Promise<void> => {
    await engine.stop();
    await billy.close();
  };
  onTestFinished(stop);
  engine.start();
  return { engine, store, stop };
}
