// One try of a delivery: how it ends, whatever stands in its way.
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/core/errors.js';
import { sendNotice, type SendDeps } from '../../src/notices/send-notice.js';
import { KeyRing } from '../../src/organizations/key-ring.js';
import type { ClaimedDelivery } from '../../src/model/notice.js';
import { ADMIN, openNoticeWorld, type NoticeWorld } from './support/notice-world.js';

const url = 'https://example.dk/hook';

async function claimed(world: NoticeWorld): Promise<ClaimedDelivery> {
  await world.bookOf().create(ADMIN, { url });
  await world.endJob('j1');
  const nowMs = world.clock.nowMs();
  const claim = { owner: 'one', nowMs, untilMs: nowMs + 1000, limit: 1, exceptTargets: [] };
  const [delivery] = await world.store.claimDeliveries(claim);
  if (delivery === undefined) throw new Error('nothing was due');
  return delivery;
}

function depsOf({ store, clock }: NoticeWorld, changes: Partial<SendDeps>): SendDeps {
  const keyRing = new KeyRing([Buffer.alloc(32, 7)], clock);
  return {
    ...{ store, clock, rateLimit: null, mailer: null },
    organizations: { amongSeveral: () => Promise.resolve(null) },
    keyRing: () => keyRing,
    rules: { resolve: () => Promise.resolve(['127.0.0.1']), isLocalAllowed: true },
    post: () => Promise.resolve(() => Promise.resolve({ status: 200, text: '' })),
    redact: (text) => text,
    ...changes,
  };
}

const never = new AbortController().signal;

describe('a try', () => {
  it('fails with the words of the key ring if the secret does not open', async () => {
    const world = await openNoticeWorld();
    const other = new KeyRing([Buffer.alloc(32, 8)], world.clock);
    const end = await sendNotice(
      depsOf(world, { keyRing: () => other }),
      await claimed(world),
      never,
    );
    expect(end).toMatchObject({ kind: 'failed', answered: null });
    expect(end.failure).toMatch(/secret of a webhook does not open/);
  });

  it('fails where there is no key, and says what to set', async () => {
    const world = await openNoticeWorld();
    const missing = new ConfigError({
      code: 'CONFIG_INVALID',
      message: 'BULK_SECRET_KEY is not set.',
    });
    const keyRing = (): KeyRing => {
      throw missing;
    };
    const end = await sendNotice(depsOf(world, { keyRing }), await claimed(world), never);
    expect(end.failure).toMatch(/BULK_SECRET_KEY/);
  });

  it('ends after 15 seconds, also where the name server is silent', async () => {
    const world = await openNoticeWorld();
    const rules = { resolve: () => new Promise<never>(() => undefined), isLocalAllowed: true };
    const delivery = await claimed(world);
    const ended = sendNotice(depsOf(world, { rules }), delivery, never);
    await world.clock.advance(15_000);
    expect(await ended).toMatchObject({ kind: 'failed', failure: 'No answer within 15 s.' });
    expect(world.clock.pendingCount).toBe(0);
  });

  it('rejects, and so counts as none, if the process stops', async () => {
    const world = await openNoticeWorld();
    const post = (): Promise<() => Promise<never>> =>
      Promise.resolve(() => new Promise<never>(() => undefined));
    const stop = new AbortController();
    const ended = sendNotice(depsOf(world, { post }), await claimed(world), stop.signal);
    stop.abort(new Error('the process stops'));
    await expect(ended).rejects.toThrow('the process stops');
  });

  it.each([
    [200, 'delivered'],
    [299, 'delivered'],
    [199, 'failed'],
    [300, 'failed'],
    [404, 'failed'],
    [410, 'gone'],
    [503, 'failed'],
  ])('with status %d is %s', async (status, kind) => {
    const world = await openNoticeWorld();
    const post: SendDeps['post'] = () =>
      Promise.resolve(() => Promise.resolve({ status, text: '' }));
    const end = await sendNotice(depsOf(world, { post }), await claimed(world), never);
    expect(end).toMatchObject({ kind, answered: status });
  });

  it('to nobody fails', async () => {
    const world = await openNoticeWorld();
    const delivery = { ...(await claimed(world)), webhook: null, recipient: null };
    const end = await sendNotice(depsOf(world, {}), delivery, never);
    expect(end).toMatchObject({ kind: 'failed', failure: 'The webhook was removed.' });
  });
});
