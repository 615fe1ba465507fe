// The files of the server that a caller may name: on this machine as the settings say, over HTTP its own folder alone.
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resolveConfig } from '../../src/config.js';
import type { AllowedFolders } from '../../src/files/disk/allowed-paths.js';
import type { Caller } from '../../src/organizations/caller.js';
import { callerFolders, type Reach } from '../../src/wiring/caller-files.js';
import { codeOf } from '../tools/support/workbench.js';

/** Two allowed folders, each with a folder and a file of two organizations; a file outside; a working directory. */
async function openGround() {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'caller-files-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const at = (...parts: string[]): string => path.join(root, ...parts);
  for (const folder of ['in/alfa/sub', 'in/beta', 'more/alfa', 'out', 'cwd/alfa', 'data']) {
    await mkdir(at(folder), { recursive: true });
  }
  for (const name of [
    ...['in/top.csv', 'in/alfa/a.csv', 'in/alfa/sub/s.csv', 'in/beta/b.csv', 'more/alfa/m.csv'],
    ...['out/o.csv', 'cwd/alfa/c.csv', 'cwd/c.csv'],
  ]) {
    await writeFile(at(name), name);
  }
  return { at };
}

interface Asked {
  readonly reach?: Reach;
  readonly setting?: string | undefined;
  readonly organizations?: Caller['organizations'];
  readonly role?: Caller['role'];
}

/** The folders of a caller; by default an operator of alfa over HTTP, with both folders allowed. */
async function openFolders({ organizations = ['alfa'], role = 'operator', ...asked }: Asked = {}) {
  const { at } = await openGround();
  const { reach = 'network', setting = [at('in'), at('more')].join(path.delimiter) } = asked;
  const isSet = !('setting' in asked) || asked.setting !== undefined;
  const env = { BULK_DATA_DIR: at('data'), ...(isSet ? { BULK_ALLOWED_DIRS: setting } : {}) };
  const all = callerFolders(resolveConfig({ flags: {}, env }), at('cwd'), reach);
  const caller = { actor: 'somebody', organizations, role };
  const within = (id: string): AllowedFolders => {
    if (all.within === undefined) throw new Error('the organization makes no difference');
    return all.within(caller, id);
  };
  return { at, whole: all.whole, folders: all.of(caller), within };
}

async function read(folders: AllowedFolders, file: string): Promise<string> {
  const { path: found, handle } = await folders.openForRead(file);
  await handle.close();
  return readFile(found, 'utf8');
}

describe('over HTTP, without BULK_ALLOWED_DIRS,', () => {
  it.each(['viewer', 'operator', 'admin'] as const)('a %s reaches no file', async (role) => {
    for (const organizations of ['all', ['alfa']] as const) {
      const { folders, at } = await openFolders({ setting: undefined, organizations, role });
      for (const file of ['c.csv', 'alfa/c.csv', at('cwd/c.csv'), at('in/top.csv')]) {
        expect(await codeOf(folders.openForRead(file))).toMatch(/PATH_NOT_ALLOWED|FORBIDDEN/);
        expect(await codeOf(folders.resolveForWrite(file))).toMatch(/PATH_NOT_ALLOWED|FORBIDDEN/);
      }
      expect(await folders.list()).toEqual([]);
    }
  });

  it('an operator is told to upload', async () => {
    const { folders } = await openFolders({ setting: undefined });
    await expect(folders.openForRead('c.csv')).rejects.toMatchObject({
      code: 'PATH_NOT_ALLOWED',
      hint: expect.stringContaining('uploadId') as string,
    });
  });
});

