// Stored files in a folder: the contract, and what only a folder has: permissions, old places, other disks.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import { FolderFileStore } from '../../../src/files/store/folder-file-store.js';
import { describeFileStore } from '../../support/file-store-contract.js';
import { storedFiles } from '../../support/stored-files.js';
import { failureOf, tempFolder } from '../temp-folder.js';
import { BYTES_MAX, chunked, nameOf, namesIn, put, textAt } from './contract/fixtures.js';
import { folderFiles, openFolderFiles } from './support/temp-store.js';

describeFileStore('a folder', (clock) => openFolderFiles(clock));

/** A file system of a megabyte until the test ends; false: this machine forbids it. */
function mountSmallDisk(at: string): boolean {
  try {
    const options = ['-t', 'tmpfs', '-o', 'size=1m', 'none', at];
    execFileSync('/usr/bin/env', ['mount', ...options], { stdio: 'ignore' });
  } catch {
    return false;
  }
  onTestFinished(() => {
    execFileSync('/usr/bin/env', ['umount', at]);
  });
  return true;
}

describe('the folder', () => {
  it('and all in it are for their owner alone', async () => {
    const { folder, files } = await folderFiles();
    await put(files, nameOf('a'), 'x');
    await files.stage('source', chunked('x'), { bytesMax: BYTES_MAX });
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(names).toHaveLength(5);
    for (const name of names) {
      const stats = statSync(path.join(folder, name));
      expect([name, stats.mode & 0o777]).toEqual([name, stats.isFile() ? 0o600 : 0o700]);
    }
  });

  it('lists neither folders nor names that no stored file has', async () => {
    const { folder, files } = await folderFiles();
    await put(files, nameOf('a'), 'x');
    mkdirSync(path.join(folder, 'sources', 'org-1', 'sub'));
    writeFileSync(path.join(folder, 'sources', 'org-1', '.DS_Store'), '');
    writeFileSync(path.join(folder, 'sources', 'org-1', 'min fil.csv'), '');
    expect(await namesIn(files)).toEqual(['a']);
  });

  it('may have a kind on another disk, behind a link', async ({ skip }) => {
    const { folder, files } = await folderFiles();
    const disk = await tempFolder();
    if (!mountSmallDisk(disk)) skip();
    symlinkSync(disk, path.join(folder, 'sources'));
    await put(files, nameOf('a'), 'x');
    expect(await textAt(files, nameOf('a'))).toBe('x');
    expect(readdirSync(disk)).toContain('org-1');
  });

  it('that is full refuses the file and holds nothing of it', async ({ skip }) => {
    const { folder, files, unnamedCount } = await folderFiles();
    if (!mountSmallDisk(folder)) skip();
    await put(files, nameOf('kept'), 'x');
    const large = put(files, nameOf('kept'), chunked(Buffer.alloc(2_000_000), 100_000));
    expect((await failureOf(large)).message).toBe('There is no room left on the disk.');
    expect(await unnamedCount()).toBe(0);
    expect(await textAt(files, nameOf('kept'))).toBe('x');
    await put(files, nameOf('small'), 'y');
  });

  it('that cannot be read is a failure, not an empty store', async () => {
    const { folder, files } = await folderFiles();
    symlinkSync('exports', path.join(folder, 'exports'));
    const name = nameOf('a', { kind: 'export' });
    expect((await failureOf(files.sizeOf(name))).code).toBe('PATH_NOT_ALLOWED');
    expect((await failureOf(namesIn(files, name))).code).toBe('PATH_NOT_ALLOWED');
  });
});

