/**
 * Loads Bottleneck with the timers of an injected clock. As imported it reads the wall clock, so a clock that is
 * set back by an hour would hold every request for an hour, and virtual time could not drive it.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import type Bottleneck from 'bottleneck';
import type { Clock } from '../../core/clock.js';

/** Bottleneck in one file, without its clients for Redis. */
const FILE = 'bottleneck/light.js';

type Load = (...values: unknown[]) => void;

interface Timer {
  readonly cancel: () => void;
}

/** The globals of that file that know time. Every other global is the real one. */
function timersOf(clock: Clock): Record<string, unknown> {
  const clear = (timer: Timer | undefined): void => timer?.cancel();
  return {
    setTimeout: (run: () => void, ms: number): Timer => timerOf(clock, run, ms),
    clearTimeout: clear,
    // Only its clean-up of idle keys repeats. It would drop an organization whose requests wait for a pause.
    setInterval: (): Timer => ({ cancel: () => undefined }),
    clearInterval: clear,
    Date: { now: () => clock.monotonicMs() },
  };
}

function timerOf(clock: Clock, run: () => void, ms: number): Timer {
  const cancelled = new AbortController();
  // Bottleneck yields with timers of 0 ms. A turn of the loop yields too, and takes no millisecond.
  const waited = ms > 0 ? clock.sleep(ms, cancelled.signal) : clock.turn();
  void waited.then(() => {
    if (!cancelled.signal.aborted) run();
  });
  return {
    cancel: () => {
      cancelled.abort();
    },
  };
}

/** Returns a Bottleneck of its own for this clock. */
export function bottleneckOn(clock: Clock): typeof Bottleneck {
  const timers = timersOf(clock);
  const path = createRequire(import.meta.url).resolve(FILE);
  // As Node loads a CommonJS file, with five more names in scope.
  const names = ['module', 'exports', ...Object.keys(timers)];
  const load = compileFunction(readFileSync(path, 'utf8'), names, { filename: path }) as Load;
  const module: { exports: unknown } = { exports: {} };
  load(module, module.exports, ...Object.values(timers));
  return module.exports as typeof Bottleneck;
}
