/** The routes of webhooks, for admins: add, list, remove, try, and look at their deliveries. */
import { z } from 'zod';
import { NOTICE_EVENTS } from '../../model/notice.js';
import { organizationIdField } from '../../tools/tool.js';
import type { WebhookBook } from '../../notices/webhook-book.js';
import { cursorQuery, done, NOTHING, organizationQuery, wholeQuery } from './fields.js';
import { defineRoute, type RestRoute } from './route.js';

const TAG = 'Webhooks';
const PATH = '/api/v1/webhooks';
const ID_CHARS_MAX = 100;
const DELIVERY_ID_CHARS_MAX = 400;
const URL_CHARS_MAX = 10_000;
const LIMIT_MAX = 200;
const LIMIT_USUAL = 50;
const CREATED = 201;
const ACCEPTED = 202;
const NO_CONTENT = 204;

const time = z.string().nullable();

const webhook = z.looseObject({
  id: z.string(),
  organizationId: z.string(),
  url: z.string(),
  events: z.array(z.enum(NOTICE_EVENTS)),
  isOn: z.boolean(),
  offAt: time,
  offReason: z.string().nullable(),
  createdAt: time,
  createdBy: z.string(),
});

const delivery = z.looseObject({
  id: z.string(),
  eventId: z.string(),
  event: z.string(),
  jobId: z.string().nullable(),
  status: z.enum(['pending', 'delivered', 'failed']),
  tries: z.number(),
  httpStatus: z.number().nullable(),
  error: z.string().nullable(),
  createdAt: time,
  triedAt: time,
  nextTryAt: time,
});

const byId = z.strictObject({ id: z.string().min(1).max(ID_CHARS_MAX) });

const facts = { tag: TAG, role: 'admin', body: null, query: NOTHING } as const;

function listRoutes(webhooks: WebhookBook): RestRoute[] {
  return [
    defineRoute({
      ...facts,
      id: 'listWebhooks',
      method: 'get',
      path: PATH,
      summary: 'The webhooks of your organizations',
      params: NOTHING,
      query: z.strictObject({ organizationId: organizationQuery }),
      status: 200,
      result: done.extend({ webhooks: z.array(webhook) }),
      async run({ caller, query }) {
        return {
          body: { success: true, webhooks: await webhooks.list(caller, query.organizationId) },
        };
      },
    }),
    defineRoute({
      ...facts,
      id: 'createWebhook',
      method: 'post',
      path: PATH,
      summary: 'Adds a webhook; its secret is shown here only',
      params: NOTHING,
      body: z.strictObject({
        url: z.string().min(1).max(URL_CHARS_MAX),
        events: z.array(z.enum(NOTICE_EVENTS)).min(1).max(NOTICE_EVENTS.length).optional(),
        organizationId: organizationIdField,
      }),
      status: CREATED,
      result: done.extend({
        ...webhook.shape,
        secret: z.string().optional().describe('Shown once; absent where the answer is repeated.'),
      }),
      isSecret: true,
      async run({ caller, body }) {
        const { secret, ...created } = await webhooks.create(caller, body);
        const keptBody = { success: true, ...created };
        const headers = { location: `${PATH}/${created.id}` };
        return { status: CREATED, body: { ...keptBody, secret }, keptBody, headers };
      },
    }),
  ];
}

function singleRoutes(webhooks: WebhookBook): RestRoute[] {
  return [
    defineRoute({
      ...facts,
      id: 'getWebhook',
      method: 'get',
      path: `${PATH}/{id}`,
      summary: 'One webhook',
      params: byId,
      status: 200,
      result: done.extend({ webhook }),
      async run({ caller, params }) {
        return { body: { success: true, webhook: await webhooks.get(caller, params.id) } };
      },
    }),
    defineRoute({
      ...facts,
      id: 'removeWebhook',
      method: 'delete',
      path: `${PATH}/{id}`,
      summary: 'Removes a webhook with its deliveries',
      params: byId,
      status: NO_CONTENT,
      result: null,
      async run({ caller, params }) {
        await webhooks.remove(caller, params.id);
        return { status: NO_CONTENT };
      },
    }),
  ];
}

function deliveryRoutes(webhooks: WebhookBook): RestRoute[] {
  return [
    defineRoute({
      ...facts,
      id: 'testWebhook',
      method: 'post',
      path: `${PATH}/{id}/test`,
      summary: 'Sends one event webhook.test now, and answers with its end',
      params: byId,
      body: NOTHING,
      status: 200,
      result: done.extend({ delivery }),
      async run({ caller, params }) {
        return { body: { success: true, delivery: await webhooks.test(caller, params.id) } };
      },
    }),
    defineRoute({
      ...facts,
      id: 'listDeliveries',
      method: 'get',
      path: `${PATH}/{id}/deliveries`,
      summary: 'The deliveries of a webhook, newest first',
      params: byId,
      query: z.strictObject({
        limit: wholeQuery({ min: 1, max: LIMIT_MAX, usual: LIMIT_USUAL }),
        cursor: cursorQuery,
      }),
      status: 200,
      result: done.extend({ deliveries: z.array(delivery), nextCursor: z.string().nullable() }),
      async run({ caller, params, query }) {
        const page = await webhooks.deliveries(caller, params.id, query);
        return { body: { success: true, ...page } };
      },
    }),
    defineRoute({
      ...facts,
      id: 'retryDelivery',
      method: 'post',
      path: `${PATH}/{id}/deliveries/{deliveryId}/retry`,
      summary: 'Sends an ended delivery again, with the same webhook-id and body',
      params: byId.extend({ deliveryId: z.string().min(1).max(DELIVERY_ID_CHARS_MAX) }),
      body: NOTHING,
      status: ACCEPTED,
      result: done,
      async run({ caller, params }) {
        await webhooks.retry(caller, params);
        return { status: ACCEPTED, body: { success: true } };
      },
    }),
  ];
}

export function webhookRoutes(webhooks: WebhookBook): RestRoute[] {
  return [...listRoutes(webhooks), ...singleRoutes(webhooks), ...deliveryRoutes(webhooks)];
}
