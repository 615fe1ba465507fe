// Who may do what over REST: every route, asked by every kind of caller for what belongs to the first organization.
import { describe, expect, it } from 'vitest';
import type { OrganizationsReached, Role } from '../../../src/model/access.js';
import { createKey } from '../../../src/organizations/caller-keys.js';
import { restRoutes } from '../../../src/server/rest/routes.js';
import type { RestParts } from '../../../src/server/rest/route.js';
import { both } from '../../support/stored-office.js';
import { SOMEBODY } from '../../tools/support/workbench.js';
import { bearer, fromElsewhere, send, type RawAnswer } from '../http/support/raw.js';
import { restAt } from './support/rest-office.js';
import { openStoredRest, type StoredRest } from './support/stored-rest.js';

const CALLERS = ['none', 'expired', 'revoked', 'foreign', 'viewer', 'operator', 'admin'] as const;
type CallerKind = (typeof CALLERS)[number];

/**
 * By contract, sections 6 and 7, in the order of asking. `foreign` is an admin of the other organization, `admin` one
 * of the first. JOB_STATE: the job was reached, and has ended already.
 */
const TABLE = `
                    none           expired  revoked  foreign                viewer     operator   admin
getSession          401            401      401      ok                     ok         ok         ok
login               INPUT_INVALID  same     same     same                   same       same       same
openLoginLink       401            401      401      401                    401        401        401
getOpenApi          401            401      401      ok                     ok         ok         ok
startJob            401            401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
inspect             401            401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
listJobs            401            401      401      ORGANIZATION_REQUIRED  ok         ok         ok
getJob              401            401      401      JOB_NOT_FOUND          ok         ok         ok
listItems           401            401      401      JOB_NOT_FOUND          ok         ok         ok
cancelBulkJob       401            401      401      JOB_NOT_FOUND          FORBIDDEN  JOB_STATE  JOB_STATE
pauseBulkJob        401            401      401      JOB_NOT_FOUND          FORBIDDEN  JOB_STATE  JOB_STATE
resumeBulkJob       401            401      401      JOB_NOT_FOUND          FORBIDDEN  JOB_STATE  JOB_STATE
retryFailedItems    401            401      401      JOB_NOT_FOUND          FORBIDDEN  ok         ok
rollbackJob         401            401      401      JOB_NOT_FOUND          FORBIDDEN  ok         ok
getReportCsv        401            401      401      JOB_NOT_FOUND          ok         ok         ok
getReportXlsx       401            401      401      JOB_NOT_FOUND          ok         ok         ok
getArchive          401            401      401      JOB_NOT_FOUND          ok         ok         ok
getExport           401            401      401      FILE_NOT_FOUND         FORBIDDEN  ok         ok
getDownload         FILE_NOT_FOUND same     same     same                   same       same       same
uploadFile          401            401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
uploadToAddress     UPLOAD_NOT_FOUND same   same     same                   same       same       same
getStatistics       401            401      401      ORGANIZATION_REQUIRED  ok         ok         ok
getCsvTemplate      401            401      401      ok                     ok         ok         ok
getWorkbookTemplate 401            401      401      ok                     ok         ok         ok
listMappings        401            401      401      ORGANIZATION_REQUIRED  ok         ok         ok
deleteMapping       401            401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
listJournal         401            401      401      ORGANIZATION_REQUIRED  FORBIDDEN  FORBIDDEN  ok
listOrganizations   401            401      401      ok                     FORBIDDEN  FORBIDDEN  ok
listKeys            401            401      401      ok                     FORBIDDEN  FORBIDDEN  ok
createKey           401            401      401      FORBIDDEN              FORBIDDEN  FORBIDDEN  ok
revokeKey           401            401      401      RECORD_NOT_FOUND       FORBIDDEN  FORBIDDEN  ok
deleteJob           401            401      401      JOB_NOT_FOUND          FORBIDDEN  FORBIDDEN  ok
addOrganization     401            401      401      FORBIDDEN              FORBIDDEN  FORBIDDEN  ok
listWebhooks        401            401      401      ORGANIZATION_REQUIRED  FORBIDDEN  FORBIDDEN  ok
createWebhook       401            401      401      ORGANIZATION_REQUIRED  FORBIDDEN  FORBIDDEN  ok
getWebhook          401            401      401      WEBHOOK_NOT_FOUND      FORBIDDEN  FORBIDDEN  ok
testWebhook         401            401      401      WEBHOOK_NOT_FOUND      FORBIDDEN  FORBIDDEN  ok
listDeliveries      401            401      401      WEBHOOK_NOT_FOUND      FORBIDDEN  FORBIDDEN  ok
retryDelivery       401            401      401      WEBHOOK_NOT_FOUND      FORBIDDEN  FORBIDDEN  WEBHOOK_NOT_FOUND
removeWebhook       401            401      401      WEBHOOK_NOT_FOUND      FORBIDDEN  FORBIDDEN  ok
removeOrganization  401            401      401      RECORD_NOT_FOUND       FORBIDDEN  FORBIDDEN  ok
logout              401            401      401      ok                     ok         ok         ok
`;

