// Sessions of browsers: the store holds no id, only its hash.
import { expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.js';
import { BrowserSessions } from '../../src/organizations/browser-sessions.js';
import { FakeClock } from '../support/fake-clock.js';
import { openWorkbench } from '../tools/support/workbench.js';

it('holds for twelve hours under an id that is nowhere', async () => {
  const { app } = await openWorkbench();
  const clock = new FakeClock(1_800_000_000_000);
  const sessions = new BrowserSessions({ store: app.store, clock });
  const start = { credential: 'key', keyHash: 'h', by: 'Nora' } as const;
  const [id, other] = [await sessions.begin(start), await sessions.begin(start)];
  expect(id).toMatch(/^[\w-]{43}$/);
  expect(other).not.toBe(id);
  const found = await sessions.find(id);
  expect(found).toEqual({
    ...{ idHash: sha256(id), credential: 'key', keyHash: 'h' },
    createdAtMs: clock.nowMs(),
    expiresAtMs: clock.nowMs() + 12 * 3_600_000,
  });
  expect([await sessions.end(id, 'Nora'), await sessions.find(id)]).toEqual([true, null]);
  expect(await sessions.end(id, 'Nora')).toBe(false);
  await clock.advance(12 * 3_600_000);
  expect(await sessions.find(other)).toBeNull();
});
