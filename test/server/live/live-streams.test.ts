// The streams of a server together: comments, limits, and how they end. Over real sockets, on a clock of the test.
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { LiveStreams } from '../../../src/server/live/live-streams.js';
import { FakeClock, settled } from '../../support/fake-clock.js';
import { openOffice } from '../../support/office.js';
import { openHttpOffice, type HttpOffice } from '../http/support/http-office.js';
import { bearer, send } from '../http/support/raw.js';
import { openEvents, type EventStream } from './support/event-stream.js';

const COMMENT_EVERY_MS = 15_000;
const CALLER_STREAMS_MAX = 250;

interface Opened extends HttpOffice {
  readonly clock: FakeClock;
  readonly url: string;
  readonly streamFor: (key: string) => Promise<EventStream>;
}

async function openOn(
  settings: NonNullable<Parameters<typeof openHttpOffice>[0]>['settings'] = {},
): Promise<Opened> {
  const clock = new FakeClock();
  const office = await openHttpOffice({ clock, settings });
  const url = `${office.server.url}/api/v1/events`;
  return { ...office, clock, url, streamFor: (key) => openEvents(url, bearer(key)) };
}

function isAlive({ lines }: EventStream): boolean {
  return lines.includes(': alive');
}

describe('the streams of a server', () => {
  it('carry a comment every 15 seconds', async () => {
    const { clock, keyFor, streamFor } = await openOn();
    const { key } = await keyFor({ role: 'viewer' });
    const streams = [await streamFor(key), await streamFor(key)];
    await clock.advance(COMMENT_EVERY_MS - 1);
    await expect.poll(() => streams.every(({ lines }) => lines.length > 0)).toBe(true);
    expect(streams.some(isAlive)).toBe(false);
    await clock.advance(1);
    await expect.poll(() => streams.every(isAlive)).toBe(true);
  });

  it('are 250 of one caller at most; a closed one makes room', async () => {
    const { keyFor, streamFor, url } = await openOn({ callerRate: null });
    const [{ key }, other] = [await keyFor({ role: 'viewer' }), await keyFor({ role: 'viewer' })];
    const streams: EventStream[] = [];
    for (let count = 0; count < CALLER_STREAMS_MAX; count += 1) streams.push(await streamFor(key));
    expect(streams.every(({ status }) => status === 200)).toBe(true);
    const { status, json } = await send(url, { headers: bearer(key) });
    expect([status, json]).toMatchObject([429, { code: 'RATE_LIMITED' }]);
    expect((await streamFor(other.key)).status).toBe(200);
    streams[0]?.close();
    await expect.poll(async () => (await streamFor(key)).status).toBe(200);
  });

  it('end with a key that is revoked, within a second', async () => {
    const { clock, keyFor, revoke, streamFor } = await openOn();
    const [gone, kept] = [await keyFor({ role: 'viewer' }), await keyFor({ role: 'viewer' })];
    const [ending, staying] = [await streamFor(gone.key), await streamFor(kept.key)];
    await revoke(gone.id);
    await clock.advance(1000);
    await ending.closed;
    await clock.advance(1000);
    expect(await Promise.race([staying.closed, Promise.resolve('open')])).toBe('open');
  });

  it('end first when the server stops, and no new one is opened', async () => {
    const { clock, server, keyFor, streamFor } = await openOn();
    const { key } = await keyFor({ role: 'viewer' });
    const streams = [await streamFor(key), await streamFor(key)];
    const closing = server.close();
    await Promise.all(streams.map(({ closed }) => closed));
    await clock.advance(0);
    await closing;
    // The clock has not moved: nothing was waited for.
    expect(clock.monotonicMs()).toBe(0);
  });

  it('stop looking for changes when the last one ends', async () => {
    const { clock, keyFor, streamFor } = await openOn();
    const { key } = await keyFor({ role: 'viewer' });
    const before = clock.pendingCount;
    const stream = await streamFor(key);
    expect(clock.pendingCount).toBe(before + 1);
    stream.close();
    await expect.poll(() => clock.pendingCount).toBe(before);
  });
});

/** A connection that is cut off by `destroy` alone. */
function openConnection(): { outgoing: ServerResponse; cuts: () => number } {
  let cuts = 0;
  const outgoing = Object.assign(new EventEmitter(), {
    destroyed: false,
    destroy: () => {
      cuts += 1;
      outgoing.emit('close');
    },
  });
  return { outgoing: outgoing as unknown as ServerResponse, cuts: () => cuts };
}

describe('a client that takes nothing', () => {
  /** Two streams: the messages of the first are taken as they come, those of the second never. */
  async function openTwo() {
    const { app, both } = await openOffice();
    const clock = new FakeClock();
    const live = new LiveStreams({ ...app, clock });
    const request = { caller: both.caller, callerId: 'key', lastEventId: undefined };
    const [hearing, deaf] = [openConnection(), openConnection()];
    const { body } = await live.ofOrganizations({ ...request, outgoing: hearing.outgoing });
    const unread = await live.ofOrganizations({ ...request, outgoing: deaf.outgoing });
    const reader = body?.getReader();
    const heard: string[] = [];
    const take = async (): Promise<void> => {
      const message = (await reader?.read()) as { value?: Uint8Array } | undefined;
      if (message?.value === undefined) return;
      heard.push(new TextDecoder().decode(message.value));
      await take();
    };
    const taken = take();
    await settled();
    return { live, clock, hearing, deaf, unread, heard, taken };
  }

  it('is cut off after a minute, and one that takes its events is not', async () => {
    const { live, clock, hearing, deaf, heard } = await openTwo();
    await clock.advance(4 * COMMENT_EVERY_MS);
    expect([live.size, deaf.cuts()]).toEqual([2, 0]);
    await clock.advance(COMMENT_EVERY_MS);
    expect([live.size, deaf.cuts(), hearing.cuts()]).toEqual([1, 1, 0]);
    expect(heard.filter((message) => message === ': alive\n\n')).toHaveLength(5);
  });

  it('is cut off at the end of the server, where others are ended', async () => {
    const { live, hearing, deaf, taken, heard } = await openTwo();
    live.endStreams();
    await taken;
    expect([deaf.cuts(), hearing.cuts()]).toEqual([1, 0]);
    expect(heard[0]).toBe('retry: 1000\n\n');
  });

  it('leaves nothing behind when its connection ends', async () => {
    const { live, clock, hearing, deaf, unread } = await openTwo();
    for (const { outgoing } of [hearing, deaf]) outgoing.emit('close');
    expect(live.size).toBe(0);
    // The comments of the server are left.
    expect(clock.pendingCount).toBe(1);
    expect(await unread.text()).toBe('');
  });
});
