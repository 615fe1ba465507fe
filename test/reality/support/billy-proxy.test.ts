/** The proxy and its hooks do what they say, since every reproduction stands on them. */
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import type { Hook } from './billy-proxy.js';
import * as hooks from './hooks.js';
import { realWorld, type RealWorld } from './real-world.js';

interface Told {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** `GET /contacts`, or a write with its body; null: the connection broke. */
async function ask(real: RealWorld, line: string, body?: unknown): Promise<Told | null> {
  const [method = 'GET', path = '/'] = line.split(' ');
  const headers = { 'x-access-token': real.world.sandbox.token };
  const init = { method, headers, signal: AbortSignal.timeout(500) };
  try {
    const answer = await fetch(
      `${real.proxy.url}${path}`,
      body === undefined ? init : { ...init, body: JSON.stringify(body) },
    );
    return { status: answer.status, body: (await answer.json()) as Told['body'] };
  } catch {
    return null;
  }
}

const PERSON = { name: 'Anna', email: 'Anna@Ko.example' };
const CONTACT = {
  contact: { name: 'Kunde', countryId: 'DK', phone: '11 22 33 44', contactPersons: [PERSON] },
};

async function hooked(hook: Hook): Promise<RealWorld> {
  const real = await realWorld({ isHeld: true });
  real.proxy.use(hook);
  return real;
}

function phones({ world }: RealWorld): unknown[] {
  return world.held('contacts').map(({ phone }) => phone);
}

describe('the proxy', () => {
  it('passes on what no hook is meant for, and takes a hook away again', async () => {
    const real = await realWorld({ isHeld: true });
    const away = real.proxy.use(hooks.when(hooks.on('POST', 'products'), hooks.loseRequest));
    expect(await ask(real, 'POST /contacts', CONTACT)).toMatchObject({ status: 200 });
    expect(await ask(real, 'POST /products', { product: { name: 'Vare' } })).toBeNull();
    away();
    expect(await ask(real, 'POST /products', { product: { name: 'Vare' } })).not.toBeNull();
    expect(await ask(real, 'GET /contacts?pageSize=5')).toMatchObject({
      body: { contacts: [{ name: 'Kunde' }] },
    });
    expect(real.proxy.requests.map(({ path }) => path)).toEqual([
      '/contacts',
      '/products',
      '/products',
      '/contacts',
    ]);
  });

  it.each([
    ['an answer that is lost', hooks.loseAnswer, 1],
    ['an answer that never comes', hooks.silenceAnswer, 1],
    ['a request that is lost', hooks.loseRequest, 0],
  ])('%s', async (_name, hook, count) => {
    const real = await hooked(hook);
    expect(await ask(real, 'POST /contacts', CONTACT)).toBeNull();
    expect(phones(real)).toHaveLength(count);
  });

  it('lets a write land late, or twice', async () => {
    const late = await hooked(hooks.onlyNth(1, hooks.isWrite, hooks.landLate(100)));
    expect(await ask(late, 'POST /contacts', CONTACT)).toBeNull();
    expect(phones(late)).toHaveLength(0);
    await systemClock.sleep(300);
    expect(phones(late)).toHaveLength(1);
    const twice = await hooked(hooks.when(hooks.isWrite, hooks.deliverTwice));
    expect(await ask(twice, 'POST /contacts', CONTACT)).not.toBeNull();
    expect(phones(twice)).toHaveLength(2);
  });

  it('lets something else answer', async () => {
    const real = await hooked(hooks.standIn({ status: 499, body: { note: 'closed' } }, true));
    expect(await ask(real, 'POST /contacts', CONTACT)).toEqual({
      status: 499,
      body: { note: 'closed' },
    });
    expect(phones(real)).toHaveLength(1);
  });
});

describe('another Billy', () => {
  it('keeps phones tight, e-mails small and prices whole', async () => {
    const real = await hooked(hooks.keepsPhonesTight);
    real.proxy.use(hooks.lowersEmails);
    real.proxy.use(hooks.roundsPrices);
    await ask(real, 'POST /contacts', CONTACT);
    expect(phones(real)).toEqual(['11223344']);
    expect(real.world.held('contactPersons')).toMatchObject([{ email: 'anna@ko.example' }]);
    const prices = [{ currencyId: 'DKK', unitPrice: '10.60' }];
    await ask(real, 'POST /products', { product: { name: 'Vare', prices } });
    expect(real.world.held('productPrices')).toMatchObject([{ unitPrice: 11 }]);
  });

  it('counts one too many, and deletes in silence', async () => {
    const real = await hooked(hooks.countsOneTooMany);
    real.proxy.use(hooks.deletesInSilence);
    const id = await real.world.plant('contacts', CONTACT.contact);
    expect(await ask(real, 'GET /contacts')).toMatchObject({
      body: { meta: { paging: { total: 2 } } },
    });
    const gone = await ask(real, `DELETE /contacts/${id}`);
    expect(gone?.status).toBe(200);
    expect(gone?.body['meta']).not.toHaveProperty('deletedRecords');
    expect(phones(real)).toEqual([]);
  });

  it('lists what was there a while ago', async () => {
    const real = await hooked(hooks.listsLag(300));
    const listed = async (): Promise<unknown> => (await ask(real, 'GET /contacts'))?.body;
    expect(await listed()).toMatchObject({ contacts: [] });
    await ask(real, 'POST /contacts', CONTACT);
    expect(await listed()).toMatchObject({ contacts: [] });
    await systemClock.sleep(400);
    expect(await listed()).toMatchObject({ contacts: [{ name: 'Kunde' }] });
  });
});
