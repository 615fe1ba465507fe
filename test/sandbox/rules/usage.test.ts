// What invoices and bills hold on to.
import { describe, expect, it } from 'vitest';
import { createBilly } from '../../../src/sandbox/account/made-up-account.js';
import type { Session } from '../../../src/sandbox/world/model.js';
import type { SandboxUnknowns } from '../../../src/sandbox/world/options.js';
import {
  isAccountInUse,
  isContactInUse,
  isProductInUse,
} from '../../../src/sandbox/rules/usage.js';
import { addRecord } from '../../../src/sandbox/seed/add-record.js';
import { sandboxOptions } from '../support/driver.js';

function withInvoice(state: string, deleteReferenced: SandboxUnknowns['deleteReferenced']) {
  const { billy } = createBilly(sandboxOptions({ unknowns: { deleteReferenced } }));
  const { organizationId, world } = billy;
  const session: Session = { ...billy, language: null };
  const invoice = { id: 'i', collection: 'invoices', organizationId };
  addRecord(world, { ...invoice, values: { contactId: 'c', state } });
  const values = { invoiceId: 'i', productId: 'p' };
  addRecord(world, { collection: 'invoiceLines', organizationId, values });
  return session;
}

describe('use', () => {
  it('by a draft counts or not, by an approved invoice always', () => {
    const cases = [
      ['draft', 'refuseDrafts', true],
      ['draft', 'refuseApproved', false],
      ['approved', 'refuseDrafts', true],
      ['approved', 'refuseApproved', true],
    ] as const;
    for (const [state, rule, expected] of cases) {
      const session = withInvoice(state, rule);
      expect(isContactInUse('c', session)).toBe(expected);
      expect(isProductInUse('p', session)).toBe(expected);
      expect(isContactInUse('other', session)).toBe(false);
      expect(isProductInUse('other', session)).toBe(false);
    }
  });

  it('of an account is by products', () => {
    const session = withInvoice('draft', 'refuseDrafts');
    const { world, organizationId } = session;
    expect(isAccountInUse('a', session)).toBe(false);
    addRecord(world, { collection: 'products', organizationId, values: { accountId: 'a' } });
    expect(isAccountInUse('a', session)).toBe(true);
  });
});
