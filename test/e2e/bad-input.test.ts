// Bad input, item by item: a clear code, a hint, and nothing written that should not be.
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StateSummary } from '../../src/sandbox/api/dump.js';
import { startSandboxProcess, type SandboxProcess } from '../support/sandbox-process.js';
import {
  makeHome,
  openServer,
  settingsFor,
  type Connection,
  type Env,
  type Home,
} from '../support/stdio-clients.js';
import {
  customersCsv,
  errorOf,
  openFor,
  openStage,
  putFile,
  readJob,
  runJob,
  sourcesIn,
  startJob,
  type ToolError,
} from './stage.js';

interface Scene {
  readonly sandbox: SandboxProcess;
  readonly home: Home;
  readonly env: Env;
  readonly connection: Connection;
  readonly outside: Home;
}

const HEAD_BYTES = 64 * 1024;
/** Rows whose text is longer than what a start looks at. */
const MANY_ROWS = 2500;
const BELOW_MANY_ROWS = '1000';

let opened: Scene | null = null;
let before: StateSummary | null = null;

function scene(): Scene {
  if (opened === null) throw new Error('the scene is not open');
  return opened;
}

beforeAll(async () => {
  const sandbox = await startSandboxProcess(['--contacts', '20', '--products', '5']);
  const [home, outside] = [await makeHome(), await makeHome()];
  const env = settingsFor(sandbox, home);
  opened = { sandbox, home, env, outside, connection: await openServer(env) };
  before = await sandbox.summary();
});
afterAll(async () => {
  const { connection, sandbox, home, outside } = scene();
  await connection.close();
  await sandbox.stop();
  await home.remove();
  await outside.remove();
});

/** A start that is refused: the error, and proof that it left nothing behind. */
async function refused(
  args: Record<string, unknown>,
  connection: Connection = scene().connection,
): Promise<ToolError> {
  const kept = sourcesIn(scene().home);
  const error = errorOf(await connection.callTool('import_customers_csv', args));
  expect(error.message).not.toBe('');
  expect(error.hint).not.toBe('');
  expect(await scene().sandbox.summary()).toEqual(before);
  expect(sourcesIn(scene().home)).toEqual(kept);
  return error;
}

async function refusedFile(name: string, content: string | Uint8Array): Promise<ToolError> {
  return refused({ filePath: await putFile(scene().home, name, content) });
}

/** A job that its scan ends: the code, and proof that nothing was sent. */
async function failedScan(
  args: Record<string, unknown>,
  connection: Connection = scene().connection,
): Promise<string> {
  const { sandbox } = scene();
  const job = await runJob(connection, args);
  expect(job).toMatchObject({ status: 'failed', successfulItems: 0, outcomes: { created: 0 } });
  expect(job.error?.message).not.toBe('');
  expect(job.error?.hint).not.toBe('');
  expect(await sandbox.summary()).toEqual(before);
  return job.error?.code ?? '';
}

async function failedScanOf(name: string, content: string | Uint8Array): Promise<string> {
  return failedScan({ filePath: await putFile(scene().home, name, content) });
}

const CSV = customersCsv(2);

describe('without a token', () => {
  let bare: Connection | null = null;
  const call = (name: string, args: Record<string, unknown>) => {
    if (bare === null) throw new Error('the server is not open');
    return bare.callTool(name, args);
  };
  beforeAll(async () => {
    const home = await makeHome();
    const none = { BILLY_ACCESS_TOKEN: '', BULK_DATA_DIR: home.dataDir };
    const connection = await openServer({ ...scene().env, ...none });
    bare = connection;
    return async () => {
      await connection.close();
      await home.remove();
    };
  });

  it('the server starts, lists its tools and gives templates', async () => {
    expect((await bare?.listTools())?.length).toBeGreaterThan(5);
    const template = await call('download_csv_template', { resourceType: 'customer' });
    expect(template).toMatchObject({ isError: false, structured: { success: true } });
  });

  it.each([
    ['import_customers_csv', { csvContent: CSV }],
    ['export_customers_csv', {}],
    ['bulk_update_products', { updates: [{ id: 'x', changes: { name: 'y' } }] }],
    ['list_bulk_jobs', {}],
  ])('%s asks for one', async (name, args) => {
    const { code, hint } = errorOf(await call(name, args));
    expect(code).toBe('CONFIG_MISSING_TOKEN');
    expect(hint).toContain('BILLY_ACCESS_TOKEN');
  });
});

