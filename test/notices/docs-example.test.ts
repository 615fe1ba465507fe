// The example of docs/server.md: it takes what this server signs, and nothing else.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import { newWebhookSecret, webhookHeaders } from '../../src/notices/sign-webhook.js';

type Check = (secret: string, headers: Readonly<Record<string, string>>, body: string) => boolean;

const PAGE = readFileSync(path.resolve(import.meta.dirname, '../../docs/server.md'), 'utf8');

it('the example checks a signature', async () => {
  const code = /```js\n((?:(?!```)[\s\S])*?isGenuine[\s\S]*?)```/.exec(PAGE)?.[1] ?? '';
  const address = `data:text/javascript,${encodeURIComponent(code)}`;
  const { isGenuine } = (await import(address)) as { isGenuine: Check };
  const secret = newWebhookSecret(systemClock);
  const body = '{"type":"job.completed","data":{"label":"Æble"}}';
  const nowMs = systemClock.nowMs();
  const headers = webhookHeaders(secret, { eventId: 'msg_1', nowMs, body });
  expect(isGenuine(secret, headers, body)).toBe(true);
  expect(isGenuine(secret, headers, `${body} `)).toBe(false);
  expect(isGenuine(newWebhookSecret(systemClock), headers, body)).toBe(false);
  const old = webhookHeaders(secret, { eventId: 'msg_1', nowMs: nowMs - 301_000, body });
  expect(isGenuine(secret, old, body)).toBe(false);
});
