import { describe, expect, it } from 'vitest';
import { BillyFailure } from '../../../src/billy/failure.js';
import { OrganizationIdRule } from '../../../src/billy/http/organization-id.js';

const refused = (attributes: Record<string, string>): BillyFailure =>
  new BillyFailure({ code: 'BILLY_VALIDATION', message: 'refused', status: 422, attributes });

const WHOLE = refused({});
const NAMED = refused({ organizationId: 'must not be set' });
const OTHER = refused({ name: 'is required' });
const ALONE = { isAlone: true };

describe('OrganizationIdRule', () => {
  it('applies to records that an organization owns, not to their children', () => {
    const rule = new OrganizationIdRule();
    expect(rule.appliesTo('contacts')).toBe(true);
    expect(rule.appliesTo('products')).toBe(true);
    expect(rule.appliesTo('invoices')).toBe(true);
    expect(rule.appliesTo('contactPersons')).toBe(false);
    expect(rule.appliesTo('productPrices')).toBe(false);
  });

  it('leaves the given body as it was', () => {
    const body = { name: 'A' };
    const rule = new OrganizationIdRule();
    expect(rule.addTo(body, 'ORG1')).toEqual({ name: 'A', organizationId: 'ORG1' });
    expect(body).toEqual({ name: 'A' });
  });

  it('suspects a refusal that names the field, or names none', () => {
    const rule = new OrganizationIdRule();
    expect(rule.isSuspect(NAMED, ALONE)).toBe(true);
    expect(rule.isSuspect(WHOLE, ALONE)).toBe(true);
    expect(rule.isSuspect(OTHER, ALONE)).toBe(false);
  });

  it('suspects a refusal without a reason of one record only: of several some may be saved', () => {
    const rule = new OrganizationIdRule();
    expect(rule.isSuspect(WHOLE, { isAlone: false })).toBe(false);
    expect(rule.isSuspect(NAMED, { isAlone: false })).toBe(true);
  });

  it('suspects no refusal that did a part: what it did must not come twice', () => {
    const saved = { contacts: [{ id: 'A' }] };
    const partial = new BillyFailure({
      code: 'BILLY_VALIDATION',
      message: 'x',
      status: 422,
      saved,
    });
    expect(partial.isWholeRecord).toBe(true);
    expect(new OrganizationIdRule().isSuspect(partial, ALONE)).toBe(false);
  });

  it('suspects nothing once Billy has accepted the field', () => {
    const rule = new OrganizationIdRule();
    rule.accepted();
    expect(rule.isSuspect(NAMED, ALONE)).toBe(false);
    expect(rule.isSuspect(WHOLE, ALONE)).toBe(false);
  });

  it.each([
    { case: 'named it, and it works without', first: NAMED, second: null, isLearned: true },
    { case: 'named nothing, and it works without', first: WHOLE, second: null, isLearned: true },
    { case: 'named it, and minds something else', first: NAMED, second: OTHER, isLearned: true },
    { case: 'named it, and minds the whole record', first: NAMED, second: WHOLE, isLearned: true },
    { case: 'named nothing, and still refuses', first: WHOLE, second: WHOLE, isLearned: false },
    { case: 'named nothing, and minds a field', first: WHOLE, second: OTHER, isLearned: false },
    { case: 'named it twice', first: NAMED, second: NAMED, isLearned: false },
  ])('Billy $case', ({ first, second, isLearned }) => {
    const rule = new OrganizationIdRule();
    rule.learn(first, second);
    expect(rule.appliesTo('contacts')).toBe(!isLearned);
  });

  it('learns nothing from an outage', () => {
    const rule = new OrganizationIdRule();
    const lost = new BillyFailure({ code: 'BILLY_SERVER', message: 'lost', status: 502 });
    rule.learn(NAMED, lost);
    expect(rule.appliesTo('contacts')).toBe(true);
  });
});
