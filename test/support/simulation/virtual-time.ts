/**
 * Time that stands still while anything moves and then jumps to the next timer: an hour of waiting
 * costs nothing, and the same seed gives the same order of events.
 */
interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
  /** Work waits for it, unlike for a timer that comes again and again. */
  readonly isAwaited: boolean;
}

/** Work that is under way outside this thread, or comes next in it; time must wait for it. */
const REAL_WORK = /^(FSReq|FileHandleCloseReq|CloseReq|Immediate)/;

export class VirtualTime {
  ms = 0;
  /** Soonest first. */
  readonly #timers: Timer[] = [];
  #order = 0;

  /** True while a timer is set that work waits for. */
  get isAwaited(): boolean {
    return this.#timers.some((timer) => timer.isAwaited);
  }

  /** Calls `run` once it is `atMs`; the returned function takes it back. */
  at(atMs: number, run: () => void, { isAwaited = true } = {}): () => void {
    this.#order += 1;
    const timer = { atMs: Math.max(atMs, this.ms), order: this.#order, run, isAwaited };
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

  /** Moves to the next timer. */
  step(): void {
    const next = this.#timers.shift();
    if (next === undefined) return;
    this.ms = next.atMs;
    next.run();
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
      this.step();
      await standstill();
    }
  }
}

/** Times that go on by themselves: one loop for all, since two would wait for each other's turns. */
const advancing = new Set<VirtualTime>();
let isAdvancing = false;

async function advanceAll(): Promise<void> {
  if (isAdvancing) return;
  isAdvancing = true;
  while (advancing.size > 0) {
    await standstill();
    const awaited = [...advancing].filter((time) => time.isAwaited);
    for (const time of awaited) time.step();
    if (awaited.length > 0) continue;
    // Nothing waits: what goes on is real, such as a file or a timer of the test.
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
  isAdvancing = false;
}

/** Moves `time` to its next timer whenever everything stands still and work waits; the result ends that. */
export function advanceWhileAwaited(time: VirtualTime): () => void {
  advancing.add(time);
  void advanceAll();
  return () => {
    advancing.delete(time);
  };
}

/** Resolves when every promise that can go on has gone on. */
async function standstill(): Promise<void> {
  do {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  } while (process.getActiveResourcesInfo().some((name) => REAL_WORK.test(name)));
}
