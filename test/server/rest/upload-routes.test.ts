// Files that are sent over HTTP, over real sockets: what is taken, what is refused and when, and what is left of it.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { FormData } from 'undici';
import { describe, expect, it } from 'vitest';
import { openHttpOffice, type HttpOffice } from '../http/support/http-office.js';
import { bearer, send, type RawAnswer } from '../http/support/raw.js';
import { writeByHand } from '../http/support/socket.js';
import { FakeClock } from '../../support/fake-clock.js';

const CSV = 'name,email\nNord ApS,nord@example.dk\n';
const PATH = '/api/v1/uploads';

interface Ground extends HttpOffice {
  readonly url: string;
  /** The headers of an operator of the first company. */
  readonly own: { readonly authorization: string };
}

async function openGround(options: Parameters<typeof openHttpOffice>[0] = {}): Promise<Ground> {
  const office = await openHttpOffice(options);
  const organizations = [office.alfa.organizationId];
  const { key } = await office.keyFor({ organizations });
  return { ...office, url: `${office.server.url}${PATH}`, own: bearer(key) };
}

function raw(
  ground: Ground,
  body: string,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  return send(ground.url, {
    method: 'POST',
    headers: { ...ground.own, 'x-filename': 'kunder.csv', ...headers },
    body,
  });
}

interface Part {
  readonly name: string;
  readonly fileName?: string;
  readonly text: string;
}

const BOUNDARY = 'skillelinje';

