// What a client may write to stdin: each line is answered, the next one is read, and memory is bounded.
import { describe, expect, it, onTestFinished } from 'vitest';
import { codeOfAnswer, startLineClient, type LineClient } from '../support/line-client.js';
import { makeHome } from '../support/stdio-clients.js';

const MIB = 1024 * 1024;
const PEAK_MIB = 160;
const CALL_MS = 2000;

async function open(): Promise<LineClient> {
  const home = await makeHome();
  onTestFinished(home.remove);
  return startLineClient({
    BULK_DATA_DIR: home.dataDir,
    BULK_ALLOWED_DIRS: home.folder,
    BILLY_ACCESS_TOKEN: 'secret',
    // Nobody listens there.
    BILLY_API_BASE_URL: 'http://127.0.0.1:9/v2',
  });
}

/** It still answers, and has not held too much. */
async function expectAlive(client: LineClient): Promise<void> {
  expect(await client.timed('tools/list', {})).toBeLessThan(CALL_MS);
  expect(client.exitCode()).toBeNull();
  expect(client.peakMiB()).toBeLessThan(PEAK_MIB);
}

function callLine(id: number, args: string): string {
  const params = `{"name":"import_customers_csv","arguments":${args}}`;
  return `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}\n`;
}

describe('a message of more than 10 MiB', () => {
  it('is answered by its id, and the next line is read', async () => {
    const client = await open();
    await client.write(callLine(1, `{"csvContent":"${'x'.repeat(11 * MIB)}"}`));
    const answer = await client.answerTo(1);
    expect(answer.error).toMatchObject({ code: -32_600, data: { code: 'INPUT_TOO_LARGE' } });
    await expectAlive(client);
  });

  it('is answered without an id where it cannot be told', async () => {
    const client = await open();
    await client.write(`${'x'.repeat(11 * MIB)}\n`);
    expect((await client.answerTo(null)).error).toMatchObject({ code: -32_600 });
    await expectAlive(client);
  });

  it('takes no memory, however long it goes on', async () => {
    const client = await open();
    await client.write(
      '{"jsonrpc":"2.0","method":"tools/call","params":{"arguments":{"csvContent":"',
    );
    const piece = Buffer.alloc(4 * MIB, 'x');
    for (let sent = 0; sent < 200 * MIB; sent += piece.length) await client.write(piece);
    expect(client.peakMiB()).toBeLessThan(PEAK_MIB);
    await client.write('"}},"id":7}\n');
    expect(codeOfAnswer(await client.answerTo(7))).toBe('INPUT_TOO_LARGE');
    await expectAlive(client);
  });
});

const NO_MESSAGES: readonly (readonly [what: string, line: string | Buffer, code: number])[] = [
  ['text', 'hello', -32_700],
  ['half an object', '{"jsonrpc":"2.0","id":1', -32_700],
  ['a NUL byte', '{"jsonrpc":"2.0","id":1,"method":"ping\0"}', -32_700],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), -32_700],
  ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32_600],
  ['an empty batch', '[]', -32_600],
  ['a number', '1e999', -32_600],
  ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"ping"}', -32_600],
  ['an id of a megabyte', `{"jsonrpc":"2.0","id":"${'x'.repeat(MIB)}","method":"ping"}`, -32_600],
  ['a nest', `${'['.repeat(MIB)}${']'.repeat(MIB)}`, -32_600],
];

describe('a line that is no message', () => {
  it('gets an error without an id', async () => {
    const client = await open();
    for (const [what, line, code] of NO_MESSAGES) {
      await client.write(Buffer.concat([Buffer.from(line), Buffer.from('\n')]));
      expect((await client.answerTo(null)).error?.code, what).toBe(code);
      await expectAlive(client);
    }
  });

  it('gets an error by its id, if it has one', async () => {
    const client = await open();
    await client.write('{"jsonrpc":"1.0","id":"a","method":"ping"}\n');
    expect((await client.answerTo('a')).error?.code).toBe(-32_600);
    await client.write(`{"jsonrpc":"2.0","id":5,"method":"${'x'.repeat(MIB)}"}\n`);
    expect((await client.answerTo(5)).error).toBeDefined();
    await expectAlive(client);
  });

  it('and is blank gets none', async () => {
    const client = await open();
    await client.write('\n\r\n   \n');
    await expectAlive(client);
  });
});

function list(key: string, count: number, element: string): string {
  return `{"${key}":[${Array<string>(count).fill(element).join(',')}]}`;
}

function keys(count: number, value: string): string {
  return Array.from({ length: count }, (_none, index) => `"k${index}":${value}`).join(',');
}

