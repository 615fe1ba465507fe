import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFileWhole } from '../../../src/files/disk/atomic-file.js';
import { failureOf, piecesOf, tempFolder } from '../temp-folder.js';

const CONTENT = 'name\nSmørrebrød ApS\n';

function target(
  folder: string,
  overwrite = false,
): { path: string; overwrite: boolean; mode: number } {
  return { path: path.join(folder, 'export.csv'), overwrite, mode: 0o600 };
}

async function* breaking(): AsyncGenerator<string> {
  yield await Promise.resolve('name\n');
  throw new Error('Billy went away');
}

describe('writeFileWhole', () => {
  it('writes all chunks with the mode asked for, and leaves nothing else', async () => {
    const folder = await tempFolder();
    const { sizeBytes } = await writeFileWhole(target(folder), piecesOf(CONTENT, 3));
    expect(await readFile(path.join(folder, 'export.csv'), 'utf8')).toBe(CONTENT);
    expect(sizeBytes).toBe(Buffer.byteLength(CONTENT));
    expect((await stat(path.join(folder, 'export.csv'))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['export.csv']);
  });

  it('writes an empty file for no chunks', async () => {
    const folder = await tempFolder();
    expect(await writeFileWhole(target(folder), piecesOf(''))).toEqual({ sizeBytes: 0 });
  });

  it('does not touch an existing file', async () => {
    const folder = await tempFolder();
    await writeFile(path.join(folder, 'export.csv'), 'mine');
    const failure = await failureOf(writeFileWhole(target(folder), breaking()));
    expect(failure.code).toBe('FILE_EXISTS');
    expect(failure.hint).toContain('overwrite');
    expect(await readFile(path.join(folder, 'export.csv'), 'utf8')).toBe('mine');
  });

  it('replaces it when told to, never the file a link leads to', async () => {
    const folder = await tempFolder();
    await writeFile(path.join(folder, 'other.csv'), 'mine');
    await symlink('other.csv', path.join(folder, 'export.csv'));
    await writeFileWhole(target(folder, true), piecesOf(CONTENT));
    expect(await readFile(path.join(folder, 'export.csv'), 'utf8')).toBe(CONTENT);
    expect(await readFile(path.join(folder, 'other.csv'), 'utf8')).toBe('mine');
  });

  it('gives the name to exactly one of many writers', async () => {
    const folder = await tempFolder();
    const writers = Array.from({ length: 20 }, (_none, index) =>
      writeFileWhole(target(folder), piecesOf(`writer ${index}\n`.repeat(1000))),
    );
    const results = await Promise.allSettled(writers);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const codes = results.flatMap((result) =>
      result.status === 'rejected' ? [(result.reason as { code: string }).code] : [],
    );
    expect(new Set(codes)).toEqual(new Set(['FILE_EXISTS']));
    expect(await readdir(folder)).toEqual(['export.csv']);
    const lines = (await readFile(path.join(folder, 'export.csv'), 'utf8')).trimEnd().split('\n');
    expect([lines.length, new Set(lines).size]).toEqual([1000, 1]);
  });

  it('refuses a name that is taken while it writes', async () => {
    const folder = await tempFolder();
    async function* raced(): AsyncGenerator<string> {
      yield 'name\n';
      await writeFile(path.join(folder, 'export.csv'), 'mine');
      yield 'x\n';
    }
    expect((await failureOf(writeFileWhole(target(folder), raced()))).code).toBe('FILE_EXISTS');
    expect(await readFile(path.join(folder, 'export.csv'), 'utf8')).toBe('mine');
    expect(await readdir(folder)).toEqual(['export.csv']);
  });

  it.each([false, true])('leaves nothing behind when the content breaks off (%s)', async (over) => {
    const folder = await tempFolder();
    const writing = writeFileWhole(target(folder, over), breaking());
    await expect(writing).rejects.toThrow('Billy went away');
    expect(await readdir(folder)).toEqual([]);
  });

  it('asks about its folder before a byte is written, and again before the name is given', async () => {
    const folder = await tempFolder();
    for (const refusedAt of [1, 2, 3]) {
      let asked = 0;
      let wasRead = false;
      async function* content(): AsyncGenerator<string> {
        wasRead = true;
        yield await Promise.resolve(CONTENT);
      }
      const checkFolder = (): Promise<void> => {
        asked += 1;
        return asked === refusedAt ? Promise.reject(new Error('not here')) : Promise.resolve();
      };
      const writing = writeFileWhole({ ...target(folder), checkFolder }, content());
      await expect(writing).rejects.toThrow('not here');
      expect(wasRead).toBe(refusedAt === 3);
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('writes into the folder that it opened, not into one that took its place', async () => {
    const root = await tempFolder();
    const [sub, away] = [path.join(root, 'sub'), path.join(root, 'away')];
    await mkdir(sub);
    await mkdir(path.join(root, 'other'));
    async function* swapping(): AsyncGenerator<string> {
      yield CONTENT;
      await rename(sub, away);
      await symlink('other', sub);
    }
    await writeFileWhole(target(sub), swapping());
    expect(await readdir(away)).toEqual(['export.csv']);
    expect(await readdir(path.join(root, 'other'))).toEqual([]);
  });

  it.each([false, true])('gives its name to no file but the one it wrote (%s)', async (over) => {
    const folder = await tempFolder();
    await writeFile(path.join(folder, 'secret'), 'secret');
    async function* replacing(): AsyncGenerator<string> {
      yield CONTENT;
      const [part = ''] = (await readdir(folder)).filter((name) => name.endsWith('.part'));
      await rm(path.join(folder, part));
      await symlink('secret', path.join(folder, part));
    }
    const failure = await failureOf(writeFileWhole(target(folder, over), replacing()));
    expect(failure.code).toBe('PATH_NOT_ALLOWED');
    expect(await readdir(folder)).toEqual(['secret']);
  });

  it('reports a folder that is missing, and a folder in the place of the file', async () => {
    const folder = await tempFolder();
    const missing = path.join(folder, 'no');
    expect((await failureOf(writeFileWhole(target(missing), piecesOf('x')))).code).toBe(
      'FILE_NOT_FOUND',
    );
    await mkdir(path.join(folder, 'export.csv'));
    const failure = await failureOf(writeFileWhole(target(folder, true), piecesOf('x')));
    expect(failure.code).toBe('INPUT_INVALID');
    expect(await readdir(folder)).toEqual(['export.csv']);
  });

  it.skipIf(process.getuid?.() === 0)('reports a folder it may not write to', async () => {
    const folder = await tempFolder();
    await chmod(folder, 0o500);
    const failure = await failureOf(writeFileWhole(target(folder), piecesOf('x')));
    expect(failure.code).toBe('INPUT_INVALID');
  });
});
