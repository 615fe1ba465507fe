/** Names: each part is one plain word, so that none leads elsewhere, whoever made it. */
import { describe, expect, it } from 'vitest';
import type { StoredName } from '../../../../src/files/store/stored-name.js';
import {
  BYTES_MAX,
  chunked,
  freshFiles,
  nameOf,
  namesIn,
  put,
  textAt,
  type OpenFileStore,
} from './fixtures.js';

const HOSTILE: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['a dot', '.'],
  ['the folder above', '..'],
  ['a way up', '../other'],
  ['a way up in the middle', 'a/../b'],
  ['two dots in a word', 'a..b'],
  ['a separator', 'a/b'],
  ['the separator of Windows', 'a\\b'],
  ['an absolute path', '/etc/hostname'],
  ['a drive', 'C:a'],
  ['a stream of a file', 'a:b'],
  ['NUL', 'a\0b'],
  ['a line break', 'a\nb'],
  ['a blank', 'a b'],
  ['a leading dot', '.staging'],
  ['a trailing dot', 'a.'],
  ['a device of Windows', 'nul'],
  ['a device with an ending', 'COM1.csv'],
  ['a letter that composes', 'a\u0301'],
  ['a letter of another script', 'ø'],
  ['a sign that reorders', 'a\u202eb'],
  ['a wildcard', 'a*'],
  ['a percent escape', '%2e%2e'],
  ['201 characters', 'a'.repeat(201)],
];

const GOOD = ['a', '-', 'a.b.c', 'report-1-all.csv', '1234567-AbCdEf', 'a'.repeat(200)];

const OPERATIONS = ['open', 'openLocal', 'sizeOf', 'remove', 'keepAs', 'list'] as const;

export function describeNames(open: OpenFileStore): void {
  describe('names', () => {
    const fresh = freshFiles(open);

    async function attempt(
      operation: (typeof OPERATIONS)[number],
      name: StoredName,
    ): Promise<unknown> {
      const files = fresh.files();
      if (operation === 'list') return namesIn(files, name);
      if (operation !== 'keepAs') return files[operation](name);
      const staged = await files.stage(name.kind, chunked('x'), { bytesMax: BYTES_MAX });
      return staged.keepAs(name.organizationId, name.name).finally(() => staged.discard());
    }

    it.each(HOSTILE)('with %s are refused by every operation', async (_title, hostile) => {
      await put(fresh.files(), nameOf('kept'), 'x');
      for (const operation of OPERATIONS) {
        const names = [nameOf('kept', { organizationId: hostile })];
        if (operation !== 'list') names.push(nameOf(hostile));
        for (const name of names) {
          await expect(attempt(operation, name)).rejects.toMatchObject({ code: 'INTERNAL' });
        }
      }
      expect(await namesIn(fresh.files())).toEqual(['kept']);
      expect(await fresh.unnamedCount()).toBe(0);
    });

    it('of an unknown kind are refused', async () => {
      const kind = '../other' as StoredName['kind'];
      for (const operation of ['open', 'openLocal', 'sizeOf', 'remove', 'list'] as const) {
        const asked = attempt(operation, nameOf('a', { kind }));
        await expect(asked).rejects.toMatchObject({ code: 'INTERNAL' });
      }
    });

    it.each(GOOD)('such as %s are taken as they are', async (good) => {
      const name = nameOf(good, { organizationId: good });
      await put(fresh.files(), name, good);
      expect(await textAt(fresh.files(), name)).toBe(good);
      expect(await namesIn(fresh.files(), name)).toEqual([good]);
    });
  });
}
