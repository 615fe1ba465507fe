// Who may do what over HTTP: every tool, every address and every subscription, asked by every kind of caller. Each
// caller asks for what belongs to the first organization.
import { describe, expect, it } from 'vitest';
import { addressOf } from '../../../src/jobs/job/addresses.js';
import { TEMPLATE_NAMES } from '../../../src/resources/registry.js';
import { TOOLS } from '../../../src/tools/registry.js';
import type { Desk } from '../../support/office.js';
import { openHttpOffice, type HttpOffice } from './support/http-office.js';
import { listen } from './support/listening.js';
import {
  ask,
  bearer,
  ERAS,
  fromElsewhere,
  type Era,
  type RawAnswer,
  type RawMessage,
} from './support/raw.js';

const CALLERS = [
  'none',
  'wrong',
  'expired',
  'revoked',
  'foreign',
  'viewer',
  'operator',
  'admin',
] as const;
type CallerKind = (typeof CALLERS)[number];

/**
 * By contract, section 6. `ok`: the call has its effect. JOB_STATE: the job was reached, and has ended already. What
 * belongs to another organization is refused in the words for what does not exist.
 */
const TABLE = `
                        none  wrong  expired  revoked  foreign                viewer     operator   admin
import_customers_csv    401   401    401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
import_products_csv     401   401    401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
import_invoices_csv     401   401    401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
import_suppliers_csv    401   401    401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
export_customers_csv    401   401    401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
export_products_csv     401   401    401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
export_suppliers_csv    401   401    401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
export_invoices_csv     401   401    401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
bulk_update_customers   401   401    401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
bulk_update_products    401   401    401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
bulk_delete_records     401   401    401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
inspect_file            401   401    401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
get_bulk_job_status     401   401    401      401      JOB_NOT_FOUND          ok         ok         ok
list_bulk_jobs          401   401    401      401      ok                     ok         ok         ok
get_bulk_job_report     401   401    401      401      JOB_NOT_FOUND          ok         ok         ok
cancel_bulk_job         401   401    401      401      JOB_NOT_FOUND          FORBIDDEN  JOB_STATE  JOB_STATE
pause_bulk_job          401   401    401      401      JOB_NOT_FOUND          FORBIDDEN  JOB_STATE  JOB_STATE
resume_bulk_job         401   401    401      401      JOB_NOT_FOUND          FORBIDDEN  JOB_STATE  JOB_STATE
retry_failed_items      401   401    401      401      JOB_NOT_FOUND          FORBIDDEN  ok         ok
rollback_job            401   401    401      401      JOB_NOT_FOUND          FORBIDDEN  ok         ok
download_csv_template   401   401    401      401      ok                     ok         ok         ok
list_organizations      401   401    401      401      ok                     ok         ok         ok
request_upload          401   401    401      401      ORGANIZATION_REQUIRED  FORBIDDEN  ok         ok
tools/list              401   401    401      401      ok                     ok         ok         ok
resources/list          401   401    401      401      ok                     ok         ok         ok
resources/templates     401   401    401      401      ok                     ok         ok         ok
job                     401   401    401      401      JOB_NOT_FOUND          ok         ok         ok
report.csv              401   401    401      401      JOB_NOT_FOUND          ok         ok         ok
report.csv?include=all  401   401    401      401      JOB_NOT_FOUND          ok         ok         ok
export                  401   401    401      401      FILE_NOT_FOUND         FORBIDDEN  ok         ok
templates               401   401    401      401      ok                     ok         ok         ok
`;

/** What a caller's calls name, all of it the first organization's. */
interface Things {
  readonly organizationId: string;
  /** Ended, with a failed row. */
  readonly jobId: string;
  /** Another one, which a retry sets going. */
  readonly retriedId: string;
  readonly filename: string;
}

const NOBODYS: Things = {
  organizationId: 'ingen',
  jobId: '0'.repeat(32),
  retriedId: '0'.repeat(32),
  filename: 'ingen.csv',
};

