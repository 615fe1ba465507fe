// The signature, against the reference library of Standard Webhooks.
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import { newWebhookSecret, webhookHeaders } from '../../src/notices/sign-webhook.js';

const body = JSON.stringify({ type: 'job.completed', data: { label: 'Æblegrød ⏎ 🍏' } });

it('is what the reference library makes and accepts', () => {
  const secret = newWebhookSecret(systemClock);
  const nowMs = systemClock.nowMs();
  const headers = webhookHeaders(secret, { eventId: 'msg_1', nowMs, body });
  const reference = new Webhook(secret);
  const seconds = new Date(Math.floor(nowMs / 1000) * 1000);
  expect(headers['webhook-signature']).toBe(reference.sign('msg_1', seconds, body));
  expect(reference.verify(body, headers)).toEqual(JSON.parse(body));
  expect(() => reference.verify(`${body} `, headers)).toThrow();
  expect(() => reference.verify(body, { ...headers, 'webhook-id': 'msg_2' })).toThrow();
});

it('needs a secret that nobody can guess', () => {
  const secrets = Array.from({ length: 100 }, () => newWebhookSecret(systemClock));
  expect(new Set(secrets).size).toBe(100);
  expect(secrets.every((secret) => /^whsec_[\w+/]{43}=$/.test(secret))).toBe(true);
});
