/** What Billy says about the token and the account. */
import { describe, expect, it } from 'vitest';
import type { Organization } from '../../src/billy/types.js';
import { resolveConfig } from '../../src/config.js';
import { LIMITS } from '../../src/core/limits.js';
import { checkAccount, checkClock, checkOrganization } from '../../src/doctor/check-account.js';
import type { Check } from '../../src/doctor/check.js';
import { openPractice, type Practice } from './support/practice.js';

const summary = (checks: readonly Check[]): string[] =>
  checks.map(({ name, status, code }) => [name, status, code].filter(Boolean).join(' '));

async function asked(
  prepare: (practice: Practice) => void = () => undefined,
  env: Record<string, string> = {},
) {
  const practice = await openPractice({ haste: 100 });
  prepare(practice);
  const { sandbox, parts, tell, checks } = practice;
  const given = { BILLY_API_BASE_URL: sandbox.url, BILLY_ACCESS_TOKEN: sandbox.token, ...env };
  const config = resolveConfig({ flags: {}, env: given });
  const organization = await checkAccount(config, { ...parts, tell });
  return { checks, organization, sandbox };
}

describe('Billy', () => {
  it('answers, takes the token and says whose it is', async () => {
    const { checks, organization, sandbox } = await asked();
    expect(summary(checks)).toEqual(['billy ok', 'token ok']);
    expect(checks[0]?.detail).toBe(sandbox.url);
    expect(organization?.name).toContain('Eksempelfirma');
  });

  it('answers, and does not take the token', async () => {
    const { checks, organization } = await asked(({ sandbox }) => {
      sandbox.control.revokeToken();
    });
    expect(organization).toBeNull();
    expect(summary(checks)).toEqual(['billy ok', 'token failed BILLY_AUTH']);
    expect(checks[1]?.hint).toContain('BILLY_ACCESS_TOKEN');
  });

  it.each([
    ['reset', 'billy failed BILLY_UNREACHABLE'],
    ['503', 'billy failed BILLY_SERVER'],
  ] as const)('does not answer (%s)', async (mode, expected) => {
    const { checks, organization } = await asked(({ sandbox }) => {
      sandbox.control.setDown(true, mode);
    });
    expect(organization).toBeNull();
    expect(summary(checks)).toEqual([expected]);
  });

  it('is not asked without a token', async () => {
    const { checks, organization, sandbox } = await asked(undefined, { BILLY_ACCESS_TOKEN: '' });
    expect(organization).toBeNull();
    expect(summary(checks)).toEqual(['token failed CONFIG_MISSING_TOKEN']);
    expect(sandbox.control.counters().requests).toBe(1);
  });
});

describe('the organization', () => {
  const OWN: Organization = {
    id: 'org-1',
    name: 'Firma "A"\u202e\nApS',
    registrationNo: '12345678',
    countryId: 'DK',
    baseCurrencyId: 'DKK',
    defaultSalesAccountId: null,
    defaultSalesTaxRulesetId: null,
    defaultTaxMode: null,
    hasVat: true,
    isLocked: false,
    fiscalLockingDate: null,
  };

  function checked(organization: Partial<Organization>, env: Record<string, string> = {}): Check[] {
    const checks: Check[] = [];
    const config = resolveConfig({ flags: {}, env });
    checkOrganization({ ...OWN, ...organization }, config, (check) => checks.push(check));
    return checks;
  }

  it('is shown by name, id and CVR number, what others wrote quoted and cut', () => {
    const [check] = checked({});
    expect(check).toMatchObject({ name: 'organization', status: 'ok' });
    expect(check?.detail).toBe('"Firma \\"A\\"[U+202E]⏎ApS", id org-1, CVR "12345678"');
    const [long] = checked({ name: 'x'.repeat(5000), registrationNo: null });
    expect(long?.detail?.length).toBeLessThan(LIMITS.fieldCharsMax + 30);
    expect(long?.detail).not.toContain('CVR');
  });

  it('that is locked fails', () => {
    expect(summary(checked({ isLocked: true }))).toEqual([
      'organization failed ORGANIZATION_LOCKED',
    ]);
  });

  it('is the expected one or not', () => {
    const wanted = (id: string): string[] => summary(checked({}, { BILLY_ORGANIZATION_ID: id }));
    expect(wanted('org-1')).toEqual(['organization ok', 'organization-id ok']);
    expect(wanted('org-2')).toEqual([
      'organization ok',
      'organization-id failed ORGANIZATION_MISMATCH',
    ]);
  });
});

describe('the clock', () => {
  it.each([
    [0, 'ok', 'agrees'],
    [60_000, 'ok', 'agrees'],
    [-60_000, 'ok', 'agrees'],
    [61_000, 'warning', '61 seconds ahead of'],
    [-90_400, 'warning', '90 seconds behind'],
  ])('%i ms off', (skewMs, status, words) => {
    const checks: Check[] = [];
    checkClock(skewMs, (check) => checks.push(check));
    expect(checks).toMatchObject([{ name: 'clock', status }]);
    expect(checks[0]?.message).toContain(words);
  });

  it('is not judged where no answer told a date', () => {
    const checks: Check[] = [];
    checkClock(null, (check) => checks.push(check));
    expect(checks).toEqual([]);
  });
});