type Args = Readonly<Record<string, unknown>>;
type Call = (things: Things) => RawMessage;

const tool =
  (name: string, args: (things: Things) => Args): Call =>
  (things) => ({ method: 'tools/call', params: { name, arguments: args(things) } });

const reading =
  (uri: (things: Things) => string): Call =>
  (things) => ({ method: 'resources/read', params: { uri: uri(things) } });

const started = (csvContent: string) => (name: string) =>
  tool(name, ({ organizationId }) => ({ csvContent, organizationId }));
const exported = (name: string) => tool(name, ({ organizationId }) => ({ organizationId }));
const ofJob = (name: string, more: Args = {}) => tool(name, ({ jobId }) => ({ jobId, ...more }));
const plain = (name: string, args: Args = {}) => tool(name, () => args);
const updates = [{ id: 'a', changes: { name: 'B' } }];
const changed = (name: string) => tool(name, ({ organizationId }) => ({ updates, organizationId }));

const INVOICE =
  'invoiceRef,customer,entryDate,productNo,quantity,unitPrice\nR1,K1,2026-01-05,P1,1,100\n';

const CALLS: Readonly<Record<string, Call>> = {
  import_customers_csv: started('name\nEn\n')('import_customers_csv'),
  import_products_csv: started('name,unitPrice\nVare,10\n')('import_products_csv'),
  import_invoices_csv: started(INVOICE)('import_invoices_csv'),
  import_suppliers_csv: started('name\nTo\n')('import_suppliers_csv'),
  export_customers_csv: exported('export_customers_csv'),
  export_products_csv: exported('export_products_csv'),
  export_suppliers_csv: exported('export_suppliers_csv'),
  export_invoices_csv: exported('export_invoices_csv'),
  bulk_update_customers: changed('bulk_update_customers'),
  bulk_update_products: changed('bulk_update_products'),
  bulk_delete_records: tool('bulk_delete_records', ({ organizationId }) => ({
    ...{ resourceType: 'customer', ids: ['a'], organizationId },
  })),
  inspect_file: tool('inspect_file', ({ organizationId }) => ({
    ...{ csvContent: 'name\nA\n', resourceType: 'customer', organizationId },
  })),
  get_bulk_job_status: ofJob('get_bulk_job_status'),
  list_bulk_jobs: plain('list_bulk_jobs'),
  get_bulk_job_report: ofJob('get_bulk_job_report', { include: 'all' }),
  cancel_bulk_job: ofJob('cancel_bulk_job'),
  pause_bulk_job: ofJob('pause_bulk_job'),
  resume_bulk_job: ofJob('resume_bulk_job'),
  retry_failed_items: tool('retry_failed_items', ({ retriedId }) => ({ jobId: retriedId })),
  rollback_job: ofJob('rollback_job', { dryRun: true }),
  download_csv_template: plain('download_csv_template', { resourceType: 'customer' }),
  list_organizations: plain('list_organizations'),
  request_upload: tool('request_upload', ({ organizationId }) => ({
    ...{ fileName: 'kunder.csv', organizationId },
  })),
  'tools/list': () => ({ method: 'tools/list' }),
  'resources/list': () => ({ method: 'resources/list' }),
  'resources/templates': () => ({ method: 'resources/templates/list' }),
  job: reading(({ jobId }) => addressOf({ kind: 'job', jobId })),
  'report.csv': reading(({ jobId }) => addressOf({ kind: 'report', jobId, scope: 'failed' })),
  'report.csv?include=all': reading(({ jobId }) =>
    addressOf({ kind: 'report', jobId, scope: 'all' }),
  ),
  export: reading(({ filename }) => addressOf({ kind: 'export', filename })),
  templates: reading(() => addressOf({ kind: 'template', name: 'customer' })),
};

const WHOLE = { dryRun: false, reason: null, signal: new AbortController().signal };
const WAITING = { seconds: 20, signal: new AbortController().signal, onProgress: () => undefined };

