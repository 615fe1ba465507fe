/** What probes found out: by organization, the last probe's word. */
import { describe, expect, it } from 'vitest';
import type { Capabilities } from '../../../src/model/capabilities.js';
import { freshStore, NOW_MS, ORGANIZATION_ID, type OpenStore } from './fixtures.js';

const FOUND: Capabilities = {
  bulkSave: 'works',
  isBulkSaveAtomic: true,
  echoesClientId: false,
  errorsByClientId: null,
  bulkDelete: 'unclear',
  probedAtMs: NOW_MS,
};

export function describeCapabilities(open: OpenStore): void {
  describe('what a probe found out', () => {
    const store = freshStore(open);
    const of = { organizationId: ORGANIZATION_ID };

    it('comes back as it was saved', async () => {
      expect(await store().findCapabilities(of)).toBeNull();
      await store().saveCapabilities({ ...of, capabilities: FOUND });
      expect(await store().findCapabilities(of)).toEqual(FOUND);
    });

    it('takes the place of what was found before', async () => {
      const later: Capabilities = {
        ...FOUND,
        bulkSave: 'absent',
        isBulkSaveAtomic: null,
        probedAtMs: NOW_MS + 1,
      };
      await store().saveCapabilities({ ...of, capabilities: FOUND });
      await store().saveCapabilities({ ...of, capabilities: later });
      expect(await store().findCapabilities(of)).toEqual(later);
    });

    it('is of one organization', async () => {
      await store().saveCapabilities({ ...of, capabilities: FOUND });
      expect(await store().findCapabilities({ organizationId: 'org-2' })).toBeNull();
    });
  });
}