/** What a caller's requests name, all of it the first organization's. */
interface Things {
  readonly organizationId: string;
  /** Ended. */
  readonly jobId: string;
  readonly keyId: string;
  readonly webhookId: string;
  readonly filename: string;
}

const NOBODYS: Things = {
  organizationId: 'ingen',
  jobId: '0'.repeat(32),
  keyId: '0'.repeat(16),
  webhookId: 'wh_0',
  filename: 'ingen.csv',
};

interface Ask {
  /** The id in the path. */
  readonly id?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** The body as a file. */
  readonly text?: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const FILE = { 'content-type': 'application/octet-stream', 'x-filename': 'kunder.csv' };

const resourceType = 'customer';
const inQuery = ({ organizationId }: Things): Ask => ({ query: { organizationId } });
const ofJob = ({ jobId }: Things): Ask => ({ id: jobId });
const ofWebhook = ({ webhookId }: Things): Ask => ({ id: webhookId });
/** Nothing listens there. */
const WEBHOOK_URL = 'http://127.0.0.1:9/';
const nothing = (): Ask => ({});
const template = (): Ask => ({ id: resourceType });

/** The request of each route. */
const ASKS: Readonly<Record<string, (things: Things) => Ask>> = {
  getSession: nothing,
  login: nothing,
  openLoginLink: () => ({ query: { code: 'wrong' } }),
  getOpenApi: nothing,
  startJob: ({ organizationId }) => ({
    body: { resourceType, operation: 'import', organizationId, rows: [{ name: 'Ny' }] },
  }),
  inspect: ({ organizationId }) => ({
    body: { resourceType, organizationId, csvContent: 'name\nA\n' },
  }),
  listJobs: inQuery,
  getJob: ofJob,
  listItems: ofJob,
  cancelBulkJob: ofJob,
  pauseBulkJob: ofJob,
  resumeBulkJob: ofJob,
  retryFailedItems: ofJob,
  rollbackJob: (things) => ({ ...ofJob(things), body: { dryRun: true } }),
  getReportCsv: ofJob,
  getReportXlsx: ofJob,
  getArchive: ofJob,
  getExport: ({ filename }) => ({ id: filename }),
  getDownload: () => ({ id: 'wrong' }),
  uploadFile: (things) => ({ ...inQuery(things), text: 'name\nA\n' }),
  uploadToAddress: () => ({ id: 'wrong', text: 'name\nA\n' }),
  getStatistics: inQuery,
  getCsvTemplate: template,
  getWorkbookTemplate: template,
  listMappings: inQuery,
  deleteMapping: ({ organizationId }) => ({ query: { organizationId, resourceType, name: 'a' } }),
  listJournal: inQuery,
  listOrganizations: nothing,
  listKeys: nothing,
  createKey: ({ organizationId }) => ({
    body: { name: 'Ny', role: 'viewer', organizations: [organizationId] },
  }),
  revokeKey: ({ keyId }) => ({ id: keyId }),
  deleteJob: ofJob,
  // The token is added below.
  addOrganization: nothing,
  listWebhooks: inQuery,
  createWebhook: ({ organizationId }) => ({ body: { url: WEBHOOK_URL, organizationId } }),
  getWebhook: ofWebhook,
  testWebhook: ofWebhook,
  listDeliveries: ofWebhook,
  retryDelivery: ofWebhook,
  removeWebhook: ofWebhook,
  removeOrganization: ({ organizationId }) => ({ id: organizationId }),
  logout: nothing,
};

const ROUTES = restRoutes({ version: '0' } as unknown as RestParts);

const rows = TABLE.trim()
  .split('\n')
  .slice(1)
  .map((line) => line.trim().split(/ +/));

function expectedOf(kind: CallerKind): (readonly [string, string])[] {
  return rows.map(([id = '', ...cells]) => {
    const cell = cells[CALLERS.indexOf(kind)] ?? '';
    return [id, cell === 'same' ? (cells[0] ?? '') : cell] as const;
  });
}

interface Ground {
  readonly office: StoredRest;
  readonly things: Things;
  readonly authorization: Readonly<Record<string, string>>;
}

function outcomeOf({ status, json }: RawAnswer): string {
  if (status < 400) return 'ok';
  return status === 401 ? '401' : String(json?.['code']);
}

/** The body of a request with the headers that it needs. */
function bodyOf(text: string | undefined, json: object | undefined) {
  if (text !== undefined) return { headers: FILE, body: text };
  return { headers: JSON_TYPE, body: json === undefined ? undefined : JSON.stringify(json) };
}

function request(
  id: string,
  things: Things,
  { office, authorization }: Ground,
): Promise<RawAnswer> {
  const route = ROUTES.find((each) => each.id === id);
  const ask = ASKS[id]?.(things) ?? {};
  const body = id === 'addOrganization' ? { token: office.alfa.sandbox.token } : ask.body;
  const path = (route?.path ?? '').replace(/\{\w+\}/, ask.id ?? '');
  const sent = bodyOf(ask.text, body);
  const query = new URLSearchParams(ask.query).toString();
  return send(`${office.url}${path}${query === '' ? '' : `?${query}`}`, {
    method: (route?.method ?? 'get').toUpperCase() as 'GET',
    headers: { ...authorization, ...fromElsewhere(), ...sent.headers },
    ...(sent.body === undefined ? {} : { body: sent.body }),
  });
}

/** A server with a job, a mapping, a key and a webhook of the first organization, and the caller's authorization. */
async function groundFor(kind: CallerKind): Promise<Ground> {
  const office = await openStoredRest(both, {}, { trustProxy: 1 });
  const { alfa, beta, app } = office;
  const { store, clock } = app;
  const keyFor = (role: Role, organizations: OrganizationsReached, expiresDays = 1) =>
    createKey({ store, clock }, { name: 'Nora', role, organizations, expiresDays }, SOMEBODY);
  const admin = restAt(office.url, (await keyFor('admin', 'all')).key);
  const organizationId = alfa.id;
  const started = await admin('POST', '/api/v1/jobs', {
    body: {
      ...{ resourceType, operation: 'import', organizationId, waitSeconds: 20 },
      csvContent: 'Kaldenavn\nNord\n',
      options: { columnMapping: { Kaldenavn: 'name' }, saveMappingAs: 'a' },
    },
  });
  const { id: keyId } = await keyFor('viewer', [organizationId]);
  const { id: webhookId } = await app.webhooks.create(SOMEBODY, {
    ...{ url: WEBHOOK_URL, organizationId, events: ['job.paused'] },
  });
  const exported = await admin('POST', '/api/v1/jobs', {
    body: { resourceType, operation: 'export', organizationId, waitSeconds: 20 },
  });
  const jobId = String(started.json?.['jobId']);
  const filename = String(exported.json?.['filename']);
  const things = { organizationId, jobId, keyId, webhookId, filename };
  const own = { viewer: 'viewer', operator: 'operator', admin: 'admin' } as const;
  const role = kind in own ? own[kind as keyof typeof own] : 'admin';
  const reach = [kind === 'foreign' ? beta.id : organizationId];
  const made = await keyFor(role, reach, kind === 'expired' ? -1 : 1);
  if (kind === 'revoked') await store.revokeKey({ id: made.id, by: 'Carla', nowMs: clock.nowMs() });
  return { office, things, authorization: kind === 'none' ? {} : bearer(made.key) };
}

describe('the table', () => {
  it('has each route once, with a request', () => {
    const ids = ROUTES.map(({ id }) => id).sort();
    expect(rows.map(([id]) => id).sort()).toEqual(ids);
    expect(Object.keys(ASKS).sort()).toEqual(ids);
    // For readers of the run: the tests below hold it.
    process.stdout.write(`REST:${TABLE}`);
  });
});

describe.each(CALLERS)('the caller "%s"', (kind) => {
  it('gets what the table says, and nothing of another organization', async () => {
    const ground = await groundFor(kind);
    const { things } = ground;
    const found: (readonly [string, string])[] = [];
    for (const [id] of expectedOf(kind)) {
      const answer = await request(id, things, ground);
      found.push([id, outcomeOf(answer)]);
      if (kind !== 'foreign') continue;
      for (const own of Object.values(things)) expect(answer.text, id).not.toContain(own);
      // A foreign id is answered as one that does not exist.
      const unknown = await request(id, NOBODYS, ground);
      if (answer.status < 400) continue;
      expect([answer.status, answer.text], id).toEqual([unknown.status, unknown.text]);
    }
    expect(found).toEqual(expectedOf(kind));
  });
});

describe('every call of a route', () => {
  it('has its entry in the journal, the refused ones too', async () => {
    const ground = await groundFor('operator');
    const { store } = ground.office.app;
    for (const [id] of rows) await request(id ?? '', ground.things, ground);
    const noted = new Set<string>();
    for (const chain of await store.listJournalChains()) {
      for (const { body } of await store.readJournal({ chain, afterSeq: 0, limit: 1000 })) {
        noted.add(String((body as { tool?: unknown }).tool));
      }
    }
    const called = ROUTES.filter(({ role }) => role !== null);
    for (const { method, path } of called) {
      expect(noted).toContain(`${method.toUpperCase()} ${path}`);
    }
  });

  it('of another method is refused with those that the address takes', async () => {
    const { office, authorization } = await groundFor('admin');
    for (const path of new Set(ROUTES.map((route) => route.path))) {
      const own = ROUTES.filter((route) => route.path === path);
      const methods = own.map((route) => route.method.toUpperCase());
      for (const method of ['PUT', 'PATCH'] as const) {
        if (methods.includes(method)) continue;
        const address = `${office.url}${path.replace(/\{\w+\}/, resourceType)}`;
        const answer = await send(address, { method, headers: authorization });
        expect([path, answer.status, answer.headers['allow']]).toEqual([
          ...[path, 405, methods.join(', ')],
        ]);
      }
    }
  });
});