async function finished({ client, service }: Desk, csvContent: string): Promise<string> {
  const call = { name: 'import_customers_csv', arguments: { csvContent } };
  const { structuredContent } = await client.callTool(call);
  const { jobId } = structuredContent as { jobId: string };
  await service.status(jobId, WAITING);
  return jobId;
}

/** Things of its own for each caller, since some calls change them. */
async function thingsFor(desk: Desk, mark: string): Promise<Things> {
  const rows = (no: number): string =>
    `name,email\nAnnas ${mark} ${String(no)},\nAnnas fejl ${mark} ${String(no)},ikke en adresse\n`;
  const [jobId, retriedId] = [await finished(desk, rows(1)), await finished(desk, rows(2))];
  const { structuredContent } = await desk.client.callTool({ name: 'export_customers_csv' });
  const { filename } = structuredContent as { filename: string };
  return { organizationId: desk.organizationId, jobId, retriedId, filename };
}

type Headers = Readonly<Record<string, string>>;

async function headersOf(office: HttpOffice): Promise<Readonly<Record<CallerKind, Headers>>> {
  const [alfa, beta] = [[office.alfa.organizationId], [office.beta.organizationId]];
  const keyed = async (wish: Parameters<HttpOffice['keyFor']>[0]): Promise<Headers> =>
    bearer((await office.keyFor(wish)).key);
  const revoked = await office.keyFor({ organizations: alfa, role: 'admin' });
  await office.revoke(revoked.id);
  return {
    none: {},
    wrong: bearer(`bbk_${'x'.repeat(32)}`),
    expired: await keyed({ organizations: alfa, role: 'admin', expiresDays: -1 }),
    revoked: bearer(revoked.key),
    foreign: await keyed({ organizations: beta, role: 'admin' }),
    viewer: await keyed({ organizations: alfa, role: 'viewer' }),
    operator: await keyed({ organizations: alfa, role: 'operator' }),
    admin: await keyed({ organizations: alfa, role: 'admin' }),
  };
}

/** One word for an answer: `ok`, the code of the refusal, or the status where it is not 200. */
function verdictOn({ status, text, json }: RawAnswer): string {
  if (status !== 200) return String(status);
  const code =
    /\\"code\\":\\"([A-Z_]+)\\"/.exec(text)?.[1] ?? /"message":"([A-Z_]+):/.exec(text)?.[1];
  const isRefused = json?.['error'] !== undefined || text.includes('"isError":true');
  return isRefused ? (code ?? text) : 'ok';
}

const rowsOf = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));

describe.each(ERAS)('in the era of %s', (era: Era) => {
  it('each caller may do what its role and its organizations allow, and nothing else', async () => {
    const office = await openHttpOffice({ settings: { trustProxy: 1 } });
    const headers = await headersOf(office);
    const table: string[][] = Object.keys(CALLS).map((name) => [name]);
    for (const caller of CALLERS) {
      const things = await thingsFor(office.alfa, caller);
      for (const [nth, call] of Object.values(CALLS).entries()) {
        const answer = await ask(
          office.mcpUrl,
          { ...headers[caller], ...fromElsewhere() },
          { ...call(things), era },
        );
        table[nth]?.push(verdictOn(answer));
      }
    }
    const [, ...allowed] = rowsOf(TABLE);
    expect(table).toEqual(allowed);
    // What was seen, for readers of the run.
    process.stdout.write(`MCP, ${era}:${TABLE}`);
  });

  it('what is another organization’s is refused in the words for what does not exist', async () => {
    const office = await openHttpOffice({ settings: { trustProxy: 1 } });
    const { foreign } = await headersOf(office);
    const things = await thingsFor(office.alfa, 'ord');
    const before = office.alfa.sandbox.control.fingerprint();
    const marks = ['Annas ', ...Object.values<string>({ ...things })];
    for (const [name, call] of Object.entries(CALLS)) {
      const { text } = await ask(office.mcpUrl, foreign, { ...call(things), era });
      for (const mark of marks) expect(text, name).not.toContain(mark);
      if (JSON.stringify(call(things)) === JSON.stringify(call(NOBODYS))) continue;
      expect(text, name).toBe((await ask(office.mcpUrl, foreign, { ...call(NOBODYS), era })).text);
    }
    expect(office.alfa.sandbox.control.fingerprint()).toEqual(before);
  });

  it('whoever is not let in hears the same words, whatever is wrong with the key', async () => {
    const office = await openHttpOffice({ settings: { trustProxy: 1 } });
    const headers = await headersOf(office);
    const message = { method: 'tools/list', era };
    const words = (await ask(office.mcpUrl, headers.none, message)).text;
    for (const caller of ['wrong', 'expired', 'revoked'] as const) {
      expect((await ask(office.mcpUrl, headers[caller], message)).text).toBe(words);
    }
  });
});

