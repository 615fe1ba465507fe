// Where the server may listen, and under which names it is reached.
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../src/config.js';
import { AppError } from '../../../src/core/errors.js';
import {
  checkAddress,
  isLoopback,
  publicAddress,
  type AddressSettings,
} from '../../../src/server/http/public-address.js';

const LOCAL: AddressSettings = {
  host: '127.0.0.1',
  publicUrl: undefined,
  allowedHosts: [],
  isInsecureAllowed: false,
};

function codeOf(settings: Partial<AddressSettings>): string | null {
  try {
    checkAddress({ ...LOCAL, ...settings });
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe('listening', () => {
  it.each([
    {},
    { host: 'localhost' },
    { host: '::1' },
    { host: '127.0.0.2' },
    { host: '0.0.0.0', publicUrl: 'https://bulk.example.dk' },
    { host: '::', publicUrl: 'https://bulk.example.dk' },
    { publicUrl: 'https://bulk.example.dk' },
    { publicUrl: 'http://localhost:8080' },
    { publicUrl: 'http://[::1]:8080' },
    { host: '10.0.0.5', publicUrl: 'http://10.0.0.5:3000', isInsecureAllowed: true },
  ])('is safe with %o', (settings) => {
    expect(codeOf(settings)).toBeNull();
  });

  it.each([
    { host: '0.0.0.0' },
    { host: '::' },
    { host: '10.0.0.5' },
    { host: 'bulk.example.dk' },
    { host: '' },
    { host: '127.0.0.1.example.dk' },
    // The setting allows an address without TLS, not listening without an address.
    { host: '0.0.0.0', isInsecureAllowed: true },
    { host: '0.0.0.0', publicUrl: 'http://bulk.example.dk' },
    { host: '0.0.0.0', publicUrl: 'http://10.0.0.5:3000' },
    { publicUrl: 'http://bulk.example.dk' },
    { publicUrl: 'http://localhost.example.dk' },
  ])('is refused with %o', (settings) => {
    expect(codeOf(settings)).toBe('CONFIG_INVALID');
  });
});

describe('BULK_PUBLIC_URL', () => {
  it.each(['https://example.dk/billy', 'https://example.dk/mcp', 'https://a:b@example.dk'])(
    'is not %s: MCP and the metadata of tokens lie at the root of a host',
    (url) => {
      const read = (): unknown => resolveConfig({ flags: {}, env: { BULK_PUBLIC_URL: url } });
      expect(read).toThrow(/BULK_PUBLIC_URL/);
    },
  );

  it('may end with a slash, unlike an issuer, which may have a path', () => {
    const env = {
      BULK_PUBLIC_URL: 'https://bulk.example.dk/',
      OAUTH_ISSUER: 'https://login.example.dk/realms/kontor',
    };
    expect(resolveConfig({ flags: {}, env })).toMatchObject({
      BULK_PUBLIC_URL: 'https://bulk.example.dk',
      OAUTH_ISSUER: 'https://login.example.dk/realms/kontor',
    });
  });
});

describe('this machine', () => {
  it.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.8.9.10', '::1', '[::1]'])(
    'is %s',
    (name) => {
      expect(isLoopback(name)).toBe(true);
    },
  );

  it.each(['0.0.0.0', '::', '128.0.0.1', 'localhost.dk', '127.0.0.1.dk', '1127.0.0.1', ''])(
    'is not %j',
    (name) => {
      expect(isLoopback(name)).toBe(false);
    },
  );
});

describe('the address', () => {
  it('is where it listens, under all names of this machine', () => {
    expect(publicAddress({ ...LOCAL, allowedHosts: ['Kontor.Local'] }, 3000)).toEqual({
      baseUrl: 'http://127.0.0.1:3000',
      hostnames: ['127.0.0.1', 'localhost', '[::1]', 'kontor.local'],
      isSecure: false,
    });
    expect(publicAddress({ ...LOCAL, host: '::1' }, 3000).baseUrl).toBe('http://[::1]:3000');
  });

  it('is the public one where it listens for all, and then this machine’s names are foreign', () => {
    const publicUrl = 'https://bulk.example.dk';
    expect(publicAddress({ ...LOCAL, host: '0.0.0.0', publicUrl }, 3000)).toEqual({
      baseUrl: publicUrl,
      hostnames: ['bulk.example.dk'],
      isSecure: true,
    });
  });
});
