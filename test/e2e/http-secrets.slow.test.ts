/** A whole run over HTTP at the most talkative level: tokens and keys stand nowhere, neither whole nor coded. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectOver } from '../server/http/support/clients.js';
import { ask, bearer, send } from '../server/http/support/raw.js';
import { exitOf } from '../support/sandbox-process.js';
import { CLIENT_KINDS, type Session } from '../support/stdio-clients.js';
import { openHttpStage, type Company } from './http-stage.js';

const LONG_MS = 180_000;
const ADMIN_KEY = 'kontorets-egen-admin-noegle-8f2c61d0b7';
const CSV = 'name,email\nFirma En,en@firma.example\nFirma To,ikke en adresse\n';

/** A secret in the forms in which it may be written down. */
function formsOf(secret: string): Buffer[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((shift) => {
    const coded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const from = Math.ceil((shift * 8) / 6);
    return coded.slice(from, Math.floor(((shift + bytes.length) * 8) / 6));
  });
  const texts = [secret, bytes.toString('hex'), ...base64, encodeURIComponent(secret)];
  return texts.map((text) => Buffer.from(text));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Every call that a session can make about an import, and what it was told. */
async function wholeRun(session: Session): Promise<string[]> {
  const told: string[] = [];
  const call = async (name: string, args: Record<string, unknown>): Promise<string> => {
    const answer = await session.callTool(name, args);
    told.push(JSON.stringify(answer));
    const { jobId } = (answer.structured ?? {}) as { jobId?: string };
    return jobId ?? '';
  };
  const waitSeconds = 45;
  const options = { dryRun: true };
  const plan = await call('import_customers_csv', { csvContent: CSV, options, waitSeconds });
  const jobId = await call('import_customers_csv', { dryRunJobId: plan, waitSeconds });
  await call('get_bulk_job_report', { jobId, include: 'all' });
  await call('export_customers_csv', {});
  await call('list_bulk_jobs', {});
  await call('list_organizations', {});
  await call('import_customers_csv', { csvContent: 'x' });
  told.push(JSON.stringify(await session.readResource(`billy-bulk://jobs/${jobId}`)));
  told.push(JSON.stringify(await session.readResource(`billy-bulk://jobs/${jobId}/report.csv`)));
  await call('rollback_job', { jobId, waitSeconds });
  return told;
}

/** Keys in places where they do not belong. */
async function strayKeys(url: string, key: string): Promise<string[]> {
  const list = { method: 'tools/list' };
  const answers = [
    await send(`${url}/${key}`),
    await send(`${url}/mcp/${key}`, { headers: bearer(key) }),
    await ask(`${url}/mcp/${key}`, bearer(key), list),
    await ask(`${url}/mcp?key=${key}`, bearer(key), list),
    await ask(`${url}/mcp`, { ...bearer(key), host: key }, list),
    await ask(`${url}/mcp`, bearer(`${key}x`), list),
    await ask(`${url}/mcp`, bearer(key), { method: 'tools/call', params: { name: key } }),
    await ask(`${url}/mcp`, bearer(key), { method: key }),
    await send(`${url}/mcp`, { method: 'POST', headers: bearer(key), body: key }),
  ];
  return answers.map(({ text }) => text);
}

describe('the tokens of Billy, and the keys of callers', () => {
  it(
    'stand in no file, no log, no result and no address',
    async () => {
      const env = { BULK_LOG_LEVEL: 'trace', BULK_API_KEY: ADMIN_KEY };
      const stage = await openHttpStage({ env });
      const { home, alfa, beta } = stage;
      const server = await stage.serve();
      const told: string[] = [];
      const keys: string[] = [];
      const companies: readonly Company[] = [alfa, beta, alfa];
      for (const [nth, { organizationId }] of companies.entries()) {
        const { key } = await stage.keyFor('operator', organizationId);
        const kind = CLIENT_KINDS[nth] ?? 'v1 SDK';
        told.push(...(await wholeRun(await connectOver(`${server.url}/mcp`, key, kind))));
        told.push(...(await strayKeys(server.url, key)));
        keys.push(key);
      }
      const admin = await connectOver(`${server.url}/mcp`, ADMIN_KEY, 'v1 SDK');
      told.push(JSON.stringify(await admin.callTool('list_bulk_jobs', {})));
      for (const command of [
        ['organizations', 'check'],
        ['organizations', 'list'],
        ['keys', 'list'],
      ]) {
        const { stdout, stderr } = await stage.run(command);
        told.push(stdout, stderr);
      }
      // While it runs, what was written last is in the log of the database.
      const files = (): Buffer[] => filesIn(home.dataDir).map((file) => readFileSync(file));
      const running = files();
      server.child.kill('SIGTERM');
      expect(await exitOf(server.child)).toBe(0);
      const stopped = files();
      const addresses = [alfa, beta].map(({ sandbox }) =>
        sandbox.control
          .requests()
          .requests.map(({ path: asked }) => asked)
          .join('\n'),
      );
      const log = server.stderrLines.join('\n');
      expect(log).toContain('"event":"request"');
      expect(told.join('')).toContain('Firma To');
      const places = { running, stopped, log: [log], told, addresses };
      for (const secret of [alfa.sandbox.token, beta.sandbox.token, ...keys, ADMIN_KEY]) {
        for (const form of formsOf(secret)) {
          for (const [place, texts] of Object.entries(places)) {
            const found = texts.filter((text) => Buffer.from(text).includes(form));
            expect(found.map(String), place).toEqual([]);
          }
        }
      }
    },
    LONG_MS,
  );
});
