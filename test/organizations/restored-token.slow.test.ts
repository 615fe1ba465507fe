// A token is stored anew by another process while a job runs: the server goes on with the new one.
import { describe, expect, it } from 'vitest';
import { contactsOf, openStored, start } from '../support/stored-office.js';
import { SOMEBODY } from '../tools/support/workbench.js';

const WAITING = {
  seconds: 30,
  signal: new AbortController().signal,
  onProgress: () => undefined,
};

describe('a token that is stored anew while a job runs', () => {
  const ROWS = 200;
  const sandbox = { latencyMs: { min: 60, max: 60, tailChance: 0, tailMs: 0 } };

  it.each([
    ['as the same token', 'sealed' as const],
    ['as another token', 'replaced' as const],
  ])('%s: nothing is lost and nothing is sent twice', { timeout: 60_000 }, async (_how, how) => {
    const { app, add, alfa } = await openStored((ground) => ground.add(ground.alfa), sandbox);
    const service = app.serviceFor(SOMEBODY);
    const { job } = await start(app, alfa.id, ROWS);
    await expect.poll(() => contactsOf(alfa), { timeout: 10_000 }).toBeGreaterThan(5);
    const [token] = await app.store.listTokens();
    if (token === undefined) throw new Error('no token');
    if (how === 'sealed') {
      await add(alfa);
    } else {
      await app.store.rememberOrganization({
        tokenHash: 'hash of another',
        organization: { id: alfa.id, name: 'Firma', registrationNo: null },
      });
      const sealed = { ...token, tokenHash: 'hash of another', by: 'Bo', nowMs: 1 };
      await app.store.saveToken(sealed);
    }
    const ended = await service.status(job.id, WAITING);
    expect(ended).toMatchObject({ status: 'completed', totalItems: ROWS, successfulItems: ROWS });
    expect(contactsOf(alfa)).toBe(ROWS);
  });
});
