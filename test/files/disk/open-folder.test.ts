import { mkdir, open, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DESCRIPTORS, OpenFolder, pathOfHandle } from '../../../src/files/disk/open-folder.js';
import { tempFolder } from '../temp-folder.js';

const NOWHERE = '/no-such-place';

/** A folder that is closed when the test ends. */
async function openFolder(folder: string, descriptors?: string): Promise<OpenFolder> {
  const opened = await OpenFolder.open(folder, descriptors);
  onTestFinished(() => opened.close());
  return opened;
}

async function subFolder(): Promise<string> {
  const sub = path.join(await tempFolder(), 'sub');
  await mkdir(sub);
  return sub;
}

describe('an open folder', () => {
  it.runIf(process.platform === 'linux')('is written to wherever it was moved', async () => {
    const sub = await subFolder();
    const folder = await openFolder(sub);
    await rename(sub, `${sub}-away`);
    await mkdir(sub);
    await writeFile(folder.pathTo('a.csv'), 'mine');
    expect(await readFile(path.join(`${sub}-away`, 'a.csv'), 'utf8')).toBe('mine');
    expect(await folder.realPath()).toBe(`${sub}-away`);
    expect(await folder.isAtItsPath()).toBe(false);
  });

  it('goes by its path where the system shows no open files', async () => {
    const sub = await subFolder();
    const folder = await openFolder(sub, NOWHERE);
    expect(folder.pathTo('a.csv')).toBe(path.join(sub, 'a.csv'));
    expect(await folder.realPath()).toBe(sub);
    expect(await folder.isAtItsPath()).toBe(true);
    await rm(sub, { recursive: true });
    expect(await folder.realPath()).toBeNull();
    expect(await folder.isAtItsPath()).toBe(false);
  });

  it.each([undefined, NOWHERE])('knows whether a name in it is that file (%s)', async (place) => {
    const sub = await subFolder();
    const folder = await openFolder(sub, place);
    const file = await open(path.join(sub, 'a.csv'), 'wx');
    expect(await folder.holds('a.csv', file)).toBe(true);
    await rename(path.join(sub, 'a.csv'), path.join(sub, 'b.csv'));
    expect(await folder.holds('a.csv', file)).toBe(false);
    await writeFile(path.join(sub, 'a.csv'), '');
    expect(await folder.holds('a.csv', file)).toBe(false);
    await file.close();
  });

  it('is no file, and no link to one', async () => {
    const folder = await tempFolder();
    await writeFile(path.join(folder, 'a.csv'), '');
    await symlink('a.csv', path.join(folder, 'link'));
    for (const name of ['a.csv', 'link']) {
      await expect(OpenFolder.open(path.join(folder, name))).rejects.toMatchObject({
        code: 'ENOTDIR',
      });
    }
  });
});

describe.runIf(process.platform === 'linux')('the path of an open file', () => {
  it('is its own, also when a newer version has its name', async () => {
    const folder = await tempFolder();
    const name = path.join(folder, 'a.csv');
    await writeFile(name, 'old');
    const file = await open(name);
    expect(await pathOfHandle(file, DESCRIPTORS)).toBe(name);
    await writeFile(`${name}.new`, 'new');
    await rename(`${name}.new`, name);
    expect(await pathOfHandle(file, DESCRIPTORS)).toBe(name);
    expect(await pathOfHandle(file, NOWHERE)).toBeNull();
    await file.close();
  });

  it('is not cut where a file is called so', async () => {
    const name = path.join(await tempFolder(), 'a.csv (deleted)');
    await writeFile(name, '');
    const file = await open(name);
    expect(await pathOfHandle(file, DESCRIPTORS)).toBe(name);
    await file.close();
  });
});
