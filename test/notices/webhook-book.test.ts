// The webhooks of a caller's organizations: admins only, secrets shown once, other organizations never.
import { describe, expect, it } from 'vitest';
import { NOTICE_EVENTS } from '../../src/model/notice.js';
import type { Caller } from '../../src/organizations/caller.js';
import { ORGANIZATION_ID } from '../store/contract/fixtures.js';
import { codeOf } from '../tools/support/workbench.js';
import { ADMIN, openNoticeWorld } from './support/notice-world.js';
import { openReceiver } from './support/receiver.js';

const url = 'https://example.dk/hook';
const STRANGER: Caller = { actor: 'Bo', organizations: ['org-2'], role: 'admin' };

async function opened() {
  const world = await openNoticeWorld();
  const book = world.bookOf();
  return { ...world, book, webhook: await book.create(ADMIN, { url }) };
}

describe('a webhook', () => {
  it('is for all events unless it names some, and shows its secret once', async () => {
    const { book, webhook } = await opened();
    expect(webhook).toEqual({
      ...{ id: expect.stringMatching(/^wh_/) as unknown, organizationId: ORGANIZATION_ID, url },
      ...{ events: [...NOTICE_EVENTS], isOn: true, offAt: null, offReason: null },
      ...{ createdAt: '2026-01-01T00:00:00.000Z', createdBy: 'Anne' },
      secret: expect.stringMatching(/^whsec_/) as unknown,
    });
    await book.create(ADMIN, { url, events: ['job.failed'] });
    const listed = await book.list(ADMIN);
    expect(listed.map(({ events }) => events.length)).toEqual([6, 1]);
    const shown = JSON.stringify([listed, await book.get(ADMIN, webhook.id)]);
    expect(shown).not.toContain('whsec_');
  });

  it('lies in the store without its secret', async () => {
    const { store, webhook } = await opened();
    const stored = JSON.stringify(await store.listWebhooks({ organizationIds: [ORGANIZATION_ID] }));
    expect(stored).not.toContain(webhook.secret);
    expect(stored).not.toContain(webhook.secret.slice('whsec_'.length));
  });

  it.each(['viewer', 'operator'] as const)('is none of the affairs of a %s', async (role) => {
    const { book, webhook } = await opened();
    const caller = { ...ADMIN, role };
    const calls = [
      book.create(caller, { url }),
      book.list(caller),
      book.get(caller, webhook.id),
      book.remove(caller, webhook.id),
      book.test(caller, webhook.id),
      book.deliveries(caller, webhook.id),
      book.retry(caller, { id: webhook.id, deliveryId: 'x' }),
    ];
    expect(await Promise.all(calls.map(codeOf))).toEqual(calls.map(() => 'FORBIDDEN'));
  });

  it('does not exist for an admin of another organization', async () => {
    const { book, webhook } = await opened();
    for (const id of [webhook.id, 'wh_none']) {
      const calls = [
        book.get(STRANGER, id),
        book.remove(STRANGER, id),
        book.test(STRANGER, id),
        book.deliveries(STRANGER, id),
        book.retry(STRANGER, { id, deliveryId: 'x' }),
      ];
      expect(await Promise.all(calls.map(codeOf))).toEqual(calls.map(() => 'WEBHOOK_NOT_FOUND'));
    }
    expect(await book.list(STRANGER)).toEqual([]);
    expect(await book.list(ADMIN)).toHaveLength(1);
  });

  it('is gone once it is removed', async () => {
    const { book, webhook } = await opened();
    await book.remove(ADMIN, webhook.id);
    expect(await codeOf(book.remove(ADMIN, webhook.id))).toBe('WEBHOOK_NOT_FOUND');
    expect(await book.list(ADMIN)).toEqual([]);
  });

  it('needs at least one event, and is one of twenty at most', async () => {
    const { book } = await opened();
    expect(await codeOf(book.create(ADMIN, { url, events: [] }))).toBe('INPUT_INVALID');
    for (let no = 1; no < 20; no += 1) await book.create(ADMIN, { url });
    expect(await codeOf(book.create(ADMIN, { url }))).toBe('INPUT_INVALID');
    expect(await book.list(ADMIN)).toHaveLength(20);
  });

  it('has an address that may be reached', async () => {
    const { bookOf } = await opened();
    const rules = { resolve: () => Promise.resolve(['10.0.0.1']), isLocalAllowed: false };
    expect(await codeOf(bookOf({ rules }).create(ADMIN, { url }))).toBe('INPUT_INVALID');
  });
});

describe('a test', () => {
  it('is sent at once, signed, and answers with its end', async () => {
    const [world, receiver] = [await openNoticeWorld(), await openReceiver()];
    const book = world.bookOf();
    const webhook = await book.create(ADMIN, { url: receiver.url, events: ['job.failed'] });
    receiver.trust(webhook.secret);
    const end = await book.test(ADMIN, webhook.id);
    expect(end).toMatchObject({ event: 'webhook.test', status: 'delivered', httpStatus: 204 });
    expect(receiver.received).toMatchObject([
      { id: end.eventId, type: 'webhook.test', data: { webhookId: webhook.id } },
    ]);
    receiver.answers.push(500);
    const failed = await book.test(ADMIN, webhook.id);
    expect(failed).toMatchObject({ status: 'failed', httpStatus: 500, nextTryAt: null });
    const { deliveries } = await book.deliveries(ADMIN, webhook.id);
    expect(deliveries).toHaveLength(2);
    expect(deliveries).toContainEqual(end);
    expect(deliveries).toContainEqual(failed);
  });
});

describe('an ended delivery', () => {
  it('is sent again with the same id and body; a pending one is not', async () => {
    const [world, receiver] = [await openNoticeWorld(), await openReceiver()];
    const book = world.bookOf();
    const { id } = await book.create(ADMIN, { url: receiver.url });
    await world.endJob('j1');
    const deliveryId = (await book.deliveries(ADMIN, id)).deliveries[0]?.id ?? '';
    expect(await codeOf(book.retry(ADMIN, { id, deliveryId }))).toBe('WEBHOOK_NOT_FOUND');
    const courier = world.courierOf();
    await courier.look();
    await courier.idle();
    await book.retry(ADMIN, { id, deliveryId });
    await courier.look();
    await courier.idle();
    const [first, second] = receiver.received;
    expect(receiver.received).toHaveLength(2);
    expect([second?.id, second?.body]).toEqual([first?.id, first?.body]);
  });

  it('is not sent again to a webhook that is off', async () => {
    const [world, receiver] = [await openNoticeWorld(), await openReceiver(() => 410)];
    const book = world.bookOf();
    const { id } = await book.create(ADMIN, { url: receiver.url });
    await world.endJob('j1');
    const courier = world.courierOf();
    await courier.look();
    await courier.idle();
    const deliveryId = (await book.deliveries(ADMIN, id)).deliveries[0]?.id ?? '';
    expect(await codeOf(book.retry(ADMIN, { id, deliveryId }))).toBe('JOB_STATE');
  });
});
