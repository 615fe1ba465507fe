/** How many cases the property tests run, and how long anything keeps the event loop. */
import process from 'node:process';

const CASES = 1000;
const MICROS_A_MS = 1000;

/** Cases of one property: a tenth of `FUZZ_CASES=10000` in an ordinary run. The seed makes a failure come again. */
export function fuzzRuns(seed: number): { numRuns: number; seed: number } {
  const { FUZZ_CASES: cases } = process.env;
  return { numRuns: cases === undefined ? CASES : Number(cases), seed };
}

export interface LoopWatch {
  /** Ends the watch; the longest time that the loop was kept busy in one piece, in milliseconds. */
  stop(): number;
}

/**
 * Watches the event loop of this process. A pause is counted by the CPU time that it has used, since a busy machine
 * lets every process wait.
 */
export function watchLoop(): LoopWatch {
  let longestMs = 0;
  let isOver = false;
  let sinceMs = performance.now();
  let used = process.cpuUsage();
  const look = (): void => {
    const { user, system } = process.cpuUsage(used);
    const pauseMs = Math.min(performance.now() - sinceMs, (user + system) / MICROS_A_MS);
    longestMs = Math.max(longestMs, pauseMs);
    sinceMs = performance.now();
    used = process.cpuUsage();
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  return {
    stop: () => {
      isOver = true;
      return longestMs;
    },
  };
}
