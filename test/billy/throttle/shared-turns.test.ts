// Several clients of one organization in one process: they share its turns, whichever of them closes.
import { describe, expect, it } from 'vitest';
import { RANKS, TurnGroup } from '../../../src/billy/throttle/turns.js';
import { FakeClock, settled } from '../../support/fake-clock.js';

const LIMIT = { count: 10, windowMs: 1000 };
const SPACING_MS = 1012.5 / 10;

describe('turns of one organization in two clients', () => {
  it('keep the spacing that was set last, whoever set it', async () => {
    const clock = new FakeClock();
    const group = new TurnGroup({ rateLimit: LIMIT, maxConcurrent: 8, clock });
    const [one, two] = [group.open('one'), group.open('one')];
    one.setSpacing(20_000);
    one.close();
    two.setSpacing(SPACING_MS);
    await clock.advance(0);
    const begunAtMs: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      two.queue(RANKS.job, () => Promise.resolve(void begunAtMs.push(clock.monotonicMs())));
    }
    await clock.advance(1000);
    expect(begunAtMs).toEqual([0, SPACING_MS / 2, SPACING_MS]);
  });

  it('are under way at most as many as one client may have, also without a limit', async () => {
    const clock = new FakeClock();
    const group = new TurnGroup({ rateLimit: null, maxConcurrent: 2, clock });
    const [one, two] = [group.open('one'), group.open('one')];
    let begun = 0;
    const stuck = (): Promise<void> => {
      begun += 1;
      return new Promise(() => undefined);
    };
    for (const turns of [one, one, two, two]) turns.queue(RANKS.job, stuck);
    await settled();
    expect(begun).toBe(2);
  });
});
