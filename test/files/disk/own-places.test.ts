// What counts as the server's own; test/security/own-state.test.ts reaches for it through the tools.
import { link, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { OwnPlaces } from '../../../src/files/disk/own-places.js';
import { tempFolder } from '../temp-folder.js';

let root = '';
let own: OwnPlaces;

async function put(name: string): Promise<string> {
  const file = path.join(root, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, name);
  return file;
}

beforeEach(async () => {
  root = await tempFolder();
  for (const name of ['data/jobs.sqlite', 'data/sources/1', 'data/exports/a/x.csv', 'token']) {
    await put(name);
  }
  await put('files/mine.csv');
  own = new OwnPlaces([path.join(root, 'data'), path.join(root, 'token')]);
});

const holds = (name: string): Promise<boolean> => own.holdPath(path.join(root, name));

describe('the server’s own', () => {
  it.each(['data', 'data/jobs.sqlite', 'data/sources', 'data/exports/a/x.csv', 'token'])(
    'is %s',
    async (name) => {
      expect(await holds(name)).toBe(true);
    },
  );

  it.each(['.', 'files', 'files/mine.csv', 'files/none.csv', 'none'])('is not %s', async (name) => {
    expect(await holds(name)).toBe(false);
  });

  it('is a second name of each of its files', async () => {
    for (const [index, name] of ['jobs.sqlite', 'sources/1', 'exports/a/x.csv'].entries()) {
      await link(path.join(root, 'data', name), path.join(root, 'files', String(index)));
      expect(await holds(`files/${String(index)}`)).toBe(true);
    }
    await link(path.join(root, 'token'), path.join(root, 'files', 'token.csv'));
    expect(await holds('files/token.csv')).toBe(true);
    await link(path.join(root, 'files', 'mine.csv'), path.join(root, 'files', 'twin.csv'));
    expect(await holds('files/twin.csv')).toBe(false);
  });

  it('is what a link leads to, and the data folder may be one itself', async () => {
    await symlink('../data/sources', path.join(root, 'files', 'link'));
    expect(await holds('files/link/1')).toBe(true);
    await rename(path.join(root, 'data'), path.join(root, 'files', 'moved'));
    await symlink('files/moved', path.join(root, 'data'));
    expect(await holds('files/moved/jobs.sqlite')).toBe(true);
    expect(await holds('files/mine.csv')).toBe(false);
  });

  it('is a part that somebody has moved elsewhere and linked', async () => {
    await rename(path.join(root, 'data', 'exports'), path.join(root, 'files', 'exports'));
    await symlink('../files/exports', path.join(root, 'data', 'exports'));
    expect(await holds('files/exports/a/x.csv')).toBe(true);
    expect(await holds('files/exports')).toBe(true);
  });

  it('is not all that lies above the data folder, where a link leads up', async () => {
    await symlink('..', path.join(root, 'data', 'up'));
    expect(await holds('files/mine.csv')).toBe(false);
  });

  it('is the place of a data folder that is not there yet', async () => {
    const later = new OwnPlaces([path.join(root, 'later', 'data')]);
    expect(await later.holdPath(path.join(root, 'later'))).toBe(false);
    const found = { path: path.join(root, 'later', 'data', 'x.csv'), identity: '0:0' };
    expect(await later.hold({ ...found, isFile: true, nameCount: 1 }, [])).toBe(true);
  });
});
