import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readBytes, readFirstBytes } from '../../../src/files/disk/file-bytes.js';
import { failureOf, tempFile } from '../temp-folder.js';

const SIZE = 150_000;

describe('readBytes', () => {
  it('hands out the file in chunks, or its beginning', async () => {
    const path = await tempFile('a', 'x'.repeat(SIZE));
    const sizes: number[] = [];
    for await (const chunk of readBytes(path)) sizes.push(chunk.length);
    expect(sizes).toEqual([65_536, 65_536, SIZE - 131_072]);
    expect(await readFirstBytes(path, 70_000)).toHaveLength(70_000);
    expect(await readFirstBytes(path, 0)).toHaveLength(0);
  });

  it.each([65_535, 65_536, 65_537, 131_072])('hands out %i bytes as they are', async (size) => {
    const text = Array.from({ length: size }, (_byte, index) => String(index % 7)).join('');
    const path = await tempFile('whole', text);
    const chunks: Buffer[] = [];
    for await (const chunk of readBytes(path)) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(Buffer.from(text))).toBe(true);
    expect(chunks.every((chunk) => chunk.length > 0)).toBe(true);
  });

  it.skipIf(process.platform !== 'linux')('closes a file that is left early', async () => {
    const path = await tempFile('left', 'x'.repeat(SIZE));
    const openCount = (): number => {
      const handles = readdirSync('/proc/self/fd').map((name) => `/proc/self/fd/${name}`);
      return handles.filter((handle) => existsSync(handle) && readlinkSync(handle) === path).length;
    };
    for await (const chunk of readBytes(path)) {
      expect([chunk.length, openCount()]).toEqual([65_536, 1]);
      break;
    }
    expect(openCount()).toBe(0);
  });

  it('reports a folder', async () => {
    expect((await failureOf(readFirstBytes('/', 9))).code).toBe('INPUT_INVALID');
  });

  it('reports a file that is gone', async () => {
    expect((await failureOf(readFirstBytes('/no/such/file', 9))).code).toBe('FILE_NOT_FOUND');
  });
});
