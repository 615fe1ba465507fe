import { describe, expect, it } from 'vitest';
import { bottleneckOn } from '../../../src/billy/throttle/bottleneck-on-clock.js';
import { FakeClock } from '../../support/fake-clock.js';

/** Starts spaced jobs and notes when each begins. */
function startJobs(clock: FakeClock): number[] {
  const Bottleneck = bottleneckOn(clock);
  const limiter = new Bottleneck({ minTime: 60_000, maxConcurrent: 1 });
  const begun: number[] = [];
  const note = (): Promise<void> => {
    begun.push(clock.monotonicMs());
    return Promise.resolve();
  };
  for (let count = 0; count < 3; count += 1) void limiter.schedule(note);
  return begun;
}

describe('Bottleneck on a clock', () => {
  it('spaces its jobs on the time of that clock', async () => {
    const clock = new FakeClock();
    const begun = startJobs(clock);
    await clock.advance(59_999);
    expect(begun).toEqual([0]);
    await clock.advance(60_001);
    expect(begun).toEqual([0, 60_000, 120_000]);
  });

  it('leaves the clocks of others alone, and theirs leave it alone', async () => {
    const [one, other] = [new FakeClock(), new FakeClock()];
    const [ofOne, ofOther] = [startJobs(one), startJobs(other)];
    await one.advance(120_000);
    // The first job of a limiter waits for no time to pass.
    expect([ofOne, ofOther]).toEqual([[0, 60_000, 120_000], [0]]);
    await other.advance(60_000);
    expect(ofOther).toEqual([0, 60_000]);
  });

  it('goes by the monotonic time, so that a wall clock that is set back holds nothing', async () => {
    class SetBack extends FakeClock {
      override nowMs(): number {
        return super.nowMs() - (this.monotonicMs() > 30_000 ? 3_600_000 : 0);
      }
    }
    const clock = new SetBack();
    const begun = startJobs(clock);
    await clock.advance(120_000);
    expect(begun).toEqual([0, 60_000, 120_000]);
  });

  it('drops a timer that it clears', async () => {
    const clock = new FakeClock();
    const Bottleneck = bottleneckOn(clock);
    const limiter = new Bottleneck({ minTime: 60_000 });
    const begun: string[] = [];
    const jobs = ['first', 'second'].map((name) =>
      limiter
        .schedule(() => Promise.resolve(begun.push(name)))
        .catch((error: unknown) => (error as Error).message),
    );
    await clock.advance(1);
    await limiter.stop();
    expect(await Promise.all(jobs)).toEqual([1, 'This limiter has been stopped.']);
    expect(clock.pendingCount).toBe(0);
  });
});
