// MCP over HTTP in both eras, and who hears of which job.
import { describe, expect, it } from 'vitest';
import { addressOf } from '../../../src/jobs/job/addresses.js';
import { openHttpOffice } from './support/http-office.js';
import { listen } from './support/listening.js';
import { ask, bearer, ERAS, messageOf, send } from './support/raw.js';

const UNKNOWN = addressOf({ kind: 'job', jobId: '0'.repeat(32) });

describe('a client of 2025', () => {
  it('is not offered subscriptions, of which it would hear nothing', async () => {
    const { mcpUrl, keyFor } = await openHttpOffice();
    const { key } = await keyFor();
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'old', version: '1' },
    };
    const { json } = await ask(mcpUrl, bearer(key), { method: 'initialize', params });
    expect(json?.['result']).toMatchObject({ capabilities: { tools: {}, resources: {} } });
    expect(json?.['result']).not.toHaveProperty('capabilities.resources.subscribe');
    const subscribe = { method: 'resources/subscribe', params: { uri: UNKNOWN } };
    const refused = await ask(mcpUrl, bearer(key), subscribe);
    expect(refused.json).toMatchObject({ error: { code: -32601 } });
  });
});

describe('a client of 2026', () => {
  it('may listen', async () => {
    const { mcpUrl, keyFor } = await openHttpOffice();
    const { key } = await keyFor();
    const asked = await ask(mcpUrl, bearer(key), { method: 'server/discover', era: '2026' });
    expect(asked.json).toHaveProperty('result.capabilities.resources.subscribe', true);
    const stream = await listen(mcpUrl, bearer(key), [UNKNOWN]);
    expect(stream.status).toBe(200);
  });

  it('may listen for a hundred addresses in a stream, and is not left unheard beyond', async () => {
    const { mcpUrl, keyFor } = await openHttpOffice();
    const { key } = await keyFor();
    const uris = Array.from({ length: 100 }, () => UNKNOWN);
    expect((await listen(mcpUrl, bearer(key), uris)).status).toBe(200);
    const resourceSubscriptions = [...uris, UNKNOWN];
    const more = await ask(mcpUrl, bearer(key), {
      ...{ method: 'subscriptions/listen', era: '2026' },
      params: { notifications: { resourceSubscriptions } },
    });
    expect([more.status, more.json?.['code']]).toEqual([413, 'INPUT_TOO_LARGE']);
  });

  it('is answered in the words of the protocol where its envelope is missing or unknown', async () => {
    const { mcpUrl, keyFor } = await openHttpOffice();
    const { key } = await keyFor();
    const wish = messageOf({ method: 'tools/list', era: '2026' });
    const headers = { ...wish.headers, ...bearer(key) };
    const bodies = [
      messageOf({ method: 'tools/list' }).body,
      wish.body.replaceAll('2026-07-28', '2031-01-01'),
      wish.body.replace('tools/list', 'tools/call'),
    ];
    for (const body of bodies) {
      const answer = await send(mcpUrl, { method: 'POST', headers, body });
      expect(answer.status).toBe(400);
      expect(answer.json).toHaveProperty('error.code');
    }
  });
});

describe.each(ERAS)('arguments, in the era of %s', (era) => {
  it('that are too many, too deep or forbidden are refused as over stdio', async () => {
    const { mcpUrl, keyFor } = await openHttpOffice();
    const { key } = await keyFor();
    const rows = Array.from({ length: 1001 }, () => ({ name: 'A' }));
    const deep = `${'['.repeat(40)}${']'.repeat(40)}`;
    const cases = [
      ['INPUT_TOO_LARGE', JSON.stringify({ rows })],
      ['INPUT_INVALID', `{"rows":${deep}}`],
      ['INPUT_INVALID', '{"__proto__":{"name":"A"},"csvContent":"name\\nA\\n"}'],
    ] as const;
    for (const [code, args] of cases) {
      const call = { name: 'import_customers_csv', arguments: {} };
      const wish = messageOf({ method: 'tools/call', params: call, era });
      const body = wish.body.replace('"arguments":{}', `"arguments":${args}`);
      const answer = await send(mcpUrl, {
        ...wish,
        headers: { ...wish.headers, ...bearer(key) },
        body,
      });
      expect(answer.text).toContain(`\\"code\\":\\"${code}\\"`);
    }
  });
});

describe('the end of the server', () => {
  it('is told to those who listen, and lets nobody in any more', async () => {
    const { server, mcpUrl, keyFor } = await openHttpOffice();
    const { key } = await keyFor();
    const stream = await listen(mcpUrl, bearer(key), [UNKNOWN]);
    const startedMs = performance.now();
    await server.close();
    // Connections that clients keep open for their next request are not waited for.
    expect(performance.now() - startedMs).toBeLessThan(2500);
    expect(await stream.ended).toBe('closed');
    await expect(ask(mcpUrl, bearer(key), { method: 'tools/list' })).rejects.toThrow();
  });
});

describe('a stream', () => {
  it('is told of its job, however many jobs that do not exist others listen for', async () => {
    const { mcpUrl, keyFor, alfa } = await openHttpOffice();
    const { key } = await keyFor({ organizations: [alfa.organizationId] });
    const signal = new AbortController().signal;
    const call = { name: 'import_customers_csv', arguments: { csvContent: 'name\nA ApS\n' } };
    const { structuredContent } = await alfa.client.callTool(call);
    const { jobId } = structuredContent as { jobId: string };
    await alfa.service.status(jobId, { seconds: 20, signal, onProgress: () => undefined });
    const uri = addressOf({ kind: 'job', jobId });
    const stream = await listen(mcpUrl, bearer(key), [uri]);
    for (const first of ['a', 'b', 'c']) {
      const uris = Array.from({ length: 100 }, (_, nth) =>
        addressOf({ kind: 'job', jobId: `${first}${String(nth)}` }),
      );
      await listen(mcpUrl, bearer(key), uris);
    }
    await alfa.service.rollback(jobId, { dryRun: false, reason: null, signal });
    await stream.hears(uri);
  });
});
