// An app whose access tokens are in the store, as other processes put them there.
import { describe, expect, it } from 'vitest';
import { both, contactsOf, openStored, start, type Member } from '../support/stored-office.js';
import { SOMEBODY } from '../tools/support/workbench.js';

const OTHER_KEY = Buffer.alloc(32, 2).toString('base64');
const WAITING = {
  seconds: 30,
  signal: new AbortController().signal,
  onProgress: () => undefined,
};

describe('an app without a token in its settings', () => {
  it('refuses a start while none is stored, with the way to add one', async () => {
    const { app, alfa } = await openStored(() => Promise.resolve());
    for (const id of [undefined, alfa.id]) {
      await expect(start(app, id)).rejects.toMatchObject({
        code: 'CONFIG_MISSING_TOKEN',
        hint: expect.stringContaining('billy-bulk-mcp organizations add') as string,
      });
    }
    const one = app.serviceFor({ ...SOMEBODY, organizations: [alfa.id] });
    await expect(one.organizations({})).rejects.toMatchObject({ code: 'CONFIG_MISSING_TOKEN' });
  });

  it('works for each organization with its own token', async () => {
    const { app, alfa, beta } = await openStored(both);
    await expect(start(app)).rejects.toMatchObject({ code: 'ORGANIZATION_REQUIRED' });
    const { job } = await start(app, beta.id, 3);
    const ended = await app.serviceFor(SOMEBODY).status(job.id, WAITING);
    expect(ended).toMatchObject({ status: 'completed', successfulItems: 3 });
    expect([contactsOf(alfa), contactsOf(beta)]).toEqual([0, 3]);
  });

  it('redacts a token from the moment that it is unsealed', async () => {
    const { app, alfa } = await openStored(({ add, alfa: member }) => add(member));
    const said = `Billy says ${alfa.sandbox.token}.`;
    await start(app);
    expect(app.redact(said)).not.toContain(alfa.sandbox.token);
  });
});

describe('a token that no key of the server opens', () => {
  it('is CONFIG_INVALID on use, and the other organizations work', async () => {
    const { app, alfa, beta } = await openStored(async (ground) => {
      await ground.add(ground.alfa, OTHER_KEY);
      await ground.add(ground.beta);
    });
    const refusal = { code: 'CONFIG_INVALID' };
    await expect(start(app, alfa.id)).rejects.toMatchObject(refusal);
    const { job } = await start(app, beta.id);
    const service = app.serviceFor(SOMEBODY);
    expect((await service.status(job.id, WAITING)).status).toBe('completed');
    const { organizations } = await service.organizations({});
    const reachable = Object.fromEntries(
      organizations.map(({ id, isReachable }) => [id, isReachable]),
    );
    expect(reachable).toEqual({ [alfa.id]: false, [beta.id]: true });
    expect(contactsOf(alfa)).toBe(0);
  });

  it('is CONFIG_INVALID too if it was sealed for another organization', async () => {
    const { app, alfa, beta } = await openStored(async (ground) => {
      await both(ground);
      const { store } = ground;
      const tokens = await store.listTokens();
      const sealedOf = ({ id }: Member): string =>
        tokens.find(({ organizationId }) => organizationId === id)?.sealed ?? '';
      // Somebody has the database and not the key, and would let alfa's callers work with beta's token.
      const [from, to] = [sealedOf(ground.alfa), sealedOf(ground.beta)];
      await store.resealToken({ organizationId: ground.alfa.id, from, to });
    });
    await expect(start(app, alfa.id)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect([contactsOf(alfa), contactsOf(beta)]).toEqual([0, 0]);
  });
});
