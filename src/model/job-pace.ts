/**
 * How fast a job's requests come to their end, kept on the job and moved with its counters, so that a
 * status can say when it will be done without counting anything. Pure; times are wall time.
 */

/** So much was done by then, in so many moves. */
export interface SpeedMark {
  readonly atMs: number;
  readonly done: number;
  readonly moves: number;
}

export interface JobSpeed {
  /** What is counted: requests of the run, or items of the rollback. */
  readonly kind: 'run' | 'undo';
  /** The pace is what came between `base` and `last`; `next` becomes the base by and by. */
  readonly base: SpeedMark;
  readonly next: SpeedMark;
  readonly last: SpeedMark;
}

/** What happened longer ago than one or two such spans says nothing about now. */
const SPAN_MS = 30_000;
const SPAN_MOVES = 20;
/** A gap that is so long, and so many times the usual one, is a pause. */
const PAUSE_MS_MIN = 5000;
const PAUSE_FACTOR = 10;
/** Before so many moves there is no pace. */
const MOVES_MIN = 2;

function usualGapMs({ base, last }: JobSpeed): number | null {
  const moves = last.moves - base.moves;
  return moves < MOVES_MIN ? null : (last.atMs - base.atMs) / moves;
}

/** The tempo without the pause that ends now, if it is one: a job that rested is not slower for it. */
function withoutPause(tempo: JobSpeed, nowMs: number): JobSpeed {
  const usualMs = usualGapMs(tempo);
  const gapMs = nowMs - tempo.last.atMs;
  if (usualMs === null || gapMs < Math.max(PAUSE_MS_MIN, usualMs * PAUSE_FACTOR)) return tempo;
  const later = (mark: SpeedMark): SpeedMark => ({ ...mark, atMs: mark.atMs + gapMs - usualMs });
  return { ...tempo, base: later(tempo.base), next: later(tempo.next), last: later(tempo.last) };
}

/** `done` more is done now. */
export function updateSpeed(
  tempo: JobSpeed | null,
  { kind, nowMs, done }: { kind: JobSpeed['kind']; nowMs: number; done: number },
): JobSpeed {
  // What was done before the first mark took a time that nobody knows.
  const first = { atMs: nowMs, done: 0, moves: 0 };
  if (tempo?.kind !== kind) return { kind, base: first, next: first, last: first };
  // A clock that was set back, or a first gap that is a pause: begun anew.
  const isLost = nowMs < tempo.last.atMs || (usualGapMs(tempo) === null && isLong(tempo, nowMs));
  if (isLost) return { kind, base: first, next: first, last: first };
  const { base, next, last } = withoutPause(tempo, nowMs);
  const mark = { atMs: nowMs, done: last.done + done, moves: last.moves + 1 };
  const isSpan = nowMs - next.atMs >= SPAN_MS && mark.moves - next.moves >= SPAN_MOVES;
  return isSpan ? { kind, base: next, next: mark, last: mark } : { kind, base, next, last: mark };
}

function isLong(tempo: JobSpeed, nowMs: number): boolean {
  return nowMs - tempo.last.atMs > 10 * SPAN_MS;
}

/** How much is done in a millisecond; null while that cannot be said. */
function doneEachMs(tempo: JobSpeed): number | null {
  const { base, last } = tempo;
  if (usualGapMs(tempo) === null || last.atMs <= base.atMs) return null;
  return (last.done - base.done) / (last.atMs - base.atMs);
}

/** How long so much more takes from now on; null while that cannot be said. */
export function leftMs(tempo: JobSpeed, left: number, nowMs: number): number | null {
  const each = doneEachMs(tempo);
  const usualMs = usualGapMs(tempo);
  if (each === null || each === 0 || usualMs === null) return null;
  // The next move is under way; of a pause nobody knows how long it will be.
  const underWayMs = Math.min(Math.max(0, nowMs - tempo.last.atMs), usualMs);
  return Math.max(0, left / each - underWayMs);
}
