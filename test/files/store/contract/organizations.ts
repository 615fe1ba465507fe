/** Organizations: each has its own files, and no operation of one shows or touches those of another. */
import { describe, expect, it } from 'vitest';
import { STORED_KINDS, type StoredKind } from '../../../../src/files/store/stored-name.js';
import { systemClock } from '../../../../src/core/clock.js';
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

const ORGANIZATIONS = ['org-1', 'org-2'] as const;

export function describeOrganizations(open: OpenFileStore): void {
  describe('two organizations', () => {
    const fresh = freshFiles(open);

    it.each(STORED_KINDS)('have a file %s of one name each', async (kind) => {
      for (const organizationId of ORGANIZATIONS) {
        await put(fresh.files(), nameOf('same', { organizationId, kind }), organizationId);
        await put(fresh.files(), nameOf(`${organizationId}.csv`, { organizationId, kind }), 'x');
      }
      for (const organizationId of ORGANIZATIONS) {
        const name = nameOf('same', { organizationId, kind });
        expect(await textAt(fresh.files(), name)).toBe(organizationId);
        expect(await namesIn(fresh.files(), name)).toEqual([`${organizationId}.csv`, 'same']);
      }
      await fresh.files().remove(nameOf('same', { kind }));
      const other = nameOf('same', { organizationId: 'org-2', kind });
      expect(await textAt(fresh.files(), other)).toBe('org-2');
      expect(await namesIn(fresh.files(), { kind })).toEqual(['org-1.csv']);
    });

    it('never reach each other by the names that the other has', async () => {
      await put(fresh.files(), nameOf('secret', { organizationId: 'org-2' }), 'secret');
      for (const name of ['secret', 'org-2']) {
        for (const kind of STORED_KINDS) {
          const asked = nameOf(name, { kind });
          await expect(fresh.files().open(asked)).rejects.toMatchObject({
            code: 'FILE_NOT_FOUND',
          });
          await fresh.files().remove(asked);
        }
      }
      const theirs = nameOf('secret', { organizationId: 'org-2' });
      expect(await textAt(fresh.files(), theirs)).toBe('secret');
    });

    it('are listed with their files, their sizes and times', async () => {
      await put(fresh.files(), nameOf('a'), 'abc');
      const staged = await fresh.files().stage('source', chunked('x'), { bytesMax: 1 });
      const organizations: string[] = [];
      for await (const id of fresh.files().listOrganizations('source')) organizations.push(id);
      expect(organizations).toEqual(['org-1']);
      for await (const file of fresh.files().list({ organizationId: 'org-1', kind: 'source' })) {
        expect(file).toMatchObject({ name: 'a', sizeBytes: 3 });
        expect(Math.abs(systemClock.nowMs() - file.modifiedAtMs)).toBeLessThan(HOUR_MS);
      }
      await staged.discard();
      for (const kind of ['export', 'report'] satisfies StoredKind[]) {
        for await (const id of fresh.files().listOrganizations(kind)) expect(id).toBe('none');
      }
    });
  });
}
