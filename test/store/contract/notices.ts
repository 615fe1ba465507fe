/** Webhooks, and the outbox: every statement that gives a job a status with an event leaves a delivery, or nothing. */
import { describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import { JOB_STATUSES, type JobStatus } from '../../../src/model/job.js';
import { canFollow } from '../../../src/model/job-status.js';
import {
  eventOfStatus,
  NOTICE_EVENTS,
  type ClaimedDelivery,
  type NewWebhook,
  type Webhook,
} from '../../../src/model/notice.js';
import {
  claimedJob,
  freshStore,
  newJob,
  NOW_MS,
  ORGANIZATION_ID,
  patchJob,
  type OpenStore,
} from './fixtures.js';
import { chainOf, journalOf } from './journal.js';

const nowMs = NOW_MS + 5;
const HELD_MS = 40_000;
const organizationIds = [ORGANIZATION_ID];

function newWebhook(id: string, changes: Partial<NewWebhook> = {}): NewWebhook {
  return {
    id,
    organizationId: ORGANIZATION_ID,
    url: `https://example.dk/${id}`,
    events: NOTICE_EVENTS,
    sealedSecret: `sealed secret of ${id}`,
    createdAtMs: NOW_MS,
    createdBy: 'Anne',
    ...changes,
  };
}

async function hook(
  store: JobStore,
  id: string,
  changes: Partial<NewWebhook> = {},
): Promise<Webhook> {
  const webhook = await store.createWebhook({ ...newWebhook(id, changes), max: 20 });
  if (webhook === null) throw new Error('the webhook was not made');
  return webhook;
}

async function claim(
  store: JobStore,
  changes: { owner?: string; nowMs?: number; exceptTargets?: string[]; limit?: number } = {},
): Promise<ClaimedDelivery[]> {
  const { owner = 'one', exceptTargets = [], limit = 100, nowMs: atMs = nowMs } = changes;
  const untilMs = atMs + HELD_MS;
  return store.claimDeliveries({ owner, nowMs: atMs, untilMs, limit, exceptTargets });
}

async function only<T>(found: Promise<readonly T[]>): Promise<T> {
  const [one, ...others] = await found;
  if (one === undefined || others.length > 0) throw new Error('expected exactly one');
  return one;
}

/** The events of the job that lie in the outbox of a webhook. */
async function eventsOf(store: JobStore, jobId: string, webhookId = 'wh_1'): Promise<string[]> {
  const { deliveries } = await store.listDeliveries({ webhookId, limit: 100 });
  return deliveries.filter((each) => each.jobId === jobId).map(({ event }) => event);
}

/** The statuses of the job before and after the change, and the events that the change has left. */
async function watched(
  store: JobStore,
  jobId: string,
  change: () => Promise<unknown>,
): Promise<{ status: JobStatus | undefined; isMoved: boolean; events: string[] }> {
  const before = await store.getJob({ jobId });
  const earlier = await eventsOf(store, jobId);
  await change();
  const after = await store.getJob({ jobId });
  const events = await eventsOf(store, jobId);
  return {
    status: after?.status,
    isMoved: before?.status !== after?.status,
    events: events.slice(0, events.length - earlier.length),
  };
}

const lease = (jobId: string) => ({ name: `job:${jobId}`, owner: 'one' });

/** Every operation of the store that may give a job another status. A new one belongs here. */
const CHANGES: Readonly<
  Record<string, (store: JobStore, jobId: string, to: JobStatus) => Promise<unknown>>
> = {
  updateJob: (store, jobId, status) =>
    store.updateJob({ jobId, lease: lease(jobId), patch: { status }, nowMs }),
  beginStage: (store, jobId, status) =>
    store.beginStage({ jobId, lease: lease(jobId), status, startedAtMs: NOW_MS, nowMs }),
  requestCancel: (store, jobId) => store.requestCancel({ jobId, by: 'Anne', nowMs }),
  requestPause: (store, jobId) => store.requestPause({ jobId, nowMs }),
  requestResume: (store, jobId) => store.requestResume({ jobId, nowMs }),
  requestRetry: (store, jobId) =>
    store.requestRetry({ jobId, from: ['completed', 'failed', 'cancelled'], nowMs }),
  requestRollback: (store, jobId) =>
    store.requestRollback({ jobId, from: ['completed', 'failed'], reason: null, nowMs }),
};

function describeEvents(open: OpenStore): void {
  const store = freshStore(open);

  it.each(Object.entries(CHANGES))(
    'is in the outbox after %s exactly if the status has one and was another before',
    async (_name, change) => {
      await hook(store(), 'wh_1');
      for (const from of JOB_STATUSES) {
        for (const to of JOB_STATUSES.filter((each) => canFollow(from, each))) {
          const jobId = `${from}-${to}`;
          const claimed = await claimedJob(store(), jobId);
          await patchJob(store(), claimed, { status: from });
          const seen = await watched(store(), jobId, () => change(store(), jobId, to));
          const event = seen.status === undefined ? null : eventOfStatus(seen.status);
          const isDue = seen.isMoved && event !== null;
          expect([jobId, seen.events]).toEqual([jobId, isDue ? [event] : []]);
        }
      }
    },
  );
}

function describeReceivers(open: OpenStore): void {
  const store = freshStore(open);

  it('has the job as it was then, each time that the job ends', async () => {
    await hook(store(), 'wh_1');
    const claimed = await claimedJob(store(), 'j1', { items: 2 });
    await patchJob(store(), claimed, { status: 'completed', phase: 'done', totalItems: 2 });
    const [first] = await claim(store());
    await store().requestRetry({ jobId: 'j1', from: ['completed'], nowMs });
    await patchJob(store(), claimed, { status: 'failed', phase: 'done' });
    const both = await store().listDeliveries({ webhookId: 'wh_1', limit: 10 });
    expect(first).toMatchObject({
      ...{ id: 'msg_j1_1_wh_1', eventId: 'msg_j1_1', event: 'job.completed', jobId: 'j1' },
      ...{ organizationId: ORGANIZATION_ID, tries: 0, status: 'pending', body: null },
      job: { id: 'j1', status: 'completed', totalItems: 2, sourceSettings: null },
      webhook: { id: 'wh_1', sealedSecret: 'sealed secret of wh_1' },
      recipient: null,
    });
    expect(both.deliveries.map(({ eventId }) => eventId).sort()).toEqual(['msg_j1_1', 'msg_j1_2']);
  });

  it('goes to each webhook that asked for it, and to no other', async () => {
    await hook(store(), 'wh_all');
    await hook(store(), 'wh_failed', { events: ['job.failed'] });
    await hook(store(), 'wh_other', { organizationId: 'org-2' });
    await hook(store(), 'wh_off');
    await store().switchOffWebhook({ id: 'wh_off', reason: 'gone', nowMs });
    const claimed = await claimedJob(store(), 'j1');
    await patchJob(store(), claimed, { status: 'completed', phase: 'done' });
    expect((await claim(store())).map(({ webhook }) => webhook?.id)).toEqual(['wh_all']);
  });

  it('is mailed to the address of the start when the job has ended, not when it pauses', async () => {
    const job = { options: { notifyEmail: 'anna@example.dk' } };
    const claimed = await claimedJob(store(), 'j1', { job });
    await patchJob(store(), claimed, { status: 'paused' });
    expect(await claim(store())).toEqual([]);
    await patchJob(store(), claimed, { status: 'failed', phase: 'done' });
    expect(await claim(store())).toMatchObject([
      { id: 'msg_j1_1_mail', recipient: 'anna@example.dk', webhook: null, event: 'job.failed' },
    ]);
  });

  it('is not there if the write that ends the job fails', async () => {
    await hook(store(), 'wh_1');
    const { jobId } = await claimedJob(store(), 'j1');
    const foreign = { name: 'job:j1', owner: 'two' };
    const patch = { status: 'failed' } as const;
    const ended = store().updateJob({ jobId, lease: foreign, patch, nowMs });
    await expect(ended).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await eventsOf(store(), 'j1')).toEqual([]);
  });
}

