// The rule of the rate, by itself: where a send finds its place, and what is made up for.
import { describe, expect, it } from 'vitest';
import {
  AHEAD_MS_MAX,
  pauseLeftMs,
  placeOf,
  type LogStand,
  type SendRequest,
} from '../../src/model/send-log.js';
import { LIMITS } from '../../src/core/limits.js';

const NEVER = Number.NEGATIVE_INFINITY;
const ASK: SendRequest = {
  slot: 's',
  count: 2,
  windowMs: 1000,
  spacingMs: 500,
  catchUpMs: 100,
  leadMs: 20,
  keepMs: 60_000,
  paceVersion: 0,
  now: () => 0,
};
const EMPTY: LogStand = {
  nowMs: 10_000,
  pausedUntilMs: NEVER,
  nextAtMs: NEVER,
  lastAtMs: NEVER,
  oldestAtMs: NEVER,
};

describe('a place', () => {
  it('is now in an empty log, and the next one a spacing on, less what is made up for', () => {
    expect(placeOf(ASK, EMPTY)).toEqual({ kind: 'taken', atMs: 10_000, nextAtMs: 10_400 });
  });

  it('is when the send is due, if that is no further ahead than the lead', () => {
    const taken = { kind: 'taken', atMs: 10_020, nextAtMs: 10_520 };
    expect(placeOf(ASK, { ...EMPTY, nextAtMs: 10_020 })).toEqual(taken);
    expect(placeOf(ASK, { ...EMPTY, nextAtMs: 10_050 })).toEqual({ kind: 'full', waitMs: 30 });
  });

  it('is never within the window of the send that is so many places back', () => {
    const stand = { ...EMPTY, oldestAtMs: 9500, lastAtMs: 9600 };
    expect(placeOf(ASK, stand)).toEqual({ kind: 'full', waitMs: 480 });
    expect(placeOf({ ...ASK, spacingMs: 0 }, stand)).toEqual({ kind: 'full', waitMs: 480 });
  });

  it('keeps a quarter of a spacing from the last one while a delay is made up for', () => {
    const stand = { ...EMPTY, nextAtMs: 9000, lastAtMs: 9990 };
    expect(placeOf(ASK, stand)).toEqual({ kind: 'full', waitMs: 95 });
  });

  it('does not make up for a pause', () => {
    const stand = { ...EMPTY, nextAtMs: 9000, pausedUntilMs: 9990 };
    const catchUp = { ...ASK, catchUpMs: 5000 };
    expect(placeOf(catchUp, stand)).toEqual({ kind: 'taken', atMs: 10_000, nextAtMs: 10_490 });
  });

  it('is now where the clock was set back', () => {
    const nextAtMs = 10_000 + ASK.spacingMs + AHEAD_MS_MAX + 1;
    expect(placeOf(ASK, { ...EMPTY, nextAtMs })).toMatchObject({ kind: 'taken', atMs: 10_000 });
  });

  it('leads to no next one where sends are not spaced', () => {
    expect(placeOf({ ...ASK, spacingMs: 0 }, EMPTY)).toMatchObject({ nextAtMs: null });
  });
});

it('a pause that is longer than any that is obeyed is over', () => {
  expect(pauseLeftMs(10_500, 10_000)).toBe(500);
  expect(pauseLeftMs(10_001 + LIMITS.retryAfterMsMax, 10_000)).toBe(0);
});
