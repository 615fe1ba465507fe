// Messages as EventSource reads them.
import { describe, expect, it } from 'vitest';
import {
  COMMENT,
  endEvent,
  jobEvent,
  lastEventIdOf,
  OPENING,
} from '../../../src/server/live/sse-message.js';

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('a message', () => {
  it('is ended by a blank line, and its data is one line whatever stands in it', () => {
    const event = textOf(jobEvent(7, { label: 'a\nb\r\nc\u2028d' }));
    expect(event).toBe(`id: 7\nevent: job\ndata: {"label":"a\\nb\\r\\nc\u2028d"}\n\n`);
    expect(textOf(OPENING)).toBe('retry: 1000\n\n');
    expect(textOf(COMMENT)).toBe(': alive\n\n');
    expect(textOf(endEvent(8, { id: 'j' }))).toBe('id: 8\nevent: end\ndata: {"id":"j"}\n\n');
  });
});

describe('the last event id', () => {
  it.each([
    ['0', 0],
    ['41', 41],
    ['999999999999999', 999_999_999_999_999],
    [undefined, null],
    ['', null],
    ['-1', null],
    ['4.0', null],
    ['1e3', null],
    ['9999999999999999', null],
    ['41\n', null],
    ['abc', null],
  ])('%j is %j', (header, number) => {
    expect(lastEventIdOf(header)).toBe(number);
  });
});
