// A file in the body of a request, in any pieces: the parser must not care where they are cut.
import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import { declaredFileBytes, takeFile } from '../../../src/server/rest/incoming-file.js';
import { headerFileName } from '../../../src/server/rest/header-file-name.js';

const BOUNDARY = 'x';
const FORM = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

/** The request of Node as far as a body is read from it. */
function incoming(headers: Record<string, string>, pieces: readonly Buffer[]): IncomingMessage {
  const stream = Readable.from(pieces, { objectMode: false });
  return Object.assign(stream, { headers, complete: true }) as unknown as IncomingMessage;
}

async function read(message: IncomingMessage): Promise<{ name: string | null; text: string }> {
  const file = await takeFile(message, { clock: systemClock, isNamed: false });
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.chunks) chunks.push(Buffer.from(chunk));
  await file.end();
  return { name: file.fileName, text: Buffer.concat(chunks).toString('latin1') };
}

/** The bytes in pieces of these sizes, and then the rest. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let start = 0;
  for (const size of [...sizes, bytes.length]) {
    if (start >= bytes.length) break;
    pieces.push(bytes.subarray(start, start + size));
    start += size;
  }
  return pieces;
}

function formOf(content: Buffer, name = 'a.csv'): Buffer {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}

describe('a file in a form', () => {
  it('is the same wherever its pieces are cut', async () => {
    const signs = fc.constantFrom('\r', '\n', '-', 'x', '--x', '\r\n--', 'a', '\0', 'æ');
    const content = fc.array(signs, { maxLength: 60 }).map((parts) => parts.join(''));
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 40 });
    const property = fc.asyncProperty(content, sizes, async (text, steps) => {
      fc.pre(!`\r\n${text}\r\n`.includes('\r\n--x'));
      const bytes = Buffer.from(text, 'latin1');
      const message = incoming(FORM, cut(formOf(bytes), steps));
      expect(await read(message)).toEqual({ name: 'a.csv', text });
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it('that ends too early is refused wherever it ends', async () => {
    const whole = formOf(Buffer.from('name\nA\n'));
    // The line break behind the last boundary may be missing.
    for (let end = 0; end < whole.length - 4; end += 1) {
      const message = incoming(FORM, [whole.subarray(0, end)]);
      await expect(read(message), String(end)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    }
  });

  it('is refused after its end where another one follows', async () => {
    const whole = formOf(Buffer.from('name\n')).toString().replace(`--${BOUNDARY}--\r\n`, '');
    const boundary = `--${BOUNDARY}\r\n`;
    let release = (): void => undefined;
    const isRead = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* pieces(): AsyncGenerator<Buffer> {
      yield Buffer.from(whole + boundary);
      await isRead;
      yield formOf(Buffer.from('x')).subarray(boundary.length);
    }
    const stream = Readable.from(pieces(), { objectMode: false });
    const message = Object.assign(stream, { headers: FORM, complete: true });
    const file = await takeFile(message as unknown as IncomingMessage, {
      clock: systemClock,
      isNamed: false,
    });
    for await (const chunk of file.chunks) expect(Buffer.from(chunk).toString()).toBe('name\n');
    const end = file.end();
    release();
    await expect(end).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('keeps its whole name for the cleaning', async () => {
    const message = incoming(FORM, [formOf(Buffer.from('x'), 'C:\\\\Data\\\\kunder.csv')]);
    expect((await read(message)).name).toContain('kunder.csv');
  });
});

describe('the declared size', () => {
  it.each([
    [{ 'content-length': '700' }, 700],
    [{ ...FORM, 'content-length': '700' }, 0],
    [{ ...FORM, 'content-length': '20000' }, 20_000 - 16_384],
    [{}, null],
    [{ 'content-length': '-1' }, null],
    [{ 'content-length': '9'.repeat(30) }, null],
  ] as const)('of %j is at least %j', (headers, size) => {
    expect(declaredFileBytes(incoming({ ...headers }, []))).toBe(size);
  });
});

it('a header names a file, or none', () => {
  expect([undefined, '', '  ', ['a']].map((header) => headerFileName(header))).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(headerFileName('a%20b.csv')).toBe('a b.csv');
});