describe('the table', () => {
  it('has a row for every tool, every kind of address and every caller', () => {
    const names = Object.keys(CALLS);
    expect(names.slice(0, TOOLS.length)).toEqual(TOOLS.map(({ name }) => name));
    expect(TEMPLATE_NAMES).toContain('customer');
    expect(rowsOf(TABLE)[0]).toEqual([...CALLERS]);
  });
});

/** Who may hear of a job of the first organization, in the words of the table above. */
const HEARING = {
  none: 401,
  wrong: 401,
  expired: 401,
  revoked: 401,
  foreign: 'nothing',
  viewer: 'all',
  operator: 'all',
  admin: 'all',
} as const;

describe('a subscription', () => {
  it('is open to no client of 2025, since it would hear nothing', async () => {
    const office = await openHttpOffice({ settings: { trustProxy: 1 } });
    const headers = await headersOf(office);
    const { jobId } = await thingsFor(office.alfa, 'gammel');
    const params = { uri: addressOf({ kind: 'job', jobId }) };
    for (const [caller, expected] of Object.entries(HEARING)) {
      const own = headers[caller as CallerKind];
      const { status, json } = await ask(office.mcpUrl, own, {
        method: 'resources/subscribe',
        params,
      });
      if (expected === 401) expect(status, caller).toBe(401);
      else expect(json, caller).toMatchObject({ error: { code: -32601 } });
    }
  });

  it('tells a caller of a whole run of its own organization, and of no other', async () => {
    const office = await openHttpOffice({ settings: { trustProxy: 1 } });
    const { alfa, beta } = office;
    const headers = await headersOf(office);
    const [ofAlfa, ofBeta] = [await thingsFor(alfa, 'alfa'), await thingsFor(beta, 'beta')];
    const uri = addressOf({ kind: 'job', jobId: ofAlfa.jobId });
    const own = addressOf({ kind: 'job', jobId: ofBeta.jobId });
    const both = [uri, own];
    for (const [caller, expected] of Object.entries(HEARING)) {
      if (expected !== 401) continue;
      const { status } = await listen(office.mcpUrl, headers[caller as CallerKind], both);
      expect(status, caller).toBe(401);
    }
    const { mcpUrl } = office;
    const [foreign, ...ours] = [
      await listen(mcpUrl, headers.foreign, both),
      await listen(mcpUrl, headers.viewer, both),
      await listen(mcpUrl, headers.operator, both),
      await listen(mcpUrl, headers.admin, both),
    ] as const;
    await alfa.service.rollback(ofAlfa.jobId, WHOLE);
    await alfa.service.status(ofAlfa.jobId, WAITING);
    for (const one of ours) await one.hears(uri);
    // What it is told of its own job comes later: nothing of the other is still on its way.
    await beta.service.rollback(ofBeta.jobId, WHOLE);
    await foreign.hears(own);
    expect(new Set(foreign.heard())).toEqual(new Set([own]));
    for (const one of ours) expect(new Set(one.heard())).toEqual(new Set([uri]));
  });
});
