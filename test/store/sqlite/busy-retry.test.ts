import { describe, expect, it } from 'vitest';
import { whenFree } from '../../../src/store/sqlite/busy-retry.js';
import { FakeClock } from '../../support/fake-clock.js';

const locked = (code = 'SQLITE_BUSY'): Error => Object.assign(new Error('locked'), { code });

/** Locked until `untilMs`, then free. */
function lockedUntil(clock: FakeClock, untilMs: number): () => string {
  return () => {
    if (clock.monotonicMs() < untilMs) throw locked();
    return 'written';
  };
}

describe('whenFree', () => {
  it('tries again until the lock is given up, with pauses between', async () => {
    const clock = new FakeClock();
    const written = whenFree(clock, lockedUntil(clock, 1000));
    await clock.advance(1010);
    expect(await written).toBe('written');
    expect(clock.pendingCount).toBe(0);
  });

  it('gives up after five seconds', async () => {
    const clock = new FakeClock();
    const written = whenFree(clock, lockedUntil(clock, 6000)).catch((error: unknown) => error);
    await clock.advance(4990);
    expect(clock.pendingCount).toBe(1);
    await clock.advance(40);
    expect(clock.pendingCount).toBe(0);
    expect(await written).toMatchObject({ code: 'SQLITE_BUSY' });
  });

  it('waits for a snapshot that has grown old too, and for nothing else', async () => {
    const clock = new FakeClock();
    const codes = ['SQLITE_BUSY_SNAPSHOT', 'SQLITE_FULL'];
    let tries = 0;
    const attempt = (): Promise<never> => {
      tries += 1;
      return Promise.reject(locked(codes.shift()));
    };
    const written = whenFree(clock, attempt).catch((error: unknown) => error);
    await clock.advance(20);
    expect(await written).toMatchObject({ code: 'SQLITE_FULL' });
    expect(tries).toBe(2);
  });
});
