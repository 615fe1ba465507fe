import { createHash } from 'node:crypto';
import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { copySource } from '../../src/intake/copy-source.js';
import { failureOf, makePipe, tempFile, tempFolder } from './temp-folder.js';

const BYTES_MAX = 3_000_000;

describe('copySource', () => {
  it('copies a file byte by byte for the owner alone, with its hash', async () => {
    const bytes = Buffer.alloc(2_500_000, 'æø\n');
    const to = path.join(await tempFolder(), 'copy');
    const from = { path: await tempFile('a.csv', bytes) };
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
      const from = { path: await tempFile('a.csv', text) };
      const { sizeBytes } = await copySource({ from, to: path.join(folder, name), bytesMax: 3 });
      expect(sizeBytes).toBe(text.length);
    }
  });

  it('refuses what is too large and leaves no part of it', async () => {
    const folder = await tempFolder();
    const to = path.join(folder, 'copy');
    for (const from of [{ path: await tempFile('a.csv', 'abcd') }, { text: 'abcd' }]) {
      const failure = await failureOf(copySource({ from, to, bytesMax: 3 }));
      expect(failure.code).toBe('INPUT_TOO_LARGE');
      expect(failure.hint).toContain('BULK_MAX_FILE_BYTES');
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not follow a link or wait for a pipe that took the place of the file', async () => {
    const folder = await tempFolder();
    const to = path.join(folder, 'copy');
    await writeFile(path.join(folder, 'secret'), 'secret');
    await symlink('secret', path.join(folder, 'link'));
    makePipe(path.join(folder, 'pipe'));
    const codes: string[] = [];
    for (const name of ['link', 'pipe', '.', 'missing']) {
      const from = { path: path.join(folder, name) };
      codes.push((await failureOf(copySource({ from, to, bytesMax: BYTES_MAX }))).code);
    }
    expect(codes).toEqual(['PATH_NOT_ALLOWED', 'INPUT_INVALID', 'INPUT_INVALID', 'FILE_NOT_FOUND']);
    expect(await readdir(folder)).not.toContain('copy');
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
