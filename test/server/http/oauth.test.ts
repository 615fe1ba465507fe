// A client that knows only the address of the server: from the 401 to the token to the tools, by an authorization
// server that is not ours.
import {
  Client,
  ClientCredentialsProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BrowserSessions } from '../../../src/organizations/browser-sessions.js';
import { CallerKeys } from '../../../src/organizations/caller-keys.js';
import {
  serveOverHttp,
  type HttpServer,
  type HttpSettings,
} from '../../../src/server/http/http-server.js';
import { openOffice, type Office } from '../../support/office.js';
import { CLIENT, openAuthorizationServer } from './support/authorization-server.js';
import { ADMIN_KEY, SETTINGS } from './support/settings.js';

async function served(office: Office, oauth: HttpSettings['oauth']): Promise<HttpServer> {
  const { app } = office;
  const { store, clock, organizations } = app;
  const server = await serveOverHttp({
    ...app,
    version: '0',
    settings: { ...SETTINGS, oauth },
    keys: new CallerKeys({ store, clock }),
    sessions: new BrowserSessions({ store, clock }),
    hasTokenOf: (id) => organizations.hasTokenOf(id),
    checkReady: () => Promise.resolve(),
  });
  onTestFinished(() => server.close());
  return server;
}

function oauthOf(issuer: string) {
  return { issuer, audiences: null, organizationsClaim: 'billy_organizations' };
}

async function connected(url: string, issuer: string): Promise<Client> {
  const client = new Client({ name: 'assistent', version: '1' });
  const authProvider = new ClientCredentialsProvider({ ...CLIENT, expectedIssuer: issuer });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider }));
  onTestFinished(() => client.close());
  return client;
}

async function namesSeenBy(client: Client): Promise<unknown[]> {
  const { structuredContent } = await client.callTool({
    name: 'list_organizations',
    arguments: {},
  });
  const { organizations } = structuredContent as {
    organizations: { id: unknown; role: unknown }[];
  };
  return organizations.map(({ id, role }) => [id, role]);
}

describe('a client of an authorization server', () => {
  it('starts from a 401 and works on the organizations of its token', async () => {
    const office = await openOffice();
    const { organizationId } = office.alfa;
    const { issuer } = await openAuthorizationServer([organizationId]);
    const { url } = await served(office, oauthOf(issuer));
    const client = await connected(`${url}/mcp`, issuer);
    expect(await namesSeenBy(client)).toEqual([[organizationId, 'operator']]);
    const started = await client.callTool({
      name: 'import_customers_csv',
      arguments: { csvContent: 'name\nKunde Et', waitSeconds: 20 },
    });
    expect(started.structuredContent).toMatchObject({ job: { status: 'completed' } });
    const { job } = started.structuredContent as { job: { id: string } };
    expect((await office.alfa.service.job(job.id)).createdBy).toBe(CLIENT.clientId);
  });

  it('gets a token for the path of one organization, which opens that path only', async () => {
    const office = await openOffice();
    const [one, other] = [office.alfa.organizationId, office.beta.organizationId];
    const { issuer } = await openAuthorizationServer([one, other]);
    const { url } = await served(office, oauthOf(issuer));
    const client = await connected(`${url}/mcp/${one}`, issuer);
    expect(await namesSeenBy(client)).toEqual([[one, 'operator']]);
    const asked = await request(`${issuer}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'bulk:read',
        resource: `${url}/mcp/${one}`,
      }).toString(),
    });
    const { access_token: token } = (await asked.body.json()) as { access_token: string };
    const statusAt = async (path: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` };
      const { statusCode, body } = await request(`${url}${path}`, { headers });
      await body.dump();
      return statusCode;
    };
    // GET is no method of MCP without a session: whoever is let in hears 405.
    expect(await statusAt(`/mcp/${one}`)).toBe(405);
    expect(await statusAt(`/mcp/${other}`)).toBe(401);
    expect(await statusAt('/mcp')).toBe(401);
  });

  it('hears 503, not 401, while the authorization server is away, and keys work', async () => {
    const office = await openOffice();
    const away = await openAuthorizationServer([]);
    await away.close();
    const { url } = await served(office, oauthOf(away.issuer));
    const { statusCode, headers, body } = await request(`${url}/mcp`, {
      headers: { authorization: 'Bearer eyJhbGciOiJFUzI1NiJ9.e30.AAAA' },
    });
    expect([statusCode, headers['retry-after'], headers['www-authenticate']]).toEqual([
      503,
      '30',
      undefined,
    ]);
    expect(await body.json()).toMatchObject({ code: 'UNAUTHENTICATED', status: 503 });
    const byKey = await request(`${url}/mcp`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    });
    await byKey.body.dump();
    expect(byKey.statusCode).toBe(405);
  });
});
