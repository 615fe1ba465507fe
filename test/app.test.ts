// The composition root: settings in, a running service out.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createApp } from '../src/app.js';
import { resolveConfig } from '../src/config.js';
import { downloadCsvTemplate } from '../src/tools/download-csv-template.js';
import { importCustomersCsv } from '../src/tools/import-customers-csv.js';
import { TOOLS } from '../src/tools/registry.js';
import type { Tool } from '../src/tools/tool.js';
import { codeOf, openApp, openWorkbench, SOMEBODY, tempRoot } from './tools/support/workbench.js';

const latencyMs = { min: 20, max: 30, tailChance: 0, tailMs: 0 };

function manyRows(count: number): string {
  return `name\n${Array.from({ length: count }, (_, index) => `Kunde ${index}`).join('\n')}\n`;
}

describe('createApp', () => {
  it('works on the store as a crash test has wrapped it', async () => {
    const root = await tempRoot();
    const config = resolveConfig({ flags: {}, env: { BULK_DATA_DIR: path.join(root, 'data') } });
    const seen: string[] = [];
    const app = await createApp(config, root, {
      wrapStore: (store) => ({
        ...store,
        close: () => {
          seen.push('close');
          return store.close();
        },
      }),
    });
    await app.close();
    expect(seen).toEqual(['close']);
  });

  it('keeps its data for its owner alone, and the token nowhere', async () => {
    const { dataDir, sandbox, run, ended } = await openWorkbench();
    const { jobId } = await run(importCustomersCsv, { csvContent: 'name\nA\n' });
    await ended(jobId);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).toContain('jobs.sqlite');
    for (const { parentPath, name } of files) {
      const file = path.join(parentPath, name);
      expect(`${name} ${((await stat(file)).mode & 0o777).toString(8)}`).toBe(`${name} 600`);
      expect(await readFile(file, 'latin1')).not.toContain(sandbox.token);
    }
  });

  it('takes up what an earlier one left unfinished', async () => {
    const { app, env, folder, run, sandbox } = await openWorkbench({ sandbox: { latencyMs } });
    const { jobId } = await run(importCustomersCsv, { csvContent: manyRows(150) });
    await app.close();
    expect(sandbox.control.summary().counts['contacts']).toBeLessThan(150);
    const next = await openApp(env, folder);
    const waiting = { signal: new AbortController().signal, onProgress: () => undefined };
    const job = await next.serviceFor(SOMEBODY).status(String(jobId), { seconds: 25, ...waiting });
    expect(job).toMatchObject({ status: 'completed', outcomes: { created: 150 } });
    expect(sandbox.control.summary().counts['contacts']).toBe(150);
  });

  it('purges at its start what is older than it may be', async () => {
    const { app, env, folder, run, ended, dataDir } = await openWorkbench();
    const { jobId } = await run(importCustomersCsv, { csvContent: 'name\nHemmelig\n' });
    await ended(jobId);
    await app.close();
    const database = new Database(path.join(dataDir, 'jobs.sqlite'));
    const aged = database.prepare('UPDATE jobs SET completed_at_ms = completed_at_ms - ?');
    aged.run(3 * 24 * 3_600_000);
    await openApp({ ...env, BULK_RETENTION_DAYS: '2' }, folder);
    const cells = database.prepare('SELECT cells FROM items').pluck();
    await expect.poll(() => cells.get()).toBe('[]');
    database.close();
  });

  it('runs without a token, and asks for one where Billy is needed', async () => {
    const { run, app } = await openWorkbench({ env: { BILLY_ACCESS_TOKEN: '' } });
    const start = run(importCustomersCsv, { csvContent: 'name\nA\n' });
    expect(await codeOf(start)).toBe('CONFIG_MISSING_TOKEN');
    expect(await codeOf(app.serviceFor(SOMEBODY).list({ limit: 1 }))).toBe('CONFIG_MISSING_TOKEN');
  });

  it('allows the working directory where no folder is set', async () => {
    const { put, run, ended, app, env } = await openWorkbench();
    const filePath = await put('kunder.csv', 'name\nA\n');
    const { jobId } = await run(importCustomersCsv, { filePath });
    expect(await ended(jobId)).toMatchObject({ outcomes: { created: 1 } });
    await app.close();
    const elsewhere = await openApp({ ...env, BULK_ALLOWED_DIRS: await tempRoot() }, '/');
    expect(
      await codeOf(
        elsewhere.serviceFor(SOMEBODY).report(String(jobId), { scope: 'all', filePath }),
      ),
    ).toBe('PATH_NOT_ALLOWED');
  });
});

const csvContent = 'name\nA\n';
const jobId = 'a1b2';

/** What each tool is given that needs more than nothing. */
const ARGUMENTS_OF: Readonly<Record<string, Record<string, unknown>>> = {
  import_customers_csv: { csvContent },
  import_products_csv: { csvContent },
  import_invoices_csv: { csvContent },
  import_suppliers_csv: { csvContent },
  bulk_update_customers: { csvContent },
  bulk_update_products: { csvContent },
  bulk_delete_records: { resourceType: 'customer', csvContent },
  get_bulk_job_status: { jobId },
  get_bulk_job_report: { jobId },
  cancel_bulk_job: { jobId },
  pause_bulk_job: { jobId },
  resume_bulk_job: { jobId },
  retry_failed_items: { jobId },
  rollback_job: { jobId },
};

/** A valid call of each tool that needs the store. */
const CALLS: readonly (readonly [Tool, Record<string, unknown>])[] = TOOLS.filter(
  ({ name, isHttpOnly = false }) => name !== 'download_csv_template' && !isHttpOnly,
).map((tool) => [tool, { ...ARGUMENTS_OF[tool.name] }] as const);

describe('createApp on a store that cannot be opened', () => {
  async function onSpoiltFile() {
    const dataDir = await tempRoot();
    const file = path.join(dataDir, 'jobs.sqlite');
    await writeFile(file, 'not a database'.repeat(100));
    const bench = await openWorkbench({ env: { BULK_DATA_DIR: dataDir } });
    return { ...bench, dataDir, file };
  }

  it.each(CALLS.map(([tool, args]) => [tool.name, tool, args] as const))(
    'answers %s with what is wrong, and asks nothing of Billy',
    async (_name, tool, args) => {
      const { run, file, sandbox } = await onSpoiltFile();
      await expect(run(tool, args)).rejects.toMatchObject({
        code: 'STORE_FAILED',
        message: expect.stringContaining(file) as string,
      });
      expect(sandbox.control.requests().requests).toEqual([]);
    },
  );

  it('gives templates, closes, and leaves the folder as it is', async () => {
    const { run, app, dataDir, file } = await onSpoiltFile();
    const before = await readFile(file);
    const template = await run(downloadCsvTemplate, { resourceType: 'customer' });
    expect(template).toMatchObject({ success: true });
    await app.close();
    expect(await readdir(dataDir)).toEqual(['jobs.sqlite']);
    expect((await readFile(file)).equals(before)).toBe(true);
  });

  it('names a data folder that cannot be created', async () => {
    const file = path.join(await tempRoot(), 'taken');
    await writeFile(file, '');
    const dataDir = path.join(file, 'data');
    const service = (await openApp({ BULK_DATA_DIR: dataDir }, '/')).serviceFor(SOMEBODY);
    await expect(service.list({ limit: 1 })).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining(dataDir) as string,
    });
  });
});