describe('a source of an earlier version', () => {
  const OWNERS = { old: 'org-1', theirs: 'org-2' };

  async function ground() {
    const opened = await folderFiles(OWNERS);
    mkdirSync(path.join(opened.folder, 'sources'));
    for (const name of ['old', 'theirs', 'unknown']) {
      writeFileSync(path.join(opened.folder, 'sources', name), name);
    }
    return opened;
  }

  it('belongs to the organization of its job, and to no other', async () => {
    const { files } = await ground();
    expect(await textAt(files, nameOf('old'))).toBe('old');
    expect(await files.sizeOf(nameOf('old'))).toBe(3);
    expect(await namesIn(files)).toEqual(['old']);
    expect(await namesIn(files, { organizationId: 'org-2' })).toEqual(['theirs']);
    for (const name of ['theirs', 'unknown']) {
      expect((await failureOf(files.open(nameOf(name)))).code).toBe('FILE_NOT_FOUND');
      expect(await files.sizeOf(nameOf(name))).toBeNull();
    }
  });

  it('is removed where it lies, by its organization only', async () => {
    const { folder, files } = await ground();
    for (const name of ['old', 'theirs', 'unknown']) await files.remove(nameOf(name));
    expect(storedFiles(folder, 'sources').sort()).toEqual(['theirs', 'unknown']);
  });

  it('steps back behind a new one of its name, and both are removed', async () => {
    const { folder, files } = await ground();
    await put(files, nameOf('old'), 'new');
    expect(await textAt(files, nameOf('old'))).toBe('new');
    await files.remove(nameOf('old'));
    expect(storedFiles(folder, 'sources').sort()).toEqual(['theirs', 'unknown']);
  });

  it('whose start was cut off goes after a day', async () => {
    const { folder, files } = await ground();
    await put(files, nameOf('a'), 'x');
    await files.removeStale();
    expect(storedFiles(folder, 'sources').sort()).toEqual(['a', 'old', 'theirs', 'unknown']);
    const later = { ...systemClock, nowMs: () => Date.now() + 25 * 3_600_000 };
    const ownerOfOldSource = (name: string) =>
      Promise.resolve((OWNERS as Record<string, string>)[name] ?? null);
    await new FolderFileStore({ folder, clock: later, ownerOfOldSource }).removeStale();
    expect(storedFiles(folder, 'sources').sort()).toEqual(['a', 'old', 'theirs']);
  });

  it('is no folder of an organization', async () => {
    const { files } = await folderFiles({ 'org-2': 'org-1' });
    await put(files, nameOf('a', { organizationId: 'org-2' }), 'x');
    expect((await failureOf(files.open(nameOf('org-2')))).code).toBe('FILE_NOT_FOUND');
    await files.remove(nameOf('org-2'));
    expect(await namesIn(files, { organizationId: 'org-2' })).toEqual(['a']);
  });
});

describe('a report of an earlier version', () => {
  it('is found among the exports of its organization, and removed there', async () => {
    const { folder, files } = await folderFiles();
    const exports = path.join(folder, 'exports', 'org-1');
    mkdirSync(exports, { recursive: true });
    writeFileSync(path.join(exports, 'report-1-all.csv'), 'old');
    const name = nameOf('report-1-all.csv', { kind: 'report' });
    expect(await textAt(files, name)).toBe('old');
    await put(files, name, 'new');
    expect(await textAt(files, name)).toBe('new');
    await files.remove(name);
    expect([...storedFiles(folder, 'exports'), ...storedFiles(folder, 'reports')]).toEqual([]);
  });

  it('that was not finished goes after a day', async () => {
    const later = { nowMs: () => Date.now() + 25 * 3_600_000, randomHex: () => 'x' };
    const { folder, files, cleanup } = await openFolderFiles(later);
    onTestFinished(cleanup);
    const exports = path.join(folder, 'exports', 'org-1');
    mkdirSync(exports, { recursive: true });
    for (const name of ['.customers.0123.part', '.hidden', 'customers.csv']) {
      writeFileSync(path.join(exports, name), '');
      utimesSync(path.join(exports, name), 0, 0);
    }
    await files.removeStale();
    expect(readdirSync(exports).sort()).toEqual(['.hidden', 'customers.csv']);
  });
});
