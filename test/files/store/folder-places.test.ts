// Where a folder has its stored files: an organization and a kind never share a place with another.
import { statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderPlaces, makeFolder, syncFolder } from '../../../src/files/store/folder-places.js';
import { STORED_KINDS } from '../../../src/files/store/stored-name.js';
import { tempFolder } from '../temp-folder.js';
import { nameOf } from './contract/fixtures.js';

describe('places', () => {
  it('are another for each organization, kind and name', () => {
    const places = new FolderPlaces('/data');
    const names = STORED_KINDS.flatMap((kind) =>
      ['org-1', 'org-2'].flatMap((organizationId) =>
        ['a', 'b'].map((name) => nameOf(name, { organizationId, kind })),
      ),
    );
    const paths = names.map((name) => places.of(name));
    expect(new Set(paths).size).toBe(16);
    expect(places.of(nameOf('a'))).toBe(path.join('/data', 'sources', 'org-1', 'a'));
  });

  it('of earlier versions lie elsewhere; exports lie where they lay', () => {
    const places = new FolderPlaces('/data');
    expect(places.old(nameOf('a'))).toBe(path.join('/data', 'sources', 'a'));
    const report = nameOf('a', { kind: 'report' });
    expect(places.old(report)).toBe(path.join('/data', 'exports', 'org-1', 'a'));
    const exported = nameOf('a', { kind: 'export' });
    expect([places.of(exported), places.old(exported)]).toEqual([places.old(report), null]);
  });
});

describe('makeFolder', () => {
  it('makes the folders that are missing, for the owner alone, and may be repeated', async () => {
    const root = await tempFolder();
    const folder = path.join(root, 'a', 'b');
    for (let count = 0; count < 2; count += 1) await makeFolder(folder);
    for (const each of [folder, path.dirname(folder)]) {
      expect(statSync(each).mode & 0o777).toBe(0o700);
    }
  });
});

describe('syncFolder', () => {
  it('rejects where there is no folder', async () => {
    await syncFolder(await tempFolder());
    await expect(syncFolder('/no/such/folder')).rejects.toThrow('ENOENT');
  });
});
