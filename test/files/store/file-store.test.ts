// What jobs do with the port, whatever store is behind it.
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { storeFile, type FileStore } from '../../../src/files/store/file-store.js';
import { nameOf, namesIn, textAt } from './contract/fixtures.js';
import { folderFiles } from './support/temp-store.js';

async function* texts(...given: (string | Error)[]): AsyncGenerator<string> {
  for (const text of given) {
    if (text instanceof Error) throw text;
    yield await Promise.resolve(text);
  }
}

describe('storeFile', () => {
  const NAME = nameOf('a.csv', { kind: 'report' });

  it('replaces the file under the name, and leaves nothing else', async () => {
    const { files, unnamedCount } = await folderFiles();
    await storeFile(files, NAME, texts('first'));
    await storeFile(files, NAME, texts('sec', 'ond'));
    expect(await textAt(files, NAME)).toBe('second');
    expect(await unnamedCount()).toBe(0);
  });

  it.each([
    ['the content breaks off', NAME, texts('x', new Error('gone'))],
    ['the name is refused', nameOf('../a', { kind: 'report' }), texts('x')],
  ])('leaves nothing when %s', async (_title, name, chunks) => {
    const { files, unnamedCount } = await folderFiles();
    await expect(storeFile(files, name, chunks)).rejects.toThrow();
    expect(await namesIn(files, { kind: 'report' })).toEqual([]);
    expect(await unnamedCount()).toBe(0);
  });

  it('is bounded', async () => {
    const { files } = await folderFiles();
    const asked: number[] = [];
    const stage: FileStore['stage'] = (kind, chunks, bounds) => {
      asked.push(bounds.bytesMax);
      return files.stage(kind, chunks, bounds);
    };
    await storeFile({ stage }, NAME, texts('x'));
    expect(asked).toEqual([LIMITS.storedFileBytesMax]);
  });
});
