/** Reading: by ranges and by a local path, and the same bytes whatever happens to the name. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { ByteRange, FileStore } from '../../../../src/files/store/file-store.js';
import {
  freshFiles,
  joined,
  nameOf,
  namesIn,
  put,
  textAt,
  type OpenFileStore,
} from './fixtures.js';

const LONG = Array.from({ length: 30_000 }, (_none, index) => `${index},`).join('');

export function describeReading(open: OpenFileStore): void {
  describe('a file that is read', () => {
    const fresh = freshFiles(open);

    it.each([
      ['as a whole', undefined],
      ['from its beginning', { end: 70_000 }],
      ['to its end', { start: 70_000 }],
      ['in its middle', { start: 65_535, end: 131_073 }],
      ['not at all', { start: 5, end: 5 }],
      ['behind its end', { start: 1_000_000 }],
      ['further than its end', { start: 10, end: 1_000_000 }],
      ['with an end before its start', { start: 10, end: 5 }],
    ])('%s gives the bytes of the range', async (_title, range) => {
      await put(fresh.files(), nameOf('a'), LONG);
      const { start = 0, end }: ByteRange = range ?? {};
      const expected = Buffer.from(LONG).subarray(start, end).toString();
      expect(await textAt(fresh.files(), nameOf('a'), range)).toBe(expected);
    });

    it('has a local file until that is closed', async () => {
      await put(fresh.files(), nameOf('a'), LONG);
      const local = await fresh.files().openLocal(nameOf('a'));
      const other = await fresh.files().openLocal(nameOf('a'));
      expect(other.path).not.toBe(local.path);
      expect(await readFile(local.path, 'utf8')).toBe(LONG);
      await local.close();
      expect(existsSync(local.path)).toBe(false);
      expect(await readFile(other.path, 'utf8')).toBe(LONG);
      await other.close();
      expect(await fresh.unnamedCount()).toBe(0);
      expect(await textAt(fresh.files(), nameOf('a'))).toBe(LONG);
    });

    it('is read by many at once, each at its own place', async () => {
      await put(fresh.files(), nameOf('a'), LONG);
      const file = await fresh.files().open(nameOf('a'));
      expect(file.sizeBytes).toBe(LONG.length);
      const halves = [file.bytes({ end: 80_000 }), file.bytes({ start: 80_000 })];
      expect((await Promise.all(halves.map(joined))).join('')).toBe(LONG);
      await file.close();
    });
  });
}

export function describeMissingFiles(open: OpenFileStore): void {
  describe('a file', () => {
    const fresh = freshFiles(open);

    it('that is not there: FILE_NOT_FOUND, and no size', async () => {
      await put(fresh.files(), nameOf('a'), 'x');
      const elsewhere = [
        nameOf('b'),
        nameOf('a', { kind: 'export' }),
        nameOf('a', { kind: 'report' }),
        nameOf('a', { organizationId: 'org-2' }),
      ];
      for (const name of elsewhere) {
        for (const open of ['open', 'openLocal'] as const) {
          await expect(fresh.files()[open](name)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
        }
        expect(await fresh.files().sizeOf(name)).toBeNull();
        await fresh.files().remove(name);
      }
      expect(await namesIn(fresh.files())).toEqual(['a']);
    });
  });
}

const CHANGES: readonly (readonly [string, (files: FileStore) => Promise<void>])[] = [
  ['replaced', (files) => put(files, nameOf('a'), 'another')],
  ['removed', (files) => files.remove(nameOf('a'))],
  [
    'removed and written again',
    async (files) => {
      await files.remove(nameOf('a'));
      await put(files, nameOf('a'), 'another');
    },
  ],
];

export function describeReaders(open: OpenFileStore): void {
  describe.each(CHANGES)('a reader of a file that is %s', (_title, change) => {
    const fresh = freshFiles(open);

    it('goes on reading what it opened, in any order', async () => {
      await put(fresh.files(), nameOf('a'), LONG);
      const file = await fresh.files().open(nameOf('a'));
      const bytes = file.bytes()[Symbol.asyncIterator]();
      const first = await bytes.next();
      await change(fresh.files());
      const rest = await joined({ [Symbol.asyncIterator]: () => bytes });
      expect(Buffer.from(first.value as Uint8Array).toString() + rest).toBe(LONG);
      expect(await joined(file.bytes({ end: 10 }))).toBe(LONG.slice(0, 10));
      await file.close();
      expect(await fresh.unnamedCount()).toBe(0);
    });

    it('has the bytes that it opened in its local file', async () => {
      await put(fresh.files(), nameOf('a'), LONG);
      const local = await fresh.files().openLocal(nameOf('a'));
      await change(fresh.files());
      expect(await readFile(local.path, 'utf8')).toBe(LONG);
      await local.close();
      expect(await fresh.unnamedCount()).toBe(0);
    });
  });
}
