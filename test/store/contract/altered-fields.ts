/** Fields that Billy alters: by organization and collection, each once. */
import { describe, expect, it } from 'vitest';
import { freshStore, ORGANIZATION_ID, type OpenStore } from './fixtures.js';

export function describeAlteredFields(open: OpenStore): void {
  describe('fields that Billy alters', () => {
    const store = freshStore(open);
    const contacts = { organizationId: ORGANIZATION_ID, collection: 'contacts' };

    it('are kept once, by organization and collection', async () => {
      await store().addAlteredFields({ ...contacts, fields: ['phone'] });
      await store().addAlteredFields({ ...contacts, fields: ['phone', 'email'] });
      await store().addAlteredFields({ ...contacts, fields: [] });
      const found = (of: Partial<typeof contacts>) =>
        store().findAlteredFields({ ...contacts, ...of });
      expect(await found({})).toEqual(new Set(['phone', 'email']));
      expect(await found({ collection: 'products' })).toEqual(new Set());
      expect(await found({ organizationId: 'org-2' })).toEqual(new Set());
    });
  });
}
