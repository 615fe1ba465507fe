/** Saved column mappings: by organization, resource and name, the last one saved. */
import { describe, expect, it } from 'vitest';
import { freshStore, NOW_MS, ORGANIZATION_ID, type OpenStore } from './fixtures.js';

const NAME = { organizationId: ORGANIZATION_ID, resourceType: 'widget', name: 'fra webshop' };
const MAPPING = { Kunde: 'name', 'Tlf. nr.': 'phone' };

export function describeMappings(open: OpenStore): void {
  describe('a saved mapping', () => {
    const store = freshStore(open);

    it('comes back as it was saved', async () => {
      expect(await store().findMapping(NAME)).toBeNull();
      await store().saveMapping({ ...NAME, mapping: MAPPING, nowMs: NOW_MS });
      expect(await store().findMapping(NAME)).toEqual(MAPPING);
    });

    it('takes the place of the one that had its name', async () => {
      await store().saveMapping({ ...NAME, mapping: MAPPING, nowMs: NOW_MS });
      const mapping = { Navn: 'name' };
      await store().saveMapping({ ...NAME, mapping, nowMs: NOW_MS + 1 });
      expect(await store().findMapping(NAME)).toEqual(mapping);
    });

    it('is listed with those of its organization, and removed alone', async () => {
      const other = { ...NAME, resourceType: 'gadget' };
      const foreign = { ...NAME, organizationId: 'org-2' };
      for (const name of [NAME, other, foreign]) {
        await store().saveMapping({ ...name, mapping: MAPPING, nowMs: NOW_MS });
      }
      const organizationIds = [ORGANIZATION_ID];
      const more = { mapping: MAPPING, savedAtMs: NOW_MS };
      expect(await store().listSavedMappings({ organizationIds })).toEqual([
        { ...other, ...more },
        { ...NAME, ...more },
      ]);
      expect(await store().removeMapping(NAME)).toBe(true);
      expect(await store().removeMapping(NAME)).toBe(false);
      const both = { organizationIds: [ORGANIZATION_ID, 'org-2'] };
      expect(await store().listSavedMappings(both)).toEqual([
        { ...other, ...more },
        { ...foreign, ...more },
      ]);
      expect(await store().listSavedMappings({ organizationIds: [] })).toEqual([]);
    });

    it.each([{ organizationId: 'org-2' }, { resourceType: 'gadget' }, { name: 'Fra webshop' }])(
      'is not that of %j',
      async (other) => {
        await store().saveMapping({ ...NAME, mapping: MAPPING, nowMs: NOW_MS });
        expect(await store().findMapping({ ...NAME, ...other })).toBeNull();
        await store().saveMapping({ ...NAME, ...other, mapping: {}, nowMs: NOW_MS });
        expect(await store().findMapping(NAME)).toEqual(MAPPING);
      },
    );
  });
}
