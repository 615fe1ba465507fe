// So many calls at once, and the next one when one of them has ended.
import { expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { InFlight } from '../../../src/server/mcp/in-flight.js';

it('refuses what is too much, and takes the next call once one has ended', async () => {
  const calls = new InFlight();
  const ends: (() => void)[] = [];
  const call = (): Promise<void> =>
    calls.run(
      () =>
        new Promise((resolve) => {
          ends.push(resolve);
        }),
    );
  const running = Array.from({ length: LIMITS.callsInFlightMax }, call);
  await expect(call()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(ends).toHaveLength(LIMITS.callsInFlightMax);
  ends[0]?.();
  await running[0];
  const failing = calls.run(() => Promise.reject(new Error('failed')));
  await expect(failing).rejects.toThrow('failed');
  expect(await calls.run(() => Promise.resolve('taken'))).toBe('taken');
  for (const end of ends) end();
  await Promise.all(running);
});
