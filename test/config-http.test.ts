// The settings of `http`, of stored organizations and of callers: the forms that are taken, and those that are refused.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownPathsOf, resolveConfig, secretFlags, type Config } from '../src/config.js';
import { ConfigError } from '../src/core/errors.js';

type Texts = Record<string, string | undefined>;

const withEnv = (env: Texts): Config => resolveConfig({ flags: {}, env });

/** The message of the refusal; null: the settings were taken. */
function refusalOf(env: Texts): string | null {
  try {
    withEnv(env);
    return null;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.code).toBe('CONFIG_INVALID');
    return error.message;
  }
}

describe.each(['BULK_PUBLIC_URL', 'OAUTH_ISSUER'] as const)('%s', (name) => {
  it.each([
    ['https://bulk.example.dk', 'https://bulk.example.dk'],
    ['https://bulk.example.dk/', 'https://bulk.example.dk'],
    ['https://BULK.example.dk:8443', 'https://bulk.example.dk:8443'],
    ['https://bulk.example.dk:443', 'https://bulk.example.dk'],
    ['http://localhost:3000', 'http://localhost:3000'],
  ])('may be %s', (text, url) => {
    expect(withEnv({ [name]: text })[name]).toBe(url);
  });

  it.each([
    'bulk.example.dk',
    'ftp://bulk.example.dk',
    'javascript:alert(1)',
    'https://',
    'https://anne@bulk.example.dk',
    'https://anne:geheim@bulk.example.dk',
    'https://:geheim@bulk.example.dk',
    'https://bulk.example.dk?a=1',
    'https://bulk.example.dk#a',
    'nonsense',
  ])('cannot be %s', (text) => {
    const message = refusalOf({ [name]: text });
    expect(message).toContain(name);
    expect(message).not.toContain('geheim');
  });
});

describe('an address with a path', () => {
  it('may be that of an issuer, not that of this server', () => {
    const text = 'https://login.example.com/realms/kontor/';
    const { OAUTH_ISSUER: issuer } = withEnv({ OAUTH_ISSUER: text });
    expect(issuer).toBe('https://login.example.com/realms/kontor');
    expect(refusalOf({ BULK_PUBLIC_URL: text })).toContain('expected no path');
  });
});

describe('BULK_ALLOWED_HOSTS', () => {
  it.each([
    ['bulk.example.dk', ['bulk.example.dk']],
    ['bulk, bulk.local ,10.0.0.5', ['bulk', 'bulk.local', '10.0.0.5']],
    ['[::1]', ['[::1]']],
    ['a.dk,', ['a.dk']],
  ])('may be %s', (text, hosts) => {
    expect(withEnv({ BULK_ALLOWED_HOSTS: text }).BULK_ALLOWED_HOSTS).toEqual(hosts);
  });

  it.each([
    'https://bulk.example.dk',
    'bulk.example.dk:3000',
    'bulk.example.dk/mcp',
    '*',
    '*.example.dk',
    'a.dk b.dk',
    '::1',
    ',',
    'a.dk;b.dk',
  ])('cannot be %s', (text) => {
    expect(refusalOf({ BULK_ALLOWED_HOSTS: text })).toContain('BULK_ALLOWED_HOSTS');
  });
});

describe('BULK_TRUST_PROXY', () => {
  it.each([
    ['1', 1],
    ['0', 0],
    ['12', 12],
    ['10.0.0.0/8', ['10.0.0.0/8']],
    ['loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']],
  ])('may be %s', (text, trusted) => {
    expect(withEnv({ BULK_TRUST_PROXY: text }).BULK_TRUST_PROXY).toEqual(trusted);
  });

  it.each([',', ' , '])('cannot be %j', (text) => {
    expect(refusalOf({ BULK_TRUST_PROXY: text })).toContain('BULK_TRUST_PROXY');
  });
});

describe('OAUTH_AUDIENCE', () => {
  it('may be several', () => {
    const text = 'https://bulk.example.dk/mcp, api://bulk';
    expect(withEnv({ OAUTH_AUDIENCE: text }).OAUTH_AUDIENCE).toEqual([
      'https://bulk.example.dk/mcp',
      'api://bulk',
    ]);
  });

  it.each([',', ' , ,'])('that names none is refused: %j', (text) => {
    expect(refusalOf({ OAUTH_AUDIENCE: text })).toContain('OAUTH_AUDIENCE');
  });
});

