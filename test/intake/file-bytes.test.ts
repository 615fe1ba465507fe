import { describe, expect, it } from 'vitest';
import { readBytes, readFirstBytes } from '../../src/intake/file-bytes.js';
import { failureOf, tempFile } from './temp-folder.js';

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

  it('reports a file that is gone', async () => {
    expect((await failureOf(readFirstBytes('/no/such/file', 9))).code).toBe('FILE_NOT_FOUND');
  });
});
