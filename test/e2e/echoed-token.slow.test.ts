// A Billy that echoes the token in every way, in every answer: nothing that a real server stores, says or logs tells it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBillyProxy, type Hook, type ProxyAnswer } from '../reality/support/billy-proxy.js';
import { ECHOES, tellsToken, WIRE_ECHOES } from '../support/echoes.js';
import { MAIN, startSandboxProcess } from '../support/sandbox-process.js';
import { makeHome, settingsFor, type Env } from '../support/stdio-clients.js';
import { jobAtEnd, openFor, startJob } from './stage.js';

const LONG_MS = 120_000;
const echoes = Object.values(ECHOES);
const wireEchoes = Object.values(WIRE_ECHOES);
/** Stands in the parsed answer where its bytes are to hold an echo of the wire. */
const PLACE = 'WIRE-ECHO-';

type Members = Record<string, unknown>;

/** The record with echoes in the fields that jobs keep, and the token as the name of a member. */
function echoing(record: Members, index: number, token: string): Members {
  const echo = echoes[index % echoes.length]?.(token) ?? token;
  const place = `${PLACE}${String(index % wireEchoes.length)}`;
  return {
    ...record,
    street: echo,
    cityText: place,
    phone: echo,
    [token]: token,
    note: { [echo]: 1 },
  };
}

function echoedBody(body: Members, token: string): string {
  const organization = body['organization'] as Members | undefined;
  const contacts = body['contacts'] as Members[] | undefined;
  const all = echoes.map((echo) => echo(token));
  const echoed = {
    ...body,
    [token]: all,
    ...(organization === undefined
      ? {}
      : { organization: { ...organization, name: all.join(' ') } }),
    ...(contacts === undefined
      ? {}
      : { contacts: contacts.map((contact, index) => echoing(contact, index, token)) }),
  };
  return wireEchoes.reduce(
    (text, echo, index) => text.replaceAll(`${PLACE}${String(index)}`, echo(token)),
    JSON.stringify(echoed),
  );
}

/** Refuses rows by their names with an echo each, one of them in pieces. */
function refusalOf(name: string, token: string): ProxyAnswer {
  const index = Number(name.replace(/\D/g, ''));
  const echo = echoes[index]?.(token) ?? `${PLACE}0`;
  const pieces = Object.fromEntries((token.match(/.{9}/g) ?? []).map((piece) => [piece, piece]));
  const body = {
    meta: { statusCode: 422, success: false },
    errorCode: 'INVALID_RECORD',
    errorMessage: `Refused ${echo}.`,
    validationErrors: { [token]: { message: echo, attributes: { [echo]: echo, ...pieces } } },
  };
  return { status: 422, body: echoedBody(body, token), headers: {} };
}

function echo(token: string): Hook {
  return async (request, pass) => {
    const contact = (request.body as { contact?: { name?: string } } | null)?.contact;
    const name = contact?.name ?? '';
    const answer = name.startsWith('Afvist') ? refusalOf(name, token) : await pass(request);
    if (typeof answer === 'string') return answer;
    const isJson = typeof answer.body === 'object' && answer.body !== null;
    const body = isJson ? echoedBody(answer.body as Members, token) : answer.body;
    const headers = { ...answer.headers, 'x-echo': token, 'set-cookie': `t=${token}` };
    return { ...answer, body, headers };
  };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((each) => each.isFile())
    .map((each) => path.join(each.parentPath, each.name));
}

async function doctorOutput(env: Env): Promise<string> {
  const child = spawn(process.execPath, [MAIN, 'doctor'], { env: { ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  }
  await once(child, 'close');
  return output;
}

async function openEchoingStage() {
  const sandbox = await startSandboxProcess(['--contacts', '20']);
  onTestFinished(() => sandbox.stop());
  const proxy = await startBillyProxy();
  onTestFinished(() => proxy.close());
  proxy.target = sandbox.url;
  proxy.use(echo(sandbox.token));
  const home = await makeHome();
  onTestFinished(() => home.remove());
  const settings = settingsFor({ ...sandbox, url: proxy.url }, home);
  const env = { ...settings, BULK_LOG_LEVEL: 'debug' };
  return { token: sandbox.token, home, env, connection: await openFor(env) };
}

describe('a token that Billy echoes', () => {
  it('is in no file, answer or log line, however it is read', { timeout: LONG_MS }, async () => {
    const { token, home, env, connection } = await openEchoingStage();
    const said: string[] = [];
    const call = async (tool: string, args: Members): Promise<void> => {
      const { text, structured } = await connection.callTool(tool, args);
      said.push(text, JSON.stringify(structured));
    };
    const names = [...echoes.keys()].map((index) => `Afvist ${String(index)}`);
    const rows = [...names, 'God A', 'God B'].map((name, index) => `${name},${String(index)}`);
    const csvContent = ['name,contactNo', ...rows].join('\n');
    const jobId = await startJob(connection, { csvContent });
    const job = await jobAtEnd(connection, jobId);
    expect(job).toMatchObject({ status: 'completed', failedItems: names.length });
    expect(job.outcomes.created).toBe(2);
    const filePath = path.join(home.folder, 'ud.csv');
    await call('import_customers_csv', { csvContent });
    await call('get_bulk_job_status', { jobId });
    await call('list_bulk_jobs', {});
    await call('get_bulk_job_report', { jobId });
    await call('get_bulk_job_report', { jobId, include: 'all' });
    await call('export_customers_csv', { filePath });
    await call('export_customers_csv', { options: { dialect: 'da' } });
    await call('rollback_job', { jobId });
    said.push(JSON.stringify(await jobAtEnd(connection, jobId)));
    said.push((await connection.readResource(`billy-bulk://jobs/${jobId}`)).text);
    said.push(await doctorOutput(env));
    const stored = [...(await filesIn(home.dataDir)), ...(await filesIn(home.folder))];
    expect(stored.map((file) => path.basename(file))).toContain('jobs.sqlite');
    for (const file of stored) {
      expect([file, tellsToken(await readFile(file), token)]).toEqual([file, false]);
    }
    expect(connection.stderrLines.length).toBeGreaterThan(10);
    for (const text of [...said, ...connection.stderrLines]) {
      expect([text, tellsToken(Buffer.from(text), token)]).toEqual([text, false]);
    }
  });
});
