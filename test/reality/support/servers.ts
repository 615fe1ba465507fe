// Servers that end or freeze in the middle of their work, on the world's store and in its process.
import { onTestFinished } from 'vitest';
import { systemClock, type Clock } from '../../../src/core/clock.js';
import { openRival, type Gate, type Rival } from '../../jobs/support/rival.js';
import type { RealWorld } from './real-world.js';

/** Real milliseconds between two looks. */
const LOOK_MS = 5;

/** Waits until what was looked for is there; fails after `deadlineMs` real milliseconds. */
export async function eventually(
  what: string,
  look: () => Promise<boolean> | boolean,
  deadlineMs = 4000,
): Promise<void> {
  const endMs = systemClock.monotonicMs() + deadlineMs;
  while (!(await look())) {
    if (systemClock.monotonicMs() > endMs) throw new Error(`${what} did not happen in time`);
    await systemClock.sleep(LOOK_MS);
  }
}

/** While it is shut nothing that asks goes on. */
class Door {
  #opened: Promise<void> | null = null;
  #open: () => void = () => undefined;

  shut(): void {
    this.#opened ??= new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#opened = null;
    this.#open();
  }

  async pass(): Promise<void> {
    await this.#opened;
  }
}

/** Timers that are due behind a shut door fire when it opens. Time itself goes on. */
function clockBehind(door: Door, clock: Clock, onSleep: (ms: number) => void): Clock {
  return {
    nowMs: () => clock.nowMs(),
    monotonicMs: () => clock.monotonicMs(),
    random: () => clock.random(),
    randomHex: (bytes) => clock.randomHex(bytes),
    sleep: async (ms, signal) => {
      onSleep(ms);
      await clock.sleep(ms, signal);
      await door.pass();
    },
    turn: async () => {
      await clock.turn();
      await door.pass();
    },
    deadline: (ms) => clock.deadline(ms),
    every: (ms, run) => clock.every(ms, () => void door.pass().then(run)),
  };
}

export interface FreezableServer extends Rival {
  /** As SIGSTOP does: not one instruction more. Without a `thaw` it is a SIGKILL. */
  freeze(): void;
  /** As SIGCONT does. */
  thaw(): void;
}

export interface FreezeOptions {
  readonly gate?: Gate;
  readonly rateLimit?: { count: number; windowMs: number };
  /** Hears of each sleep before it begins; a freeze there is a freeze in it. */
  readonly onSleep?: (ms: number) => void;
}

/** The world should be `isHeld`: this server alone works on its jobs until another is opened. */
export function freezableServer(
  { world, proxy }: RealWorld,
  options: FreezeOptions = {},
): FreezableServer {
  const { onSleep = () => undefined } = options;
  const door = new Door();
  const gate: Gate = {
    before: async (name, parameter) => {
      await door.pass();
      await options.gate?.before?.(name, parameter);
      await door.pass();
    },
    after: async (name, parameter) => {
      await options.gate?.after?.(name, parameter);
      await door.pass();
    },
  };
  const place = {
    ...world,
    sandbox: { ...world.sandbox, url: proxy.url },
    clock: clockBehind(door, world.clock, onSleep),
  };
  const rival = openRival(place, { ...options, gate });
  // Runs before the rival's own end, which would wait for ever behind the door.
  onTestFinished(() => {
    door.open();
  });
  return {
    ...rival,
    freeze: () => {
      door.shut();
    },
    thaw: () => {
      door.open();
    },
  };
}
