// Files that are fetched over HTTP, and files that are started from: each reaches its own company alone.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import { describe, expect, it } from 'vitest';
import { request } from 'undici';
import { tempRoot } from '../../tools/support/workbench.js';
import { openLogTo } from './support/lines.js';
import { openHttpOffice, type HttpOffice } from '../http/support/http-office.js';
import { ask, bearer, send, type RawAnswer } from '../http/support/raw.js';

const CSV =
  'name,email\nNord ApS,nord@example.dk\nSyd ApS,ikke en adresse\n=Vest,vest@example.dk\n';
const WAITING = { seconds: 20, signal: new AbortController().signal, onProgress: () => undefined };

type Facts = Readonly<Record<string, unknown>>;

interface Ground extends HttpOffice {
  readonly api: string;
  readonly own: { readonly authorization: string };
  readonly foreign: { readonly authorization: string };
  readonly viewer: { readonly authorization: string };
  /** Calls a tool; the result, or the error. */
  readonly call: (name: string, args: Facts, as?: { authorization: string }) => Promise<Facts>;
}

async function openGround(options: Parameters<typeof openHttpOffice>[0] = {}): Promise<Ground> {
  const office = await openHttpOffice(options);
  const [ofAlfa, ofBeta] = [[office.alfa.organizationId], [office.beta.organizationId]];
  const keyed = async (wish: Parameters<HttpOffice['keyFor']>[0]) =>
    bearer((await office.keyFor(wish)).key);
  const own = await keyed({ organizations: ofAlfa });
  return {
    ...office,
    api: `${office.server.url}/api/v1`,
    own,
    foreign: await keyed({ organizations: ofBeta }),
    viewer: await keyed({ organizations: ofAlfa, role: 'viewer' }),
    async call(name, args, as = own) {
      const params = { name, arguments: args };
      const { json } = await ask(office.mcpUrl, as, { method: 'tools/call', params });
      const result = json?.['result'] as Facts;
      if (result['isError'] !== true) return result['structuredContent'] as Facts;
      const [content] = result['content'] as { text: string }[];
      return (JSON.parse(content?.text ?? '') as { error: Facts }).error;
    },
  };
}

async function upload({ api, own }: Ground, body = CSV): Promise<string> {
  const headers = { ...own, 'x-filename': 'kunder.csv' };
  const { json } = await send(`${api}/uploads`, { method: 'POST', headers, body });
  return String(json?.['uploadId']);
}

/** An ended import of the file. */
async function imported(ground: Ground): Promise<string> {
  const { jobId } = await ground.call('import_customers_csv', { uploadId: await upload(ground) });
  await ground.alfa.service.status(String(jobId), WAITING);
  return String(jobId);
}

describe('an upload', () => {
  it('is looked at, tried and run, and stays with the job', async () => {
    const ground = await openGround();
    const uploadId = await upload(ground);
    const look = await ground.call('inspect_file', { uploadId, resourceType: 'customer' });
    expect(look).toMatchObject({ format: 'csv', totalRows: 3 });
    const options = { dryRun: true };
    const tried = await ground.call('import_customers_csv', { uploadId, options, waitSeconds: 20 });
    expect(tried).toMatchObject({ job: { status: 'completed', source: { name: 'kunder.csv' } } });
    const run = await ground.call('import_customers_csv', { uploadId, waitSeconds: 20 });
    expect(run).toMatchObject({ job: { status: 'completed', successfulItems: 2, failedItems: 1 } });
    const again = await ground.call('import_customers_csv', { uploadId });
    expect(again).toMatchObject({ jobId: run['jobId'], alreadySubmitted: true });
    // The bytes of the job are its own.
    const organizationId = ground.alfa.organizationId;
    await rm(path.join(ground.dataDir, 'uploads', organizationId, uploadId));
    const archive = await send(`${ground.api}/jobs/${String(run['jobId'])}/archive.zip`, {
      headers: ground.own,
    });
    expect(archive.text).toContain('source/kunder.csv');
    expect((await ground.call('import_customers_csv', { uploadId, options }))['code']).toBe(
      'UPLOAD_NOT_FOUND',
    );
  });

  it('of another company or unknown is not found, in the same words', async () => {
    const ground = await openGround();
    const uploadId = await upload(ground);
    const tools = ['import_customers_csv', 'inspect_file'] as const;
    for (const name of tools) {
      const words = await ground.call(name, { uploadId: 'ingen' });
      expect(words['code']).toBe('UPLOAD_NOT_FOUND');
      expect(await ground.call(name, { uploadId }, ground.foreign)).toEqual(words);
    }
  });
});

