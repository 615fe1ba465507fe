// The settings of webhooks and e-mail, and the form of an address.
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config.js';
import { MAIL_ADDRESS } from '../../src/settings/notice-settings.js';

const withEnv = (env: Readonly<Record<string, string>>) => resolveConfig({ flags: {}, env });

describe('an e-mail address', () => {
  it.each([
    'anna@example.dk',
    'a.b+c@x-y.example',
    'søren@blåbær.dk',
    "o'neil@a.b",
    'root@localhost',
  ])('is %s', (address) => {
    expect(MAIL_ADDRESS.test(address)).toBe(true);
  });

  it.each([
    ...['', 'anna', '@example.dk', 'anna@', 'a b@example.dk', 'a@b@c.dk', 'a@-b.dk', 'a@b.dk.'],
    ...['a@example.dk\r\nBcc: b@example.dk', 'a@example.dk\n', 'a\u0000@b.dk', 'a\u202e@b.dk'],
    ...['a@b.dk, c@d.dk', 'a@b.dk;c@d.dk', 'A <a@b.dk>', '"a b"@c.dk', 'a@[127.0.0.1]'],
    `${'a'.repeat(65)}@b.dk`,
    `a@${'b'.repeat(300)}`,
  ])('is not %j', (address) => {
    expect(MAIL_ADDRESS.test(address)).toBe(false);
  });
});

describe('the settings of e-mail', () => {
  it('are taken as they are', () => {
    const env = {
      SMTP_URL: 'smtps://user:p%40ss@mail.example.dk:465',
      MAIL_FROM: 'Bulk <bulk@office.dk>',
      MAIL_ALLOWED: 'example.dk, @office.dk,anna@firm.dk , org1=bo@firm.dk',
      MAIL_LANGUAGE: 'da',
    };
    expect(withEnv(env)).toMatchObject({
      ...env,
      MAIL_ALLOWED: ['example.dk', '@office.dk', 'anna@firm.dk', 'org1=bo@firm.dk'],
    });
  });

  it.each([
    ['SMTP_URL', 'mail.example.dk'],
    ['SMTP_URL', 'https://mail.example.dk'],
    ['MAIL_FROM', 'nobody'],
    ['MAIL_FROM', 'a@b.dk\r\nBcc: c@d.dk'],
    ['MAIL_ALLOWED', 'a b'],
    ['MAIL_ALLOWED', ','],
    ['MAIL_LANGUAGE', 'sv'],
    ['BULK_WEBHOOKS_LOCAL', 'yes'],
  ])('are refused: %s=%j', (name, value) => {
    expect(() => withEnv({ [name]: value })).toThrow(name);
  });
});
