import { createHash } from 'node:crypto';
import {
  open,
  readdir,
  readFile,
  rename,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { copySource } from '../../../src/files/disk/copy-source.js';
import { failureOf, tempFile, tempFolder } from '../temp-folder.js';

const BYTES_MAX = 3_000_000;

/** An open file with that content; it is closed when the test ends. */
async function openFile(content: string | Uint8Array): Promise<FileHandle> {
  const file = await open(await tempFile('a.csv', content));
  onTestFinished(() => file.close());
  return file;
}

describe('copySource', () => {
  it('copies a file byte by byte for the owner alone, with its hash', async () => {
    const bytes = Buffer.alloc(2_500_000, 'æø\n');
    const to = path.join(await tempFolder(), 'copy');
    const from = { file: await openFile(bytes) };
    const copy = await copySource({ from, to, bytesMax: BYTES_MAX });
    expect(copy).toEqual({
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    expect((await readFile(to)).equals(bytes)).toBe(true);
    expect((await stat(to)).mode & 0o777).toBe(0o600);
  });

  it('writes a text as UTF-8', async () => {
    const to = path.join(await tempFolder(), 'copy');
    const copy = await copySource({ from: { text: 'ø😀' }, to, bytesMax: BYTES_MAX });
    expect(copy.sizeBytes).toBe(6);
    expect(await readFile(to, 'utf8')).toBe('ø😀');
  });

  it('takes an empty file and one of exactly the limit', async () => {
    const folder = await tempFolder();
    for (const [name, text] of [
      ['empty', ''],
      ['full', 'abc'],
    ] as const) {
      const from = { file: await openFile(text) };
      const { sizeBytes } = await copySource({ from, to: path.join(folder, name), bytesMax: 3 });
      expect(sizeBytes).toBe(text.length);
    }
  });

  it('refuses what is too large and leaves no part of it', async () => {
    const folder = await tempFolder();
    const to = path.join(folder, 'copy');
    for (const from of [{ file: await openFile('abcd') }, { text: 'abcd' }]) {
      const failure = await failureOf(copySource({ from, to, bytesMax: 3 }));
      expect(failure.code).toBe('INPUT_TOO_LARGE');
      expect(failure.hint).toContain('BULK_MAX_FILE_BYTES');
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('copies the open file, whatever its name leads to by now, and leaves it open', async () => {
    const folder = await tempFolder();
    const [name, away] = [path.join(folder, 'a.csv'), path.join(folder, 'away.csv')];
    await writeFile(name, 'mine');
    const file = await open(name);
    await rename(name, away);
    await writeFile(name, 'another');
    for (const to of ['one', 'two']) {
      await copySource({ from: { file }, to: path.join(folder, to), bytesMax: BYTES_MAX });
      expect(await readFile(path.join(folder, to), 'utf8')).toBe('mine');
    }
    await file.close();
  });

  it('refuses text with half a character in it', async () => {
    const to = path.join(await tempFolder(), 'copy');
    const failure = await failureOf(
      copySource({ from: { text: 'a\ud83d' }, to, bytesMax: BYTES_MAX }),
    );
    expect(failure.code).toBe('INPUT_ENCODING');
  });

  it('never overwrites', async () => {
    const to = await tempFile('taken', 'mine');
    await expect(copySource({ from: { text: 'x' }, to, bytesMax: 9 })).rejects.toThrow('EEXIST');
    expect(await readFile(to, 'utf8')).toBe('mine');
  });
});