function formText(parts: readonly Part[]): string {
  const lines = parts.map(({ name, fileName, text }) => {
    const named = fileName === undefined ? '' : `; filename="${fileName}"`;
    return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${named}\r\n\r\n${text}\r\n`;
  });
  return `${lines.join('')}--${BOUNDARY}--\r\n`;
}

function form(ground: Ground, body: string): Promise<RawAnswer> {
  const type = `multipart/form-data; boundary=${BOUNDARY}`;
  return send(ground.url, {
    method: 'POST',
    headers: { ...ground.own, 'content-type': type },
    body,
  });
}

/** Every file in the folder of uploads, whole or not. */
async function filesLeft({ dataDir }: Pick<HttpOffice, 'dataDir'>): Promise<string[]> {
  const options = { recursive: true, withFileTypes: true } as const;
  const entries = await readdir(path.join(dataDir, 'uploads'), options).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function nothingIsLeft(ground: Pick<HttpOffice, 'dataDir'>): Promise<void> {
  await expect.poll(() => filesLeft(ground), { interval: 5, timeout: 5000 }).toEqual([]);
}

describe('an upload', () => {
  it('is taken as a form or as the body itself, with its hash', async () => {
    const ground = await openGround();
    const expected = {
      uploadId: expect.stringMatching(/^[\da-f]{32}$/) as unknown,
      fileName: 'kunder.csv',
      sizeBytes: CSV.length,
      sha256: createHash('sha256').update(CSV).digest('hex'),
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
    };
    const sent = new FormData();
    sent.set('file', new Blob([CSV]), 'kunder.csv');
    const response = await fetch(ground.url, {
      method: 'POST',
      headers: ground.own,
      body: sent as unknown as globalThis.FormData,
    });
    expect([response.status, await response.json()]).toEqual([201, expected]);
    const answer = await raw(ground, CSV);
    expect([answer.status, answer.json]).toEqual([201, expected]);
    const json = await raw(ground, '[]', { 'content-type': 'application/json' });
    expect([json.status, json.json?.['sizeBytes']]).toEqual([201, 2]);
    expect((await filesLeft(ground)).length).toBe(3);
    const day = Date.parse(String(answer.json?.['expiresAt'])) - Date.now();
    expect(Math.round(day / 3_600_000)).toBe(24);
  });

  const NAMES: readonly (readonly [string, string])[] = [
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\Anna\\Skrivebord\\kunder.csv', 'kunder.csv'],
    ['kunder%20%C3%A6.csv', 'kunder æ.csv'],
    ["UTF-8''kunder%20%C3%A6.csv", 'kunder æ.csv'],
    ["iso-8859-1'da'k%F8b.csv", 'køb.csv'],
    [Buffer.from('kunder æøå.csv', 'utf8').toString('latin1'), 'kunder æøå.csv'],
    ['rabat 20%.csv', 'rabat 20%.csv'],
    ['a%00b.csv', 'ab.csv'],
    ['...', 'upload'],
    ['aux.csv', 'upload'],
    ['%E2%80%AEvsc.exe', 'vsc.exe'],
    [`${'n'.repeat(5000)}.csv`, `${'n'.repeat(116)}.csv`],
  ];

  it.each(NAMES)('with name %# of the table is kept under a clean name', async (given, kept) => {
    const ground = await openGround();
    const answer = await raw(ground, CSV, { 'x-filename': given });
    expect([answer.status, answer.json?.['fileName']]).toEqual([201, kept]);
    if (given.includes('%') || given.includes("'")) return;
    const inForm = await form(ground, formText([{ name: 'file', fileName: given, text: CSV }]));
    expect(inForm.status).toBe(201);
  });

  const BAD: readonly (readonly [string, string])[] = [
    [
      'two files',
      formText([1, 2].map((no) => ({ name: 'file', fileName: `${no}.csv`, text: CSV }))),
    ],
    ['no file', formText([{ name: 'other', text: 'x' }])],
    ['a field instead', formText([{ name: 'file', text: 'x' }])],
    ['another field', formText([{ name: 'fil', fileName: 'a.csv', text: CSV }])],
    ['an empty file', formText([{ name: 'file', fileName: 'a.csv', text: '' }])],
    ['no end', formText([{ name: 'file', fileName: 'a.csv', text: CSV }]).slice(0, -20)],
    ['half a header', `--${BOUNDARY}\r\nContent-Dispo`],
    ['nothing', ''],
    ['something else', CSV],
  ];

  it.each(BAD)('as a form with %s is refused, and nothing is left', async (_what, body) => {
    const ground = await openGround();
    const { status, json } = await form(ground, body);
    expect([status, json?.['code']]).toEqual([422, 'INPUT_INVALID']);
    expect(json?.['hint']).not.toBe('');
    await nothingIsLeft(ground);
  });

  it('without a name, a boundary or a byte is refused', async () => {
    const ground = await openGround();
    const { own, url } = ground;
    for (const headers of [{}, { 'content-type': 'multipart/form-data' }]) {
      const answer = await send(url, {
        method: 'POST',
        headers: { ...own, ...headers },
        body: CSV,
      });
      expect([answer.status, answer.json?.['code']]).toEqual([422, 'INPUT_INVALID']);
    }
    expect((await raw(ground, '')).json?.['code']).toBe('INPUT_INVALID');
    await nothingIsLeft(ground);
  });
});

describe('an upload over BULK_MAX_FILE_BYTES', () => {
  const env = { BULK_MAX_FILE_BYTES: '100000' };

  it('is refused by its declared length, before a byte of it is sent', async () => {
    const ground = await openGround({ office: { env } });
    for (const type of ['text/csv', `multipart/form-data; boundary=${BOUNDARY}`]) {
      const { answer } = await writeByHand(
        ground.url,
        `POST ${PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${ground.own.authorization}\r\n` +
          `X-Filename: a.csv\r\nContent-Type: ${type}\r\nContent-Length: 600000000\r\n\r\n`,
      );
      const text = await answer;
      expect(text).toMatch(/^HTTP\/1\.1 413 /);
      expect(text).toContain('"code":"INPUT_TOO_LARGE"');
    }
    await nothingIsLeft(ground);
  });

  it('is read on for a while after its refusal, so that no reset destroys the answer', async () => {
    const clock = new FakeClock(Date.now());
    const ground = await openGround({ office: { env }, clock });
    const { socket, answer } = await writeByHand(
      ground.url,
      `POST ${PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${ground.own.authorization}\r\n` +
        'X-Filename: a.csv\r\nContent-Length: 600000000\r\n\r\n',
    );
    await once(socket, 'data');
    socket.write('a'.repeat(1_000_000));
    await expect.poll(() => socket.writableLength, { interval: 5 }).toBe(0);
    expect(socket.readableEnded || socket.destroyed).toBe(false);
    await clock.advance(500);
    expect(await answer).toContain('"code":"INPUT_TOO_LARGE"');
  });

  it('is cut where its length is not declared, and its sender hears why', async () => {
    const ground = await openGround({ office: { env } });
    const { own, url } = ground;
    const pieces = Array.from({ length: 40 }, () => Buffer.alloc(10_000, 'a'));
    const headers = { ...own, 'x-filename': 'a.csv' };
    const asBody = await send(url, { method: 'POST', headers, body: pieces });
    expect([asBody.status, asBody.json?.['code']]).toEqual([413, 'INPUT_TOO_LARGE']);
    const [before = '', after = ''] = formText([{ name: 'file', fileName: 'a', text: '@' }]).split(
      '@',
    );
    const type = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
    const asForm = await send(url, {
      method: 'POST',
      headers: { ...own, ...type },
      body: [Buffer.from(before), ...pieces, Buffer.from(after)],
    });
    expect([asForm.status, asForm.json?.['code']]).toEqual([413, 'INPUT_TOO_LARGE']);
    await nothingIsLeft(ground);
  });

  it('is taken if it has just as many bytes', async () => {
    const ground = await openGround({ office: { env } });
    const text = 'a'.repeat(100_000);
    expect((await raw(ground, text)).status).toBe(201);
    expect((await form(ground, formText([{ name: 'file', fileName: 'a', text }]))).status).toBe(
      201,
    );
    expect((await raw(ground, `${text}a`)).status).toBe(413);
  });
});

describe('an upload that is cut off', () => {
  const wholeForm = formText([{ name: 'file', fileName: 'a.csv', text: CSV.repeat(200) }]);
  const asForm = `Content-Type: multipart/form-data; boundary=${BOUNDARY}\r\n`;
  const head = (ground: Ground, more: string): string =>
    `POST ${PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${ground.own.authorization}\r\n${more}`;

  const STAGES: readonly (readonly [string, string, string])[] = [
    ['before a byte', 'X-Filename: a.csv\r\nContent-Length: 5000\r\n', ''],
    ['in the middle', 'X-Filename: a.csv\r\nContent-Length: 5000\r\n', CSV.repeat(50)],
    ['in a chunk', 'X-Filename: a.csv\r\nTransfer-Encoding: chunked\r\n', `ff\r\n${CSV}`],
    ['in the header of a part', `${asForm}Content-Length: 9000\r\n`, wholeForm.slice(0, 40)],
    ['in the file of a form', `${asForm}Content-Length: 9000\r\n`, wholeForm.slice(0, 4000)],
    ['before the end of a form', `${asForm}Content-Length: 9000\r\n`, wholeForm.slice(0, -4)],
    ['after the file of a form', `${asForm}Content-Length: ${wholeForm.length + 9}\r\n`, wholeForm],
  ];

  it.each(STAGES)('%s leaves nothing, and the server goes on', async (_stage, more, body) => {
    const ground = await openGround();
    const { socket } = await writeByHand(ground.url, `${head(ground, more)}\r\n${body}`);
    await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    await nothingIsLeft(ground);
    expect((await raw(ground, CSV)).status).toBe(201);
  });

  it('by silence of 60 s ends, and leaves nothing', async () => {
    const clock = new FakeClock(Date.now());
    const ground = await openGround({ clock });
    const more = 'X-Filename: a.csv\r\nContent-Length: 5000\r\n';
    const text = `${head(ground, more)}\r\n${CSV}`;
    const { answer, socket } = await writeByHand(ground.url, text);
    await expect.poll(() => filesLeft(ground), { interval: 5 }).toHaveLength(1);
    for (let turn = 0; turn < 50; turn += 1) await clock.advance(1000);
    expect(socket.destroyed).toBe(false);
    for (let turn = 0; turn < 12; turn += 1) await clock.advance(1000);
    expect(await answer).not.toContain('201');
    await nothingIsLeft(ground);
  });
});

describe('who may upload, and for whom', () => {
  it('is decided before the body: its sender may wait to be asked', async () => {
    const ground = await openGround();
    const viewer = await ground.keyFor({ role: 'viewer' });
    const several = await ground.keyFor();
    const words = async (authorization: string): Promise<string> => {
      const { answer } = await writeByHand(
        ground.url,
        `POST ${PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n` +
          'X-Filename: a.csv\r\nContent-Length: 500000\r\nExpect: 100-continue\r\n\r\n',
      );
      return answer;
    };
    const answers = [
      await words('Bearer bbk_wrong'),
      await words(`Bearer ${viewer.key}`),
      await words(`Bearer ${several.key}`),
    ];
    expect(answers.map((text) => /^HTTP\/1\.1 (\d+)/.exec(text)?.[1])).toEqual([
      '401',
      '403',
      '422',
    ]);
    expect(answers[2]).toContain('ORGANIZATION_REQUIRED');
    const { answer } = await writeByHand(
      ground.url,
      `POST ${PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${ground.own.authorization}\r\n` +
        'X-Filename: a.csv\r\nContent-Length: 500000\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n',
    ).then(({ socket, answer: text }) => {
      socket.once('data', () => socket.write('a'.repeat(500_000)));
      return { answer: text };
    });
    expect(await answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
  });

  it('is one company: foreign and unknown ones are refused in the same words', async () => {
    const ground = await openGround();
    const { url, own, beta, alfa } = ground;
    const headers = { ...own, 'x-filename': 'a.csv' };
    const ask = (id: string): Promise<RawAnswer> =>
      send(`${url}?organizationId=${id}`, { method: 'POST', headers, body: CSV });
    const foreign = await ask(beta.organizationId);
    expect(foreign.json?.['code']).toBe('ORGANIZATION_REQUIRED');
    expect(foreign.text).toBe((await ask('ingen')).text);
    expect((await ask(alfa.organizationId)).status).toBe(201);
  });
});

it('a file on its way to an address still arrives when the server stops', async () => {
  const ground = await openGround();
  const { store } = ground.app;
  const secret = 'hemmeligt';
  const organizationId = ground.alfa.organizationId;
  await store.createUpload({
    ...{ id: 'u1', organizationId, fileName: 'a.csv', received: null, expectedBytes: 10 },
    ...{ createdBy: 'Nora', createdAtMs: 0, expiresAtMs: Date.now() + 60_000 },
    secretHash: createHash('sha256').update(secret).digest('hex'),
  });
  const { socket, answer } = await writeByHand(
    ground.url,
    `PUT ${PATH}/${secret} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nname\n`,
  );
  await expect.poll(() => filesLeft(ground), { interval: 5 }).toHaveLength(1);
  const closed = ground.server.close();
  socket.write('Nord\n');
  expect(await answer).toMatch(/^HTTP\/1\.1 201 /);
  await closed;
});