describe('over HTTP a caller of one organization', () => {
  it('reads and writes in the folders named as its id, by relative paths in the first', async () => {
    const { folders, at } = await openFolders();
    expect(await read(folders, 'a.csv')).toBe('in/alfa/a.csv');
    expect(await read(folders, 'sub/s.csv')).toBe('in/alfa/sub/s.csv');
    expect(await read(folders, at('more/alfa/m.csv'))).toBe('more/alfa/m.csv');
    expect(await folders.resolveForWrite('new.csv')).toBe(at('in/alfa/new.csv'));
    expect(await folders.resolveForWrite(at('more/alfa/new.csv'))).toBe(at('more/alfa/new.csv'));
    const listed = await folders.list();
    expect(listed.map(({ path: folder }) => folder)).toEqual([at('in/alfa'), at('more/alfa')]);
    const names = listed.flatMap(({ files }) => files.map(({ name }) => name));
    expect(names.sort()).toEqual(['a.csv', 'm.csv']);
  });

  it('reaches nothing beside them: another organization, the folder above, anything else', async () => {
    const { folders, at } = await openFolders();
    const others = [
      ...['../beta/b.csv', '../top.csv', 'sub/../../beta/b.csv', '..', '../..'],
      ...['in/beta/b.csv', 'in/top.csv', 'out/o.csv', 'cwd/c.csv', 'cwd/alfa/c.csv'].map((name) =>
        at(name),
      ),
      `${at('in/alfa')}/../beta/b.csv`,
      '/etc/hostname',
    ];
    for (const file of others) {
      expect([file, await codeOf(folders.openForRead(file))]).toEqual([file, 'PATH_NOT_ALLOWED']);
    }
    for (const file of ['../beta/new.csv', '../new.csv', at('in/beta/b.csv'), at('out/new.csv')]) {
      expect([file, await codeOf(folders.resolveForWrite(file))]).toEqual([
        file,
        'PATH_NOT_ALLOWED',
      ]);
    }
  });

  it('gets out by no link, to a file or to a folder', async () => {
    const { folders, at } = await openFolders();
    await symlink(at('in/beta/b.csv'), at('in/alfa/link.csv'));
    await symlink(at('in/beta'), at('in/alfa/beta'));
    await symlink('../../out', at('in/alfa/sub/out'));
    for (const file of ['link.csv', 'beta/b.csv', 'sub/out/o.csv']) {
      expect([file, await codeOf(folders.openForRead(file))]).toEqual([file, 'PATH_NOT_ALLOWED']);
    }
    for (const file of ['link.csv', 'beta/new.csv', 'sub/out/new.csv']) {
      expect([file, await codeOf(folders.resolveForWrite(file))]).toEqual([
        file,
        'PATH_NOT_ALLOWED',
      ]);
    }
  });

  it('is told nothing of other folders by a refusal', async () => {
    const { folders, at } = await openFolders();
    const words = async (file: string): Promise<string> =>
      folders.openForRead(file).then(
        () => 'read',
        (error: unknown) => JSON.stringify([String(error), error]),
      );
    expect(await words(at('in/beta/b.csv'))).toBe(await words(at('in/beta/nothing.csv')));
    expect(await words('../beta/b.csv')).not.toContain('beta');
  });

  it('has no file if no folder has its id', async () => {
    const { folders, at } = await openFolders({ organizations: ['gamma'] });
    for (const file of ['a.csv', at('in/alfa/a.csv'), at('in/top.csv')]) {
      expect(await codeOf(folders.openForRead(file))).toBe('PATH_NOT_ALLOWED');
    }
    expect(await folders.list()).toEqual([]);
  });

  it.each(['', '.', '..', '../out', 'alfa/..', 'alfa/../beta', '/', '/etc', 'sub/', 'in\0'])(
    'reaches nothing by an id that is no name of a folder: %j',
    async (id) => {
      const { folders, at } = await openFolders({ organizations: [id], role: 'admin' });
      const files = ['top.csv', 'o.csv', 'a.csv', 'b.csv', 'hostname'];
      for (const file of [...files, at('in/top.csv'), at('out/o.csv'), at('in/beta/b.csv')]) {
        expect([file, await codeOf(folders.openForRead(file))]).toEqual([file, 'PATH_NOT_ALLOWED']);
      }
      expect(await folders.list()).toEqual([]);
    },
  );
});

