// Webhooks over REST: an admin of one organization manages its own, and hears of its jobs with a signature.
import { describe, expect, it } from 'vitest';
import { importCustomersCsv } from '../../../src/tools/import-customers-csv.js';
import { openReceiver } from '../../notices/support/receiver.js';
import { openHttpOffice, type HttpOffice } from '../http/support/http-office.js';
import { bearer, send, type RawAnswer } from '../http/support/raw.js';

type Ask = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<RawAnswer>;

async function opened(local: 'on' | 'off' = 'on') {
  const office = await openHttpOffice({ office: { env: { BULK_WEBHOOKS_LOCAL: local } } });
  const askAs =
    (key: string): Ask =>
    (method, path, body) =>
      send(`${office.server.url}/api/v1/webhooks${path}`, {
        method,
        headers: { ...bearer(key), 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
  const adminOf = async (organizationId: string): Promise<Ask> =>
    askAs((await office.keyFor({ role: 'admin', organizations: [organizationId] })).key);
  return { ...office, askAs, adminOf };
}

async function importOne({ service }: HttpOffice['alfa']): Promise<unknown> {
  const signal = new AbortController().signal;
  const args = importCustomersCsv.inputSchema.parse({ csvContent: 'name\nA\n', waitSeconds: 20 });
  const call = { service, signal, onProgress: () => undefined };
  return ((await importCustomersCsv.run(args, call)) as { jobId: string }).jobId;
}

describe('an admin', () => {
  it('adds a webhook, hears of its jobs, tries it, and removes it', async () => {
    const office = await opened();
    const receiver = await openReceiver();
    const { organizationId } = office.alfa;
    const ask = await office.adminOf(organizationId);
    const created = await ask('POST', '', { url: receiver.url, events: ['job.completed'] });
    const { id, secret } = created.json as { id: string; secret: string };
    expect([created.status, created.headers['location']]).toEqual([201, `/api/v1/webhooks/${id}`]);
    expect(created.json).toMatchObject({ success: true, organizationId, url: receiver.url });
    receiver.trust(secret);
    const jobId = await importOne(office.alfa);
    await expect.poll(() => receiver.received.length, { timeout: 5000 }).toBe(1);
    expect(receiver.received).toMatchObject([
      { type: 'job.completed', data: { id: jobId, organizationId, successfulItems: 1 } },
    ]);
    const tested = await ask('POST', `/${id}/test`);
    expect(tested.json).toMatchObject({ delivery: { status: 'delivered', httpStatus: 204 } });
    const listed = await ask('GET', `/${id}/deliveries?limit=1`);
    expect(listed.json).toMatchObject({
      deliveries: [{ event: 'webhook.test', tries: 1 }],
      nextCursor: expect.any(String) as unknown,
    });
    const cursor = String(listed.json?.['nextCursor']);
    const next = await ask('GET', `/${id}/deliveries?limit=1&cursor=${encodeURIComponent(cursor)}`);
    expect(next.json).toMatchObject({
      deliveries: [{ event: 'job.completed', jobId, status: 'delivered', nextTryAt: null }],
    });
    const [listedLast] = next.json?.['deliveries'] as { id: string }[];
    const deliveryId = listedLast?.id ?? '';
    expect((await ask('POST', `/${id}/deliveries/${deliveryId}/retry`)).status).toBe(202);
    await expect.poll(() => receiver.received.length, { timeout: 5000 }).toBe(3);
    expect(receiver.received[2]?.id).toBe(receiver.received[0]?.id);
    expect((await ask('GET', '')).json).toMatchObject({ webhooks: [{ id, isOn: true }] });
    expect((await ask('GET', `/${id}`)).text).not.toContain('whsec_');
    expect((await ask('DELETE', `/${id}`)).status).toBe(204);
    expect((await ask('GET', `/${id}`)).json).toMatchObject({ code: 'WEBHOOK_NOT_FOUND' });
  });

  it('finds no webhook of another organization, and hears nothing of its jobs', async () => {
    const office = await opened();
    const receiver = await openReceiver();
    const [own, foreign] = [
      await office.adminOf(office.alfa.organizationId),
      await office.adminOf(office.beta.organizationId),
    ];
    const { id } = (await own('POST', '', { url: receiver.url })).json as { id: string };
    await importOne(office.beta);
    const answers = await Promise.all([
      ...[id, 'wh_none'].map((one) => foreign('GET', `/${one}`)),
      ...[id, 'wh_none'].map((one) => foreign('DELETE', `/${one}`)),
      ...[id, 'wh_none'].map((one) => foreign('POST', `/${one}/test`)),
      ...[id, 'wh_none'].map((one) => foreign('GET', `/${one}/deliveries`)),
    ]);
    expect(new Set(answers.map(({ status, text }) => `${String(status)} ${text}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 404, json: { code: 'WEBHOOK_NOT_FOUND' } });
    expect((await foreign('GET', '')).json).toMatchObject({ webhooks: [] });
    const named = { url: receiver.url, organizationId: office.alfa.organizationId };
    expect((await foreign('POST', '', named)).json).toMatchObject({
      code: 'ORGANIZATION_REQUIRED',
    });
    expect(receiver.received).toEqual([]);
  });

  it('of several names the organization', async () => {
    const office = await opened();
    const ask = office.askAs((await office.keyFor({ role: 'admin', organizations: 'all' })).key);
    const url = 'http://127.0.0.1:9/';
    expect((await ask('POST', '', { url })).json).toMatchObject({ code: 'ORGANIZATION_REQUIRED' });
    const { organizationId } = office.beta;
    expect((await ask('POST', '', { url, organizationId })).json).toMatchObject({ organizationId });
  });
});

it.each(['viewer', 'operator'] as const)('a %s may not', async (role) => {
  const office = await opened();
  const ask = office.askAs((await office.keyFor({ role })).key);
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/wh_1'],
    ['DELETE', '/wh_1'],
    ['GET', '/wh_1/deliveries'],
  ] as const) {
    expect(await ask(method, path)).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } });
  }
  const url = 'https://example.dk/';
  expect((await ask('POST', '', { url })).json).toMatchObject({ code: 'FORBIDDEN' });
});

describe('an address that may not be reached', () => {
  it.each([
    ...['http://127.0.0.1:80/', 'https://127.0.0.1/', 'https://169.254.169.254/', 'https://[::1]/'],
    ...['https://[::ffff:127.0.0.1]/', 'https://0x7f000001/', 'https://2130706433/'],
    ...['https://localhost./', 'https://a:b@example.dk/', 'https://example.dk:0/', 'x', ''],
    `https://example.dk/${'a'.repeat(5000)}`,
  ])('is 422 INPUT_INVALID: %s', async (url) => {
    const office = await opened('off');
    const ask = await office.adminOf(office.alfa.organizationId);
    const answer = await ask('POST', '', { url });
    expect(answer).toMatchObject({ status: 422, json: { code: 'INPUT_INVALID' } });
    expect(String(answer.json?.['hint'])).not.toBe('');
  });
});
