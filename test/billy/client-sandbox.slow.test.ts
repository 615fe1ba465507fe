/** The client against the sandbox, under each answer to what nobody knows about Billy. */
import { afterEach, describe, expect, it } from 'vitest';
import type { BillyFailure } from '../../src/billy/failure.js';
import type { SenderOptions } from '../../src/billy/http/sender.js';
import type { BillyClient, WireRecord } from '../../src/billy/types.js';
import { systemClock } from '../../src/core/clock.js';
import {
  ALTERNATE_UNKNOWNS,
  DEFAULT_UNKNOWNS,
  PLAIN_FAULT_KINDS,
  type SandboxOptions,
  type SandboxUnknowns,
} from '../../src/sandbox/world/options.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { clientFor, drain, READ } from './support/test-client.js';

const sandboxes: Sandbox[] = [];
afterEach(async () => {
  for (const sandbox of sandboxes.splice(0)) await sandbox.close();
});

async function start(
  options: Partial<SandboxOptions>,
  clientOptions: Partial<SenderOptions> = {},
): Promise<{ sandbox: Sandbox; client: BillyClient }> {
  const sandbox = await startSandbox({
    port: 0,
    seed: 1,
    unknowns: DEFAULT_UNKNOWNS,
    rateLimit: null,
    latencyMs: null,
    faults: null,
    contacts: 0,
    products: 0,
    clock: systemClock,
    ...options,
  });
  sandboxes.push(sandbox);
  const client = clientFor(sandbox.url, { token: sandbox.token, ...clientOptions });
  return { sandbox, client };
}

const WRITE = { patienceMs: 5000 };
const EMBED = { ...READ, include: 'contact.contactPersons:embed' };
const contact = (name: string, clientId: string): Record<string, unknown> => ({
  _clientId: clientId,
  type: 'company',
  name,
  countryId: 'DK',
  isCustomer: true,
  contactPersons: [{ _clientId: `${clientId}-p`, name, email: 'post@example.dk', isPrimary: true }],
});

const PROFILES: [string, SandboxUnknowns][] = [
  ['the defaults', DEFAULT_UNKNOWNS],
  ['the alternates', ALTERNATE_UNKNOWNS],
  ['sorting refused', { ...ALTERNATE_UNKNOWNS, sort: 'refuse', retryAfter: 'absent' }],
];

