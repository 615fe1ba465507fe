/** What dead processes left behind goes after a day; what has a name stays. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STORED_KINDS } from '../../../../src/files/store/stored-name.js';
import {
  chunked,
  freshFiles,
  HOUR_MS,
  nameOf,
  namesIn,
  put,
  textAt,
  type OpenFileStore,
} from './fixtures.js';

export function describeStaleFiles(open: OpenFileStore): void {
  describe('what an interrupted process left', () => {
    const fresh = freshFiles(open);

    it('goes after a day, and no earlier: it may be in use', async () => {
      for (const kind of STORED_KINDS) {
        await put(fresh.files(), nameOf('kept', { kind }), 'kept');
        await fresh.files().stage(kind, chunked('lost'), { bytesMax: 9 });
      }
      const reader = await fresh.files().openLocal(nameOf('kept'));
      fresh.wait(23 * HOUR_MS);
      await fresh.files().removeStale();
      expect(await fresh.unnamedCount()).toBe(4);
      fresh.wait(2 * HOUR_MS);
      await fresh.files().removeStale();
      expect(await fresh.unnamedCount()).toBe(0);
      expect(existsSync(reader.path)).toBe(false);
      await reader.close();
      for (const kind of STORED_KINDS) {
        expect(await namesIn(fresh.files(), { kind })).toEqual(['kept']);
        expect(await textAt(fresh.files(), nameOf('kept', { kind }))).toBe('kept');
      }
    });

    it('is nothing in a store that holds nothing', async () => {
      await fresh.files().removeStale();
      expect(await namesIn(fresh.files())).toEqual([]);
    });
  });
}