/** So many deliveries, due one after the other, to the jobs `<webhook>-<number>`. */
async function makeDue(store: JobStore, count: number, webhookId = 'wh_1'): Promise<void> {
  await hook(store, webhookId);
  for (let no = 0; no < count; no += 1) {
    const jobId = `${webhookId}-${String(no)}`;
    await store.createJob(newJob(jobId));
    await store.requestCancel({ jobId, by: 'x', nowMs: nowMs + no });
  }
}

function describeClaims(open: OpenStore): void {
  const store = freshStore(open);

  it('is held by one process, until it lets go or is late', async () => {
    await makeDue(store(), 1);
    expect(await claim(store(), { owner: 'one' })).toHaveLength(1);
    expect(await claim(store(), { owner: 'two' })).toEqual([]);
    expect(await store().listDeliveryOwners()).toEqual(['one']);
    await store().releaseDeliveries({ owner: 'one' });
    expect(await claim(store(), { owner: 'two' })).toHaveLength(1);
    expect(await claim(store(), { owner: 'three', nowMs: nowMs + HELD_MS })).toHaveLength(1);
  });

  it('is taken once by processes that ask at the same time', async () => {
    await makeDue(store(), 3, 'wh_a');
    await makeDue(store(), 3, 'wh_b');
    const owners = ['one', 'two', 'three', 'four'];
    const taken = await Promise.all(
      owners.map((owner) => claim(store(), { owner, nowMs: nowMs + 10 })),
    );
    const ids = taken.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(2);
  });

  it('is one of each receiver, the longest due first, and none of those left out', async () => {
    await makeDue(store(), 2, 'wh_a');
    await makeDue(store(), 2, 'wh_b');
    const later = { nowMs: nowMs + 10 };
    const first = await claim(store(), { ...later, exceptTargets: ['wh_b'] });
    expect(first.map(({ jobId }) => jobId)).toEqual(['wh_a-0']);
    const rest = await claim(store(), { ...later, limit: 1, exceptTargets: ['wh_a'] });
    expect(rest.map(({ jobId }) => jobId)).toEqual(['wh_b-0']);
  });
}