describe('the account', () => {
  it('refuses a wrong token', async () => {
    const home = await makeHome();
    const { env } = scene();
    const wrong = { ...env, BILLY_ACCESS_TOKEN: 'wrong', BULK_DATA_DIR: home.dataDir };
    const connection = await openFor(wrong);
    expect((await refused({ csvContent: CSV }, connection)).code).toBe('BILLY_AUTH');
    await home.remove();
  });

  it('cannot be reached where nothing listens', async () => {
    const nowhere = { ...scene().env, BILLY_API_BASE_URL: 'http://127.0.0.1:1/v2' };
    const connection = await openFor(nowhere);
    expect((await refused({ csvContent: CSV }, connection)).code).toBe('BILLY_UNREACHABLE');
  });

  it.each(['reset', '503'])('cannot be reached while Billy is down (%s)', async (mode) => {
    const { sandbox, connection } = scene();
    const csvContent = 'id,name\nno-such-record,A\n';
    const known = await runJob(connection, { csvContent, options: { dryRun: true, label: mode } });
    await sandbox.act('down', { down: true, mode });
    try {
      const { code } = await refused({ csvContent: CSV });
      expect(['BILLY_UNREACHABLE', 'BILLY_SERVER']).toContain(code);
      if (mode === 'reset') expect(code).toBe('BILLY_UNREACHABLE');
      expect(await readJob(connection, known.id)).toMatchObject({ status: 'completed' });
    } finally {
      await sandbox.act('down', { down: false });
    }
  });

  it('is not the one named', async () => {
    const { code } = await refused({ csvContent: CSV, organizationId: 'another' });
    expect(code).toBe('ORGANIZATION_MISMATCH');
    const connection = await openFor({ ...scene().env, BILLY_ORGANIZATION_ID: 'another' });
    expect((await refused({ csvContent: CSV }, connection)).code).toBe('ORGANIZATION_MISMATCH');
  });

  it('is locked', async () => {
    const { sandbox } = scene();
    const open = before;
    await sandbox.act('lock', { locked: true });
    before = await sandbox.summary();
    try {
      expect((await refused({ csvContent: CSV })).code).toBe('ORGANIZATION_LOCKED');
    } finally {
      await sandbox.act('lock', { locked: false });
      before = open;
    }
    expect(await sandbox.summary()).toEqual(open);
  });
});

describe('the source', () => {
  it('is one, not two', async () => {
    const two = { csvContent: CSV, rows: [{ name: 'A' }] };
    expect((await refused(two)).code).toBe('INPUT_SOURCE');
    expect((await refused({})).code).toBe('INPUT_SOURCE');
    // Uploads come with HTTP.
    expect((await refused({ uploadId: 'u1' })).code).toBe('INPUT_SOURCE');
  });

  it.each([
    ['an unknown option', { csvContent: CSV, options: { dry: true } }],
    ['an option of the wrong kind', { csvContent: CSV, options: { dryRun: 'yes' } }],
    ['no rows', { rows: [] }],
  ])('is not taken with %s', async (_what, args) => {
    expect((await refused(args)).code).toBe('INPUT_INVALID');
  });

  it('is not larger than a call may carry', async () => {
    const csvContent = `name\n${'x'.repeat(1024 * 1024)}\n`;
    expect((await refused({ csvContent })).code).toBe('INPUT_TOO_LARGE');
    const rows = Array.from({ length: 501 }, (_, index) => ({ name: `Kunde ${index}` }));
    expect((await refused({ rows })).code).toBe('INPUT_TOO_LARGE');
  });
});

