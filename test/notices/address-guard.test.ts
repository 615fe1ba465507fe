// The address of a webhook: judged by its text, then by every address that its host has.
import { describe, expect, it } from 'vitest';
import {
  checkAddress,
  isPublicAddress,
  systemResolve,
  type AddressRules,
} from '../../src/notices/address-guard.js';
import { codeOf } from '../tools/support/workbench.js';

const PUBLIC = '93.184.215.14';
const PUBLIC_V6 = '2606:2800:21f:cb07:6820:80da:af6b:8b2c';

function rules(addresses: readonly string[] = [PUBLIC], isLocalAllowed = false): AddressRules {
  return { resolve: () => Promise.resolve(addresses), isLocalAllowed };
}

/** Addresses that are none of the public internet, of each kind. */
const PRIVATE = [
  ...['0.0.0.0', '10.0.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1'],
  ...['192.168.1.1', '100.64.0.1', '100.127.255.255', '192.0.0.8', '192.0.2.1', '198.18.0.1'],
  ...['198.51.100.7', '203.0.113.9', '224.0.0.1', '239.1.2.3', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', 'fe80::1', 'fc00::1', 'fd12:3456::1', 'ff02::1', 'fec0::1', '2001:db8::1'],
  // Forms that carry an IPv4 address: mapped, NAT64 (public and local), 6to4, Teredo, compatible.
  ...['::ffff:127.0.0.1', '::ffff:93.184.215.14', '64:ff9b::7f00:1', '64:ff9b:1::1'],
  ...['2002:7f00:1::', '2001::1', '::7f00:1', '100::1'],
];

describe('an address', () => {
  it.each(PRIVATE)('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([PUBLIC, '1.1.1.1', PUBLIC_V6, '2a00:1450:400f:80c::200e'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

const BAD_INPUT = [
  ...['https://127.0.0.1/x', 'https://169.254.169.254/latest/meta-data', 'https://[::1]/'],
  ...['https://[::ffff:127.0.0.1]/', 'https://0x7f000001/', 'https://2130706433/', 'https://0/'],
  ...['https://127.1/', 'https://017700000001/', 'https://localhost/', 'https://localhost./'],
  ...['https://LOCALHOST/', 'https://a.localhost/', 'https://①②⑦.0.0.1/'],
  ...['https://anna:password@example.dk/', 'https://anna@example.dk/', 'http://example.dk/'],
  ...['https://example.dk:0/', 'ftp://example.dk/', 'javascript:alert(1)', 'file:///etc/passwd'],
  ...['', ' ', 'example.dk', 'https://', '//example.dk', 'https://exa mple.dk/', 'https://[::1'],
  `https://example.dk/${'a'.repeat(5000)}`,
];

describe('the address of a webhook', () => {
  it.each(BAD_INPUT)('%s is INPUT_INVALID', async (text) => {
    expect(await codeOf(checkAddress(text, rules()))).toBe('INPUT_INVALID');
  });

  it.each(PRIVATE)(
    'is refused if its host has the address %s, also beside a public one',
    async (address) => {
      const url = 'https://example.dk/';
      expect(await codeOf(checkAddress(url, rules([address])))).toBe('INPUT_INVALID');
      expect(await codeOf(checkAddress(url, rules([PUBLIC, address])))).toBe('INPUT_INVALID');
    },
  );

  it('is refused if its host has no address, with the cause as a detail', async () => {
    const none = { resolve: () => Promise.reject(new Error('ENOTFOUND')), isLocalAllowed: true };
    await expect(checkAddress('https://example.dk/', none)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      detail: 'ENOTFOUND',
    });
    expect(await codeOf(checkAddress('https://example.dk/', rules([])))).toBe('INPUT_INVALID');
  });

  it('comes with the addresses that were judged, without its fragment', async () => {
    const checked = await checkAddress(
      'https://Example.DK:8443/a?b=c#d',
      rules([PUBLIC, PUBLIC_V6]),
    );
    expect(checked.url.href).toBe('https://example.dk:8443/a?b=c');
    expect(checked.addresses).toEqual([PUBLIC, PUBLIC_V6]);
  });

  it('asks no name server about an address', async () => {
    const asked: string[] = [];
    const resolve = (host: string): Promise<string[]> => {
      asked.push(host);
      return Promise.resolve([PUBLIC]);
    };
    await checkAddress(`https://${PUBLIC}/`, { resolve, isLocalAllowed: false });
    await checkAddress(`https://[${PUBLIC_V6}]/`, { resolve, isLocalAllowed: false });
    await checkAddress('https://example.dk./', { resolve, isLocalAllowed: false });
    expect(asked).toEqual(['example.dk']);
  });
});

describe('where local addresses are allowed', () => {
  it('they may be reached, by http too', async () => {
    const local = rules(['127.0.0.1'], true);
    for (const url of ['http://127.0.0.1:9/x', 'http://localhost:9/', 'https://[::1]/']) {
      expect((await checkAddress(url, local)).url.href).toBe(new URL(url).href);
    }
  });

  it('the public internet still needs https', async () => {
    expect(await codeOf(checkAddress('http://example.dk/', rules([PUBLIC], true)))).toBe(
      'INPUT_INVALID',
    );
  });
});

it('the system looks names up with all their addresses', async () => {
  expect(await systemResolve('localhost')).toEqual(
    expect.arrayContaining([expect.stringMatching(/^(127\.0\.0\.1|::1)$/)]),
  );
});
