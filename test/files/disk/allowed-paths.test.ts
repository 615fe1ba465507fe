import { mkdir, rename, rmdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  listFolders,
  openAllowedFolders,
  type AllowedFolders,
} from '../../../src/files/disk/allowed-paths.js';
import { OpenFolder } from '../../../src/files/disk/open-folder.js';
import { failureOf, makePipe, tempFolder } from '../temp-folder.js';

/** What the tests of one folder need. */
interface Subject extends AllowedFolders {
  /** Opens and closes; the path by which the file was judged. */
  resolveForRead(path: string): Promise<string>;
}

function openFolders(setting: string | undefined, cwd: string, descriptors?: string): Subject {
  const own = [path.join(root, 'data')];
  const more = descriptors === undefined ? {} : { descriptors };
  const folders = openAllowedFolders({ setting, cwd, own, ...more });
  return {
    ...folders,
    async resolveForRead(wanted) {
      const opened = await folders.openForRead(wanted);
      await opened.handle.close();
      return opened.path;
    },
  };
}

let root = '';
let inside = '';
let outside = '';
let allowed: Subject;

beforeEach(async () => {
  root = await tempFolder();
  inside = path.join(root, 'inside');
  outside = path.join(root, 'outside');
  await mkdir(path.join(inside, 'sub'), { recursive: true });
  await mkdir(outside);
  await writeFile(path.join(inside, 'a.csv'), 'name\n');
  await writeFile(path.join(inside, 'sub', 'b.csv'), 'name\n');
  await writeFile(path.join(outside, 'secret.csv'), 'name\n');
  allowed = openFolders(inside, root);
});

describe('openForRead', () => {
  it('takes relative paths from the first folder, and absolute ones as they are', async () => {
    expect(await allowed.resolveForRead('a.csv')).toBe(path.join(inside, 'a.csv'));
    expect(await allowed.resolveForRead('./sub/../sub/b.csv')).toBe(
      path.join(inside, 'sub', 'b.csv'),
    );
    expect(await allowed.resolveForRead(path.join(inside, 'a.csv'))).toBe(
      path.join(inside, 'a.csv'),
    );
  });

  it('follows a link that stays inside, to the real path', async () => {
    await symlink('sub/b.csv', path.join(inside, 'link.csv'));
    expect(await allowed.resolveForRead('link.csv')).toBe(path.join(inside, 'sub', 'b.csv'));
  });

  it.each([
    ['..', '../outside/secret.csv'],
    ['.. behind a folder', 'sub/../../outside/secret.csv'],
    ['.. to what does not exist', '../outside/missing.csv'],
    ['a neighbour with the same beginning', '../inside-out/x.csv'],
    ['the root', '/'],
    ['a system file', '/etc/passwd'],
    ['a system file that is missing', '/etc/no-such-file'],
  ])('refuses to leave by %s', async (_name, wanted) => {
    await mkdir(`${inside}-out`);
    const failure = await failureOf(allowed.resolveForRead(wanted));
    expect(failure.code).toBe('PATH_NOT_ALLOWED');
    expect(failure.hint).toContain('BULK_ALLOWED_DIRS');
  });

  it('does not tell by link or by .. whether a file outside exists', async () => {
    await symlink(path.join(outside, 'secret.csv'), path.join(inside, 'to-file.csv'));
    await symlink(path.join(outside, 'missing.csv'), path.join(inside, 'to-nothing.csv'));
    await symlink(outside, path.join(inside, 'to-folder'));
    await symlink('loop', path.join(inside, 'loop'));
    const ways = [
      'to-file.csv',
      'to-nothing.csv',
      'to-folder/secret.csv',
      'to-folder/missing.csv',
      'to-folder/missing/deeper.csv',
      'to-nothing.csv/deeper.csv',
      'loop',
      '../outside/secret.csv',
      '../outside/missing.csv',
    ];
    const failures = await Promise.all(
      ways.map(async (way) => {
        const { code, message, hint } = await failureOf(allowed.resolveForRead(way));
        return { code, message, hint };
      }),
    );
    expect(new Set(failures.map((failure) => JSON.stringify(failure))).size).toBe(1);
    expect(failures[0]?.code).toBe('PATH_NOT_ALLOWED');
  });

  it.each(['missing.csv', 'sub/missing.csv', 'no/such/folder.csv', 'a.csv/deeper', '~a.csv'])(
    'says that %s is missing inside',
    async (wanted) => {
      expect((await failureOf(allowed.resolveForRead(wanted))).code).toBe('FILE_NOT_FOUND');
    },
  );

  it.each(['.', 'sub', 'sub/', '', '  ', 'a\0.csv'])('refuses %j as input', async (wanted) => {
    expect((await failureOf(allowed.resolveForRead(wanted))).code).toBe('INPUT_INVALID');
  });

  it.runIf(process.platform === 'linux')(
    'takes no view of the system for a file, the environment of this process least of all',
    async () => {
      const everything = openFolders('/', root);
      for (const wanted of ['/proc/self/environ', '/proc/1/status', '/sys/kernel/uevent_seqnum']) {
        const { code } = await failureOf(everything.resolveForRead(wanted));
        expect([wanted, code]).toEqual([wanted, 'PATH_NOT_ALLOWED']);
      }
      const inRoot = `/proc/self/root${inside}/a.csv`;
      expect(await everything.resolveForRead(inRoot)).toBe(path.join(inside, 'a.csv'));
    },
  );

  it('refuses a pipe and a device without opening them', async () => {
    makePipe(path.join(inside, 'pipe.csv'));
    expect((await failureOf(allowed.resolveForRead('pipe.csv'))).code).toBe('INPUT_INVALID');
    const everything = openFolders('/', root);
    expect((await failureOf(everything.resolveForRead('/dev/null'))).code).toBe('INPUT_INVALID');
  });
});