describe('the path', () => {
  const outsideFile = async (): Promise<string> => {
    const file = path.join(scene().outside.folder, 'secret.csv');
    await writeFile(file, CSV);
    return file;
  };
  const notAllowed = async (filePath: string): Promise<void> => {
    const { code, hint } = await refused({ filePath });
    expect(code).toBe('PATH_NOT_ALLOWED');
    expect(hint).toContain('BULK_ALLOWED_DIRS');
  };

  it('is not outside, whether it exists or not', async () => {
    await notAllowed(await outsideFile());
    await notAllowed(path.join(scene().outside.folder, 'missing.csv'));
    await notAllowed('/etc/passwd');
  });

  it('does not lead out by ..', async () => {
    const { home } = scene();
    await mkdir(path.join(home.folder, 'inner'), { recursive: true });
    const way = path.relative(home.folder, await outsideFile());
    await notAllowed(way);
    await notAllowed(`${home.folder}/inner/../../../${path.basename(home.folder)}/secret.csv`);
    await notAllowed('../data/jobs.sqlite');
  });

  it('does not lead out by a link', async () => {
    const { home, outside } = scene();
    const file = await outsideFile();
    await symlink(file, path.join(home.folder, 'link.csv'));
    await symlink(outside.folder, path.join(home.folder, 'linked'));
    await notAllowed(path.join(home.folder, 'link.csv'));
    await notAllowed('link.csv');
    await notAllowed(path.join(home.folder, 'linked', 'secret.csv'));
  });

  it('names a file that exists', async () => {
    expect((await refused({ filePath: 'missing.csv' })).code).toBe('FILE_NOT_FOUND');
    expect((await refused({ filePath: 'no/such/folder.csv' })).code).toBe('FILE_NOT_FOUND');
    expect((await refused({ filePath: scene().home.folder })).code).toBe('INPUT_INVALID');
  });
});

describe('the file', () => {
  it.each([
    ['empty', '', 'CSV_MALFORMED'],
    ['empty but for blank lines', '\n\n\n', 'CSV_MALFORMED'],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'INPUT_ENCODING'],
    ['not text', Buffer.from([0x6e, 0x00, 0x61, 0x00, 0x0a, 0x00, 0x01]), 'INPUT_ENCODING'],
    ['without a name column', 'email,phone\na@b.example,1\n', 'CSV_MISSING_COLUMN'],
    ['open in a quote at its very end', 'name,email\nA,a@b.example\nB,"b@c', 'CSV_MALFORMED'],
    ['with two columns of one meaning', 'name,navn\nA,B\n', 'INPUT_INVALID'],
    ['not the JSON that it looks like', '[{"name": "A"},', 'CSV_MALFORMED'],
  ])('that is %s is refused', async (what, content, code) => {
    const ending = what.includes('JSON') ? 'json' : 'csv';
    expect((await refusedFile(`bad.${ending}`, content)).code).toBe(code);
  });

  it('that is too large is refused', async () => {
    const filePath = await putFile(scene().home, 'large.csv', customersCsv(MANY_ROWS));
    const connection = await openFor({ ...scene().env, BULK_MAX_FILE_BYTES: '5000' });
    const { code, hint } = await refused({ filePath }, connection);
    expect(code).toBe('INPUT_TOO_LARGE');
    expect(hint).toContain('BULK_MAX_FILE_BYTES');
  });

  it('with too many rows ends its job', async () => {
    const filePath = await putFile(scene().home, 'rows.csv', customersCsv(MANY_ROWS));
    const connection = await openFor({ ...scene().env, BULK_MAX_ROWS: BELOW_MANY_ROWS });
    expect(await failedScan({ filePath }, connection)).toBe('INPUT_TOO_LARGE');
  });

  it('that goes wrong behind its beginning ends its job', async () => {
    const long = customersCsv(MANY_ROWS);
    expect(long.length).toBeGreaterThan(HEAD_BYTES + 1000);
    expect(await failedScanOf('open.csv', `${long}"Åben ApS,x@y.example,Z\n`)).toBe(
      'CSV_MALFORMED',
    );
    const badByte = Buffer.concat([Buffer.from(long), Buffer.from([0xc3, 0x28, 0x0a])]);
    expect(await failedScanOf('bytes.csv', badByte)).toBe('INPUT_ENCODING');
  });

  it('whose amounts can be read in two ways ends its job', async () => {
    const csvContent = 'productNo,unitPrice\nA,"1.234"\nB,"2.345"\n';
    const job = await runJob(scene().connection, { csvContent }, 'bulk_update_products');
    expect(job).toMatchObject({ status: 'failed', error: { code: 'INPUT_AMBIGUOUS' } });
    expect(await scene().sandbox.summary()).toEqual(before);
  });
});

