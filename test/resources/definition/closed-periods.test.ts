// Approvals in closed periods, and countries that Billy lacks: judged by what Billy tells, if it tells.
import { describe, expect, it } from 'vitest';
import {
  closedReason,
  dayOf,
  settledPeriods,
} from '../../../src/resources/definition/closed-periods.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { invoice } from '../../../src/resources/invoice/invoice.js';
import type { RowValues } from '../../../src/resources/definition/resource.js';
import { enteredAs, LOAD, lookupsWith } from '../support/account.js';
import { madeUpBilly } from '../support/made-up-billy.js';

const QUARTER = { startDate: '2025-10-01', endDate: '2025-12-31' };
const SETTLED = [{ from: '2025-10-01', to: '2025-12-31' }];
const REFUSALS = [403, 404, 405, 422];

function lookups(fiscalLockingDate: string | null, settled = SETTLED) {
  const known = lookupsWith();
  return { ...known, organization: { ...known.organization, fiscalLockingDate }, settled };
}

describe('a day', () => {
  it.each<[string, string | null, boolean]>([
    ['2025-09-30', '2025-09-30', true],
    ['2025-10-01', null, true],
    ['2025-12-31', null, true],
    ['2025-09-30', '2025-09-29', false],
    ['2026-01-01', '2025-12-31', false],
    ['2025-09-30', 'soon', false],
  ])('%s beside books locked to %s is closed: %j', (day, locked, isClosed) => {
    expect(closedReason(day, lookups(locked)) !== null).toBe(isClosed);
  });

  it('is open where Billy tells nothing, or the row no day', () => {
    expect(closedReason('2020-01-01', lookupsWith())).toBeNull();
    expect(closedReason(undefined, lookups('2030-01-01'))).toBeNull();
  });

  it('is read off dates with and without a time', () => {
    expect(['2025-12-31', '2025-12-31T00:00:00', 'x', null].map(dayOf)).toEqual([
      '2025-12-31',
      '2025-12-31',
      null,
      null,
    ]);
  });
});

describe('settled VAT returns', () => {
  it('are those that Billy calls settled and that have two dates', async () => {
    const salesTaxReturns = [
      { id: 'a', ...QUARTER, isSettled: true },
      { id: 'b', startDate: '2026-01-01', endDate: '2026-03-31', isSettled: false },
      { id: 'c', startDate: null, endDate: '2026-06-30', isSettled: true },
      { id: 'd', startDate: '2026-07-01', endDate: '2026-09-30' },
    ];
    const { billy } = await madeUpBilly({ lists: { salesTaxReturns } });
    expect(await settledPeriods(billy, LOAD.read)).toEqual(SETTLED);
  });

  it.each(REFUSALS)('are none where Billy answers %i', async (salesTaxReturns) => {
    const { billy } = await madeUpBilly({ lists: { salesTaxReturns } });
    expect((await invoice.load(billy, LOAD)).settled).toEqual([]);
  });

  it('are not there for a token that is not valid', async () => {
    const { billy } = await madeUpBilly({ lists: { salesTaxReturns: 401 } });
    await expect(invoice.load(billy, LOAD)).rejects.toMatchObject({ code: 'BILLY_AUTH' });
  });
});

describe('an invoice in a closed period', () => {
  const values: RowValues = { invoiceRef: 'A', contactId: 'c1', entryDate: '2025-11-05' };
  const issuesOf = (more: RowValues) =>
    invoice.checkCreate(enteredAs({ ...values, ...more }), lookups(null));

  it('cannot be approved, and says why', () => {
    const [issue, second] = issuesOf({ approve: true });
    expect(second).toBeUndefined();
    expect(issue).toMatchObject({ code: 'ROW_INVALID', field: 'entryDate' });
    expect(issue?.message).toContain('settled');
  });

  it('may be a draft, of which the job warns once', () => {
    expect(issuesOf({})).toEqual([]);
    const warnings = [values, { ...values, entryDate: '2025-12-01' }].flatMap((each) =>
      invoice.assumptions(enteredAs({ ...each, taxMode: 'excl' }), lookups(null)),
    );
    expect(new Set(warnings.map(({ code, message }) => `${code} ${message}`)).size).toBe(1);
    expect(warnings[0]).toMatchObject({ code: 'VALUE_SUSPECT' });
  });

  it('is no matter in a later one', () => {
    const later = { ...values, entryDate: '2026-01-05', taxMode: 'excl', approve: true };
    expect(invoice.checkCreate(enteredAs(later), lookups(null))).toEqual([]);
    expect(invoice.assumptions(enteredAs(later), lookups(null))).toEqual([]);
  });
});

describe('the countries that Billy has', () => {
  const countries = [{ id: 'DK' }, { id: 'SE' }];

  it('refuse a row that names another one', async () => {
    const { billy, asked } = await madeUpBilly({ lists: { countries } });
    const known = await customer.load(billy, LOAD);
    expect(asked).toEqual(['organization', 'countries']);
    const issuesOf = (country: string) => customer.resolve({ name: 'A', country }, known).issues;
    expect(issuesOf('SE')).toEqual([]);
    expect(issuesOf('AX')).toMatchObject([{ code: 'ROW_INVALID', field: 'country' }]);
    expect(customer.resolve({ name: 'A' }, known).issues).toEqual([]);
  });

  it.each<[number | object[]]>([[403], [404], [405], [422], [[]]])(
    'refuse nothing where Billy answers %j',
    async (answer) => {
      const { billy } = await madeUpBilly({ lists: { countries: answer } });
      const known = await customer.load(billy, LOAD);
      expect(customer.resolve({ name: 'A', country: 'AX' }, known).issues).toEqual([]);
    },
  );

  it('are not asked for by an export, nor are VAT returns', async () => {
    const { billy, asked } = await madeUpBilly({});
    await customer.load(billy, { ...LOAD, isExport: true });
    await invoice.load(billy, { ...LOAD, isExport: true });
    expect(asked).toEqual(['organization', 'organization']);
  });
});
