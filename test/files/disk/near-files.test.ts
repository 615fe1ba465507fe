// Files that a caller may have meant.
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { filesIn, nearNames } from '../../../src/files/disk/near-files.js';

describe('nearNames', () => {
  const names = ['kunder.xlsx', 'kunder.csv', 'kunder 2026.csv', 'varer.csv', 'Faktura.csv'];

  it.each([
    ['kunde.xlsx', ['kunder.xlsx', 'kunder.csv', 'kunder 2026.csv']],
    ['KUNDER.CSV', ['kunder.csv', 'kunder.xlsx', 'kunder 2026.csv']],
    ['varre.csv', ['varer.csv']],
    ['faktura.xlsx', ['Faktura.csv']],
    ['leverandører.csv', []],
  ])('of %s are %j', (typed, near) => {
    expect([...nearNames(typed, names)].sort()).toEqual([...near].sort());
  });
});

describe('filesIn', () => {
  it('gives files, newest first, without dot files, links and folders', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'near-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    for (const [name, seconds] of [
      ['old.csv', 1000],
      ['new.csv', 2000],
      ['.secret', 3000],
    ] as const) {
      await writeFile(path.join(folder, name), 'x');
      await utimes(path.join(folder, name), seconds, seconds);
    }
    await mkdir(path.join(folder, 'sub'));
    await symlink('/etc/hostname', path.join(folder, 'link.csv'));
    expect(await filesIn(folder)).toEqual([
      { name: 'new.csv', sizeBytes: 1, modifiedAtMs: 2_000_000 },
      { name: 'old.csv', sizeBytes: 1, modifiedAtMs: 1_000_000 },
    ]);
    expect(await filesIn(path.join(folder, 'none'))).toEqual([]);
  });
});