describe.each(PROFILES)('with %s', (_profile, unknowns) => {
  it('creates, reads, updates and deletes', async () => {
    const { sandbox, client } = await start({ unknowns });
    const before = sandbox.control.summary();
    const organization = await client.organization(READ);
    expect(organization).toMatchObject({ countryId: 'DK', isLocked: false });
    const { record } = await client.create('contacts', contact('Ærø A/S', 'c1'), WRITE);
    const target = { collection: 'contacts', id: record.id } as const;
    const updated = await client.update(target, { _clientId: 'c2', phone: '12345678' }, WRITE);
    expect(updated.record).toMatchObject({ id: record.id, name: 'Ærø A/S', phone: '12345678' });
    const read = await client.get('contacts', record.id, EMBED);
    expect(read).toMatchObject({ contactPersons: [{ email: 'post@example.dk' }] });
    const removed = await client.remove(target, WRITE);
    expect(removed.deleted['contacts']).toEqual([record.id]);
    expect(removed.deleted['contactPersons']).toHaveLength(1);
    expect((await client.remove(target, WRITE)).deleted).toEqual({});
    expect(await client.get('contacts', record.id, READ)).toBeNull();
    expect(sandbox.control.summary()).toEqual(before);
  });

  it('has a refusal name the field', async () => {
    const { client } = await start({ unknowns: { ...unknowns, refusalReasons: 'attributes' } });
    await client.create('contacts', contact('First', 'c0'), WRITE);
    const body = { ...contact('X', 'c1'), countryId: 'XX' };
    await expect(client.create('contacts', body, WRITE)).rejects.toMatchObject({
      code: 'BILLY_VALIDATION',
      attributes: { countryId: expect.stringMatching(/./) as string },
    });
  });

  it('lists every record once, with its children', async () => {
    const { sandbox, client } = await start({ unknowns, contacts: 2345 });
    const records = await drain<WireRecord>(client.listAll('contacts', EMBED));
    const held = sandbox.control.state().records['contacts'] ?? [];
    expect(records).toHaveLength(2345);
    expect(new Set(records.map(({ id }) => id))).toEqual(new Set(held.map(({ id }) => id)));
    for (const record of records) expect(record['contactPersons']).toBeInstanceOf(Array);
  });

  it('waits out a 429 and a short outage', async () => {
    const { sandbox, client } = await start({ unknowns, rateLimit: { count: 5, windowMs: 1000 } });
    const answers = Array.from({ length: 12 }, () =>
      client.organization({ ...READ, patienceMs: 20_000 }),
    );
    await Promise.all(answers);
    expect(sandbox.control.counters().tooMany).toBeGreaterThan(0);
    sandbox.control.setDown(true);
    setTimeout(() => sandbox.control.setDown(false), 200);
    await client.organization({ ...READ, patienceMs: 20_000 });
  });

  it('stops at a locked organization and at a revoked token', async () => {
    const { sandbox, client } = await start({ unknowns });
    await client.create('contacts', contact('First', 'c0'), WRITE);
    sandbox.control.lock(true);
    const locked = client.create('contacts', contact('Second', 'c1'), WRITE);
    const code = unknowns.lockedStatus === 403 ? 'BILLY_AUTH' : 'BILLY_VALIDATION';
    await expect(locked).rejects.toMatchObject({ code, retry: 'never' });
    expect(await client.organization(READ)).toMatchObject({ isLocked: true });
    sandbox.control.revokeToken();
    await expect(client.organization(READ)).rejects.toMatchObject({ code: 'BILLY_AUTH' });
  });

  it('tells truly what became of each create, whatever goes wrong', async () => {
    // 429s have their own test, and their pauses would make this one slow.
    const kinds = PLAIN_FAULT_KINDS.filter((kind) => kind !== '429');
    const rates = Object.fromEntries(kinds.map((kind) => [kind, 0.015]));
    const options = { timeoutMs: 300, maxConcurrent: 8 };
    const { sandbox, client } = await start({ unknowns }, options);
    await client.create('contacts', contact('First', 'c0'), WRITE);
    sandbox.control.setFaults({ seed: 7, rates, lateMs: 50 });
    const names = Array.from({ length: 300 }, (_, n) => `Kunde ${String(n)}`);
    const outcomes = await Promise.all(
      names.map((name) =>
        client.create('contacts', contact(name, name), { patienceMs: 20_000 }).then(
          ({ record }) => ({ name, id: record.id, retry: 'none' }),
          (error: unknown) => ({ name, id: null, retry: (error as BillyFailure).retry }),
        ),
      ),
    );
    sandbox.control.setFaults(null);
    await systemClock.sleep(400);
    const held = sandbox.control.state().records['contacts'] ?? [];
    for (const { name, id, retry } of outcomes) {
      const found = held.filter((record) => record['name'] === name);
      if (id !== null) expect(found.map((record) => record.id)).toEqual([id]);
      else if (retry === 'reconcile') expect(found.length).toBeLessThanOrEqual(1);
      else expect(found).toEqual([]);
    }
    expect(new Set(outcomes.map(({ retry }) => retry))).toEqual(new Set(['none', 'reconcile']));
  });
});

describe('the rate limit', () => {
  it('is what the sandbox sees: no 429 and never 21 in a second', async () => {
    const rateLimit = { count: 20, windowMs: 1000 };
    const { sandbox, client } = await start(
      { rateLimit, latencyMs: { min: 40, max: 150, tailChance: 0, tailMs: 0 } },
      { rateLimit, clock: systemClock },
    );
    await Promise.all(Array.from({ length: 60 }, () => client.organization(READ)));
    expect(sandbox.control.counters()).toMatchObject({ requests: 60, tooMany: 0 });
    expect(sandbox.control.counters().maxPerSecond).toBeLessThanOrEqual(20);
  });
});
