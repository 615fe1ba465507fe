import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  flagOf,
  ownPathsOf,
  resolveConfig,
  secretFlags,
  SETTINGS,
  settingTexts,
  tokenFileOf,
  type Config,
} from '../src/config.js';
import { ConfigError } from '../src/core/errors.js';

type Texts = Record<string, string | undefined>;

const withEnv = (env: Texts): Config => resolveConfig({ flags: {}, env });

function refusal(env: Texts, flags: Texts = {}): ConfigError {
  try {
    resolveConfig({ flags, env });
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('The settings were taken.');
}

describe('without any setting', () => {
  it('the defaults of the contract hold', () => {
    expect(withEnv({})).toEqual({
      BILLY_ACCESS_TOKEN: undefined,
      BILLY_ACCESS_TOKEN_FILE: undefined,
      BILLY_API_BASE_URL: 'https://api.billysbilling.com/v2',
      BILLY_ORGANIZATION_ID: undefined,
      BILLY_RATE_LIMIT: { count: 100, windowMs: 60_000 },
      BILLY_MAX_CONCURRENT: 4,
      BILLY_TIMEOUT_MS: 30_000,
      BILLY_SETTLE_MS: 10_000,
      BILLY_BULK_SAVE: 'off',
      BULK_DATA_DIR: undefined,
      BULK_ALLOWED_DIRS: undefined,
      BULK_JOBS_AT_ONCE: 3,
      BULK_LEASE_SECONDS: 15,
      BULK_RETENTION_DAYS: 90,
      BULK_MAX_ROWS: 2_000_000,
      BULK_MAX_FILE_BYTES: 536_870_912,
      BULK_TOOLS: ['all'],
      BULK_LOG_LEVEL: 'info',
      BULK_READ_ONLY: 'off',
      BULK_PLAN_REQUIRED_ROWS: null,
      BULK_INSECURE: 'off',
      BULK_CALLER_RATE: { count: 600, windowMs: 60_000 },
      BULK_JOBS_MAX_OPEN: 100,
      BULK_WEBHOOKS_LOCAL: 'off',
      SMTP_URL: undefined,
      MAIL_FROM: undefined,
      MAIL_ALLOWED: undefined,
      MAIL_LANGUAGE: 'en',
      OAUTH_ORGANIZATIONS_CLAIM: 'billy_organizations',
    });
  });

  it('every default is one that may be set', () => {
    for (const { name, fallback, schema } of SETTINGS) {
      if (fallback !== null)
        expect([name, schema.safeParse(fallback).success]).toEqual([name, true]);
    }
  });
});

describe('a setting', () => {
  it('comes from its flag before the environment', () => {
    const flags = { 'billy-max-concurrent': '7' };
    const env = { BILLY_MAX_CONCURRENT: '9', BULK_JOBS_AT_ONCE: '2' };
    expect(resolveConfig({ flags, env })).toMatchObject({
      BILLY_MAX_CONCURRENT: 7,
      BULK_JOBS_AT_ONCE: 2,
    });
  });

  it('has a text as it was given, and an origin', () => {
    const flags = { 'billy-rate-limit': '5/s', 'bulk-jobs-at-once': '' };
    const env = { BILLY_RATE_LIMIT: '9/s', BULK_JOBS_AT_ONCE: '02' };
    const texts = settingTexts({ flags, env }).map(({ setting, text, origin }) => [
      setting.name,
      { text, origin },
    ]);
    expect(Object.fromEntries(texts)).toMatchObject({
      BILLY_RATE_LIMIT: { text: '5/s', origin: 'flag' },
      BULK_JOBS_AT_ONCE: { text: '02', origin: 'environment' },
      BILLY_TIMEOUT_MS: { text: '30000', origin: 'default' },
      BULK_DATA_DIR: { text: null, origin: 'default' },
    });
    expect(texts.map(([name]) => name)).toEqual(SETTINGS.map(({ name }) => name));
  });

  it('that is empty counts as absent', () => {
    const env = Object.fromEntries(SETTINGS.map(({ name }) => [name, '']));
    expect(withEnv(env)).toEqual(withEnv({}));
  });

  it('whose flag is empty comes from the environment', () => {
    const flags = { 'billy-max-concurrent': '', 'billy-access-token': '' };
    const env = { BILLY_MAX_CONCURRENT: '9', BILLY_ACCESS_TOKEN: 't' };
    expect(resolveConfig({ flags, env })).toMatchObject({
      BILLY_MAX_CONCURRENT: 9,
      BILLY_ACCESS_TOKEN: 't',
    });
  });

  it('of another name is nobody’s', () => {
    expect(withEnv({ BILLY_NONSENSE: 'x', billy_timeout_ms: '1' })).toEqual(withEnv({}));
  });

  it('has a flag of the same name in kebab-case', () => {
    expect(flagOf('BILLY_RATE_LIMIT')).toBe('billy-rate-limit');
    const flags = SETTINGS.map(({ name }) => flagOf(name));
    expect(new Set(flags).size).toBe(SETTINGS.length);
    expect(flags.every((flag) => /^[a-z]+(-[a-z]+)*$/.test(flag))).toBe(true);
  });

  it('says what it is for; only tokens and keys are secrets', () => {
    expect(SETTINGS.filter(({ help }) => !help.trim().endsWith('.'))).toEqual([]);
    expect(SETTINGS.filter(({ isSecret }) => isSecret).map(({ name }) => name)).toEqual([
      'BILLY_ACCESS_TOKEN',
      'BULK_SECRET_KEY',
      'BULK_API_KEY',
      'SMTP_URL',
    ]);
  });
});

describe('the token', () => {
  it('comes from one place: from two is refused, and neither is shown', () => {
    const both = { BILLY_ACCESS_TOKEN: 'sesame', BILLY_ACCESS_TOKEN_FILE: '/run/geheim' };
    const { code, message } = refusal(both);
    expect(code).toBe('CONFIG_INVALID');
    expect(message).toContain('BILLY_ACCESS_TOKEN and BILLY_ACCESS_TOKEN_FILE');
    expect(message).not.toMatch(/sesame|geheim/);
    expect(withEnv({ ...both, BILLY_ACCESS_TOKEN: '' }).BILLY_ACCESS_TOKEN).toBeUndefined();
  });

  it('has a file by its absolute path, which is the server’s own, as the data folder is', () => {
    const config = withEnv({ BILLY_ACCESS_TOKEN_FILE: 'token', BULK_DATA_DIR: '/data' });
    expect(tokenFileOf(config)).toBe(path.resolve('token'));
    expect(ownPathsOf(config)).toEqual(['/data', path.resolve('token')]);
    expect(tokenFileOf(withEnv({}))).toBeNull();
    expect(ownPathsOf(withEnv({ BULK_DATA_DIR: '/data' }))).toEqual(['/data']);
  });

  it('is told of where it is a flag', () => {
    const env = { BILLY_ACCESS_TOKEN: 'sesame' };
    expect(secretFlags({ flags: {}, env })).toEqual([]);
    expect(
      secretFlags({ flags: { 'billy-access-token': '', 'billy-rate-limit': '1/s' }, env }),
    ).toEqual([]);
    expect(secretFlags({ flags: { 'billy-access-token': 'sesame' }, env: {} })).toEqual([
      'BILLY_ACCESS_TOKEN',
    ]);
  });
});

describe('the rate limit', () => {
  it.each([
    ['5/s', { count: 5, windowMs: 1000 }],
    ['100/min', { count: 100, windowMs: 60_000 }],
    ['999999/h', { count: 999_999, windowMs: 3_600_000 }],
    ['unlimited', null],
  ])('%s', (text, limit) => {
    expect(withEnv({ BILLY_RATE_LIMIT: text }).BILLY_RATE_LIMIT).toEqual(limit);
  });

  it.each(['100', '0/s', '-1/s', '1.5/s', '5/d', '5 / s', '5/S', '1000000/s', 'Unlimited', '/s'])(
    'is not %j',
    (text) => {
      expect(refusal({ BILLY_RATE_LIMIT: text }).message).toContain('BILLY_RATE_LIMIT');
    },
  );
});

describe('the address of Billy', () => {
  it.each([
    ['https://api.example.com/v2', 'https://api.example.com/v2'],
    ['https://api.example.com/v2//', 'https://api.example.com/v2'],
    ['http://localhost:8787/v2', 'http://localhost:8787/v2'],
    ['http://127.0.0.1:8787/v2/', 'http://127.0.0.1:8787/v2'],
    ['http://[::1]:8787/v2', 'http://[::1]:8787/v2'],
  ])('may be %s', (text, url) => {
    expect(withEnv({ BILLY_API_BASE_URL: text }).BILLY_API_BASE_URL).toBe(url);
  });

  it.each([
    'http://api.example.com/v2',
    'http://127.0.0.1.example.com/v2',
    'http://localhost.example.com/v2',
    'http://localhost@example.com/v2',
    'http://192.168.1.4/v2',
    'http://0.0.0.0/v2',
    'ftp://localhost/v2',
    'file:///etc/passwd',
    'localhost:8787',
    '//api.example.com',
    'nonsense',
  ])('cannot be %s', (text) => {
    expect(refusal({ BILLY_API_BASE_URL: text }).message).toContain('BILLY_API_BASE_URL');
  });
});

describe('a number', () => {
  it.each([
    ['BILLY_MAX_CONCURRENT', '1', '64'],
    ['BILLY_TIMEOUT_MS', '100', '600000'],
    ['BILLY_SETTLE_MS', '0', '600000'],
    ['BULK_JOBS_AT_ONCE', '1', '32'],
    ['BULK_LEASE_SECONDS', '1', '3600'],
    ['BULK_JOBS_MAX_OPEN', '1', '1000000'],
    ['BULK_MAX_ROWS', '1', '1000000000'],
    ['BULK_MAX_FILE_BYTES', '1', String(Number.MAX_SAFE_INTEGER)],
  ])('%s is between %s and %s', (name, least, most) => {
    expect(withEnv({ [name]: least })).toMatchObject({ [name]: Number(least) });
    expect(withEnv({ [name]: most })).toMatchObject({ [name]: Number(most) });
    const below = String(BigInt(least) - 1n);
    const above = String(BigInt(most) + 1n);
    for (const text of [below, above, '1.5', '1e3', '0x10', ' 5', 'five', 'NaN']) {
      expect(refusal({ [name]: text }).message).toContain(name);
    }
  });
});

describe('the log level', () => {
  it('is one that the log knows', () => {
    expect(withEnv({ BULK_LOG_LEVEL: 'silent' }).BULK_LOG_LEVEL).toBe('silent');
    expect(refusal({ BULK_LOG_LEVEL: 'loud' }).message).toContain('BULK_LOG_LEVEL');
  });
});

describe('settings that make no sense', () => {
  const SECRET = 'sk-very-secret';

  it('are all named at once, with a code and a hint', () => {
    const error = refusal({ BILLY_RATE_LIMIT: 'x', BULK_MAX_ROWS: '0', BILLY_ACCESS_TOKEN: 't' });
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', retry: 'never' });
    expect(error.hint).not.toBe('');
    expect(error.message).toContain('BILLY_RATE_LIMIT: expected N/s, N/min, N/h or unlimited');
    expect(error.message).toContain('BULK_MAX_ROWS: ');
    expect(error.message).not.toContain('BILLY_ACCESS_TOKEN');
  });

  it('never show what was given, which may be a secret in the wrong place', () => {
    const env = Object.fromEntries(SETTINGS.map(({ name }) => [name, SECRET]));
    const error = refusal(env);
    expect(error.message).toContain('BULK_LOG_LEVEL');
    const shown = JSON.stringify([error.message, error.hint, error.detail, error.stack]);
    expect(shown).not.toContain(SECRET);
  });

  it('are refused from flags too', () => {
    const error = refusal({ BULK_MAX_ROWS: '5' }, { 'bulk-max-rows': 'many' });
    expect(error.message).toContain('BULK_MAX_ROWS: expected a whole number');
  });
});
