// One request to a webhook: to the judged address only, no redirect, little of the answer.
import { createServer } from 'node:http';
import type { LookupAddress } from 'node:dns';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pinnedLookup, postWebhook } from '../../src/notices/post-webhook.js';
import { openReceiver } from './support/receiver.js';

const message = { headers: { 'webhook-id': 'msg_1' }, body: '{"type":"x","data":{}}' };

function request(signal = new AbortController().signal) {
  return { ...message, signal };
}

describe('a request', () => {
  it('goes to the judged address, whatever the host is', async () => {
    const { url, received } = await openReceiver();
    const named = new URL(url.replace('127.0.0.1', 'never.resolved.invalid'));
    const answer = await postWebhook({ url: named, addresses: ['127.0.0.1'] }, request());
    expect(answer).toEqual({ status: 204, text: '' });
    expect(received).toMatchObject([{ id: 'msg_1', body: message.body, path: '/hook' }]);
    expect(received[0]?.headers['host']).toBe(named.host);
  });

  it('follows no redirect', async () => {
    const { url, received, answers } = await openReceiver();
    answers.push((response) => {
      response.writeHead(302, { location: url }).end();
    });
    const answer = await postWebhook({ url: new URL(url), addresses: ['127.0.0.1'] }, request());
    expect(answer.status).toBe(302);
    expect(received).toHaveLength(1);
  });

  it('reads the beginning of an answer without end', async () => {
    const { url, answers } = await openReceiver();
    answers.push((response) => {
      response.writeHead(500);
      const timer = setInterval(() => response.write('x'.repeat(100_000)), 1);
      response.once('close', () => {
        clearInterval(timer);
      });
    });
    const answer = await postWebhook({ url: new URL(url), addresses: ['127.0.0.1'] }, request());
    expect(answer).toEqual({ status: 500, text: 'x'.repeat(1000) });
  });

  it('ends with its signal', async () => {
    const { url, answers } = await openReceiver();
    answers.push('hang');
    const stop = new AbortController();
    const posted = postWebhook(
      { url: new URL(url), addresses: ['127.0.0.1'] },
      request(stop.signal),
    );
    setTimeout(() => {
      stop.abort(new Error('late'));
    }, 50);
    await expect(posted).rejects.toThrow('late');
  });

  it('fails where nothing listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => {
      server.close(resolve);
    });
    onTestFinished(() => undefined);
    const url = new URL(`http://127.0.0.1:${String(port)}/`);
    await expect(postWebhook({ url, addresses: ['127.0.0.1'] }, request())).rejects.toThrow(
      /ECONNREFUSED/,
    );
  });
});

describe('the pinned look-up', () => {
  const asked = (all: boolean): unknown => {
    let answer: unknown = null;
    const lookup = pinnedLookup(['93.184.215.14', '2606:2800::1']);
    lookup('rebound.example', { all }, (_error, address: string | LookupAddress[], family) => {
      answer = { address, family };
    });
    return answer;
  };

  it('answers with the judged addresses only', () => {
    expect(asked(false)).toEqual({ address: '93.184.215.14', family: 4 });
    expect(asked(true)).toEqual({
      address: [
        { address: '93.184.215.14', family: 4 },
        { address: '2606:2800::1', family: 6 },
      ],
      family: undefined,
    });
  });
});
