// The settings of the server over HTTP; test/config-http has what they do together.
import { expect, it } from 'vitest';
import { ADMIN_KEY, CALLER_FIELDS, OAUTH_FIELDS } from '../../src/settings/web-settings.js';

it('an admin key is long and can be sent in a header', () => {
  expect(ADMIN_KEY.safeParse('k'.repeat(32)).success).toBe(true);
  for (const key of ['k'.repeat(31), `${'k'.repeat(40)} `, `${'k'.repeat(40)}\n`, 'ø'.repeat(40)]) {
    expect(ADMIN_KEY.safeParse(key).success).toBe(false);
  }
});

it('a public address has no path, and trusted proxies are a number or ranges', () => {
  const { BULK_PUBLIC_URL: publicUrl, BULK_TRUST_PROXY: trusted } = CALLER_FIELDS;
  expect(publicUrl.schema.parse('https://a.dk/')).toBe('https://a.dk');
  expect(publicUrl.schema.safeParse('https://a.dk/bulk').success).toBe(false);
  expect(trusted.schema.parse('2')).toBe(2);
  expect(trusted.schema.parse('10.0.0.0/8, ::1')).toEqual(['10.0.0.0/8', '::1']);
});

it('only keys are secrets', () => {
  const secrets = Object.entries({ ...CALLER_FIELDS, ...OAUTH_FIELDS }).filter(
    ([, { isSecret }]) => isSecret,
  );
  expect(secrets.map(([name]) => name)).toEqual(['BULK_API_KEY']);
});
