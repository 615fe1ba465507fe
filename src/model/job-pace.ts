/**
 * Measures the speed of a job. The speed is stored in the job and updated with its counters, so that a
 * status can estimate the remaining time without counting items. Pure; times are wall time.
 */

/** The amount done by a point in time, and the number of updates (`moves`) until then. */
export interface SpeedMark {
  readonly atMs: number;
  readonly done: number;
  readonly moves: number;
}

export interface JobSpeed {
  /** The counted unit: requests of the run, or items of the rollback. */
  readonly kind: 'run' | 'undo';
  /** The speed is measured between `base` and `last`; `next` is the next base. */
  readonly base: SpeedMark;
  readonly next: SpeedMark;
  readonly last: SpeedMark;
}

/** Length of a measuring span. Progress older than one or two spans is ignored. */
const SPAN_MS = 30_000;
const SPAN_MOVES = 20;
/** A gap at least this long, and this many times the usual gap, is a pause. */
const PAUSE_MS_MIN = 5000;
const PAUSE_FACTOR = 10;
/** The number of updates needed for a speed. */
const MOVES_MIN = 2;

function usualGapMs({ base, last }: JobSpeed): number | null {
  const moves = last.moves - base.moves;
  return moves < MOVES_MIN ? null : (last.atMs - base.atMs) / moves;
}

/** Removes a pause that ends now from the speed: a paused job is not slower for it. */
function withoutPause(speed: JobSpeed, nowMs: number): JobSpeed {
  const usualMs = usualGapMs(speed);
  const gapMs = nowMs - speed.last.atMs;
  if (usualMs === null || gapMs < Math.max(PAUSE_MS_MIN, usualMs * PAUSE_FACTOR)) return speed;
  const later = (mark: SpeedMark): SpeedMark => ({ ...mark, atMs: mark.atMs + gapMs - usualMs });
  return { ...speed, base: later(speed.base), next: later(speed.next), last: later(speed.last) };
}

/** Returns the speed after an update: `done` more units are done now. */
export function updateSpeed(
  speed: JobSpeed | null,
  { kind, nowMs, done }: { kind: JobSpeed['kind']; nowMs: number; done: number },
): JobSpeed {
  // The time that the units before the first mark took is not known.
  const first = { atMs: nowMs, done: 0, moves: 0 };
  if (speed?.kind !== kind) return { kind, base: first, next: first, last: first };
  // If the clock was set back, or the first gap is a pause, the measurement starts again.
  const isLost = nowMs < speed.last.atMs || (usualGapMs(speed) === null && isLong(speed, nowMs));
  if (isLost) return { kind, base: first, next: first, last: first };
  const { base, next, last } = withoutPause(speed, nowMs);
  const mark = { atMs: nowMs, done: last.done + done, moves: last.moves + 1 };
  const isSpan = nowMs - next.atMs >= SPAN_MS && mark.moves - next.moves >= SPAN_MOVES;
  return isSpan ? { kind, base: next, next: mark, last: mark } : { kind, base, next, last: mark };
}

function isLong(speed: JobSpeed, nowMs: number): boolean {
  return nowMs - speed.last.atMs > 10 * SPAN_MS;
}

/** Units done per millisecond; null: not known yet. */
function doneEachMs(speed: JobSpeed): number | null {
  const { base, last } = speed;
  if (usualGapMs(speed) === null || last.atMs <= base.atMs) return null;
  return (last.done - base.done) / (last.atMs - base.atMs);
}

/** Milliseconds until `left` more units are done; null: not known yet. */
export function leftMs(speed: JobSpeed, left: number, nowMs: number): number | null {
  const each = doneEachMs(speed);
  const usualMs = usualGapMs(speed);
  if (each === null || each === 0 || usualMs === null) return null;
  // The next unit is partly done already. A longer gap is a pause of unknown length and is not counted.
  const underWayMs = Math.min(Math.max(0, nowMs - speed.last.atMs), usualMs);
  return Math.max(0, left / each - underWayMs);
}
