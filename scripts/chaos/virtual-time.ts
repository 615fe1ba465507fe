/**
 * Time that stands still while anything moves and then jumps to the next timer: an hour of waiting
 * costs nothing, and the same seed gives the same order of events.
 */
interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Work that is under way outside this thread, or comes next in it; time must wait for it. */
const REAL_WORK = /^(FSReq|FileHandleCloseReq|CloseReq|Immediate)/;

export class VirtualTime {
  ms = 0;
  /** Soonest first. */
  readonly #timers: Timer[] = [];
  #order = 0;

  /** Calls `run` once it is `atMs`; the returned function takes it back. */
  at(atMs: number, run: () => void): () => void {
    this.#order += 1;
    const timer = { atMs: Math.max(atMs, this.ms), order: this.#order, run };
    let index = this.#timers.length;
    while (index > 0 && (this.#timers[index - 1]?.atMs ?? 0) > timer.atMs) index -= 1;
    this.#timers.splice(index, 0, timer);
    return () => {
      const found = this.#timers.indexOf(timer);
      if (found !== -1) this.#timers.splice(found, 1);
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.at(this.ms + ms, resolve);
    });
  }

  /** Timer after timer until `isDone` says so or it would be past `untilMs`. */
  async run(untilMs: number, isDone: () => boolean = () => false): Promise<void> {
    await standstill();
    while (!isDone()) {
      const next = this.#timers[0];
      if (next === undefined || next.atMs > untilMs) {
        this.ms = untilMs;
        return;
      }
      this.#timers.shift();
      this.ms = next.atMs;
      next.run();
      await standstill();
    }
  }
}

/** Resolves when every promise that can go on has gone on. */
async function standstill(): Promise<void> {
  do {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  } while (process.getActiveResourcesInfo().some((name) => REAL_WORK.test(name)));
}