describe('request_upload', () => {
  it('gives an address that takes one file without a key', async () => {
    const ground = await openGround();
    const wish = { fileName: 'C:\\kunder.csv', sizeBytes: CSV.length };
    const given = await ground.call('request_upload', wish);
    expect(given).toMatchObject({
      method: 'PUT',
      curl: expect.stringContaining('curl') as unknown,
    });
    const [uploadId, url] = [String(given['uploadId']), String(given['uploadUrl'])];
    expect(url).toMatch(/\/api\/v1\/uploads\/[\w-]{43}$/);
    const early = await ground.call('inspect_file', { uploadId });
    expect(early).toMatchObject({ code: 'UPLOAD_NOT_FOUND' });
    const put = (body: string): Promise<RawAnswer> => send(url, { method: 'PUT', body });
    // A file that is not the one that was announced leaves the address open.
    expect((await put('name\n')).json?.['code']).toBe('INPUT_INVALID');
    const both = await Promise.all([put(CSV), put(CSV)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 404]);
    const taken = both.find(({ status }) => status === 201);
    expect(taken?.json).toMatchObject({ uploadId, fileName: 'kunder.csv', sizeBytes: CSV.length });
    expect(await ground.call('inspect_file', { uploadId })).toMatchObject({ totalRows: 3 });
    const used = await put(CSV);
    const unknown = await send(`${ground.api}/uploads/${'x'.repeat(43)}`, {
      method: 'PUT',
      body: CSV,
    });
    expect([used.status, used.json?.['code']]).toEqual([404, 'UPLOAD_NOT_FOUND']);
    expect(used.text).toBe(unknown.text);
  });

  it('gives an address whose secret is neither in the log nor in the journal', async () => {
    const lines: string[] = [];
    const log = openLogTo(lines);
    const ground = await openGround({ log });
    const { uploadUrl, uploadId } = await ground.call('request_upload', {});
    const url = String(uploadUrl);
    const secret = url.slice(url.lastIndexOf('/') + 1);
    const headers = { 'x-filename': 'a.csv' };
    const named = await send(url, { method: 'PUT', headers, body: CSV });
    expect(named.json).toMatchObject({ fileName: 'a.csv', uploadId });
    expect((await send(url, { method: 'PUT', body: CSV })).status).toBe(404);
    await expect.poll(() => lines.join('\n'), { interval: 5 }).toContain('UPLOAD_NOT_FOUND');
    expect(lines.join('\n')).toContain('/api/v1/uploads/:secret');
    expect(lines.join('\n')).not.toContain(secret);
    const chain = { organizationId: ground.alfa.organizationId };
    const entries = await ground.app.store.readJournal({ chain, afterSeq: 0, limit: 100 });
    const text = JSON.stringify(entries);
    expect(entries.at(-1)).toMatchObject({
      kind: 'tool.call',
      actor: 'Nora',
      body: { tool: 'PUT /api/v1/uploads/{secret}' },
    });
    expect(text).not.toContain(secret);
  });
});

/** The files of an archive by their names. */
async function unpacked(bytes: Buffer): Promise<Record<string, string>> {
  const zip = await promisify<Buffer, object, ZipFile>(fromBuffer)(bytes, { lazyEntries: true });
  const files: Record<string, string> = {};
  await new Promise<void>((resolve, reject) => {
    zip.on('end', resolve).on('error', reject);
    zip.on('entry', (entry: Entry) => {
      zip.openReadStream(entry, (error, stream) => {
        if (error !== null) {
          reject(error);
          return;
        }
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          files[entry.fileName] = Buffer.concat(chunks).toString('utf8');
          zip.readEntry();
        });
      });
    });
    zip.readEntry();
  });
  return files;
}

