// What invoices and bills share; their own tests show it at work.
import { describe, expect, it } from 'vitest';
import type { Draft, Session } from '../../../src/sandbox/world/model.js';
import { noProblems } from '../../../src/sandbox/world/refusal.js';
import { invoices } from '../../../src/sandbox/rules/invoices.js';
import { approveDocument, completeHead } from '../../../src/sandbox/rules/documents.js';
import { createBilly } from '../../../src/sandbox/account/made-up-account.js';
import { sandboxOptions } from '../support/driver.js';

function session(): Session {
  return { ...createBilly(sandboxOptions()).billy, language: null };
}

function draft(
  values: Record<string, unknown>,
  before: Record<string, unknown> | null = null,
): Draft {
  const record =
    before === null ? null : { id: 'i', organizationId: 'o', sequence: 1, fields: before };
  return {
    rule: invoices,
    before: record,
    clientId: null,
    sent: new Set(Object.keys(values)),
    values: { ...values },
    children: new Map(),
    problems: noProblems(),
  };
}

describe('completeHead', () => {
  it('fills in the defaults of the organization on creation only', () => {
    const fresh = draft({ currencyId: null });
    completeHead(fresh, session());
    expect(fresh.values).toMatchObject({ taxMode: 'excl', currencyId: 'DKK' });
    const known = draft({ currencyId: null }, { state: 'draft' });
    completeHead(known, session());
    expect(known.values['currencyId']).toBeNull();
  });

  it('leaves what was sent', () => {
    const own = draft({ taxMode: 'incl', currencyId: 'EUR' });
    completeHead(own, session());
    expect(own.values).toMatchObject({ taxMode: 'incl', currencyId: 'EUR' });
  });
});

describe('approveDocument', () => {
  it('marks a document worth nothing as paid', () => {
    const free = draft({ state: 'approved', grossAmount: 0 });
    approveDocument(free, session());
    expect(free.values).toMatchObject({ isPaid: true, balance: 0 });
  });

  it('approves once, and lets nothing go back', () => {
    const before = { state: 'approved', approvedTime: 'then', balance: 5 };
    const again = draft({ ...before }, before);
    approveDocument(again, session());
    expect(again.values['approvedTime']).toBe('then');
    const back = draft({ state: 'draft' }, before);
    approveDocument(back, session());
    expect(Object.keys(back.problems.attributes)).toEqual(['state']);
  });
});
