import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findOrNull,
  foldersAbove,
  identityOf,
  isWithin,
  realPathOrNull,
} from '../../../src/files/disk/file-identity.js';
import { tempFolder } from '../temp-folder.js';

describe('an identity', () => {
  it('is the same by every name of a file, and another for another file', async () => {
    const folder = await tempFolder();
    const [one, other] = [path.join(folder, 'one'), path.join(folder, 'other')];
    await writeFile(one, '');
    await writeFile(other, '');
    await symlink(one, path.join(folder, 'link'));
    await link(one, path.join(folder, 'hard'));
    const identities = await Promise.all(
      ['one', 'link', 'hard', 'other'].map(async (name) => {
        return (await findOrNull(path.join(folder, name)))?.identity;
      }),
    );
    expect(new Set(identities.slice(0, 3)).size).toBe(1);
    expect(identities[3]).not.toBe(identities[0]);
    expect(await findOrNull(one)).toMatchObject({ isFile: true, nameCount: 2 });
    expect(await findOrNull(folder)).toMatchObject({ isFile: false });
    expect(await findOrNull(path.join(folder, 'none'))).toBeNull();
  });

  it('keeps apart what differs beyond the 53 bits of a number', () => {
    const [one, two] = [
      { dev: 1n, ino: 2n ** 60n },
      { dev: 1n, ino: 2n ** 60n + 1n },
    ];
    expect(identityOf(one)).not.toBe(identityOf(two));
  });
});

describe('realPathOrNull', () => {
  it('follows links, and knows nothing of what is missing', async () => {
    const folder = await tempFolder();
    await symlink('.', path.join(folder, 'link'));
    expect(await realPathOrNull(path.join(folder, 'link'))).toBe(folder);
    expect(await realPathOrNull(path.join(folder, 'none'))).toBeNull();
  });
});

describe('foldersAbove', () => {
  it('lists them up to the root, nearest first', async () => {
    const folder = await tempFolder();
    const deep = path.join(folder, 'a', 'b');
    await mkdir(deep, { recursive: true });
    const paths = (await foldersAbove(path.join(deep, 'file.csv'))).map((found) => found.path);
    expect(paths.slice(0, 3)).toEqual([deep, path.join(folder, 'a'), folder]);
    expect(paths.at(-1)).toBe('/');
    expect(await foldersAbove('/')).toEqual([]);
  });
});

describe('isWithin', () => {
  it.each([
    ['/a', '/a', true],
    ['/a/b', '/a', true],
    ['/a/..b', '/a', true],
    ['/ab', '/a', false],
    ['/', '/a', false],
    ['/b', '/a', false],
    ['/b', '/', true],
  ])('%s in %s: %s', (real, folder, isInside) => {
    expect(isWithin(real, folder)).toBe(isInside);
  });
});
