// What was sent before a token's organization was known counts under the organization from then on.
import { describe, expect, it } from 'vitest';
import { sqlOrganizations } from '../../../src/store/sql/organizations.js';
import { sqlSends } from '../../../src/store/sql/send-log.js';
import { openTables } from '../support/sqlite-files.js';

const ORGANIZATION = { id: 'org', name: 'Ærø ApS', registrationNo: null };
const LIMIT = { count: 9, windowMs: 1000, spacingMs: 0, catchUpMs: 0, leadMs: 0, keepMs: 1000 };

async function openPorts() {
  const { db, database } = await openTables();
  const sends = sqlSends(db);
  const take = (scope: string, atMs: number) =>
    sends.reserveSend({
      ...LIMIT,
      scope,
      slot: `${scope} ${String(atMs)}`,
      paceVersion: 0,
      now: () => atMs,
    });
  const scopes = (): unknown[] =>
    database.prepare('SELECT scope, paused_until_ms FROM send_scopes ORDER BY scope').raw().all();
  return { sends, organizations: sqlOrganizations(db), take, scopes, db };
}

describe('remembering the organization of a token', () => {
  it('moves its sends, its pause and its learned rate, once', async () => {
    const { sends, organizations, take, scopes, db } = await openPorts();
    await take('token', 1);
    await take('other', 2);
    await sends.pauseSends({ scope: 'token', nowMs: 3, ms: 40 });
    await sends.saveLearnedRate({ scope: 'token', version: 0, pace: { slow: true } });
    for (let time = 0; time < 2; time += 1) {
      await organizations.rememberOrganization({
        tokenHash: 'token',
        organization: ORGANIZATION,
      });
    }
    expect(scopes()).toEqual([
      ['org', 43],
      ['other', 0],
    ]);
    const { accepted, kept } = await sends.readSends({ scope: 'org', sinceMs: 0, untilMs: 9 });
    expect(accepted).toEqual([1]);
    expect(kept).toEqual({ version: 1, pace: { slow: true } });
    await db.destroy();
  });

  it('keeps the rate that the organization has learned, and the later pause', async () => {
    const { sends, organizations, take, scopes, db } = await openPorts();
    await take('org', 1);
    await sends.saveLearnedRate({ scope: 'org', version: 0, pace: { slow: true } });
    await sends.pauseSends({ scope: 'org', nowMs: 0, ms: 90 });
    await take('token', 2);
    await sends.pauseSends({ scope: 'token', nowMs: 0, ms: 40 });
    await organizations.rememberOrganization({ tokenHash: 'token', organization: ORGANIZATION });
    expect(scopes()).toEqual([['org', 90]]);
    const { accepted, kept } = await sends.readSends({ scope: 'org', sinceMs: 0, untilMs: 9 });
    expect(accepted).toEqual([1, 2]);
    expect(kept.pace).toEqual({ slow: true });
    await db.destroy();
  });
});