describe('resolveForWrite', () => {
  it('gives the real path of a new or an existing file', async () => {
    await symlink('sub', path.join(inside, 'alias'));
    expect(await allowed.resolveForWrite('new.csv')).toBe(path.join(inside, 'new.csv'));
    expect(await allowed.resolveForWrite('a.csv')).toBe(path.join(inside, 'a.csv'));
    expect(await allowed.resolveForWrite('alias/new.csv')).toBe(
      path.join(inside, 'sub', 'new.csv'),
    );
  });

  it('refuses a link as target, wherever it leads', async () => {
    await symlink('a.csv', path.join(inside, 'link.csv'));
    await symlink(path.join(outside, 'new.csv'), path.join(inside, 'dangling.csv'));
    for (const wanted of ['link.csv', 'dangling.csv']) {
      expect((await failureOf(allowed.resolveForWrite(wanted))).code).toBe('PATH_NOT_ALLOWED');
    }
  });

  it('refuses to leave by .. or by a linked folder', async () => {
    await symlink(outside, path.join(inside, 'to-folder'));
    for (const wanted of ['../outside/new.csv', 'to-folder/new.csv', '../new.csv', '/new.csv']) {
      expect((await failureOf(allowed.resolveForWrite(wanted))).code).toBe('PATH_NOT_ALLOWED');
    }
  });

  it('refuses a name that is no table', async () => {
    for (const wanted of ['.bashrc', 'sub/run.sh', 'jobs.sqlite', 'x.csv:y', 'x.csv.']) {
      expect((await failureOf(allowed.resolveForWrite(wanted))).code).toBe('INPUT_INVALID');
    }
  });

  it('refuses folders and pipes, and a folder that is missing', async () => {
    makePipe(path.join(inside, 'pipe.csv'));
    for (const wanted of ['.', 'sub', 'pipe.csv']) {
      expect((await failureOf(allowed.resolveForWrite(wanted))).code).toBe('INPUT_INVALID');
    }
    for (const wanted of ['no/new.csv', 'a.csv/new.csv']) {
      expect((await failureOf(allowed.resolveForWrite(wanted))).code).toBe('FILE_NOT_FOUND');
    }
  });
});

/** Both ways to tell what was opened: by the system's own word, and by looking at the path again. */
const WAYS: readonly (readonly [string, string | undefined])[] = [
  ['as the system shows open files', undefined],
  ['where the system does not show them', '/no-such-place'],
];

