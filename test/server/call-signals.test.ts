// The signals of calls: of the client, and of the server that stops.
import { expect, it } from 'vitest';
import { CallSignals } from '../../src/server/call-signals.js';

it('abort with their own client, and all of them when the server stops', () => {
  const signals = new CallSignals();
  const [one, other] = [new AbortController(), new AbortController()];
  const [first, second] = [signals.follow(one.signal), signals.follow(other.signal)];
  one.abort();
  expect([first.signal.aborted, second.signal.aborted]).toEqual([true, false]);
  second.release();
  const third = signals.follow(other.signal);
  signals.stop();
  expect([second.signal.aborted, third.signal.aborted]).toEqual([false, true]);
  expect(signals.follow(other.signal).signal.aborted).toBe(true);
  expect(new CallSignals().follow(one.signal).signal.aborted).toBe(true);
});
