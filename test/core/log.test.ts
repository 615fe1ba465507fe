import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createLog, type Log } from '../../src/core/log.js';

function collect(level: string): { log: Log; lines: () => unknown[] } {
  const written: string[] = [];
  const log = createLog({
    level,
    destination: {
      write: (text: string) => {
        written.push(text);
      },
    },
  });
  return { log, lines: () => written.map((line): unknown => JSON.parse(line)) };
}

describe('createLog', () => {
  it('writes one JSON line an event, with the time and without the machine', () => {
    const { log, lines } = collect('info');
    log.info({ event: 'listening', port: 3000 }, 'up');
    expect(lines()).toEqual([
      {
        level: 30,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
        event: 'listening',
        port: 3000,
        msg: 'up',
      },
    ]);
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = collect('warn');
    log.info('quiet');
    log.error('loud');
    expect(lines()).toMatchObject([{ msg: 'loud' }]);
  });

  it('removes what could carry the token', () => {
    const { log, lines } = collect('info');
    const headers = { 'X-Access-Token': 'secret' };
    log.info({ token: 'secret', headers, request: { headers, method: 'GET' } });
    log.info({ config: { token: 'secret', url: 'https://example.com' } });
    expect(JSON.stringify(lines())).not.toContain('secret');
    expect(lines()).toMatchObject([
      { request: { method: 'GET' } },
      { config: { url: 'https://example.com' } },
    ]);
  });

  it('keeps the stack of what was thrown', () => {
    const { log, lines } = collect('info');
    log.error(new Error('broken'), 'a bug');
    expect(lines()).toMatchObject([
      {
        msg: 'a bug',
        err: { message: 'broken', stack: expect.stringContaining('log.test.ts') as string },
      },
    ]);
  });

  it('takes secrets out of the finished line, wherever they stand', () => {
    let text = '';
    const destination = { write: (line: string) => (text += line) };
    const log = createLog({ level: 'info', secrets: ['', 's3cret'], destination });
    log.info({ err: { request: { headers: { 'X-Access-Token': 's3cret' } } } }, 'sent s3cret');
    expect(text).not.toContain('s3cret');
    expect(text).toContain('sent [secret]');
  });

  it('shows what hides in a line, takes a disguised secret out of it, and bounds it', () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const token = 'a0b1c2d3e4f5a6b7c8d9';
    const log = createLog({ level: 'info', secrets: [token], destination });
    log.info({ event: 'x', name: '\u202ex\u009b', stack: 'a\n  b' });
    log.info({ event: 'x', [token]: Buffer.from(`x:${token}`).toString('base64') });
    log.info({ event: 'x', text: 'y'.repeat(100_000) });
    log.info({ event: 'x', list: Array.from({ length: 999 }, () => 'y'.repeat(500)) });
    expect(lines.every((line) => line.endsWith('\n') && line.length < 17_000)).toBe(true);
    expect(lines.join('')).not.toMatch(/[\u202e\u009b]/);
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(parsed).toMatchObject([
      { level: 30, event: 'x', name: '[U+202E]x[U+009B]', stack: 'a\n  b' },
      { event: 'x', '[secret]': '[secret]' },
      { event: 'x' },
      { level: 30, event: 'log.too-long' },
    ]);
    expect(String(parsed[2]?.['text'])).toHaveLength(1000);
  });

  it('needs no destination, and says nothing when silent', () => {
    expect(createLog({ level: 'silent' }).isLevelEnabled('fatal')).toBe(false);
  });

  it('leaves stdout to the protocol', async () => {
    const source = path.resolve(import.meta.dirname, '../../src/core/log.ts');
    const script = `import { createLog } from ${JSON.stringify(source)};
      createLog({ level: 'info' }).info('to stderr');`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      '--input-type=module',
      '--eval',
      script,
    ]);
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ msg: 'to stderr' });
  });
});