describe('over HTTP', () => {
  it('a caller of two organizations reaches the folders of both', async () => {
    const { folders, at } = await openFolders({ organizations: ['alfa', 'beta'] });
    expect(await read(folders, at('in/alfa/a.csv'))).toBe('in/alfa/a.csv');
    expect(await read(folders, at('in/beta/b.csv'))).toBe('in/beta/b.csv');
    expect(await codeOf(folders.openForRead(at('in/top.csv')))).toBe('PATH_NOT_ALLOWED');
  });

  it('an admin of all reaches the whole, and nothing outside', async () => {
    const { folders, at } = await openFolders({ organizations: 'all', role: 'admin' });
    expect(await read(folders, 'top.csv')).toBe('in/top.csv');
    expect(await read(folders, at('in/beta/b.csv'))).toBe('in/beta/b.csv');
    for (const file of [at('out/o.csv'), at('cwd/c.csv'), '../out/o.csv']) {
      expect(await codeOf(folders.openForRead(file))).toBe('PATH_NOT_ALLOWED');
    }
  });

  it('a call about one organization reaches the folder of that one', async () => {
    for (const organizations of ['all', ['alfa', 'beta']] as const) {
      const { within, at } = await openFolders({ organizations });
      expect(await read(within('alfa'), 'a.csv')).toBe('in/alfa/a.csv');
      expect(await read(within('beta'), 'b.csv')).toBe('in/beta/b.csv');
      for (const file of [at('in/beta/b.csv'), at('in/top.csv'), '../beta/b.csv']) {
        expect(await codeOf(within('alfa').openForRead(file))).toBe('PATH_NOT_ALLOWED');
      }
    }
    const { within } = await openFolders();
    expect(await codeOf(within('beta').openForRead('b.csv'))).toBe('PATH_NOT_ALLOWED');
    const admin = await openFolders({ organizations: 'all', role: 'admin' });
    expect(await read(admin.within('alfa'), 'top.csv')).toBe('in/top.csv');
  });

  it('an operator of all does not reach the whole', async () => {
    const { folders, at } = await openFolders({ organizations: 'all' });
    for (const file of ['top.csv', at('in/top.csv'), at('out/o.csv')]) {
      expect(await codeOf(folders.openForRead(file))).toBe('PATH_NOT_ALLOWED');
    }
  });

  it('a viewer names no file of the server: its reports come by their address', async () => {
    for (const organizations of ['all', ['alfa']] as const) {
      const { folders } = await openFolders({ organizations, role: 'viewer' });
      for (const work of [
        () => folders.openForRead('a.csv'),
        () => folders.resolveForWrite('new.csv'),
      ]) {
        await expect(work()).rejects.toMatchObject({
          code: 'FORBIDDEN',
          hint: expect.stringContaining('resourceUri') as string,
        });
      }
      expect(await folders.list()).toEqual([]);
    }
  });

  it('the data folder stays out of reach, even inside of an allowed folder', async () => {
    const { at } = await openGround();
    const dataDir = at('in/alfa/data');
    await mkdir(dataDir);
    await writeFile(path.join(dataDir, 'secret.csv'), 'x');
    const env = { BULK_DATA_DIR: dataDir, BULK_ALLOWED_DIRS: at('in') };
    const { of } = callerFolders(resolveConfig({ flags: {}, env }), at('cwd'), 'network');
    for (const organizations of ['all', ['alfa']] as const) {
      const folders = of({ actor: 'somebody', organizations, role: 'admin' });
      const file = path.join(dataDir, 'secret.csv');
      expect(await codeOf(folders.openForRead(file))).toBe('PATH_NOT_ALLOWED');
    }
  });
});

describe('on this machine', () => {
  it('a caller reaches the working directory, or the whole of the setting', async () => {
    const local = await openFolders({ reach: 'machine', setting: undefined });
    expect(await read(local.folders, 'c.csv')).toBe('cwd/c.csv');
    const set = await openFolders({ reach: 'machine' });
    expect(await read(set.folders, 'top.csv')).toBe('in/top.csv');
    expect(await codeOf(set.folders.openForRead(set.at('cwd/c.csv')))).toBe('PATH_NOT_ALLOWED');
  });
});
