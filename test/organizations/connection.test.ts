// The client of a token: there when somebody needs it, gone when nobody has for a while.
import { describe, expect, it } from 'vitest';
import { Connection } from '../../src/organizations/connection.js';
import { calmWorld } from '../support/engine-world.js';
import { FakeClock } from '../support/fake-clock.js';

const READ = { priority: 'interactive', patienceMs: 0 } as const;
const IDLE_MS = 1000;

async function openConnection() {
  const world = await calmWorld({ isHeld: true });
  const clock = new FakeClock();
  let opened = 0;
  const connection = new Connection({
    open: () => {
      opened += 1;
      return Promise.resolve(world.billy);
    },
    clock,
  });
  return { connection, clock, opened: () => opened };
}

describe('a connection', () => {
  it('is opened by its first use, and once', async () => {
    const { connection, opened } = await openConnection();
    expect([connection.isOpen, opened()]).toEqual([false, 0]);
    const names = await Promise.all(
      [1, 2].map(() => connection.use(async (billy) => (await billy.organization(READ)).name)),
    );
    expect(names[0]).toBe(names[1]);
    expect([connection.isOpen, opened()]).toEqual([true, 1]);
  });

  it('is closed when it was idle long enough, and opened again', async () => {
    const { connection, clock, opened } = await openConnection();
    await connection.use(() => Promise.resolve());
    await clock.advance(IDLE_MS - 1);
    await connection.closeIfIdle(IDLE_MS);
    expect(connection.isOpen).toBe(true);
    await clock.advance(1);
    await connection.closeIfIdle(IDLE_MS);
    expect(connection.isOpen).toBe(false);
    await connection.use(() => Promise.resolve());
    expect(opened()).toBe(2);
  });

  it('stays open while a long job uses it, also when shorter uses end', async () => {
    const { connection, clock } = await openConnection();
    let end: () => void = () => undefined;
    const long = connection.use(() => new Promise<void>((resolve) => (end = resolve)));
    await connection.use(() => Promise.resolve());
    await clock.advance(10 * IDLE_MS);
    await connection.closeIfIdle(IDLE_MS);
    expect(connection.isOpen).toBe(true);
    end();
    await long;
    await clock.advance(IDLE_MS);
    await connection.closeIfIdle(IDLE_MS);
    expect(connection.isOpen).toBe(false);
  });

  it('counts a use that failed as ended', async () => {
    const { connection, clock } = await openConnection();
    const failing = connection.use(() => Promise.reject(new Error('refused')));
    await expect(failing).rejects.toThrow('refused');
    await clock.advance(IDLE_MS);
    await connection.closeIfIdle(IDLE_MS);
    expect(connection.isOpen).toBe(false);
  });

  it('that cannot be opened fails its use, and is opened by the next', async () => {
    const { billy } = await calmWorld({ isHeld: true });
    let tries = 0;
    const open = (): Promise<typeof billy> => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error('no module')) : Promise.resolve(billy);
    };
    const connection = new Connection({ open, clock: new FakeClock() });
    await expect(connection.use(() => Promise.resolve())).rejects.toThrow('no module');
    expect(connection.isOpen).toBe(false);
    expect(await connection.use((client) => Promise.resolve(client))).toBe(billy);
    await connection.close();
  });

  it('that was closed while it was being opened keeps the client that was opened next', async () => {
    const { billy } = await calmWorld({ isHeld: true });
    let fail: (error: Error) => void = () => undefined;
    let opened = 0;
    const open = (): Promise<typeof billy> => {
      opened += 1;
      return opened === 1
        ? new Promise((_resolve, reject) => (fail = reject))
        : Promise.resolve(billy);
    };
    const connection = new Connection({ open, clock: new FakeClock() });
    const first = connection.use(() => Promise.resolve()).catch(() => 'failed');
    const closing = connection.close().catch(() => 'failed');
    await connection.use(() => Promise.resolve());
    fail(new Error('no module'));
    await Promise.all([first, closing]);
    expect(connection.isOpen).toBe(true);
    expect(await closing).toBeUndefined();
  });
});