describe.each(WAYS)('the open file or folder is judged, %s', (_name, descriptors) => {
  it('opens what may be read', async () => {
    const folders = openFolders(inside, root, descriptors);
    expect(await folders.resolveForRead('sub/b.csv')).toBe(path.join(inside, 'sub', 'b.csv'));
    const { handle } = await folders.openForRead('a.csv');
    expect(await handle.readFile('utf8')).toBe('name\n');
    await handle.close();
  });

  it('takes a folder that may be written to, and none that lies outside', async () => {
    const folders = openFolders(inside, root, descriptors);
    for (const [name, code] of [
      ['inside/sub', null],
      ['outside', 'PATH_NOT_ALLOWED'],
      ['data', 'PATH_NOT_ALLOWED'],
    ] as const) {
      await mkdir(path.join(root, 'data'), { recursive: true });
      const folder = await OpenFolder.open(path.join(root, name), descriptors);
      const checking = folders.checkFolder(folder);
      if (code === null) await checking;
      else expect((await failureOf(checking)).code).toBe(code);
      await folder.close();
    }
  });

  it.each(['a link outside', 'another folder inside', 'nothing'])(
    'refuses a folder in whose place is %s by now',
    async (place) => {
      const folders = openFolders(inside, root, descriptors);
      const [sub, away] = [path.join(inside, 'sub'), path.join(inside, 'away')];
      const folder = await OpenFolder.open(sub, descriptors);
      await rename(sub, away);
      if (place === 'a link outside') await symlink(outside, sub);
      if (place === 'another folder inside') await mkdir(sub);
      expect((await failureOf(folders.checkFolder(folder))).code).toBe('PATH_NOT_ALLOWED');
      await folder.close();
    },
  );

  it('refuses a folder that was removed', async () => {
    const folders = openFolders(inside, root, descriptors);
    const empty = path.join(inside, 'empty');
    await mkdir(empty);
    const folder = await OpenFolder.open(empty, descriptors);
    await rmdir(empty);
    expect((await failureOf(folders.checkFolder(folder))).code).toBe('PATH_NOT_ALLOWED');
    await folder.close();
  });
});

describe('openAllowedFolders', () => {
  it('takes the working directory, unless that is the root', async () => {
    const byDefault = openFolders(undefined, inside);
    expect(listFolders(undefined, inside)).toEqual([inside]);
    expect(await byDefault.resolveForRead('a.csv')).toBe(path.join(inside, 'a.csv'));
    const none = openFolders('', '/');
    expect(listFolders('', '/')).toEqual([]);
    const failure = await failureOf(none.resolveForRead('/etc/passwd'));
    expect(failure.code).toBe('PATH_NOT_ALLOWED');
    expect(failure.hint).toContain('BULK_ALLOWED_DIRS');
    expect((await failureOf(none.resolveForWrite('/tmp/x'))).code).toBe('PATH_NOT_ALLOWED');
  });

  it('takes a list, ignores what is missing in it, and does not expand ~', async () => {
    const setting = ['', path.join(root, 'gone'), 'inside/sub', '~', outside].join(path.delimiter);
    const several = openFolders(setting, root);
    expect(await several.resolveForRead('b.csv')).toBe(path.join(inside, 'sub', 'b.csv'));
    expect(await several.resolveForRead(path.join(outside, 'secret.csv'))).toBe(
      path.join(outside, 'secret.csv'),
    );
    const failure = await failureOf(several.resolveForRead(path.join(inside, 'a.csv')));
    expect(failure.code).toBe('PATH_NOT_ALLOWED');
  });

  it('allows a folder that appears later, or that is itself a link', async () => {
    await symlink(inside, path.join(root, 'alias'));
    const viaLink = openFolders(path.join(root, 'alias'), root);
    expect(await viaLink.resolveForRead('a.csv')).toBe(path.join(inside, 'a.csv'));
    const later = openFolders(path.join(root, 'later'), root);
    expect((await failureOf(later.resolveForRead('a.csv'))).code).toBe('PATH_NOT_ALLOWED');
    await rename(inside, path.join(root, 'later'));
    expect(await later.resolveForRead('a.csv')).toBe(path.join(root, 'later', 'a.csv'));
  });
});
