// How often a caller may ask, and how often an address may fail to sign in.
import { describe, expect, it } from 'vitest';
import { openHttpOffice } from './support/http-office.js';
import { ADMIN_KEY } from './support/settings.js';
import { ask, bearer, type RawAnswer } from './support/raw.js';

const LIST = { method: 'tools/list' };
/** Failed sign-ins of one address a minute. */
const FAILURES_MAX = 20;
const WRONG = bearer(`bbk_${'x'.repeat(32)}`);

function refusalIn({ status, headers, json }: RawAnswer): readonly unknown[] {
  return [status, json?.['code'], Number(headers['retry-after']) > 0];
}

const REFUSED = [429, 'RATE_LIMITED', true];

describe('the rate of callers', () => {
  it('refuses one that asks too often, with the seconds to wait, and no other', async () => {
    const { mcpUrl, keyFor } = await openHttpOffice({
      settings: { callerRate: { count: 3, windowMs: 60_000 } },
    });
    const [often, other] = [await keyFor({ name: 'Nora' }), await keyFor({ name: 'Nora' })];
    const [first, second, third] = [
      await ask(mcpUrl, bearer(often.key), LIST),
      await ask(mcpUrl, bearer(often.key), LIST),
      await ask(mcpUrl, bearer(often.key), LIST),
    ];
    expect([first.status, second.status, third.status]).toEqual([200, 200, 200]);
    const refused = await ask(mcpUrl, bearer(often.key), LIST);
    expect(refusalIn(refused)).toEqual(REFUSED);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect((await ask(mcpUrl, bearer(other.key), LIST)).status).toBe(200);
    expect((await ask(mcpUrl, bearer(ADMIN_KEY), LIST)).status).toBe(200);
  });

  it('counts the calls at the address of one organization too', async () => {
    const { mcpUrl, keyFor, alfa } = await openHttpOffice({
      settings: { callerRate: { count: 1, windowMs: 60_000 } },
    });
    const { key } = await keyFor();
    await ask(mcpUrl, bearer(key), LIST);
    const again = await ask(`${mcpUrl}/${alfa.organizationId}`, bearer(key), LIST);
    expect(refusalIn(again)).toEqual(REFUSED);
  });
});

async function failOften(
  mcpUrl: string,
  headers: (nth: number) => Readonly<Record<string, string>> = () => ({}),
): Promise<RawAnswer> {
  for (let nth = 0; nth < FAILURES_MAX; nth += 1) {
    expect((await ask(mcpUrl, { ...WRONG, ...headers(nth) }, LIST)).status).toBe(401);
  }
  return ask(mcpUrl, { ...WRONG, ...headers(FAILURES_MAX) }, LIST);
}

describe('failed sign-ins', () => {
  it('of one address are refused after twenty, and lock no neighbour out', async () => {
    const { mcpUrl, keyFor } = await openHttpOffice();
    const { key } = await keyFor();
    expect(refusalIn(await failOften(mcpUrl))).toEqual(REFUSED);
    expect((await ask(mcpUrl, bearer(key), LIST)).status).toBe(200);
    // Who has no key yet is told where to get one.
    expect((await ask(mcpUrl, {}, LIST)).status).toBe(401);
  });

  it('leave the key of the settings unusable for a while, since somebody may be guessing it', async () => {
    const { mcpUrl } = await openHttpOffice();
    expect((await ask(mcpUrl, bearer(ADMIN_KEY), LIST)).status).toBe(200);
    await failOften(mcpUrl);
    expect(refusalIn(await ask(mcpUrl, bearer(ADMIN_KEY), LIST))).toEqual(REFUSED);
  });

  it('count for the address that the trusted proxy reports', async () => {
    const { mcpUrl } = await openHttpOffice({ settings: { trustProxy: ['loopback'] } });
    const from = (address: string) => ({ 'x-forwarded-for': address });
    expect(refusalIn(await failOften(mcpUrl, () => from('203.0.113.7')))).toEqual(REFUSED);
    const other = await ask(mcpUrl, { ...WRONG, ...from('203.0.113.8') }, LIST);
    expect(other.status).toBe(401);
  });

  it('count for the last address before the trusted proxy, whatever the client claims', async () => {
    const { mcpUrl } = await openHttpOffice({ settings: { trustProxy: 1 } });
    const forged = (nth: number) => ({
      'x-forwarded-for': `198.51.100.${String(nth)}, 203.0.113.7`,
    });
    expect(refusalIn(await failOften(mcpUrl, forged))).toEqual(REFUSED);
  });

  it('count for the connection without a trusted proxy, whatever the header says', async () => {
    const { mcpUrl } = await openHttpOffice();
    const forged = (nth: number) => ({
      'x-forwarded-for': `198.51.100.${String(nth)}`,
      forwarded: `for=198.51.100.${String(nth)}`,
      'x-real-ip': `198.51.100.${String(nth)}`,
    });
    expect(refusalIn(await failOften(mcpUrl, forged))).toEqual(REFUSED);
  });
});