describe('the files of a job', () => {
  it('are its reports, in both formats and dialects', async () => {
    const ground = await openGround();
    const jobId = await imported(ground);
    const get = (file: string): Promise<RawAnswer> =>
      send(`${ground.api}/jobs/${jobId}/${file}`, { headers: ground.viewer });
    const failed = await get('report.csv');
    expect(failed.text).toContain('Syd ApS');
    expect(failed.text).not.toContain('Nord ApS');
    expect(failed.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename=report-${jobId}-failed.csv`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': 'sandbox',
      'cache-control': 'no-store',
    });
    expect((await get('report.csv?include=all')).text).toContain('Nord ApS');
    expect((await get('report.csv?include=all&dialect=da')).text).toMatch(/^\ufeff?name;/);
    const workbook = await get('report.xlsx?include=all');
    expect([workbook.status, workbook.text.slice(0, 2)]).toEqual([200, 'PK']);
    for (const query of ['?include=none', '?dialect=de', '?include=all&include=all', '?x=1']) {
      expect((await get(`report.csv${query}`)).json?.['code'], query).toBe('INPUT_INVALID');
    }
  });

  it('come as one archive with source, reports, summary and journal', async () => {
    const ground = await openGround();
    const jobId = await imported(ground);
    const answer = await request(`${ground.api}/jobs/${jobId}/archive.zip`, {
      headers: ground.viewer,
    });
    const files = await unpacked(Buffer.from(await answer.body.arrayBuffer()));
    expect(Object.keys(files).sort()).toEqual([
      ...['journal.jsonl', 'report-all.csv', 'report-failed.csv'],
      ...['source/kunder.csv', 'summary.csv', 'summary.json'],
    ]);
    expect(files['source/kunder.csv']).toBe(CSV);
    expect(JSON.parse(files['summary.json'] ?? '')).toMatchObject({ id: jobId, failedItems: 1 });
    expect(files['summary.csv']).toContain('failedItems,1');
    const entries = (files['journal.jsonl'] ?? '').trim().split('\n');
    const kinds = entries.map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds).toEqual(expect.arrayContaining(['job.start', 'billy.write', 'job.end']));
    expect(entries.every((line) => line.includes(jobId))).toBe(true);
    const { text } = await send(`${ground.api}/jobs/${jobId}/archive.zip?include=failed`, {
      headers: ground.viewer,
    });
    expect([text.includes('report-failed.csv'), text.includes('report-all.csv')]).toEqual([
      true,
      false,
    ]);
  });

  it('of another company are not found, in the words for what does not exist', async () => {
    const ground = await openGround();
    const jobId = await imported(ground);
    const { filename } = await ground.call('export_customers_csv', {});
    const places = (id: string, file: string): string[] => [
      `jobs/${id}/report.csv`,
      `jobs/${id}/report.xlsx`,
      `jobs/${id}/archive.zip`,
      `exports/${file}`,
    ];
    const own = places(jobId, String(filename));
    const nobodys = places('0'.repeat(32), 'ingen.csv');
    for (const [index, place] of own.entries()) {
      const get = (at: string, headers: object): Promise<RawAnswer> =>
        send(`${ground.api}/${at}`, { headers: { ...headers } });
      expect((await get(place, ground.own)).status, place).toBe(200);
      expect((await get(place, {})).status, place).toBe(401);
      const foreign = await get(place, ground.foreign);
      expect([place, foreign.status]).toEqual([place, 404]);
      expect(foreign.text).toBe((await get(nobodys[index] ?? '', ground.foreign)).text);
    }
    const ofViewer = await send(`${ground.api}/exports/${String(filename)}`, {
      headers: ground.viewer,
    });
    expect([ofViewer.status, ofViewer.json?.['code']]).toEqual([403, 'FORBIDDEN']);
    for (const file of ['..%2f..%2fjobs.sqlite', '%00', 'secret.key', '.csv']) {
      expect((await send(`${ground.api}/exports/${file}`, { headers: ground.own })).status).toBe(
        404,
      );
    }
  });
});

describe('a downloadUrl', () => {
  it('stands beside resourceUri, and gives the file without a key', async () => {
    const ground = await openGround();
    const exported = await ground.call('export_customers_csv', {});
    const url = String(exported['downloadUrl']);
    const [answer, direct] = [
      await send(url),
      await send(`${ground.api}/exports/${String(exported['filename'])}`, { headers: ground.own }),
    ];
    expect([answer.status, answer.text]).toEqual([200, direct.text]);
    expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(answer.text)));
    const last = url.at(-1) === 'A' ? 'B' : 'A';
    const other = `${url.slice(0, -5)}${last}${url.slice(-4)}`;
    const altered = await send(other);
    expect([altered.status, altered.json?.['code']]).toEqual([404, 'FILE_NOT_FOUND']);
  });

  it('of a report is that of its rows and dialect', async () => {
    const ground = await openGround();
    const jobId = await imported(ground);
    const wish = { jobId, include: 'all', options: { dialect: 'da' } };
    const { downloadUrl } = await ground.call('get_bulk_job_report', wish, ground.viewer);
    const { status, text } = await send(String(downloadUrl));
    expect([status, text.includes('Nord ApS;')]).toEqual([200, true]);
  });
});

describe('filePath over HTTP', () => {
  it('of an operator of all companies reaches the folder of the one that the call names', async () => {
    const root = await tempRoot();
    const ground = await openGround({ office: { env: { BULK_ALLOWED_DIRS: root } } });
    const { alfa, beta } = ground;
    for (const { organizationId } of [alfa, beta]) {
      await mkdir(path.join(root, organizationId));
      await writeFile(path.join(root, organizationId, 'kunder.csv'), CSV);
    }
    const all = bearer((await ground.keyFor()).key);
    const ask = (name: string, organizationId?: string, filePath = 'kunder.csv') =>
      ground.call(name, { filePath, organizationId, options: {} }, all);
    const options = { dryRun: true };
    const { organizationId } = alfa;
    const start = { filePath: 'kunder.csv', organizationId, options };
    expect(await ground.call('import_customers_csv', start, all)).toMatchObject({ success: true });
    expect(await ask('inspect_file', organizationId)).toMatchObject({ totalRows: 3 });
    const listed = await ground.call('inspect_file', { organizationId }, all);
    expect(listed['folders']).toMatchObject([{ path: path.join(root, organizationId) }]);
    expect((await ask('inspect_file'))['code']).toBe('PATH_NOT_ALLOWED');
    const theirs = path.join(root, beta.organizationId, 'kunder.csv');
    expect((await ask('inspect_file', organizationId, theirs))['code']).toBe('PATH_NOT_ALLOWED');
    const exported = await ask('export_customers_csv', organizationId, 'ud.csv');
    expect(exported['filePath']).toBe(path.join(root, organizationId, 'ud.csv'));
  });
});
