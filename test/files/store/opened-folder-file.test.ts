// A stored file that is open: no handle stays, and links are not needed.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openInFolder, openLocally } from '../../../src/files/store/opened-folder-file.js';
import { failureOf, tempFile, tempFolder } from '../temp-folder.js';

/** The number of open handles of this process on that file. */
function handleCount(file: string): number {
  const handles = readdirSync('/proc/self/fd').map((name) => `/proc/self/fd/${name}`);
  return handles.filter((handle) => existsSync(handle) && readlinkSync(handle) === file).length;
}

/** Another file system until the test ends; false: this machine forbids it. */
function mountOtherDisk(at: string): boolean {
  try {
    execFileSync('/usr/bin/env', ['mount', '-t', 'tmpfs', 'none', at], { stdio: 'ignore' });
  } catch {
    return false;
  }
  onTestFinished(() => {
    execFileSync('/usr/bin/env', ['umount', at]);
  });
  return true;
}

describe('an opened file', () => {
  it.skipIf(process.platform !== 'linux')('has one handle, until it is closed', async () => {
    const file = await tempFile('a', 'x');
    const opened = await openInFolder(file);
    expect([opened.sizeBytes, handleCount(file)]).toEqual([1, 1]);
    await opened.close();
    expect(handleCount(file)).toBe(0);
  });

  it('is refused where there is none', async () => {
    const file = '/no/such/file';
    expect((await failureOf(openInFolder(file))).code).toBe('FILE_NOT_FOUND');
    const local = path.join(await tempFolder(), 'l');
    expect((await failureOf(openLocally(file, local))).code).toBe('FILE_NOT_FOUND');
    expect(readdirSync(path.dirname(local))).toEqual([]);
  });
});

describe('a local file', () => {
  it('is a second name, without a handle and without a copy of the bytes', async () => {
    const file = await tempFile('a', 'x');
    const folder = path.join(await tempFolder(), 'new');
    const local = await openLocally(file, path.join(folder, 'l'));
    expect(statSync(local.path).ino).toBe(statSync(file).ino);
    expect(handleCount(file)).toBe(0);
    await local.close();
    await local.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is a private copy where the file system makes no link', async ({ skip }) => {
    const [file, folder] = [await tempFile('a', 'x'), await tempFolder()];
    if (!mountOtherDisk(folder)) skip();
    const local = await openLocally(file, path.join(folder, 'l'));
    expect(await readFile(local.path, 'utf8')).toBe('x');
    expect(statSync(local.path).mode & 0o777).toBe(0o600);
    expect(handleCount(file)).toBe(0);
    await local.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('never takes the place of a file', async () => {
    const [file, other] = [await tempFile('a', 'x'), await tempFile('l', 'mine')];
    await expect(openLocally(file, other)).rejects.toThrow('EEXIST');
    expect(await readFile(other, 'utf8')).toBe('mine');
  });

  it('that has no folder is refused', async () => {
    const file = await tempFile('a', 'x');
    const failure = await failureOf(openLocally(file, path.join(file, 'sub', 'l')));
    expect(failure.code).toBe('FILE_NOT_FOUND');
  });
});
