// An app that is opened after the client has been greeted, and closed whenever the process must end.
import { describe, expect, it } from 'vitest';
import type { App } from '../../src/app.js';
import { createLateApp } from '../../src/cli/late-app.js';
import { FakeClock } from '../support/fake-clock.js';

const AFTER_MS = 1000;

/** Counts what is opened and closed; an opening lasts until the test lets it end. */
function openStage() {
  const clock = new FakeClock();
  const events: string[] = [];
  const opening: { end: (error?: Error) => void } = { end: () => undefined };
  const ended = new Promise<void>((resolve, reject) => {
    opening.end = (error) => {
      if (error === undefined) resolve();
      else reject(error);
    };
  });
  const app = {
    close: () => {
      events.push('closed');
      return Promise.resolve();
    },
  } as unknown as App;
  const late = createLateApp(async () => {
    events.push('opening');
    await ended;
    events.push('open');
    return app;
  }, clock);
  return { clock, events, opening, app, late };
}

describe('an app that no call needs', () => {
  it('is opened after the time, and not before', async () => {
    const { clock, events, opening, late } = openStage();
    opening.end();
    const opened = late.openAfter(AFTER_MS);
    await clock.advance(AFTER_MS - 1);
    expect(events).toEqual([]);
    await clock.advance(1);
    await opened;
    expect(events).toEqual(['opening', 'open']);
  });

  it('is never opened in a process that ends first', async () => {
    const { clock, events, late } = openStage();
    const opened = late.openAfter(AFTER_MS);
    await late.close();
    await clock.advance(AFTER_MS);
    await opened;
    expect(events).toEqual([]);
    await expect(late.open()).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });
});

describe('an app that a call needs', () => {
  it('is opened once, for all calls and the timer', async () => {
    const { clock, events, opening, app, late } = openStage();
    const opened = late.openAfter(AFTER_MS);
    const calls = [late.open(), late.open()];
    opening.end();
    expect(await Promise.all(calls)).toEqual([app, app]);
    await clock.advance(AFTER_MS);
    await opened;
    expect(events).toEqual(['opening', 'open']);
  });

  it('is closed when the process ends while it is being opened, once it is open', async () => {
    const { events, opening, app, late } = openStage();
    const call = late.open();
    const closed = late.close();
    opening.end();
    await closed;
    expect(await call).toBe(app);
    expect(events).toEqual(['opening', 'open', 'closed']);
  });

  it('tells its call and the start why it cannot be opened, and closes nevertheless', async () => {
    const { clock, events, opening, late } = openStage();
    const opened = late.openAfter(AFTER_MS);
    const call = late.open();
    opening.end(new Error('a bug'));
    await expect(call).rejects.toThrow('a bug');
    const told = expect(opened).rejects.toThrow('a bug');
    await clock.advance(AFTER_MS);
    await told;
    await late.close();
    expect(events).toEqual(['opening']);
  });
});
