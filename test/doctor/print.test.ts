/** How settings and checks read. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveConfig, SETTINGS } from '../../src/config.js';
import { failed, fine } from '../../src/doctor/check.js';
import {
  checkLines,
  settingLines,
  shownAddress,
  shownSettings,
  verdictLine,
} from '../../src/doctor/print.js';
import { tempRoot } from '../tools/support/workbench.js';

function shown(env: Record<string, string>, flags: Record<string, string> = {}) {
  const sources = { env, flags };
  const settings = shownSettings(sources, resolveConfig(sources), '/home/somebody');
  return { settings, byName: new Map(settings.map((each) => [each.name, each.value])) };
}

describe('settings', () => {
  it('are shown as they resolve, a secret only as set or not', () => {
    const { settings, byName } = shown(
      { BILLY_ACCESS_TOKEN: 'sesame', BULK_DATA_DIR: 'state', BULK_ALLOWED_DIRS: 'a' },
      { 'billy-rate-limit': '5/s' },
    );
    expect(settings.map(({ name }) => name)).toEqual(SETTINGS.map(({ name }) => name));
    expect(byName.get('BILLY_ACCESS_TOKEN')).toBe('set');
    expect(byName.get('BULK_DATA_DIR')).toBe(path.resolve('state'));
    expect(byName.get('BULK_ALLOWED_DIRS')).toBe('/home/somebody/a');
    expect(byName.get('BILLY_ORGANIZATION_ID')).toBeNull();
    expect(settings.find(({ name }) => name === 'BILLY_RATE_LIMIT')).toEqual({
      name: 'BILLY_RATE_LIMIT',
      value: '5/s',
      origin: 'flag',
    });
    expect(JSON.stringify(settings)).not.toContain('sesame');
    expect(shown({}).byName.get('BILLY_ACCESS_TOKEN')).toBe('not set');
  });

  it('name folders that nobody set', () => {
    const { byName } = shown({});
    expect(byName.get('BULK_ALLOWED_DIRS')).toBe('/home/somebody');
    expect(byName.get('BULK_DATA_DIR')).toContain('billy-bulk-mcp');
  });

  it('show no token that stands where its file should', async () => {
    const { settings } = shown({ BILLY_ACCESS_TOKEN_FILE: 'geheim' });
    expect(JSON.stringify(settings)).not.toContain('geheim');
    const file = path.join(await tempRoot(), 'token');
    await writeFile(file, '');
    expect(shown({ BILLY_ACCESS_TOKEN_FILE: file }).byName.get('BILLY_ACCESS_TOKEN_FILE')).toBe(
      file,
    );
  });

  it('show no user and password in an address', () => {
    expect(shownAddress('https://user:geheim@billy.example/v2')).toBe('https://billy.example/v2');
    const { settings } = shown({ BILLY_API_BASE_URL: 'https://user:geheim@billy.example/v2' });
    expect(JSON.stringify(settings)).not.toContain('geheim');
  });

  it('stand in two columns, each in one line', () => {
    const lines = settingLines([
      { name: 'A', value: 'x\ny', origin: 'default' },
      { name: 'LONG', value: null, origin: 'default' },
      { name: 'B', value: '1', origin: 'environment' },
    ]);
    expect(lines).toEqual(['A     x⏎y', 'LONG  -', 'B     1 (environment)']);
  });
});

describe('a check', () => {
  it('is a line, with its hint below', () => {
    expect(checkLines(fine({ name: 'data-folder', message: 'Good.', detail: '"/x"' }))).toEqual([
      'ok       data folder: Good. "/x"',
    ]);
    expect(
      checkLines(failed({ name: 'token', message: 'No.', code: 'BILLY_AUTH', hint: 'Do.' })),
    ).toEqual(['failed   token: No. [BILLY_AUTH]', '         Do.']);
  });
});

describe('the last word', () => {
  it('counts what failed', () => {
    const [good, bad] = [fine({ name: 'a', message: 'b' }), failed({ name: 'a', message: 'b' })];
    expect(verdictLine([good])).toBe('Everything that jobs need is fine.');
    expect(verdictLine([good, bad])).toBe('One check failed.');
    expect(verdictLine([bad, good, bad])).toBe('2 checks failed.');
  });
});
