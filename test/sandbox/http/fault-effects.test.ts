// Spoiled answers as values; how they arrive is tested with the server.
import { describe, expect, it } from 'vitest';
import { errorReply, garbled } from '../../../src/sandbox/http/fault-effects.js';

const OCCASION = { language: null, nowMs: 0, elapsedMs: () => 0 };
const REPLY = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"a":[1]}' };

describe('error pages', () => {
  it('are JSON of Billy or HTML of a gateway', () => {
    const json = errorReply(503, false, OCCASION);
    expect(JSON.parse(json.body)).toMatchObject({
      meta: { statusCode: 503, success: false },
      errorCode: 'SERVER_ERROR',
    });
    const html = errorReply(502, true, OCCASION);
    expect(html.headers['content-type']).toContain('text/html');
    expect(html.body).toContain('502');
    expect(errorReply(200, true, OCCASION).status).toBe(200);
  });
});

describe('garbled answers', () => {
  it('have something before the JSON that holds no bracket', () => {
    const { body } = garbled(REPLY, 'prefixed');
    expect(() => JSON.parse(body) as unknown).toThrow();
    expect(body.slice(body.search(/[{[]/))).toBe(REPLY.body);
  });

  it('have another content type', () => {
    const reply = garbled(REPLY, 'wrong-content-type');
    expect(reply.headers['content-type']).toContain('text/html');
    expect(reply.body).toBe(REPLY.body);
  });
});