describe('BULK_API_KEY', () => {
  it('has 32 characters or more', () => {
    const key = 'k'.repeat(32);
    expect(withEnv({ BULK_API_KEY: key }).BULK_API_KEY).toBe(key);
    const short = 'geheim'.repeat(5);
    const message = refusalOf({ BULK_API_KEY: short });
    expect(message).toContain('BULK_API_KEY: expected at least 32 characters');
    expect(message).not.toContain('geheim');
  });

  it.each([
    ['a blank', `${'k'.repeat(20)} ${'k'.repeat(20)}`],
    ['a line break at its end', `${'k'.repeat(40)}\n`],
    ['another letter', `${'k'.repeat(40)}ø`],
  ])('with %s is refused: no caller could send it', (_what, key) => {
    expect(refusalOf({ BULK_API_KEY: key })).toContain('BULK_API_KEY');
  });
});

describe('a secret', () => {
  it.each(['BULK_SECRET_KEY', 'BULK_API_KEY'])('%s comes from one place only', (name) => {
    const secret = 'g'.repeat(44);
    const both = { [name]: secret, [`${name}_FILE`]: '/run/hemmelig' };
    const message = refusalOf(both);
    expect(message).toContain(`${name} and ${name}_FILE: set only one of the two`);
    expect(message).not.toMatch(/gggg|hemmelig/);
    expect(refusalOf({ ...both, [name]: '' })).toBeNull();
    expect(refusalOf({ ...both, [`${name}_FILE`]: '' })).toBeNull();
  });

  it('of the command line is told of', () => {
    const flags = { 'bulk-secret-key': 'a', 'bulk-api-key': 'k'.repeat(32), 'bulk-insecure': 'on' };
    expect(secretFlags({ flags, env: {} })).toEqual(['BULK_SECRET_KEY', 'BULK_API_KEY']);
  });

  it('in a file makes the file one of the server’s own, which no call may name', () => {
    const env = {
      BULK_DATA_DIR: '/data',
      BULK_SECRET_KEY_FILE: 'keys/secret',
      BULK_API_KEY_FILE: '/run/api-key',
    };
    expect(ownPathsOf(withEnv(env))).toEqual([
      '/data',
      path.resolve('keys/secret'),
      '/run/api-key',
    ]);
  });
});

describe('BULK_INSECURE', () => {
  it.each(['on', 'off'])('may be %s', (text) => {
    expect(withEnv({ BULK_INSECURE: text }).BULK_INSECURE).toBe(text);
  });

  it.each(['yes', 'true', '1', 'ON'])('cannot be %s', (text) => {
    expect(refusalOf({ BULK_INSECURE: text })).toContain('BULK_INSECURE');
  });
});

describe('BULK_CALLER_RATE', () => {
  it.each([
    ['10/s', { count: 10, windowMs: 1000 }],
    ['600/min', { count: 600, windowMs: 60_000 }],
    ['unlimited', null],
  ])('may be %s', (text, rate) => {
    expect(withEnv({ BULK_CALLER_RATE: text }).BULK_CALLER_RATE).toEqual(rate);
  });

  it.each(['600', '0/s', 'off', '5/d'])('cannot be %s', (text) => {
    expect(refusalOf({ BULK_CALLER_RATE: text })).toContain('BULK_CALLER_RATE');
  });
});

describe('OAUTH_ORGANIZATIONS_CLAIM', () => {
  it('is any name, and the default where it is empty', () => {
    const claim = 'https://example.dk/organizations';
    const { OAUTH_ORGANIZATIONS_CLAIM: given } = withEnv({ OAUTH_ORGANIZATIONS_CLAIM: claim });
    const { OAUTH_ORGANIZATIONS_CLAIM: empty } = withEnv({ OAUTH_ORGANIZATIONS_CLAIM: '' });
    expect([given, empty]).toEqual([claim, 'billy_organizations']);
  });
});
