// Lines from bytes, however they are cut; and what is left of a line that is too large.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { MessageLines, outlineOf, type Line } from '../../../src/server/mcp/message-lines.js';
import { fuzzRuns } from '../../support/fuzz.js';

function linesOf(chunks: readonly (string | Buffer)[]): Line[] {
  const lines = new MessageLines();
  return chunks.flatMap((chunk) => [...lines.take(Buffer.from(chunk))]);
}

function call(args: string): string {
  return `{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"_meta":{"a":{"b":1}},"arguments":${args},"name":"x"}}`;
}

describe('MessageLines', () => {
  it('gives each line once it is whole, and no blank one', () => {
    const text = fc
      .string({ unit: 'grapheme' })
      .map((line) => line.replaceAll(/[\r\n\ufeff]/g, ' '));
    fc.assert(
      fc.property(fc.array(text), fc.integer({ min: 1, max: 9 }), (texts, size) => {
        const bytes = Buffer.from(texts.map((line) => `${line}\r\n`).join(''));
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_none, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        const wanted = texts.map((line) => Buffer.from(line).toString().trim());
        expect(linesOf(pieces)).toEqual(
          wanted.filter((line) => line !== '').map((line) => ({ kind: 'text', text: line })),
        );
      }),
      fuzzRuns(7),
    );
  });

  it('says what is no text', () => {
    expect(linesOf([Buffer.from([0x7b, 0x7d, 0xff, 0x0a])])).toMatchObject([{ kind: 'noText' }]);
  });

  it.each([
    ['bytes', call(`{"csvContent":"${'x'.repeat(LIMITS.messageBytesMax)}"}`)],
    ['many', call(`{"rows":[${'0,'.repeat(LIMITS.messageMembersMax)}0]}`)],
    ['deep', call('['.repeat(99) + ']'.repeat(99))],
    [
      'many',
      call(
        `[${Array(300)
          .fill(`[${'{},'.repeat(900)}0]`)
          .join(',')}]`,
      ),
    ],
  ])('keeps of a line with too much (%s) what tells whom to answer', (excess, text) => {
    const [line, ...others] = linesOf([text, '\n']);
    expect(others).toEqual([]);
    if (line?.kind !== 'excess') throw new Error(`no excess, but ${String(line?.kind)}`);
    expect(line.excess).toBe(excess);
    const params = { _meta: { a: { b: 1 } }, arguments: null, name: 'x' };
    expect(outlineOf(line.outline)).toMatchObject({ id: 3, method: 'tools/call', params });
  });

  it('keeps nothing of one whose outline is too large itself', () => {
    const text = `{"id":1,"method":"${'x'.repeat(LIMITS.messageBytesMax)}"}\n`;
    expect(linesOf([text])).toEqual([{ kind: 'excess', excess: 'bytes', outline: null }]);
  });

  it('takes many values in calls alone', () => {
    const list = `[${Array(10)
      .fill(`[${'1,'.repeat(900)}1]`)
      .join(',')}]`;
    expect(linesOf([call(list), '\n'])).toMatchObject([{ kind: 'text' }]);
    const other = `{"id":1,"method":"initialize","params":{"capabilities":${list}}}\n`;
    expect(linesOf([other])).toMatchObject([{ kind: 'excess', excess: 'many' }]);
  });
});

describe('outlineOf', () => {
  it.each([null, '', '[]', '7', 'null', '{'])('is null for %j', (text) => {
    expect(outlineOf(text)).toBeNull();
  });
});
