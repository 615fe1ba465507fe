// The background delivery: at least once, the same id and body on each try, and a bad receiver holds up no other.
import { describe, expect, it, onTestFinished } from 'vitest';
import { postWebhook } from '../../src/notices/post-webhook.js';
import { temporaryFile } from '../store/support/sqlite-files.js';
import { ADMIN, openNoticeWorld, type NoticeWorld } from './support/notice-world.js';
import { openReceiver, type Receiver } from './support/receiver.js';

const TRIES_AT_S = [0, 5, 65, 365, 2165, 9365, 27_365, 63_365];

async function hooked(
  world: NoticeWorld,
  receiver: Receiver,
): Promise<{ readonly id: string; readonly secret: string }> {
  const webhook = await world.bookOf().create(ADMIN, { url: receiver.url });
  receiver.trust(webhook.secret);
  return webhook;
}

/** One look, and the end of all tries that it begins. */
async function roundOf(courier: ReturnType<NoticeWorld['courierOf']>): Promise<void> {
  await courier.look();
  await courier.idle();
}

describe('the end of a job', () => {
  it('reaches the webhook with the job without its rows', async () => {
    const [world, receiver] = [await openNoticeWorld(), await openReceiver()];
    await hooked(world, receiver);
    await world.endJob('j1', { status: 'failed', totalItems: 3 });
    await roundOf(world.courierOf());
    expect(receiver.received).toHaveLength(1);
    const [{ id, type, data, headers, body } = {} as never] = receiver.received;
    expect([id, type]).toEqual(['msg_j1_1', 'job.failed']);
    expect(data).toMatchObject({ id: 'j1', status: 'failed', totalItems: 3, errorSummary: [] });
    expect(data).not.toHaveProperty('errors');
    expect(headers).toMatchObject({ 'content-type': 'application/json' });
    expect(JSON.parse(body)).toHaveProperty(
      'timestamp',
      new Date(world.clock.nowMs()).toISOString(),
    );
    await roundOf(world.courierOf());
    expect(receiver.received).toHaveLength(1);
  });

  it('is tried again over 18 hours, with the same id and the same body', async () => {
    const [world, receiver] = [await openNoticeWorld(), await openReceiver(() => 500)];
    const { id } = await hooked(world, receiver);
    await world.endJob('j1');
    const courier = world.courierOf();
    const startMs = world.clock.nowMs();
    const triedAtS: number[] = [];
    for (let tries = 0; tries < TRIES_AT_S.length; tries += 1) {
      await roundOf(courier);
      if (receiver.received.length === tries + 1) {
        triedAtS.push((world.clock.nowMs() - startMs) / 1000);
      }
      const { deliveries } = await world.bookOf().deliveries(ADMIN, id);
      const nextMs = Date.parse(deliveries[0]?.nextTryAt ?? '');
      if (tries === 0) {
        // The job goes on meanwhile; what was sent about its end stays.
        await world.store.requestRollback({
          ...{ jobId: 'j1', from: ['completed'], reason: null },
          nowMs: world.clock.nowMs(),
        });
      }
      if (!Number.isNaN(nextMs)) await world.clock.advance(nextMs - world.clock.nowMs());
    }
    expect(triedAtS).toEqual(TRIES_AT_S);
    await world.clock.advance(100 * 3_600_000);
    await roundOf(courier);
    expect(receiver.received).toHaveLength(TRIES_AT_S.length);
    expect(new Set(receiver.received.map((one) => one.id)).size).toBe(1);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    expect((await world.bookOf().deliveries(ADMIN, id)).deliveries).toMatchObject([
      { status: 'failed', tries: 8, httpStatus: 500, error: 'HTTP 500', nextTryAt: null },
    ]);
  });

  it('is given up at 410, with all that waits for the webhook', async () => {
    const [world, receiver] = [await openNoticeWorld(), await openReceiver(() => 410)];
    const { id } = await hooked(world, receiver);
    for (const job of ['j1', 'j2', 'j3']) await world.endJob(job);
    await roundOf(world.courierOf());
    await world.endJob('j4');
    await roundOf(world.courierOf());
    expect(receiver.received).toHaveLength(1);
    const book = world.bookOf();
    expect(await book.get(ADMIN, id)).toMatchObject({ isOn: false });
    const { deliveries } = await book.deliveries(ADMIN, id);
    expect(deliveries.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
  });

  it.each([
    [302, 'HTTP 302'],
    [199 + 1, null],
    [204, null],
    [400, 'HTTP 400'],
    ['cut' as const, /other side closed|ECONNRESET|socket/i],
  ])('with the answer %s counts as %s', async (answer, failure) => {
    const [world, receiver] = [await openNoticeWorld(), await openReceiver(() => answer)];
    const { id } = await hooked(world, receiver);
    await world.endJob('j1');
    await roundOf(world.courierOf());
    const [delivery] = (await world.bookOf().deliveries(ADMIN, id)).deliveries;
    expect(delivery?.status).toBe(failure === null ? 'delivered' : 'pending');
    if (failure instanceof RegExp) expect(delivery?.error).toMatch(failure);
    else expect(delivery?.error).toBe(failure);
  });

  it('keeps of an answer only a line of 200 visible characters, without secrets', async () => {
    const [world, receiver] = [await openNoticeWorld(), await openReceiver()];
    const { id } = await hooked(world, receiver);
    receiver.answers.push((response) => {
      response.writeHead(500).end(`token-123\u0000\u202e\n${'x'.repeat(5000)}`);
    });
    await world.endJob('j1');
    const redact = (text: string): string => text.replaceAll('token-123', '[secret]');
    await roundOf(world.courierOf({ redact }));
    const [delivery] = (await world.bookOf().deliveries(ADMIN, id)).deliveries;
    expect(delivery?.error).toMatch(/^HTTP 500: \[secret\]\[U\+0000 U\+202E\]⏎x+…$/);
    expect(delivery?.error?.length).toBeLessThanOrEqual(200);
  });
});

describe('a receiver that hangs', () => {
  it('holds up no other one, and is tried again after 15 seconds', async () => {
    const [world, receiver] = [await openNoticeWorld(), await openReceiver()];
    const stuck = await openReceiver(() => 'hang');
    const { id } = await hooked(world, stuck);
    await hooked(world, receiver);
    for (let no = 0; no < 30; no += 1) await world.endJob(`j${String(no)}`);
    const courier = world.courierOf();
    await courier.look();
    await expect.poll(() => receiver.received.length).toBe(30);
    expect(stuck.received).toHaveLength(1);
    await world.clock.advance(15_000);
    await expect
      .poll(async () => (await world.bookOf().deliveries(ADMIN, id, { limit: 200 })).deliveries)
      .toContainEqual(expect.objectContaining({ error: 'No answer within 15 s.', tries: 1 }));
    const stopped = courier.stop();
    await world.clock.advance(4000);
    await stopped;
  });
});

describe('two processes', () => {
  it('make each try once', async () => {
    const { file, remove } = temporaryFile();
    onTestFinished(remove);
    const [world, other] = [await openNoticeWorld(file), await openNoticeWorld(file)];
    const receiver = await openReceiver();
    await hooked(world, receiver);
    for (let no = 0; no < 40; no += 1) await world.endJob(`j${String(no)}`);
    const couriers = [world.courierOf({ owner: 'one' }), other.courierOf({ owner: 'two' })];
    for (let turn = 0; turn < 40; turn += 1) await Promise.all(couriers.map(roundOf));
    expect(receiver.received).toHaveLength(40);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(40);
  });

  it('take over what a dead one held at once, and what a silent one held after 40 seconds', async () => {
    const [world, receiver] = [await openNoticeWorld(), await openReceiver()];
    await hooked(world, receiver);
    await world.endJob('j1');
    const nowMs = world.clock.nowMs();
    const claim = { nowMs, untilMs: nowMs + 40_000, limit: 9, exceptTargets: [] };
    await world.store.claimDeliveries({ ...claim, owner: 'dead' });
    const courier = world.courierOf({ owner: 'two', isDead: (owner) => owner === 'dead' });
    courier.start();
    await expect.poll(() => receiver.received.length).toBe(1);
    await courier.stop();
    await world.endJob('j2');
    await world.store.claimDeliveries({ ...claim, owner: 'silent' });
    const next = world.courierOf({ owner: 'three', isDead: () => false });
    next.start();
    await world.clock.advance(39_000);
    await next.idle();
    expect(receiver.received).toHaveLength(1);
    await world.clock.advance(2000);
    await expect.poll(() => receiver.received.length).toBe(2);
    await next.stop();
  });
});

describe('a stop', () => {
  it('gives back what is under way, so that the next process tries it again at once', async () => {
    const [world, receiver] = [await openNoticeWorld(), await openReceiver()];
    const { id } = await hooked(world, receiver);
    receiver.answers.push('hang');
    await world.endJob('j1');
    const courier = world.courierOf();
    await courier.look();
    await expect.poll(() => receiver.received.length).toBe(1);
    const stopped = courier.stop();
    await world.clock.advance(4000);
    await stopped;
    expect((await world.bookOf().deliveries(ADMIN, id)).deliveries).toMatchObject([
      { status: 'pending', tries: 0, error: null },
    ]);
    await courier.look();
    expect(receiver.received).toHaveLength(1);
    await roundOf(world.courierOf({ owner: 'two' }));
    expect(receiver.received.map((one) => one.id)).toEqual(['msg_j1_1', 'msg_j1_1']);
  });
});

describe('a host whose address changes', () => {
  it('is judged at every try, and connected to by the judged address alone', async () => {
    const [world, receiver] = [await openNoticeWorld(), await openReceiver()];
    const answers = [['93.184.215.14'], ['93.184.215.14'], ['127.0.0.1']];
    const asked: string[] = [];
    const resolve = (host: string): Promise<string[]> => {
      asked.push(host);
      return Promise.resolve(answers.shift() ?? ['127.0.0.1']);
    };
    const rules = { resolve, isLocalAllowed: false };
    const port = new URL(receiver.url).port;
    const url = `https://rebound.example:${port}/`;
    const { id } = await world.bookOf({ rules }).create(ADMIN, { url });
    await world.endJob('j1');
    const reached: (readonly string[])[] = [];
    const post = (): Promise<typeof postWebhook> =>
      Promise.resolve(({ addresses }) => {
        reached.push(addresses);
        return Promise.reject(new Error('not reached'));
      });
    const courier = world.courierOf({ rules, post });
    await roundOf(courier);
    expect(reached).toEqual([['93.184.215.14']]);
    await world.clock.advance(5000);
    await roundOf(courier);
    // The second look-up named the loopback: nothing was sent.
    expect(reached).toHaveLength(1);
    expect(receiver.received).toEqual([]);
    expect(asked).toEqual(Array.from({ length: 3 }, () => 'rebound.example'));
    const [delivery] = (await world.bookOf().deliveries(ADMIN, id)).deliveries;
    expect(delivery?.error).toMatch(/not on the public internet/);
  });
});

it('logs no address and no secret', async () => {
  const [world, receiver] = [await openNoticeWorld(), await openReceiver(() => 500)];
  const { secret } = await hooked(world, receiver);
  await world.endJob('j1');
  await roundOf(world.courierOf());
  expect(world.lines).toMatchObject([{ level: 'warn', event: 'notice.pending', jobId: 'j1' }]);
  const shown = JSON.stringify(world.lines);
  for (const hidden of [secret, receiver.url, 'example.dk']) expect(shown).not.toContain(hidden);
});

it('purges what is older than the retention', async () => {
  const [world, receiver] = [await openNoticeWorld(), await openReceiver()];
  const { id } = await hooked(world, receiver);
  await world.endJob('j1');
  await roundOf(world.courierOf());
  await world.clock.advance(91 * 24 * 3_600_000);
  const courier = world.courierOf();
  courier.start();
  const listed = async (): Promise<number> =>
    (await world.bookOf().deliveries(ADMIN, id)).deliveries.length;
  await expect.poll(listed).toBe(0);
  await courier.stop();
});