const MAPPED = '{"csvContent":"name\\nA","options":{"columnMapping":';

/** Arguments of `import_customers_csv`, and what refuses them. */
const TOO_MUCH: readonly (readonly [what: string, args: () => string, code: RegExp])[] = [
  ['501 rows', () => list('rows', 501, '{}'), /^INPUT_TOO_LARGE$/],
  ['1,000 bad rows', () => list('rows', 1000, '{"a":{}}'), /^INPUT_TOO_LARGE$/],
  ['150,000 bad rows', () => list('rows', 150_000, '{"a":{"b":1}}'), /^INPUT_TOO_LARGE$/],
  ['a million bad rows', () => list('rows', 1_000_000, '0'), /^INPUT_TOO_LARGE$/],
  ['a million updates', () => list('updates', 1_000_000, '[]'), /^INPUT_TOO_LARGE$/],
  ['a million ids', () => list('ids', 1_000_000, 'null'), /^INPUT_TOO_LARGE$/],
  ['a million headers', () => `${MAPPED}{${keys(500_000, '"name"')}}}}`, /^INPUT_TOO_LARGE$/],
  ['a million arguments', () => `{${keys(500_000, '1')}}`, /^INPUT_TOO_LARGE$/],
  ['wide rows', () => list('rows', 500, `{${keys(200, '"x"')}}`), /^INPUT_TOO_LARGE$/],
  ['long rows', () => list('rows', 500, `{"name":"${'x'.repeat(9000)}"}`), /^INPUT_TOO_LARGE$/],
  ['bad cells', () => list('rows', 500, `{${keys(90, '[]')}}`), /^INPUT_(INVALID|TOO_LARGE)$/],
  ['a nest', () => `{"rows":${'['.repeat(500_000)}${']'.repeat(500_000)}}`, /^INPUT_/],
  ['a row that nests', () => `{"rows":[${'{"a":'.repeat(40)}1${'}'.repeat(40)}]}`, /^INPUT_/],
  ['a long text', () => `{"csvContent":"${'x'.repeat(9 * MIB)}"}`, /^INPUT_TOO_LARGE$/],
  ['a long label', () => `{"options":{"label":"${'x'.repeat(9 * MIB)}"}}`, /^INPUT_/],
];

const PROTO = [
  '{"rows":[{"name":"A","__proto__":"x"}]}',
  '{"rows":[{"name":"A","__proto__":{"email":"a@b.dk"}}]}',
  `${MAPPED}{"__proto__":"name"}}}`,
  '{"csvContent":"name\\nA","options":{"__proto__":{"force":true}}}',
  '{"csvContent":"name\\nA","__proto__":{}}',
];

describe('arguments', () => {
  it('are counted first', async () => {
    const client = await open();
    for (const [index, [what, args, code]] of TOO_MUCH.entries()) {
      const line = callLine(index, args());
      const startedMs = performance.now();
      await client.write(line);
      expect(codeOfAnswer(await client.answerTo(index)), what).toMatch(code);
      expect(performance.now() - startedMs, what).toBeLessThan(CALL_MS);
      await expectAlive(client);
    }
  });

  it('that name __proto__ are refused, and it is named', async () => {
    const client = await open();
    for (const [index, args] of PROTO.entries()) {
      await client.write(callLine(index, args));
      const answer = await client.answerTo(index);
      expect(codeOfAnswer(answer), args).toBe('INPUT_INVALID');
      expect(JSON.stringify(answer)).toContain('__proto__');
    }
    await expectAlive(client);
  });
});

describe('10,000 calls at once', () => {
  it('are answered or refused, and the next one is answered', async () => {
    const client = await open();
    const lines = Array.from({ length: 10_000 }, (_none, index) => {
      const params = { name: 'get_bulk_job_status', arguments: { jobId: 'none' } };
      return JSON.stringify({ jsonrpc: '2.0', id: index, method: 'tools/call', params });
    });
    await client.write(`${lines.join('\n')}\n`);
    const codes = new Map<string | null, number>();
    for (let id = 0; id < lines.length; id += 1) {
      const code = codeOfAnswer(await client.answerTo(id));
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect(codes.get('RATE_LIMITED') ?? 0).toBeGreaterThan(5000);
    expect([...codes.keys()]).not.toContain('INTERNAL');
    const next = await client.call('get_bulk_job_status', { jobId: 'none' });
    expect(codeOfAnswer(next)).not.toBe('RATE_LIMITED');
    await expectAlive(client);
  });
});
