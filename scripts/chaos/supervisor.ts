/** Keeps processes alive: one, perhaps a second, and a new one for each that dies. */
import { SimulatedProcess, type Ground, type ProcessPlan } from './simulated-process.js';

const CALM: ProcessPlan = { blows: [], storeMsMax: 0, isNearby: true };

export class Supervisor {
  readonly #ground: Ground;
  readonly #respawnMs: number;
  readonly #processes: SimulatedProcess[] = [];
  readonly #mourned = new Set<SimulatedProcess>();
  #waiting: ProcessPlan[] = [];

  constructor(ground: Ground, respawnMs: number) {
    this.#ground = ground;
    this.#respawnMs = respawnMs;
  }

  /** One that can hear us now; null: nobody. */
  get awake(): SimulatedProcess | null {
    return this.#processes.find(({ isAwake }) => isAwake) ?? null;
  }

  /** The moments at which processes died. */
  get deaths(): readonly string[] {
    return this.#processes.flatMap(({ diedAt }) => diedAt ?? []);
  }

  /** A new act: those who live get new plans, the other plans wait for their processes. */
  arm(plans: readonly ProcessPlan[], rivalAfterMs: number | null): void {
    this.#waiting = [...plans];
    const living = this.#processes.filter(({ isDead }) => !isDead);
    for (const process of living) process.arm(this.#waiting.shift() ?? CALM);
    if (living.length === 0) this.#spawn();
    const { time } = this.#ground;
    if (rivalAfterMs === null || living.length > 1) return;
    time.at(time.ms + rivalAfterMs, () => {
      this.#ground.net.met.note('two processes');
      this.#spawn();
    });
  }

  /** Sends for somebody new in the place of each who died since the last call. */
  mourn(): void {
    const { time } = this.#ground;
    for (const dead of this.#processes) {
      if (!dead.isDead || this.#mourned.has(dead)) continue;
      this.#mourned.add(dead);
      time.at(time.ms + this.#respawnMs, () => {
        this.#spawn();
      });
    }
  }

  /** Everybody dies, and nobody comes. */
  end(): void {
    for (const process of this.#processes) {
      this.#mourned.add(process);
      process.die(null);
    }
  }

  #spawn(): void {
    const plan = this.#waiting.shift() ?? CALM;
    const number = this.#processes.length + 1;
    if (plan.storeMsMax > 0) this.#ground.net.met.note('slow disk');
    this.#ground.trace(() => `process ${String(number)} starts`);
    this.#processes.push(new SimulatedProcess(this.#ground, number, plan));
  }
}