describe('the rows', () => {
  it('that are ragged, invalid or unknown fail one by one', async () => {
    const { sandbox, home, connection } = await openStage();
    const content = [
      'name,email,country,id',
      'God ApS,god@x.example,DK,',
      'Kort ApS',
      'Lang ApS,lang@x.example,DK,,for meget',
      ',uden@navn.example,DK,',
      'Ukendt ApS,,Atlantis,',
      'Fremmed ApS,,DK,nosuchrecord',
      'Også god ApS,,Danmark,',
    ].join('\n');
    const job = await runJob(connection, { filePath: await putFile(home, 'ragged.csv', content) });
    const codes = job.errors.map(({ row, code }) => [row, code]);
    expect(codes).toEqual([
      [3, 'CSV_MALFORMED'],
      [4, 'CSV_MALFORMED'],
      [5, 'ROW_INVALID'],
      [6, 'ROW_INVALID'],
      [7, 'REFERENCE_NOT_FOUND'],
    ]);
    expect(job).toMatchObject({ status: 'completed', outcomes: { created: 2 }, failedItems: 5 });
    expect((await sandbox.summary()).counts['contacts']).toBe(2);
  });

  it('that Billy refuses fail with its word, and only they', async () => {
    const { sandbox, connection } = await openStage({
      flags: ['--unknowns', 'uniqueNumbers=enforce,refusalReasons=attributes'],
    });
    const csvContent = 'name,contactNo\nA ApS,7\nB ApS,7\nC ApS,8\n';
    const options = { duplicateStrategy: 'create' };
    const job = await runJob(connection, { csvContent, options });
    expect(job).toMatchObject({ status: 'completed', outcomes: { created: 2, failed: 1 } });
    expect(job.errors).toMatchObject([{ code: 'BILLY_VALIDATION', field: 'contactNo' }]);
    expect(job.errorSummary).toMatchObject([{ code: 'BILLY_VALIDATION', count: 1 }]);
    expect((await sandbox.summary()).counts['contacts']).toBe(2);
  });

  it('that fit two records fail, and so do those whose plan is stale', async () => {
    const { sandbox, connection } = await openStage();
    const twins = 'name,contactNo\nTo ApS,1\nTo ApS,2\n';
    await runJob(connection, { csvContent: twins });
    const options = { matchBy: ['name'], duplicateStrategy: 'update' };
    const either = await runJob(connection, { csvContent: 'name,phone\nTo ApS,1\n', options });
    expect(either.errors).toMatchObject([{ row: 2, code: 'DUPLICATE_AMBIGUOUS' }]);
    const change = { csvContent: 'name,contactNo,phone\nTo ApS,1,12345678\n' };
    const dry = await runJob(connection, {
      ...change,
      options: { duplicateStrategy: 'update', dryRun: true },
    });
    expect(dry.outcomes.updated).toBe(1);
    const contacts = (await sandbox.state()).records['contacts'] ?? [];
    const contact = contacts.find(({ contactNo }) => contactNo === '1');
    const edit = { action: 'edit', id: contact?.id, changes: { phone: '87654321' } };
    await sandbox.act('third-party', edit);
    const stale = await runJob(connection, { dryRunJobId: dry.id });
    expect(stale.errors).toMatchObject([{ row: 2, code: 'PLAN_STALE' }]);
  });
});

describe('the job', () => {
  it('that nobody knows is not found', async () => {
    const { connection } = scene();
    const answer = await connection.callTool('get_bulk_job_status', { jobId: 'unknown' });
    expect(errorOf(answer)).toMatchObject({ code: 'JOB_NOT_FOUND' });
  });

  it('of another organization is not found', async () => {
    const other = await openStage({ flags: ['--seed', '2'] });
    const jobId = await startJob(other.connection, { csvContent: CSV });
    const { env } = scene();
    const connection = await openFor({ ...env, BULK_DATA_DIR: other.home.dataDir });
    const answer = await connection.callTool('get_bulk_job_status', { jobId });
    expect(errorOf(answer)).toMatchObject({ code: 'JOB_NOT_FOUND' });
    const uri = `billy-bulk://jobs/${jobId}`;
    await expect(connection.readResource(uri)).rejects.toThrow(/JOB_NOT_FOUND/);
  });
});