function describeEnds(open: OpenStore): void {
  const store = freshStore(open);

  it('ends as its holder wants, and comes again when it is due', async () => {
    await makeDue(store(), 1);
    const { id: deliveryId, eventId } = await only(claim(store()));
    const failed = { status: 'pending', answered: 500, failure: 'HTTP 500' } as const;
    const end = { deliveryId, nowMs, nextTryAtMs: nowMs + 5000, ...failed };
    expect(await store().endTry({ ...end, owner: 'two' })).toBe(false);
    expect(await store().endTry({ ...end, owner: 'one' })).toBe(true);
    expect(await claim(store(), { nowMs: nowMs + 4999 })).toEqual([]);
    expect(await claim(store(), { nowMs: nowMs + 5000 })).toMatchObject([
      { id: deliveryId, eventId, tries: 1, answered: 500, failure: 'HTTP 500', triedAtMs: nowMs },
    ]);
    const done = { status: 'delivered', answered: 200, failure: null, nextTryAtMs: null } as const;
    await store().endTry({ deliveryId, owner: 'one', nowMs, ...done });
    expect(await claim(store(), { nowMs: nowMs + 1e9 })).toEqual([]);
  });

  it('keeps the first body for all tries', async () => {
    await makeDue(store(), 1);
    const { eventId } = await only(claim(store()));
    expect(await store().keepBody({ eventId, body: 'first' })).toBe('first');
    expect(await store().keepBody({ eventId, body: 'second' })).toBe('first');
    expect(await claim(store(), { nowMs: nowMs + HELD_MS })).toMatchObject([{ body: 'first' }]);
  });
}

function describeLists(open: OpenStore): void {
  const store = freshStore(open);

  it('lists deliveries newest first, page by page, and repeats one that has ended', async () => {
    await hook(store(), 'wh_1');
    for (const no of [1, 2, 3]) {
      await store().createJob(newJob(`j${String(no)}`));
      await store().requestCancel({ jobId: `j${String(no)}`, by: 'x', nowMs: nowMs + no });
    }
    const page = await store().listDeliveries({ webhookId: 'wh_1', limit: 2 });
    expect(page.deliveries.map(({ jobId }) => jobId)).toEqual(['j3', 'j2']);
    const cursor = page.nextCursor ?? '';
    const next = await store().listDeliveries({ webhookId: 'wh_1', limit: 2, cursor });
    expect(next).toMatchObject({ deliveries: [{ jobId: 'j1' }], nextCursor: null });
    const deliveryId = next.deliveries[0]?.id ?? '';
    const again = { webhookId: 'wh_1', deliveryId, nowMs: nowMs + 99 };
    expect(await store().repeatDelivery(again)).toBe(false);
    await claim(store(), { nowMs: nowMs + 9 });
    const end = { status: 'failed', answered: 500, failure: 'x', nextTryAtMs: null } as const;
    await store().endTry({ deliveryId, owner: 'one', nowMs, ...end });
    expect(await store().repeatDelivery({ ...again, webhookId: 'wh_2' })).toBe(false);
    expect(await store().repeatDelivery(again)).toBe(true);
    const { deliveries } = await store().listDeliveries({ webhookId: 'wh_1', limit: 9 });
    const due = { status: 'pending', tries: 0, nextTryAtMs: nowMs + 99 };
    expect(deliveries.find(({ id }) => id === deliveryId)).toMatchObject(due);
  });

  it('holds a test for the process that asked for it', async () => {
    const webhook = await hook(store(), 'wh_1');
    const test = { eventId: 'msg_test', event: 'webhook.test', body: '{}' };
    const held = { owner: 'one', nowMs, untilMs: nowMs + HELD_MS };
    expect(await store().addTestDelivery({ webhook, ...test, ...held })).toMatchObject({
      ...{ eventId: 'msg_test', event: 'webhook.test', jobId: null, job: null, body: '{}' },
      webhook: { id: 'wh_1' },
    });
    expect(await claim(store(), { owner: 'two' })).toEqual([]);
  });

  it('purges what is older', async () => {
    await hook(store(), 'wh_1');
    for (const no of [1, 2]) {
      await store().createJob(newJob(`j${String(no)}`));
      await store().requestCancel({ jobId: `j${String(no)}`, by: 'x', nowMs: nowMs + no });
    }
    expect(await store().purgeNotices({ beforeMs: nowMs + 2 })).toBe(1);
    expect(await eventsOf(store(), 'j1')).toEqual([]);
    expect(await eventsOf(store(), 'j2')).toEqual(['job.cancelled']);
  });
}

