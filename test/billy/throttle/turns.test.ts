import { describe, expect, it } from 'vitest';
import { RANKS, TurnGroup, type Rank, type Turns } from '../../../src/billy/throttle/turns.js';
import { FakeClock, settled } from '../../support/fake-clock.js';

/** Guarded and spaced: 1,012.5 ms for ten sends; turns follow each other by half of that. */
const LIMIT = { count: 10, windowMs: 1000 };
const APART_MS = 1012.5 / 10 / 2;

interface Scene {
  readonly clock: FakeClock;
  readonly turns: Turns;
  /** Names and times of the turns that have begun. */
  readonly begun: [string, number][];
  /** Queues a turn that leaves at once and is answered when `end` is called with its name. */
  readonly queue: (name: string, rank?: Rank) => () => void;
  readonly end: (name: string) => void;
}

function openScene(group: TurnGroup, clock: FakeClock, organization = 'one'): Scene {
  const turns = group.open(organization);
  const begun: [string, number][] = [];
  const ends = new Map<string, () => void>();
  return {
    clock,
    turns,
    begun,
    queue: (name, rank = RANKS.job) =>
      turns.queue(rank, (left) => {
        begun.push([name, clock.monotonicMs()]);
        left();
        return new Promise((resolve) => ends.set(name, resolve));
      }),
    end: (name) => ends.get(name)?.(),
  };
}

function spaced(maxConcurrent = 8): Scene {
  const clock = new FakeClock();
  return openScene(new TurnGroup({ rateLimit: LIMIT, maxConcurrent, clock }), clock);
}

describe('turns under a limit', () => {
  it('follow each other by half of the spacing of the log', async () => {
    const { clock, begun, queue } = spaced();
    for (const name of ['a', 'b', 'c']) queue(name);
    await clock.advance(1000);
    expect(begun).toEqual([
      ['a', 0],
      ['b', APART_MS],
      ['c', APART_MS * 2],
    ]);
  });

  it('follow each other more slowly when a lower rate was learned', async () => {
    const { clock, begun, queue, turns } = spaced();
    turns.setSpacing(2000);
    await clock.advance(0);
    for (const name of ['a', 'b', 'c']) queue(name);
    await clock.advance(2000);
    expect(begun.map(([, atMs]) => atMs)).toEqual([0, 1000, 2000]);
  });

  it('go by rank, then in order', async () => {
    const { clock, begun, queue } = spaced();
    // Bottleneck chooses the next turn when the last one has left, and then waits for its spacing.
    queue('first');
    queue('chosen');
    await clock.advance(0);
    queue('job 1');
    queue('job 2');
    queue('passed', RANKS.passed);
    queue('read', RANKS.interactive);
    await clock.advance(1000);
    const names = begun.map(([name]) => name);
    expect(names).toEqual(['first', 'chosen', 'read', 'passed', 'job 1', 'job 2']);
  });

  it('begin one at a time: the next waits until the last has left', async () => {
    const { clock, turns, begun, queue } = spaced();
    let leave = (): void => undefined;
    turns.queue(RANKS.job, (left) => {
      leave = left;
      return new Promise(() => undefined);
    });
    queue('next');
    await clock.advance(60_000);
    expect(begun).toEqual([]);
    leave();
    await clock.advance(0);
    expect(begun).toEqual([['next', 60_000]]);
  });

  it('end for the next one too when they never left', async () => {
    const { clock, turns, begun, queue } = spaced();
    turns.queue(RANKS.job, () => Promise.resolve());
    queue('next');
    await clock.advance(1000);
    expect(begun).toHaveLength(1);
  });

  it('are under way at most as many as allowed', async () => {
    const { clock, begun, queue, end } = spaced(2);
    for (const name of ['a', 'b', 'c']) queue(name);
    await clock.advance(60_000);
    expect(begun.map(([name]) => name)).toEqual(['a', 'b']);
    end('a');
    await clock.advance(0);
    expect(begun.map(([name]) => name)).toEqual(['a', 'b', 'c']);
  });

  it('that were taken back cost the others no time, and spacing holds again behind them', async () => {
    const { clock, begun, queue } = spaced();
    queue('a');
    await clock.advance(0);
    for (let count = 0; count < 50; count += 1) queue('taken back')();
    for (const name of ['b', 'c', 'd']) queue(name);
    await clock.advance(1000);
    expect(begun.map(([name]) => name)).toEqual(['a', 'b', 'c', 'd']);
    expect(begun[1]?.[1]).toBeLessThanOrEqual(APART_MS);
    expect((begun[3]?.[1] ?? 0) - (begun[2]?.[1] ?? 0)).toBeCloseTo(APART_MS);
  });

  it('are dropped by close, with their timers', async () => {
    const { clock, turns, begun, queue } = spaced();
    for (const name of ['a', 'b', 'c']) queue(name);
    await clock.advance(0);
    turns.close();
    await clock.advance(1000);
    expect(begun.map(([name]) => name)).toEqual(['a']);
    expect(clock.pendingCount).toBe(0);
  });

  it('of one organization wait for no other, and its key can be opened again', async () => {
    const clock = new FakeClock();
    const group = new TurnGroup({ rateLimit: LIMIT, maxConcurrent: 1, clock });
    const [one, two] = [openScene(group, clock, 'one'), openScene(group, clock, 'two')];
    one.queue('stuck');
    two.queue('free');
    await clock.advance(0);
    expect(two.begun).toHaveLength(1);
    one.turns.close();
    const again = openScene(group, clock, 'one');
    again.queue('again');
    await clock.advance(0);
    expect(again.begun).toHaveLength(1);
  });
});

describe('turns without a limit', () => {
  function unspaced(maxConcurrent: number): Scene {
    const clock = new FakeClock();
    return openScene(new TurnGroup({ rateLimit: null, maxConcurrent, clock }), clock);
  }

  it('pass by Bottleneck: a thousand need no time, as many at once as allowed', async () => {
    const { clock, begun, queue, end } = unspaced(2);
    for (let count = 0; count < 1000; count += 1) queue(String(count));
    await settled();
    expect(begun).toHaveLength(2);
    for (let count = 0; count < 1000; count += 1) {
      end(String(count));
      await settled();
    }
    expect(begun).toHaveLength(1000);
    expect(clock.pendingCount).toBe(0);
  });

  it('go by rank, and not at all when they were taken back', async () => {
    const { begun, queue, end } = unspaced(1);
    queue('first');
    queue('job');
    const back = queue('taken back');
    queue('read', RANKS.interactive);
    back();
    for (const name of ['first', 'read', 'job']) {
      await settled();
      end(name);
    }
    await settled();
    expect(begun.map(([name]) => name)).toEqual(['first', 'read', 'job']);
  });
});