function describeWebhooks(open: OpenStore): void {
  const store = freshStore(open);

  it('is kept for its organization, and found for no other', async () => {
    const webhook = await hook(store(), 'wh_1', { events: ['job.failed'] });
    expect(webhook).toEqual({
      ...newWebhook('wh_1', { events: ['job.failed'] }),
      ...{ offAtMs: null, offReason: null },
    });
    expect(await store().listWebhooks({ organizationIds })).toEqual([webhook]);
    expect(await store().listWebhooks({ organizationIds: ['org-2'] })).toEqual([]);
    expect(await store().findWebhook({ id: 'wh_1', organizationIds })).toEqual(webhook);
    expect(await store().findWebhook({ id: 'wh_1', organizationIds: ['org-2'] })).toBeNull();
  });

  it('is one of so many at most', async () => {
    await hook(store(), 'wh_1');
    expect(await store().createWebhook({ ...newWebhook('wh_2'), max: 1 })).toBeNull();
    expect(await store().listWebhooks({ organizationIds })).toHaveLength(1);
  });

  it('goes with its deliveries, and leaves entries without its address in the journal', async () => {
    await hook(store(), 'wh_1');
    await store().createJob(newJob('j1'));
    await store().requestCancel({ jobId: 'j1', by: 'x', nowMs });
    const removal = { id: 'wh_1', by: 'Bo', nowMs };
    expect(await store().removeWebhook({ ...removal, organizationId: 'org-2' })).toBe(false);
    expect(await store().removeWebhook({ ...removal, organizationId: ORGANIZATION_ID })).toBe(true);
    expect(await claim(store())).toEqual([]);
    const chain = await chainOf(store(), { organizationId: ORGANIZATION_ID });
    const entries = chain.map(({ kind, actor, body }) => [kind, actor, body]);
    expect(entries).toEqual(
      expect.arrayContaining([
        ['webhook.create', 'Anne', { webhookId: 'wh_1', events: [...NOTICE_EVENTS] }],
        ['webhook.remove', 'Bo', { webhookId: 'wh_1' }],
      ]),
    );
    expect(JSON.stringify(await journalOf(store()))).not.toContain('example.dk');
  });

  it('that is switched off gets nothing more, and says why', async () => {
    await hook(store(), 'wh_1');
    await store().createJob(newJob('j1'));
    await store().requestCancel({ jobId: 'j1', by: 'x', nowMs });
    await store().switchOffWebhook({ id: 'wh_1', reason: 'gone', nowMs });
    expect(await claim(store())).toEqual([]);
    const found = await store().findWebhook({ id: 'wh_1', organizationIds });
    expect(found).toMatchObject({ offAtMs: nowMs, offReason: 'gone' });
    const { deliveries } = await store().listDeliveries({ webhookId: 'wh_1', limit: 1 });
    expect(deliveries).toMatchObject([{ status: 'failed', failure: 'gone', nextTryAtMs: null }]);
  });
}

export function describeNotices(open: OpenStore): void {
  describe('an event', () => {
    describeEvents(open);
    describeReceivers(open);
  });
  describe('a delivery', () => {
    describeClaims(open);
    describeEnds(open);
    describeLists(open);
  });
  describe('a webhook', () => {
    describeWebhooks(open);
  });
}
